"""The associations of a batch: as they are, and as approved copies hold them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from catalog.skus import sku_key
from channels.choices import LinkSide
from channels.mapping.links import Link

State = Sequence[Mapping[str, Any]]
"""The links of one type in an approved copy: [{"to": sku or code, "in": side, "quantity": amount or None}]."""


def load_links(cursor: Any, owners: Sequence[int]) -> dict[int, list[Link]]:
    """Read the own associations of products; one query."""
    cursor.execute(
        "SELECT a.owner_id, a.type_id, CASE WHEN g.code IS NOT NULL THEN 'groups' WHEN p.kind = 'model' THEN"
        " 'product_models' ELSE 'products' END, p.id, COALESCE(g.code, p.sku), p.uuid::text,"
        " COALESCE(trim_scale(a.quantity)::text, '') FROM catalog_association a"
        " LEFT JOIN catalog_product p ON p.id = a.target_id LEFT JOIN catalog_group g ON g.id = a.target_group_id"
        " WHERE a.owner_id = ANY(%s) ORDER BY a.owner_id, a.type_id, a.position, a.id",
        [list(owners)],
    )
    found: dict[int, list[Link]] = defaultdict(list)
    for owner, type_id, side, *rest in cursor.fetchall():
        found[owner].append(Link(type_id, LinkSide(side), *rest))
    return found


def resolve_states(cursor: Any, states: Mapping[int, Mapping[str, State]]) -> dict[int, list[Link]]:
    """Find what approved copies point at: {owner: links}; two queries where there is anything.

    Args:
        states: {owner: {type: links}}. What exists no more is left out.
    """
    rows = [(owner, code, link) for owner, types in states.items() for code, links in types.items() for link in links]
    if not rows:
        return {}
    cursor.execute("SELECT code, id FROM catalog_associationtype")
    type_ids: dict[str, int] = dict(cursor.fetchall())
    cursor.execute(
        "SELECT sku_key, id, sku, uuid::text FROM catalog_product WHERE sku_key = ANY(%s) AND deleted_at IS NULL",
        [[sku_key(str(link["to"])) for _owner, _code, link in rows if link["in"] != LinkSide.GROUPS]],
    )
    products: dict[str, tuple[int | None, str, str | None]] = {
        key: (pk, sku, uuid) for key, pk, sku, uuid in cursor.fetchall()
    }
    found: dict[int, list[Link]] = defaultdict(list)
    for owner, code, link in rows:
        side, to = LinkSide(link["in"]), str(link["to"])
        target = (None, to, None) if side is LinkSide.GROUPS else products.get(sku_key(to))
        if code in type_ids and target is not None:
            pk, name, uuid = target
            found[owner].append(Link(type_ids[code], side, pk, name, uuid, str(link.get("quantity") or "")))
    return found

"""Reads products as documents: own values in the shape of the API, what is resolved on request; no query by product."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID
from zlib import crc32

import orjson
from django.db import connection
from django.utils.translation import gettext as _

from catalog.families import CatalogStructure
from catalog.services.snapshot import get_catalog_structure
from catalog.services.writing.links import read_association_states
from catalog.services.writing.mirroring import join_states, read_mirrored_states
from catalog.skus import sku_key
from pim.errors import NotFound
from pim.values.documents import ValueWriter
from pim.values.tokens import ATTRIBUTE_SHIFT, SystemField, split_token

Resource = Literal["products", "models"]
"""Products and variants, or product models."""

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ProductDocument:
    """A product, model or variant as JSON.

    `above` is what a tag names beside the revision: those of parent and root, a checksum of links of the other side.
    """

    id: int
    uuid: str
    sku: str
    kind: str
    revision: int
    above: tuple[int, ...]
    body: Document


_ROWS = (
    "SELECT p.id, p.uuid::text, p.sku, p.kind, p.family_id, p.family_variant_id, p.enabled, p.stage, p.revision,"
    " p.created, p.updated, m.sku, m.revision, r.revision, p.root_id = p.parent_id FROM catalog_product p"
    " LEFT JOIN catalog_product m ON m.id = p.parent_id LEFT JOIN catalog_product r ON r.id = p.root_id"
    " WHERE p.id = ANY(%s) AND p.deleted_at IS NULL"
)


def find_product(key: str, resource: Resource | None = None, *, by_uuid: bool = False, lock: bool = False) -> int:
    """The internal key of a product named by SKU, whatever its case, or by uuid.

    Args:
        key: the SKU or uuid.
        resource: refuse what is of the other kind; None takes both.
        by_uuid: `key` is a uuid.
        lock: keep it as it is until the transaction ends.

    Raises:
        NotFound: `not_found`; also for what is in the recycle bin.
    """
    kinds = {"products": "AND kind <> 'model'", "models": "AND kind = 'model'", None: ""}[resource]
    column = "uuid" if by_uuid else "sku_key"
    if not by_uuid or _is_uuid(key):
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id FROM catalog_product WHERE {column} = %s AND deleted_at IS NULL {kinds}"
                + (" FOR UPDATE" if lock else ""),
                [key if by_uuid else sku_key(key)],
            )
            row = cursor.fetchone()
        if row:
            return int(row[0])
    raise NotFound("not_found", _("There is no product “%s”.") % key)


def describe_products(
    ids: Sequence[int],
    *,
    with_resolved: bool = False,
    attributes: Collection[str] | None = None,
    locales: Collection[str] | None = None,
    catalog: CatalogStructure | None = None,
) -> list[ProductDocument]:
    """Products in the order given, as documents; five queries and one for two-way associations, four more for what is resolved.

    Args:
        ids: internal keys; those of products in the recycle bin are passed over.
        with_resolved: add `resolved` (own and inherited values, each with the SKU it comes from) and `completeness`.
        attributes: only these attributes' values.
        locales: only values of these locales, and those that do not vary by locale.
        catalog: the picture of the structure that the caller holds already.
    """
    catalog = catalog or get_catalog_structure()
    keys = list(ids)
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [keys])
        rows = {row[0]: row for row in cursor.fetchall()}
        values = _read_values(cursor, keys)
        categories = _read_codes(cursor, "catalog_productcategory", "category_id", "pim_category", "x.position", keys)
        groups = _read_codes(cursor, "catalog_groupmembership", "group_id", "catalog_group", "c.code", keys)
    links = read_association_states(keys)
    mirrored = read_mirrored_states(keys, catalog)
    write = ValueWriter(catalog.base, attributes, locales)
    documents = []
    for key in keys:
        if key not in rows:
            continue
        body = _describe(rows[key], catalog)
        body["categories"] = categories.get(key, [])
        body["groups"] = groups.get(key, [])
        body["associations"] = {
            code: _describe_links(state)
            for code, state in join_states(links.get(key, {}), mirrored.get(key, {})).items()
        }
        body["values"] = write(values.get(key, {}))
        _id, uuid, sku, kind, *_rest, parent_revision, root_revision, is_child_of_root = rows[key]
        above = () if parent_revision is None else (parent_revision,)
        if root_revision is not None and not is_child_of_root:
            above = (*above, root_revision)
        if key in mirrored:
            above = (*above, crc32(orjson.dumps(mirrored[key])))
        documents.append(ProductDocument(key, uuid, sku, kind, body["revision"], above, body))
    if with_resolved:
        _add_resolved(documents, values, catalog, write)
    return documents


def _describe(row: Sequence[Any], catalog: CatalogStructure) -> Document:
    _id, uuid, sku, kind, family, variant, enabled, stage, revision, created, updated, parent = row[:12]
    return {
        "uuid": uuid,
        "sku": sku,
        "kind": kind,
        "parent": parent,
        "family": catalog.families_by_id[family].code if family in catalog.families_by_id else None,
        "family_variant": catalog.variants_by_id[variant].code if variant in catalog.variants_by_id else None,
        "enabled": enabled,
        "stage": stage,
        "revision": revision,
        "created": format_instant(created),
        "updated": format_instant(updated),
    }


def format_instant(moment: datetime) -> str:
    """UTC, with `Z`."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _describe_links(state: Iterable[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    sides: dict[str, list[dict[str, Any]]] = {"products": [], "product_models": [], "groups": []}
    for link in state:
        name = "code" if link["in"] == "groups" else "sku"
        entry = {name: link["to"]}
        if link["quantity"] is not None:
            entry["quantity"] = link["quantity"]
        sides[link["in"]].append(entry)
    return {side: links for side, links in sides.items() if links}


def read_own_values(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Own values, flat, by product."""
    with connection.cursor() as cursor:
        return _read_values(cursor, list(ids))


def _read_values(cursor: Any, ids: list[int]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    cursor.execute('SELECT product_id, "values"::text FROM catalog_productvalues WHERE product_id = ANY(%s)', [ids])
    for product, text in cursor.fetchall():
        found.setdefault(product, {}).update(orjson.loads(text))
    return found


def _read_codes(cursor: Any, table: str, column: str, target: str, order: str, ids: list[int]) -> dict[int, list[str]]:
    """Codes of what products are in, by product."""
    cursor.execute(
        f"SELECT x.product_id, array_agg(c.code ORDER BY {order}, c.code) FROM {table} x"
        f" JOIN {target} c ON c.id = x.{column} WHERE x.product_id = ANY(%s) GROUP BY x.product_id",
        [ids],
    )
    return dict(cursor.fetchall())


def _add_resolved(
    documents: Sequence[ProductDocument],
    own: Mapping[int, Mapping[str, Any]],
    catalog: CatalogStructure,
    write: ValueWriter,
) -> None:
    ids = [document.id for document in documents]
    lineages, skus = _read_lineages(ids)
    above = {owner for lineage in lineages.values() for owner in lineage} - set(own)
    values = {**read_own_values(sorted(above)), **own}
    percentages, missing = read_completeness(ids, catalog)
    for document in documents:
        merged: dict[str, Any] = {}
        sources: dict[str, str] = {}
        for owner in reversed(lineages.get(document.id, [])):
            for key, value in values.get(owner, {}).items():
                merged[key], sources[key] = value, skus[owner]
        for key, value in own.get(document.id, {}).items():
            merged[key] = value
            sources.pop(key, None)
        document.body["resolved"] = write(merged, sources)
        slots = percentages.get(document.id)
        document.body["completeness"] = (
            None
            if slots is None
            else [
                {
                    "channel": channel,
                    "locale": locale,
                    "percentage": percentage,
                    "missing": missing.get(document.id, {}).get((channel, locale), []),
                }
                for (channel, locale), percentage in slots.items()
            ]
        )


def _read_lineages(ids: list[int]) -> tuple[dict[int, list[int]], dict[int, str]]:
    """`{product: ancestors, nearest first}` and `{ancestor: sku}`."""
    lineages: dict[int, list[int]] = defaultdict(list)
    skus: dict[int, str] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE above(start, id, step) AS ("
            " SELECT id, parent_id, 1 FROM catalog_product WHERE id = ANY(%s) AND parent_id IS NOT NULL"
            " UNION ALL SELECT a.start, p.parent_id, a.step + 1 FROM above a JOIN catalog_product p ON p.id = a.id"
            " WHERE p.parent_id IS NOT NULL)"
            " SELECT a.start, a.id, p.sku FROM above a JOIN catalog_product p ON p.id = a.id ORDER BY a.start, a.step",
            [ids],
        )
        for start, owner, sku in cursor.fetchall():
            lineages[start].append(owner)
            skus[owner] = sku
    return lineages, skus


Slot = tuple[str, str]


def read_completeness(
    ids: Sequence[int], catalog: CatalogStructure
) -> tuple[dict[int, dict[Slot, int | None]], dict[int, dict[Slot, list[str]]]]:
    """`{product: {(channel, locale): percent}}`, None where not computed yet, and what is missing; two queries."""
    base = catalog.base
    channels = {spec.ordinal: code for code, spec in base.channels.items()}
    first = SystemField.MISSING.value << ATTRIBUTE_SHIFT
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT product_id, pct FROM catalog_productcompleteness WHERE product_id = ANY(%s)", [list(ids)]
        )
        percentages = {
            product: {slot: pct[place] if place < len(pct) else None for slot, place in catalog.slots.items()}
            for product, pct in cursor.fetchall()
        }
        cursor.execute(
            "SELECT f.product_id, token FROM catalog_productfacet f, unnest(f.tokens) token"
            " WHERE f.product_id = ANY(%s) AND token >= %s AND token < %s",
            [list(ids), first, first + (1 << ATTRIBUTE_SHIFT)],
        )
        tokens = cursor.fetchall()
    missing: dict[int, dict[Slot, list[str]]] = defaultdict(lambda: defaultdict(list))
    for product, token in tokens:
        parts = split_token(token)
        channel, locale = channels.get(parts.channel), base.locales_by_ordinal.get(parts.locale)
        attribute = base.attributes_by_id.get(parts.value)
        if channel and locale and attribute:
            missing[product][channel, locale.code].append(attribute.code)
    return percentages, {
        product: {slot: sorted(codes) for slot, codes in slots.items()} for product, slots in missing.items()
    }


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True

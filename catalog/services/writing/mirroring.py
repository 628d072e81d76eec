"""The other side of two-way associations: one row, owned by one product and read from both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection

from catalog.families import CatalogStructure
from catalog.services.changes import UNSET, ProductChange
from catalog.skus import sku_key

State = list[dict[str, Any]]
"""The links of one type as the journal keeps them: [{"to": sku or code, "in": side, "quantity": amount or None}]."""


def two_way_types(catalog: CatalogStructure) -> dict[int, str]:
    """The codes of the types that are read from both sides, by id."""
    return {spec.id: spec.code for spec in catalog.association_types.values() if spec.is_two_way}


def read_mirrored_states(product_ids: Sequence[int], catalog: CatalogStructure) -> dict[int, dict[str, State]]:
    """The two-way associations that others own and that point at these products: {product: {type: links}}.

    One query, none where no type is two-way.
    """
    types = two_way_types(catalog)
    found: dict[int, dict[str, State]] = defaultdict(lambda: defaultdict(list))
    if not types:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.target_id, a.type_id, p.sku, p.kind, a.quantity FROM catalog_association a"
            " JOIN catalog_product p ON p.id = a.owner_id WHERE a.target_id = ANY(%s) AND a.type_id = ANY(%s)"
            " AND p.deleted_at IS NULL ORDER BY a.target_id, a.type_id, a.id",
            [list(product_ids), list(types)],
        )
        for target, type_id, sku, kind, quantity in cursor.fetchall():
            amount = format(quantity.normalize(), "f") if quantity is not None else None
            side = "product_models" if kind == "model" else "products"
            found[target][types[type_id]].append({"in": side, "to": sku, "quantity": amount})
    return {target: dict(states) for target, states in found.items()}


def join_states(own: Mapping[str, State], mirrored: Mapping[str, State]) -> dict[str, State]:
    """The links of a product as a reader sees them: its own first, then what only the other side has."""
    joined = dict(own)
    for code, state in mirrored.items():
        named = {link["to"] for link in own.get(code, ()) if link["in"] != "groups"}
        joined[code] = [*own.get(code, ()), *(link for link in state if link["to"] not in named)]
    return joined


def find_owners(changes: Iterable[ProductChange], catalog: CatalogStructure) -> list[int]:
    """The products that own what these changes may remove from the other side."""
    types = {code: pk for pk, code in two_way_types(catalog).items()}
    named = [
        change
        for change in changes
        if change.associations is not UNSET and not change.own_links_only and types.keys() & change.associations.keys()
    ]
    if not named:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT a.owner_id FROM catalog_association a JOIN catalog_product p ON p.id = a.target_id"
            " WHERE p.sku_key = ANY(%s) AND p.deleted_at IS NULL AND a.type_id = ANY(%s)",
            [[sku_key(change.sku) for change in named], list(types.values())],
        )
        return [pk for (pk,) in cursor.fetchall()]

"""Marking what must be looked at again: set-based, in one statement each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from channels.choices import Lane

_INSERT = (
    " INSERT INTO channels_dirty AS d (view_id, product, lane)"
    " SELECT v.id, a.id, %(lane)s FROM affected a LEFT JOIN catalog_product q ON q.id = a.id, channels_channelview v"
    " WHERE q.kind IS DISTINCT FROM 'model' AND {views}"
    " ORDER BY v.id, a.id"
    " ON CONFLICT (view_id, product) DO UPDATE SET lane = excluded.lane WHERE excluded.lane < d.lane"
)
_BELOW = "WITH RECURSIVE affected(id) AS ({start} UNION SELECT p.id FROM catalog_product p JOIN affected a ON p.parent_id = a.id)"


def mark_products(
    products: Iterable[UUID | str], *, lane: Lane = Lane.INTERACTIVE, views: Sequence[int] | None = None
) -> int:
    """Mark products, by uuid, with all that inherit from them; and publications of those that are gone."""
    start = (
        "SELECT id FROM catalog_product WHERE uuid = ANY(%(uuids)s::uuid[])"
        " UNION SELECT product_id FROM channels_publication WHERE uuid = ANY(%(uuids)s::uuid[])"
    )
    return _mark(start, {"uuids": [str(uuid) for uuid in products]}, lane, views)


def mark_users_of_assets(assets: Iterable[UUID | str], *, lane: Lane = Lane.INTERACTIVE) -> int:
    """Mark the products that name these assets, by uuid, with all that inherit from them."""
    start = "SELECT product_id FROM catalog_productasset WHERE asset_uuid = ANY(%(uuids)s::uuid[])"
    return _mark(start, {"uuids": [str(uuid) for uuid in assets]}, lane, None)


def mark_by_tokens(tokens: Iterable[int], *, lane: Lane = Lane.BULK) -> int:
    """Mark the products that carry one of these index tokens."""
    start = "SELECT product_id FROM catalog_productfacet WHERE tokens && %(tokens)s::bigint[]"
    return _mark(start, {"tokens": list(tokens)}, lane, None)


def mark_families(families: Iterable[int], *, lane: Lane = Lane.BULK) -> int:
    """Mark the products of these families."""
    start = "SELECT id FROM catalog_product WHERE family_id = ANY(%(families)s)"
    return _mark(start, {"families": list(families)}, lane, None)


def mark_categories(paths: Iterable[str], *, lane: Lane = Lane.BULK) -> int:
    """Mark the products in the categories at these tree paths and below, with all that inherit from them."""
    start = (
        "SELECT pc.product_id FROM catalog_productcategory pc JOIN pim_category c ON c.id = pc.category_id"
        " WHERE c.path LIKE ANY(%(paths)s)"
    )
    return _mark(start, {"paths": [f"{path}%" for path in paths]}, lane, None)


def mark_everything(*, lane: Lane = Lane.BULK, views: Sequence[int] | None = None) -> int:
    """Mark every product, and every publication, of these views or of all."""
    start = "SELECT id FROM catalog_product WHERE kind <> 'model' UNION SELECT product_id FROM channels_publication"
    return _mark(start, {}, lane, views)


def mark_due() -> int:
    """Mark the publications whose verdict may have changed by itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO channels_dirty AS d (view_id, product, lane) SELECT view_id, product_id, %s"
            " FROM channels_publication WHERE valid_until <= now() ORDER BY view_id, product_id"
            " ON CONFLICT (view_id, product) DO NOTHING",
            [Lane.INTERACTIVE],
        )
        return int(cursor.rowcount)


def _mark(start: str, parameters: dict[str, list[Any]], lane: Lane, views: Sequence[int] | None) -> int:
    which = "TRUE" if views is None else "v.id = ANY(%(views)s)"
    with connection.cursor() as cursor:
        cursor.execute(
            _BELOW.format(start=start) + _INSERT.format(views=which),
            {**parameters, "lane": int(lane), "views": list(views or ())},
        )
        return int(cursor.rowcount)

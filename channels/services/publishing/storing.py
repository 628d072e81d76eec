"""Storing publications: only what differs is written, and positions follow the order of commits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db import connection, transaction

from channels.choices import PublicationState
from channels.services.publishing.building import Built


@dataclass(frozen=True, slots=True)
class Before:
    """A publication as it is stored."""

    id: int
    state: str
    digest: str
    reasons: list[dict[str, Any]]
    changes_at: datetime | None
    sku: str


@dataclass(frozen=True, slots=True)
class Stored:
    """How many publications of a view came out anew, went away, or changed only what consumers do not see."""

    published: int = 0
    withdrawn: int = 0
    noted: int = 0

    def plus(self, other: Stored) -> Stored:
        """Both together."""
        return Stored(self.published + other.published, self.withdrawn + other.withdrawn, self.noted + other.noted)


def read_before(view: int, products: Iterable[int]) -> dict[int, Before]:
    """Read what a view holds of these products: {product: publication}."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT product_id, id, state, digest, reasons::text, valid_until, sku FROM channels_publication"
            " WHERE view_id = %s AND product_id = ANY(%s)",
            [view, list(products)],
        )
        return {
            product: Before(pk, state, digest, orjson.loads(reasons), changes_at, sku)
            for product, pk, state, digest, reasons, changes_at, sku in cursor.fetchall()
        }


@transaction.atomic
def store(view: int, built: Sequence[Built]) -> Stored:
    """Write the publications of one view that differ from what is stored.

    The view's row is updated by the statement that writes the publications, the last one of the transaction where one
    view is published: whoever reads a position has seen everything up to it.
    """
    before = read_before(view, [item.product for item in built])
    seen, unseen = [], []
    for item in built:
        was = before.get(item.product)
        change = _compare(item, was)
        if change == "seen":
            seen.append(item)
        elif change == "unseen":
            unseen.append(item)
    if not seen and not unseen:
        return Stored()
    ids = _take_ids([item for item in (*seen, *unseen) if item.product not in before])
    ids.update({product: was.id for product, was in before.items()})
    with connection.cursor() as cursor:
        _stage(cursor, view, [*seen, *unseen], len(seen), ids, before)
        _write_index(cursor, [item for item in seen if item.is_live], ids)
        _write_links(cursor, view, [item for item in seen if item.is_live], ids)
        _clear_index(cursor, [ids[item.product] for item in seen if not item.is_live])
        _write_publications(cursor, view, len(seen))
    live = sum(item.is_live for item in seen)
    return Stored(live, len(seen) - live, len(unseen))


def _compare(item: Built, was: Before | None) -> str:
    """Whether a consumer sees a difference (`seen`), only the house does (`unseen`), or nobody (``)."""
    state = item.state(was.state if was else None)
    if was is None:
        if item.is_live:
            return "seen"
        return "unseen" if item.is_selected else ""
    if (state, item.digest) != (was.state, was.digest) and PublicationState.LIVE in (state, was.state):
        return "seen"
    if (state, item.reasons, item.changes_at) != (was.state, was.reasons, was.changes_at):
        return "unseen"
    return ""


def _take_ids(items: Sequence[Built]) -> dict[int, int]:
    if not items:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('channels_publication', 'id')) FROM generate_series(1, %s)",
            [len(items)],
        )
        return {item.product: row[0] for item, row in zip(items, cursor.fetchall(), strict=True)}


_STAGED = (
    "rank, id, product_id, parent, root, uuid, sku, sku_key, state, reasons, shared, by_locale, digest, valid_until"
)


def _stage(
    cursor: Any, view: int, items: Sequence[Built], seen: int, ids: dict[int, int], before: dict[int, Before]
) -> None:
    """Copy the rows beside the table; `rank` counts from 1 those a consumer sees, and is 0 for the others."""
    cursor.execute(
        "CREATE TEMP TABLE IF NOT EXISTS publication_stage (rank int, id bigint, product_id bigint, parent bigint,"
        " root bigint, uuid uuid, sku text,"
        " sku_key text, state text, reasons jsonb, shared text, by_locale jsonb, digest text, valid_until timestamptz)"
        " ON COMMIT DELETE ROWS"
    )
    cursor.execute("TRUNCATE publication_stage")
    with cursor.copy(f"COPY publication_stage ({_STAGED}) FROM STDIN") as copy:
        for number, item in enumerate(items):
            was = before.get(item.product)
            copy.write_row(
                (
                    number + 1 if number < seen else 0,
                    ids[item.product],
                    item.product,
                    item.parent,
                    item.root,
                    item.uuid,
                    item.sku,
                    item.sku_key,
                    item.state(was.state if was else None).value,
                    orjson.dumps(item.reasons).decode(),
                    item.shared,
                    orjson.dumps(item.by_locale).decode(),
                    item.digest,
                    item.changes_at,
                )
            )


def _write_publications(cursor: Any, view: int, seen: int) -> None:
    cursor.execute(
        "WITH taken AS (UPDATE channels_channelview SET position = position + %(seen)s WHERE id = %(view)s"
        " RETURNING position - %(seen)s AS base)"
        " INSERT INTO channels_publication AS p (id, view_id, product_id, parent, root, uuid, sku, sku_key, state,"
        " reasons, shared, by_locale, digest, valid_until, position, published_at)"
        " SELECT s.id, %(view)s, s.product_id, s.parent, s.root, s.uuid, s.sku, s.sku_key, s.state, s.reasons, s.shared, s.by_locale,"
        " s.digest, s.valid_until, CASE WHEN s.rank > 0 THEN taken.base + s.rank ELSE 0 END,"
        " CASE WHEN s.rank > 0 THEN now() END FROM publication_stage s, taken"
        " ON CONFLICT (id) DO UPDATE SET parent = excluded.parent, root = excluded.root, uuid = excluded.uuid, sku = excluded.sku, sku_key = excluded.sku_key,"
        " state = excluded.state, reasons = excluded.reasons, shared = excluded.shared,"
        " by_locale = excluded.by_locale, digest = excluded.digest, valid_until = excluded.valid_until,"
        " position = CASE WHEN excluded.position > 0 THEN excluded.position ELSE p.position END,"
        " published_at = COALESCE(excluded.published_at, p.published_at)",
        {"seen": seen, "view": view},
    )


def _write_index(cursor: Any, items: Sequence[Built], ids: dict[int, int]) -> None:
    """Bring the index rows of live publications to what they should be; rows that are right are left alone."""
    if not items:
        return
    entries = [(ids[item.product], item.index) for item in items if item.index is not None]
    cursor.execute(
        "CREATE TEMP TABLE IF NOT EXISTS publication_facet_stage (id bigint, tokens bigint[], text text) ON COMMIT DELETE ROWS;"
        "CREATE TEMP TABLE IF NOT EXISTS publication_number_stage (id bigint, akey bigint, number float8) ON COMMIT DELETE ROWS;"
        "CREATE TEMP TABLE IF NOT EXISTS publication_sort_stage (id bigint, akey bigint, key text) ON COMMIT DELETE ROWS;"
        "TRUNCATE publication_facet_stage, publication_number_stage, publication_sort_stage"
    )
    with cursor.copy("COPY publication_facet_stage FROM STDIN") as copy:
        for pk, entry in entries:
            copy.write_row((pk, "{" + ",".join(map(str, entry.tokens)) + "}", entry.search_text))
    with cursor.copy("COPY publication_number_stage FROM STDIN") as copy:
        for pk, entry in entries:
            for akey, number in entry.numbers:
                copy.write_row((pk, akey, number))
    with cursor.copy("COPY publication_sort_stage FROM STDIN") as copy:
        for pk, entry in entries:
            for akey, key in entry.sort_keys:
                copy.write_row((pk, akey, key))
    cursor.execute(_SYNC_FACET)
    cursor.execute(_SYNC_TEXT)
    owners = [pk for pk, _ in entries]
    for table, column in (("number", "number"), ("sort", "key")):
        cursor.execute(
            f"DELETE FROM channels_publication{table} x WHERE publication_id = ANY(%s) AND NOT EXISTS (SELECT FROM"
            f" publication_{table}_stage s WHERE s.id = x.publication_id AND s.akey = x.akey)",
            [owners],
        )
        cursor.execute(
            f"INSERT INTO channels_publication{table} AS x (publication_id, akey, {column})"
            f" SELECT id, akey, {column} FROM publication_{table}_stage"
            f" ON CONFLICT (publication_id, akey) DO UPDATE SET {column} = excluded.{column}"
            f" WHERE x.{column} IS DISTINCT FROM excluded.{column}"
        )


_SYNC_FACET = (
    "INSERT INTO channels_publicationfacet AS x (publication_id, tokens) SELECT id, tokens FROM publication_facet_stage"
    " ON CONFLICT (publication_id) DO UPDATE SET tokens = excluded.tokens WHERE x.tokens IS DISTINCT FROM excluded.tokens"
)
_SYNC_TEXT = (
    "INSERT INTO channels_publicationtext AS x (publication_id, search_text) SELECT id, text FROM publication_facet_stage"
    " ON CONFLICT (publication_id) DO UPDATE SET search_text = excluded.search_text"
    " WHERE x.search_text IS DISTINCT FROM excluded.search_text"
)


def _write_links(cursor: Any, view: int, items: Sequence[Built], ids: dict[int, int]) -> None:
    """Replace the links of live publications."""
    cursor.execute(
        "DELETE FROM channels_publicationlink WHERE publication_id = ANY(%s)", [[ids[item.product] for item in items]]
    )
    rows = [(ids[item.product], number, owned) for item in items for number, owned in enumerate(item.links)]
    if not rows:
        return
    with cursor.copy(
        "COPY channels_publicationlink (publication_id, number, view_id, type, side, target, code, uuid, quantity,"
        " owner_sku, owner_uuid) FROM STDIN"
    ) as copy:
        for pk, number, owned in rows:
            link, owner = owned.link, owned.owner
            copy.write_row(
                (pk, number, view, link.type, link.side, link.target, link.code, link.uuid, link.quantity,
                 owner.sku if owner else "", owner.uuid if owner else None)
            )  # fmt: skip


def _clear_index(cursor: Any, owners: list[int]) -> None:
    if not owners:
        return
    for table in ("facet", "number", "sort", "text", "link"):
        cursor.execute(f"DELETE FROM channels_publication{table} WHERE publication_id = ANY(%s)", [owners])

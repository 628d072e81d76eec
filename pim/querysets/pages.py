"""Runs the queries of the filter language: pages of keys, capped counts and facet counts."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from pim.errors import Refused
from pim.querying.compile import Selection
from pim.querying.conditions import Sql, quote_name
from pim.querying.facets import facets_query
from pim.querying.pages import MAX_LIMIT, PageRequest, page_queries
from pim.values.specs import Json

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

FENCE_BELOW = 20_000
MAX_CANDIDATES = 20_000
COUNT_CAP = 10_000
FACET_CAP = 50_000


@dataclass(frozen=True, slots=True)
class Page:
    """Keys of the owners, in order, and where to go on.

    `next_values` and `previous_values` are what a `Cursor` carries: sort values, then the key; None where the list
    ends. Ask for the previous page with `backwards`.
    """

    ids: tuple[int, ...]
    next_values: tuple[Json, ...] | None
    previous_values: tuple[Json, ...] | None
    places: tuple[tuple[Json, ...], ...] = field(default=(), compare=False)
    """What a cursor at each row carries."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many matches: exact up to 10,000, else the planner's estimate."""

    value: int
    is_exact: bool


def fetch_ids(connection: BaseDatabaseWrapper, request: PageRequest, *, fenced: bool | None = None) -> Page:
    """Fetch the keys of one page.

    `fenced` collects the matches before it sorts them; None leaves that to the planner's estimate (`is_selective`).

    Raises:
        Refused: `invalid_limit`; `not_indexed` (see `refuse_unindexed`).
    """
    if not 1 <= request.limit <= MAX_LIMIT:
        raise Refused("invalid_limit", _("A page has 1 to %(n)s rows.") % {"n": MAX_LIMIT}, "/limit")
    refuse_unindexed(connection, request.where)
    if fenced is None:
        fenced = is_selective(connection, request.where, limit=request.limit)
    rows: list[tuple[Any, ...]] = []
    for query in page_queries(request, fenced=fenced):
        wanted = request.limit + 1 - len(rows)
        if wanted > 0:
            rows += _fetch(connection, replace(query, params=(*query.params, wanted)))
    has_more = len(rows) > request.limit
    rows = rows[: request.limit]
    if request.backwards:
        rows.reverse()
    came_from = request.after is not None
    has_next, has_previous = (came_from, has_more) if request.backwards else (has_more, came_from)
    return Page(
        tuple(row[0] for row in rows),
        _cursor_values(rows[-1]) if rows and has_next else None,
        _cursor_values(rows[0]) if rows and has_previous else None,
        tuple(map(_cursor_values, rows)),
    )


def fetch_all_ids(connection: BaseDatabaseWrapper, where: Selection) -> list[int]:
    """Fetch every key at once, unordered and unguarded: for jobs, which may take their time."""
    return [row[0] for row in _fetch(connection, where.ids())]


def fetch_ids_after(connection: BaseDatabaseWrapper, where: Selection, *, after: int, limit: int) -> list[int]:
    """Fetch the next keys behind one, ascending and unguarded: for jobs that walk through a selection in chunks.

    Each call asks anew: what has stopped to match meanwhile is left out.
    """
    ids = where.ids()
    text = f"SELECT m.id FROM ({ids.text}) m (id) WHERE m.id > %s ORDER BY m.id LIMIT %s"
    return [row[0] for row in _fetch(connection, Sql(text, (*ids.params, after, limit)))]


def fetch_ids_among(connection: BaseDatabaseWrapper, where: Selection, keys: Collection[int]) -> set[int]:
    """Fetch those of the keys that match."""
    ids = where.ids()
    text = f"SELECT m.id FROM ({ids.text}) m (id) WHERE m.id = ANY(%s)"
    return {row[0] for row in _fetch(connection, Sql(text, (*ids.params, list(keys))))}


def count_all(connection: BaseDatabaseWrapper, where: Selection) -> int:
    """Count every match, however long that takes: for jobs."""
    ids = where.ids()
    return int(_fetch(connection, Sql(f"SELECT count(*) FROM ({ids.text}) m", ids.params))[0][0])


def count_capped(connection: BaseDatabaseWrapper, where: Selection, *, cap: int = COUNT_CAP) -> Count:
    """Count the matches up to a cap; beyond it, take the planner's word.

    Raises:
        Refused: `not_indexed`.
    """
    refuse_unindexed(connection, where)
    ids = where.ids()
    text = f"SELECT count(*) FROM ({ids.text} LIMIT %s) m"
    counted = int(_fetch(connection, Sql(text, (*ids.params, cap + 1)))[0][0])
    if counted <= cap:
        return Count(counted, is_exact=True)
    return Count(max(counted, estimate_rows(connection, where)), is_exact=False)


@dataclass(frozen=True, slots=True)
class TokenCount:
    """How many owners carry a token, and one of them."""

    owners: int
    example: int


@dataclass(frozen=True, slots=True)
class TokenCounts:
    """{token: count}, most frequent first; among `looked_at` owners, a part of the whole where `is_exact` is false."""

    tokens: dict[int, TokenCount]
    looked_at: int
    is_exact: bool


def count_many_tokens(
    connection: BaseDatabaseWrapper,
    where: Selection,
    *,
    attributes: Collection[int],
    cap: int = FACET_CAP,
    limit: int = 100,
) -> TokenCounts:
    """Count the tokens of several attributes among the matches in one query, looking at `cap` of them.

    Raises:
        Refused: `not_indexed`.
    """
    refuse_unindexed(connection, where)
    rows = _fetch(connection, facets_query(where, attributes=attributes, cap=cap, limit=limit))
    looked_at = next(int(owners) for found, owners, _example in rows if found is None)
    tokens = {found: TokenCount(int(owners), int(example)) for found, owners, example in rows if found is not None}
    return TokenCounts(tokens, min(looked_at, cap), is_exact=looked_at <= cap)


def refuse_unindexed(connection: BaseDatabaseWrapper, where: Selection, *, limit: int = MAX_CANDIDATES) -> None:
    """Refuse to read the documents of a whole catalogue.

    Raises:
        Refused: `not_indexed`: no part of the filter has an index, and more than `limit` owners would be read.
    """
    if where.narrowed is not None and estimate_rows(connection, where.narrowed) > limit:
        raise Refused(
            "not_indexed",
            _(
                "No index serves this filter. Make its attribute searchable, or add a condition that narrows the list:"
                " a family, a category, an option."
            ),
            "/filter",
        )


def estimate_rows(connection: BaseDatabaseWrapper, where: Selection) -> int:
    """How many matches the planner expects, without looking at any."""
    ids = where.ids()
    plan = _fetch(connection, Sql(f"EXPLAIN (FORMAT JSON) {ids.text}", ids.params))[0][0]
    decoded = json.loads(plan) if isinstance(plan, str) else plan
    return int(decoded[0]["Plan"]["Plan Rows"])


def is_selective(connection: BaseDatabaseWrapper, where: Selection, *, limit: int) -> bool:
    """Whether it is cheaper to collect all matches than to walk the order's index until a page is full.

    With m matches among n owners the walk passes limit × n / m owners; the matches are favoured by two, since an estimate that is
    far too high makes it pass all of them.
    """
    matches = estimate_rows(connection, where)
    if matches >= FENCE_BELOW:
        return False
    query = Sql("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", (quote_name(where.tables.owner),))
    owners = float(_fetch(connection, query)[0][0])
    return matches**2 < 4 * limit * owners


def _fetch(connection: BaseDatabaseWrapper, query: Sql) -> Sequence[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query.text, query.params)
        return list(cursor.fetchall())


def _cursor_values(row: tuple[Any, ...]) -> tuple[Json, ...]:
    pk, *sort_values = row
    return (*(_plain(value) for value in sort_values), int(pk))


def _plain(value: Any) -> Json:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)

"""Reading publications: one indexed query a page, texts passed on as they are stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from time import monotonic
from typing import Any

import orjson
from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from channels.errors import FeedExpired
from channels.hub.items import ANY_LOCALE, Associations
from channels.mapping.indexes import live_token, view_token
from channels.services.associating import read_associations
from channels.services.fields import SYSTEM_SORTS, TABLES, get_fields
from channels.services.snapshot import DeliveryStructure, ViewSpec
from pim.errors import Refused
from pim.querying.compile import Selection, compile_tree, select
from pim.querying.conditions import Condition, Fragment, HasAny, Param, Sql
from pim.querying.cursor import Cursor, hash_query, read_cursor, write_cursor
from pim.querying.fields import Context
from pim.querying.pages import OrderTerm, PageRequest, page_queries
from pim.querying.params import parse_order, parse_params
from pim.querying.tree import Node, all_of, dump_filter, parse_filter
from pim.querysets.pages import FENCE_BELOW, count_capped, is_selective, refuse_unindexed
from pim.values.specs import Json

MAX_LIMIT = 100
_RECHECK_SIZE_S = 60.0
_MOST_COLUMNS = 8
_MOMENT = """to_char(p.published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""
"""When a publication came out, as consumers read it."""

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """A publication as it is stored; `parts` are the texts of the locales that were asked for and are live."""

    id: int
    uuid: str
    sku: str
    is_live: bool
    position: int
    published_at: str
    shared: str
    parts: Texts


@dataclass(frozen=True, slots=True)
class Query:
    """What a list is asked: parsed, checked, and with a hash that its cursors carry.

    `is_plain`: everything is asked for, in one of the orders that have an index of their own.
    """

    where: Selection
    order: tuple[OrderTerm, ...]
    is_filtered: bool
    is_plain: bool
    hash: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of live publications and the signed cursors beside it; `cursor` signs that of a row by its number."""

    rows: Sequence[Row]
    next: str | None
    previous: str | None
    cursor: Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Feed:
    """A stretch of the feed and the token that goes on from there."""

    rows: Sequence[Row]
    next: str
    has_more: bool


class Reader:
    """Reads one view; made for each request."""

    def __init__(self, structure: DeliveryStructure, view: ViewSpec) -> None:
        self.structure = structure
        self.view = view
        self.terms = view.terms

    @cached_property
    def position(self) -> int:
        """The view's position when it was first asked: everything up to it is read afterwards."""
        return self._standing[0]

    @cached_property
    def _standing(self) -> tuple[int, bool]:
        """The view's position, and whether any of its documents names another product."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT position, EXISTS (SELECT FROM channels_publicationlink l WHERE l.view_id = v.id)"
                " FROM channels_channelview v WHERE id = %s",
                [self.terms.id],
            )
            position, has_links = cursor.fetchone() or (0, False)
            return int(position), bool(has_links)

    def associations(self, rows: Sequence[Row]) -> Mapping[int, Mapping[str, Associations]]:
        """What documents name of other products that are live: {row's id: {type: associations}}.

        One query for a page; none in a view without associations.
        """
        if not rows or not self._standing[1]:
            return {}
        return read_associations(self.structure, [row.id for row in rows])

    def query(
        self,
        *,
        params: Mapping[str, Sequence[str]] | None = None,
        tree: Json = None,
        sort: str = "",
        live_in: str | None = None,
        locale: str | None = None,
    ) -> Query:
        """Check what a reader asks.

        Args:
            params: plain filters, `{name: [value, …]}`.
            tree: a composed filter in its JSON spelling.
            sort: `-published_at`, `values[name],sku`, …
            live_in: only products that are live in this locale.
            locale: what fields that vary by locale are asked in where no locale is named; a view of several locales
                has no default.

        Raises:
            Refused: an unknown field, operator, value or order; the pointer names it.
        """
        self.check_locale(live_in, "/live_in")
        asked_in = locale or live_in or (self.terms.locales[0] if len(self.terms.locales) == 1 else None)
        catalogue = get_fields(self.structure, self.view)
        context = Context(TABLES, self.structure.catalog.base, timezone.now())
        node = all_of(
            *(
                found
                for found in (
                    parse_params(params or {}, catalogue=catalogue, locale=asked_in),
                    parse_filter(tree, catalogue=catalogue, root="/filter", locale=asked_in),
                )
                if found is not None
            )
        )
        condition = compile_tree(node, catalogue=catalogue, context=context)
        order = self._order(sort, asked_in, context)
        where = select(TABLES, *self._scope(node, live_in), condition)
        is_plain = node is None and live_in is None and (sort.lstrip("-+") or "sku") in SYSTEM_SORTS
        return Query(where, order, node is not None, is_plain, hash_query(dump_filter(node), sort, live_in, asked_in))

    def _scope(self, node: Node | None, live_in: str | None) -> Iterator[Condition]:
        yield Fragment(Sql("o.view_id = %s::bigint AND o.state = 'live'", (self.terms.id,)), indexed=True, exact=True)
        tokens = {view_token(self.terms.id)} if node is not None or live_in else set()
        if live_in:
            tokens.add(live_token(self.structure.catalog.base, self.terms.channel, live_in))
        for packed in tokens:
            yield HasAny(frozenset({packed}))

    def _order(self, sort: str, locale: str | None, context: Context) -> tuple[OrderTerm, ...]:
        name = sort.lstrip("-+") or "sku"
        if name in SYSTEM_SORTS:
            return (OrderTerm(SYSTEM_SORTS[name], descending=sort.startswith("-")),)
        return parse_order(
            sort, catalogue=get_fields(self.structure, self.view), context=context, locale=locale, pointer="/sort"
        )

    def check_locale(self, locale: str | None, pointer: str) -> None:
        """Refuse a locale that the view does not have.

        Raises:
            Refused: `unknown_locale`.
        """
        if locale is not None and locale not in self.terms.locales:
            names = ", ".join(self.terms.locales)
            raise Refused(
                "unknown_locale",
                _("There is no locale “%(code)s” here. Possible: %(names)s.") % {"code": locale[:100], "names": names},
                pointer,
            )

    def page(self, query: Query, *, limit: int, cursor: str | None = None, parts: Sequence[str] | None = None) -> Page:
        """Read a page.

        Args:
            parts: the locales whose texts are wanted; None means all, ANY_LOCALE the first that is live.

        Raises:
            Refused: `invalid_cursor`, `not_indexed`.
        """
        parts = self._name_parts(parts)
        walked = self._open(cursor, query.hash) if cursor else None
        backwards = walked is not None and walked.backwards
        request = PageRequest(query.where, query.order, walked.values if walked else None, limit, backwards=backwards)
        found: list[tuple[Row, tuple[Json, ...]]] = []
        if query.is_plain:
            found += self._read_plain(request, parts)
        else:
            for sql in page_queries(request, fenced=self._is_fenced(query, limit)):
                wanted = limit + 1 - len(found)
                if wanted > 0:
                    found += self._read_page(sql, len(query.order), wanted, parts)
        has_more = len(found) > limit
        found = found[:limit]
        if backwards:
            found.reverse()
        has_next = walked is not None if backwards else has_more
        has_previous = has_more if backwards else walked is not None
        return Page(
            [row for row, _values in found],
            self._sign(found[-1][1], query.hash) if found and has_next else None,
            self._sign(found[0][1], query.hash, backwards=True) if found and has_previous else None,
            lambda number: self._sign(found[number][1], query.hash),
        )

    def count(self, query: Query) -> tuple[int, bool]:
        """How many match, and whether that is exact (it is up to 10,000)."""
        counted = count_capped(connection, query.where)
        return counted.value, counted.is_exact

    def one(
        self, *, sku_key: str | None = None, uuid: str | None = None, parts: Sequence[str] | None = None
    ) -> Row | None:
        """Read a live publication by its normalised SKU or by uuid."""
        column, key = ("sku_key", sku_key) if sku_key is not None else ("uuid", uuid)
        rows = self._read(f"p.{column} = %s AND p.state = 'live'", [key], self._name_parts(parts), "")
        return next(rows, None)

    def feed(self, since: str, *, limit: int, parts: Sequence[str] | None = ()) -> Feed:
        """Read the feed behind a token; `initial` walks all that is live, then goes on with what changed meanwhile.

        Raises:
            Refused: `invalid_cursor`.
            FeedExpired: the token is of a feed that is no more.
        """
        phase, start, after = self._open_feed(since)
        parts = self._name_parts(parts)
        if phase == "walk":
            rows = list(
                self._read("p.state = 'live' AND p.id > %s", [after], parts, "ORDER BY p.id LIMIT %s", [limit + 1])
            )
            has_more = len(rows) > limit
            rows = rows[:limit]
            token = self._sign_feed("walk", start, rows[-1].id) if has_more else self._sign_feed("feed", 0, start)
            return Feed(rows, token, has_more)
        if after > self.position:
            raise FeedExpired
        rows = list(self._read("p.position > %s", [after], parts, "ORDER BY p.position LIMIT %s", [limit + 1]))
        has_more = len(rows) > limit
        rows = rows[:limit]
        return Feed(rows, self._sign_feed("feed", 0, rows[-1].position if rows else after), has_more)

    def _open_feed(self, since: str) -> tuple[str, int, int]:
        if since == "initial":
            return "walk", self.position, 0
        if since.isascii() and since.isdigit() and len(since) < 19:
            return "feed", 0, int(since)
        values = read_cursor(since, key=_key(), query_hash="", endpoint=f"changes:{self.terms.code}").values
        return str(values[0]), int(str(values[1])), int(str(values[2]))

    def _sign_feed(self, phase: str, start: int, after: int) -> str:
        cursor = Cursor((phase, start, after))
        return write_cursor(cursor, key=_key(), query_hash="", endpoint=f"changes:{self.terms.code}")

    def _open(self, cursor: str, query_hash: str) -> Cursor:
        return read_cursor(cursor, key=_key(), query_hash=query_hash, endpoint=f"products:{self.terms.code}")

    def _sign(self, values: tuple[Json, ...], query_hash: str, *, backwards: bool = False) -> str:
        cursor = Cursor(values, backwards)
        return write_cursor(cursor, key=_key(), query_hash=query_hash, endpoint=f"products:{self.terms.code}")

    def _is_fenced(self, query: Query, limit: int) -> bool:
        """Whether matches are collected before they are sorted: few matches in a large table."""
        if not query.is_filtered:
            return False
        refuse_unindexed(connection, query.where)
        return _table_rows() >= FENCE_BELOW and is_selective(connection, query.where, limit=limit)

    def _name_parts(self, parts: Sequence[str] | None) -> Sequence[str] | None:
        """The locales by name: a column of text each needs no unescaping; many are read as one JSON object."""
        return self.terms.locales if parts is None and len(self.terms.locales) <= _MOST_COLUMNS else parts

    def _columns(self, parts: Sequence[str] | None) -> tuple[str, list[Param]]:
        """The columns of a row: all parts as one JSON text, or one column for each locale that is asked for."""
        columns = f"p.id, p.uuid::text, p.sku, p.state = 'live', p.position, {_MOMENT}, p.shared"
        if parts is None:
            return f"{columns}, p.by_locale", []
        texts = ", ".join(self._part(part) for part in parts)
        names = [name for part in parts for name in ([part] if part != ANY_LOCALE else self.terms.locales)]
        return f"{columns}, {texts}" if texts else columns, list(names)

    def _part(self, locale: str) -> str:
        if locale != ANY_LOCALE:
            return "p.by_locale ->> %s::text"
        return f"COALESCE({', '.join(['p.by_locale ->> %s::text'] * len(self.terms.locales))})"

    def _read_page(
        self, sql: Sql, terms: int, limit: int, parts: Sequence[str] | None
    ) -> Iterator[tuple[Row, tuple[Json, ...]]]:
        """Fetch the keys of a page and the rows behind them in one query: each row with what its cursor carries."""
        columns, params = self._columns(parts)
        values = [f"v{number}" for number in range(terms)]
        text = (
            "WITH k AS MATERIALIZED (SELECT row_number() OVER () AS n, q.* FROM"
            f" ({sql.text}) q({', '.join(['id', *values])}))"
            f" SELECT {''.join(f'k.{value}, ' for value in values)}{columns}"
            " FROM k JOIN channels_publication p ON p.id = k.id ORDER BY k.n"
        )
        with connection.cursor() as cursor:
            cursor.execute(text, [*sql.params, limit, *params])
            for fetched in cursor.fetchall():
                row = _make_row(fetched[terms:], parts)
                yield row, (*fetched[:terms], row.id)

    def _read_plain(self, request: PageRequest, parts: Sequence[str] | None) -> Iterator[tuple[Row, tuple[Json, ...]]]:
        """Fetch a page of everything in an order that has its own index: no keys first, for none is looked at twice."""
        (term,) = request.order
        column, cast = f"p.{term.key.column}", term.key.cast
        is_descending = term.descending is not request.backwards
        columns, params = self._columns(parts)
        text = f"SELECT {column}, {columns} FROM channels_publication p WHERE p.view_id = %s AND p.state = 'live'"
        params.append(self.terms.id)
        if request.after is not None:
            text += f" AND ({column}, p.id) {'<' if is_descending else '>'} (%s::{cast}, %s::bigint)"
            params += [str(value) for value in request.after]
        way = " DESC" if is_descending else ""
        with connection.cursor() as cursor:
            cursor.execute(f"{text} ORDER BY {column}{way}, p.id{way} LIMIT %s", [*params, request.limit + 1])
            for value, *fetched in cursor.fetchall():
                row = _make_row(fetched, parts)
                yield row, (value, row.id)

    def _read(
        self, where: str, params: Sequence[Any], parts: Sequence[str] | None, tail: str, more: Sequence[Any] = ()
    ) -> Iterator[Row]:
        columns, names = self._columns(parts)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {columns} FROM channels_publication p WHERE p.view_id = %s AND {where} {tail}",
                [*names, self.terms.id, *params, *more],
            )
            yield from (_make_row(row, parts) for row in cursor.fetchall())


def _make_row(row: Sequence[Any], parts: Sequence[str] | None) -> Row:
    pk, uuid, sku, is_live, position, published_at, shared, *texts = row
    by_locale = (
        orjson.loads(texts[0])
        if parts is None
        else {code: text for code, text in zip(parts, texts, strict=True) if text}
    )
    return Row(pk, uuid, sku, is_live, position, published_at or "", shared, by_locale)


def _key() -> bytes:
    return settings.SECRET_KEY.encode()


_size: tuple[float, float] = (0.0, -_RECHECK_SIZE_S)


def _table_rows() -> float:
    """About how many publications there are, as of the last minute."""
    global _size  # noqa: PLW0603 - a figure of the whole process
    if monotonic() - _size[1] > _RECHECK_SIZE_S:
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'channels_publication'::regclass")
            _size = (float(cursor.fetchone()[0]), monotonic())
    return _size[0]

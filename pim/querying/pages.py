"""The SQL of a page: keys first, by keyset, never by OFFSET (reference: storage experiment, §2 and §5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pim.querying.compile import Selection
from pim.querying.conditions import Param, Sql, quote_name
from pim.querying.fields import SortKey
from pim.values.specs import Json

MAX_LIMIT = 1_000


@dataclass(frozen=True, slots=True)
class OrderTerm:
    """One level of a list's order. Owners without the key come last, whichever way the order runs."""

    key: SortKey
    descending: bool = False


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which rows of an ordered selection.

    Attributes:
        order: may be empty: then by key. The key breaks ties in the direction of the last term.
        after: sort values and key of the row beside which the page lies: the page after it, or before it when
            `backwards`. None: the first page, or the last one when `backwards`.
        limit: 1 … 1,000.
    """

    where: Selection
    order: tuple[OrderTerm, ...] = ()
    after: tuple[Json, ...] | None = None
    limit: int = 25
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class _Column:
    """A term as SQL: what it reads, which way the walk goes, and where the walk stands."""

    expression: str
    cast: str
    descending: bool
    nullable: bool
    value: Param = None


@dataclass(frozen=True, slots=True)
class _Walk:
    """The pieces of one query: FROM and WHERE with their parameters, the columns of the order, the key."""

    source: str
    source_params: tuple[Param, ...]
    where: str
    where_params: tuple[Param, ...]
    columns: tuple[_Column, ...]
    pk: _Column
    missing: int = field(default=0)


def page_queries(request: PageRequest, *, fenced: bool) -> tuple[Sql, ...]:
    """The queries that give a page: rows of (key, sort value, …), one row more than the limit tells of a next page.

    Run them in order and stop once there are enough rows; each takes the number of rows still wanted as its last
    parameter, which is left off here. Fenced, the matches are collected first and sorted after: right when they are
    few, where PostgreSQL may otherwise walk a whole index to find them. Else there are two walks when the first term
    may be missing: along its index, then through the rest.
    """
    if fenced:
        return (_fenced(request),)
    return tuple(_plain(walk, request) for walk in _walks(request))


def _walks(request: PageRequest) -> list[_Walk]:
    order = request.order
    if not order or not order[0].key.nullable:
        return [_walk(request, request.after)]
    present, absent = True, False
    phases = [absent, present] if request.backwards else [present, absent]
    if request.after is not None and (request.after[0] is not None) is not phases[0]:
        phases = phases[1:]
    walks = []
    for i, has_first in enumerate(phases):
        after = request.after if i == 0 else None
        walks.append(_walk(request, after, has_first=has_first))
    return walks


def _walk(request: PageRequest, after: Sequence[Json] | None, *, has_first: bool | None = None) -> _Walk:
    """One walk; `has_first` says whether it is over the rows with the first term, without it, or both (None)."""
    tables = request.where.tables
    pk, link = quote_name(tables.pk), quote_name(tables.link)
    source, source_params = request.where.source(), []
    where, where_params = [request.where.condition.text], list(request.where.condition.params)
    columns: list[_Column] = []
    pk_expression = f"o.{pk}"
    for i, term in enumerate(request.order):
        key, value = term.key, after[i] if after else None
        leads = i == 0 and has_first is not None
        if leads and not has_first:
            where.append(_lacks(key, tables.pk, link, _table(request, key)))
            where_params += [] if key.source == "column" else [key.akey]
            continue
        if key.source == "column":
            expression = f"o.{quote_name(key.column)}"
            if leads:
                where.append(f"{expression} IS NOT NULL")
        else:
            alias = f"s{i}"
            expression = f"{alias}.number" if key.source == "number" else f"{alias}.key"
            on = f"{alias}.{link} = o.{pk} AND {alias}.akey = %s"
            source += f" {'JOIN' if leads else 'LEFT JOIN'} {quote_name(_table(request, key))} {alias} ON {on}"
            source_params.append(key.akey)
            # The key of the sort row, not of the owner: so the index (akey, number, owner) gives the whole order.
            pk_expression = f"{alias}.{link}" if leads and len(request.order) == 1 else pk_expression
        descending = term.descending is not request.backwards
        columns.append(_Column(expression, key.cast, descending, key.nullable and not leads, _param(value)))
    last = request.order[-1].descending if request.order else False
    at = _param(after[-1]) if after else None
    pk_column = _Column(pk_expression, "bigint", last is not request.backwards, nullable=False, value=at)
    missing = len(request.order) - len(columns)
    return _Walk(
        source, tuple(source_params), " AND ".join(where), tuple(where_params), tuple(columns), pk_column, missing
    )


def _table(request: PageRequest, key: SortKey) -> str:
    tables = request.where.tables
    return tables.number if key.source == "number" else tables.sort


def _lacks(key: SortKey, pk: str, link: str, table: str) -> str:
    if key.source == "column":
        return f"o.{quote_name(key.column)} IS NULL"
    return f"NOT EXISTS (SELECT 1 FROM {quote_name(table)} x WHERE x.{link} = o.{quote_name(pk)} AND x.akey = %s)"


def _param(value: Json) -> Param:
    return value if isinstance(value, str | int | float) else None


def _plain(walk: _Walk, request: PageRequest) -> Sql:
    columns = (*walk.columns, walk.pk)
    nulls = ", ".join([walk.pk.expression] + ["NULL"] * walk.missing + [column.expression for column in walk.columns])
    text = f"SELECT {nulls} FROM {walk.source} WHERE {walk.where}"
    params = [*walk.source_params, *walk.where_params]
    if walk.pk.value is not None:
        beyond = _beyond(columns, backwards=request.backwards)
        text += f" AND {beyond.text}"
        params += beyond.params
    return Sql(f"{text} ORDER BY {_order_by(columns, backwards=request.backwards)} LIMIT %s", tuple(params))


def _fenced(request: PageRequest) -> Sql:
    walk = _walk(request, request.after)
    names = [f"k{i}" for i in range(len(walk.columns))]
    inner = "".join(f", {column.expression} AS {name}" for column, name in zip(walk.columns, names, strict=True))
    columns = [
        *(
            _Column(f"m.{name}", column.cast, column.descending, column.nullable, column.value)
            for column, name in zip(walk.columns, names, strict=True)
        ),
        _Column("m.id", walk.pk.cast, walk.pk.descending, nullable=False, value=walk.pk.value),
    ]
    text = (
        f"WITH m AS MATERIALIZED (SELECT {walk.pk.expression} AS id{inner} FROM {walk.source} WHERE {walk.where})"
        f" SELECT {', '.join(['m.id', *(f'm.{name}' for name in names)])} FROM m"
    )
    params = [*walk.source_params, *walk.where_params]
    if walk.pk.value is not None:
        beyond = _beyond(columns, backwards=request.backwards)
        text += f" WHERE {beyond.text}"
        params += beyond.params
    return Sql(f"{text} ORDER BY {_order_by(columns, backwards=request.backwards)} LIMIT %s", tuple(params))


def _order_by(columns: Sequence[_Column], *, backwards: bool) -> str:
    return ", ".join(
        column.expression
        + (" DESC" if column.descending else "")
        + ((" NULLS FIRST" if backwards else " NULLS LAST") if column.nullable else "")
        for column in columns
    )


def _beyond(columns: Sequence[_Column], *, backwards: bool) -> Sql:
    """The rows further along the walk than the row the cursor names."""
    if len({column.descending for column in columns}) == 1 and not any(column.nullable for column in columns):
        symbol = "<" if columns[0].descending else ">"
        left = ", ".join(column.expression for column in columns)
        right = ", ".join(f"%s::{column.cast}" for column in columns)
        return Sql(f"({left}) {symbol} ({right})", tuple(column.value for column in columns))
    alternatives: list[str] = []
    params: list[Param] = []
    for i, column in enumerate(columns):
        further = _further(column, backwards=backwards)
        if further is None:
            continue
        ties = [_tied(tied) for tied in columns[:i]]
        alternatives.append(" AND ".join([tie.text for tie in ties] + [further.text]))
        params += [param for tie in ties for param in tie.params] + list(further.params)
    return Sql(f"({' OR '.join(alternatives)})", tuple(params))


def _further(column: _Column, *, backwards: bool) -> Sql | None:
    """What comes after the cursor in one column; owners without a value are the far end going forwards."""
    expression = column.expression
    if column.value is None:
        return Sql(f"{expression} IS NOT NULL") if backwards else None
    compared = f"{expression} {'<' if column.descending else '>'} %s::{column.cast}"
    if column.nullable and not backwards:
        return Sql(f"({compared} OR {expression} IS NULL)", (column.value,))
    return Sql(compared, (column.value,))


def _tied(column: _Column) -> Sql:
    if column.value is None:
        return Sql(f"{column.expression} IS NULL")
    return Sql(f"{column.expression} = %s::{column.cast}", (column.value,))

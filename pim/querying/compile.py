"""From tree to SQL: tokens that are asked together are asked at once, and it is known what an index serves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import reduce

from pim.querying.conditions import (
    EVERYTHING,
    NOTHING,
    Both,
    Condition,
    Either,
    Fragment,
    HasAny,
    IndexTables,
    Join,
    Negated,
    Param,
    Sql,
    quote_name,
)
from pim.querying.fields import Context, FieldCatalogue
from pim.querying.tree import And, Leaf, Node, Not, Or, find_field

_FACET = frozenset({Join.FACET})


@dataclass(frozen=True, slots=True)
class _Part:
    """Rendered SQL and what is known of it."""

    sql: Sql
    joins: frozenset[Join] = frozenset()
    indexed: bool = False
    recheck: bool = False
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """Which owners: everything a page, a count or a facet needs to build its query.

    Attributes:
        condition: WHERE, without the word.
        joins: the side tables the condition reads.
        is_indexed: an index, or a narrow table beside one, leads to the matches.
        is_rechecked: documents or whole texts are read for every candidate.
        narrowed: the same without what needs rechecking: its matches are the candidates.
    """

    tables: IndexTables
    condition: Sql
    joins: frozenset[Join] = frozenset()
    is_indexed: bool = False
    is_rechecked: bool = False
    narrowed: Selection | None = None

    def source(self, extra: Iterable[Join] = ()) -> str:
        """FROM, without the word: the owners with the side tables that are needed.

        Left joins: PostgreSQL turns them into inner ones wherever a condition cannot hold without a row.
        """
        tables = self.tables
        pk, link = quote_name(tables.pk), quote_name(tables.link)
        text = f"{quote_name(tables.owner)} o"
        for join in sorted(self.joins | set(extra), key=lambda join: join.value):
            text += f" LEFT JOIN {quote_name(tables.table_of(join))} {join.value} ON {join.value}.{link} = o.{pk}"
        return text

    def ids(self) -> Sql:
        """A query for the keys of the owners, in no order."""
        text = f"SELECT o.{quote_name(self.tables.pk)} FROM {self.source()} WHERE {self.condition.text}"
        return Sql(text, self.condition.params)


def compile_tree(node: Node | None, *, catalogue: FieldCatalogue, context: Context) -> Condition:
    """Turn a tree into a condition; None lets everything through.

    Raises:
        Refused: a value that does not fit its field, or a field the catalogue does not know (a saved filter whose
            attribute was deleted); the pointer is the leaf's.
    """
    match node:
        case None:
            return EVERYTHING
        case Leaf():
            return find_field(catalogue, node.field, f"{node.pointer}/field").compile(node, context)
        case Not(child):
            return Negated(compile_tree(child, catalogue=catalogue, context=context))
        case And(children):
            return Both(tuple(compile_tree(child, catalogue=catalogue, context=context) for child in children))
        case Or(children):
            return Either(tuple(compile_tree(child, catalogue=catalogue, context=context) for child in children))


def select(tables: IndexTables, *conditions: Condition) -> Selection:
    """All conditions together, as SQL: the caller's filter, its access rules, what is not deleted."""
    whole = _simplify(Both(conditions))
    part = _render(whole, tables)
    narrowed = None
    if part.recheck and not part.indexed:
        rest = _render(_simplify(_without_rechecks(whole, positive=True)), tables)
        narrowed = Selection(tables, rest.sql, rest.joins)
    return Selection(tables, part.sql, part.joins, part.indexed, part.recheck, narrowed)


def _simplify(condition: Condition) -> Condition:
    """Flatten groups, fold double negation, merge alternatives of tokens, and settle what is true or false."""
    match condition:
        case HasAny(tokens):
            return condition if tokens else NOTHING
        case Negated(inner):
            return _negate(_simplify(inner))
        case Both(conditions):
            parts = list(_flatten(conditions, Both))
            if NOTHING in parts:
                return NOTHING
            return parts[0] if len(parts) == 1 else Both(tuple(parts))
        case Either(conditions):
            parts = list(_flatten(conditions, Either))
            if EVERYTHING in parts:
                return EVERYTHING
            tokens = frozenset[int]().union(*(part.tokens for part in parts if isinstance(part, HasAny)))
            rest: list[Condition] = [part for part in parts if not isinstance(part, HasAny)]
            merged = [HasAny(tokens), *rest] if tokens else rest
            return merged[0] if len(merged) == 1 else Either(tuple(merged))
    return condition


def _flatten(conditions: Iterable[Condition], group: type[Both] | type[Either]) -> Iterator[Condition]:
    for condition in conditions:
        simple = _simplify(condition)
        if isinstance(simple, group):
            yield from simple.conditions
        else:
            yield simple


def _negate(condition: Condition) -> Condition:
    if condition == NOTHING:
        return EVERYTHING
    if condition == EVERYTHING:
        return NOTHING
    return condition.condition if isinstance(condition, Negated) else Negated(condition)


def _without_rechecks(condition: Condition, *, positive: bool) -> Condition:
    """A condition that holds wherever the given one does, and reads no document."""
    match condition:
        case Fragment(recheck=True):
            return EVERYTHING if positive else NOTHING
        case Negated(inner):
            return Negated(_without_rechecks(inner, positive=not positive))
        case Both(conditions):
            return Both(tuple(_without_rechecks(child, positive=positive) for child in conditions))
        case Either(conditions):
            return Either(tuple(_without_rechecks(child, positive=positive) for child in conditions))
    return condition


def _render(condition: Condition, tables: IndexTables, *, negated: bool = False) -> _Part:
    """SQL of a simple condition. Under a negation no index helps, so nothing is written for one."""
    match condition:
        case HasAny(tokens):
            return _has_any(tokens)
        case Fragment():
            return _Part(condition.sql, condition.joins, condition.indexed, condition.recheck, condition.exact)
        case Negated(inner):
            return _not(_render(inner, tables, negated=True))
        case Both(conditions):
            return _both(conditions, tables, negated=negated)
        case Either(conditions):
            return _either([_render(child, tables, negated=negated) for child in conditions], tables, negated=negated)


def _has_any(tokens: frozenset[int]) -> _Part:
    operator = "@>" if len(tokens) == 1 else "&&"
    return _Part(Sql(f"f.tokens {operator} %s::bigint[]", (sorted(tokens),)), _FACET, indexed=True)


def _not(part: _Part) -> _Part:
    text = f"NOT {part.sql.text}" if part.exact else f"({part.sql.text}) IS NOT TRUE"
    return replace(part, sql=Sql(text, part.sql.params), indexed=False, exact=True)


def _both(conditions: Iterable[Condition], tables: IndexTables, *, negated: bool) -> _Part:
    required: set[int] = set()
    others: list[Condition] = []
    for condition in conditions:
        if isinstance(condition, HasAny) and len(condition.tokens) == 1:
            required |= condition.tokens
        else:
            others.append(condition)
    parts = [_render(condition, tables, negated=negated) for condition in others]
    if required:
        parts.insert(0, _Part(Sql("f.tokens @> %s::bigint[]", (sorted(required),)), _FACET, indexed=True))
    if not parts:
        return _Part(Sql("TRUE"), exact=True)
    # What reads documents comes last; PostgreSQL orders by cost itself, and by our order where costs tie.
    parts.sort(key=lambda part: part.recheck)
    return _joined(parts, " AND ", indexed=any(part.indexed for part in parts))


def _either(parts: list[_Part], tables: IndexTables, *, negated: bool) -> _Part:
    if not parts:
        return _Part(Sql("FALSE"), exact=True)
    if len(parts) > 1 and not negated and all(part.indexed for part in parts):
        return _union(parts, tables)
    return _joined(parts, " OR ", indexed=all(part.indexed for part in parts))


def _union(parts: list[_Part], tables: IndexTables) -> _Part:
    """Alternatives in several tables: no index serves an OR across a join, but each alternative has its own."""
    queries = [Selection(tables, part.sql, part.joins).ids() for part in parts]
    text = f"o.{quote_name(tables.pk)} IN ({' UNION '.join(query.text for query in queries)})"
    recheck = any(part.recheck for part in parts)
    return _Part(Sql(text, _params(queries)), indexed=True, recheck=recheck, exact=True)


def _joined(parts: list[_Part], word: str, *, indexed: bool) -> _Part:
    if len(parts) == 1:
        return parts[0]
    return _Part(
        Sql(f"({word.join(part.sql.text for part in parts)})", _params(part.sql for part in parts)),
        reduce(frozenset.union, (part.joins for part in parts)),
        indexed,
        recheck=any(part.recheck for part in parts),
        exact=all(part.exact for part in parts),
    )


def _params(queries: Iterable[Sql]) -> tuple[Param, ...]:
    return tuple(param for query in queries for param in query.params)

"""The fields that every owner has beside its attributes: apps make instances of these classes and register them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import ClassVar

from django.utils.translation import gettext as _

from pim.querying.conditions import (
    NOTHING,
    Condition,
    Either,
    Fragment,
    HasAny,
    Join,
    Negated,
    Param,
    Sql,
    column_in,
    is_not_null,
    is_null,
    like_pattern,
    quote_name,
)
from pim.querying.fields import Context, ScopePart, SortKey, SortScope, refuse_value
from pim.querying.operands import (
    OperandKind,
    Span,
    read_boolean,
    read_percentage,
    read_span,
    read_text,
)
from pim.querying.tree import LIST_OPERATORS, PRESENCE, Leaf, Operator, read_days
from pim.values.specs import Json
from pim.values.tokens import FILLED, YES, token

EQUALITY = frozenset({Operator.EQ, Operator.NE, Operator.IN, Operator.NIN})
RANGE = frozenset({Operator.LT, Operator.LTE, Operator.GT, Operator.GTE, Operator.BETWEEN})
COMPARISONS = {Operator.LT: "<", Operator.LTE: "<=", Operator.GT: ">", Operator.GTE: ">="}
MIN_TRIGRAM_CHARS = 3

OPERATORS_BY_KIND: Mapping[OperandKind, frozenset[Operator]] = {
    OperandKind.TEXT: EQUALITY | {Operator.CONTAINS, Operator.STARTS},
    OperandKind.INTEGER: EQUALITY | RANGE,
    OperandKind.BOOLEAN: frozenset({Operator.EQ, Operator.NE}),
    OperandKind.UUID: EQUALITY,
    OperandKind.INSTANT: frozenset({Operator.EQ, Operator.NE, Operator.SINCE_DAYS}) | RANGE,
}


def operand_list(leaf: Leaf) -> list[tuple[Json, str]]:
    """The operands of a leaf, each with its pointer."""
    pointer = f"{leaf.pointer}/value"
    if leaf.operator in LIST_OPERATORS and isinstance(leaf.value, list):
        return [(value, f"{pointer}/{i}") for i, value in enumerate(leaf.value)]
    return [(leaf.value, pointer)]


class Unscoped:
    """A field that varies by nothing."""

    scope: ClassVar[tuple[ScopePart, ...]] = ()
    required: ClassVar[frozenset[ScopePart]] = frozenset()
    default_operator: ClassVar[Operator] = Operator.EQ

    def refuse_scope(self, leaf: Leaf) -> None:
        """A channel or locale on such a field is a misunderstanding worth telling."""
        for part, code in (("channel", leaf.channel), ("locale", leaf.locale)):
            if code:
                raise refuse_value(
                    _("%(field)s does not vary by channel or locale.") % {"field": leaf.field}, f"{leaf.pointer}/{part}"
                )


@dataclass(frozen=True)
class ColumnField(Unscoped):
    """A column of the owner's row: sku, uuid, created, updated, parent, …

    Attributes:
        column: its name in the table.
        nullable: then `empty` and `not_empty` exist.
        indexed: whether a B-tree serves equality and ranges (for texts: `text_pattern_ops` serves `starts`).
        normalise: how a text operand is brought into the column's form (`sku_key`).
        resolve: for a foreign key: operand texts → keys of the rows they name, unknown ones left out; the field then
            takes texts and has equality only.
        sortable: whether a list may be ordered by it.
    """

    name: str
    column: str
    kind: OperandKind
    nullable: bool = False
    indexed: bool = False
    sortable: bool = True
    normalise: Callable[[str], str] | None = None
    resolve: Callable[[Sequence[str]], Sequence[int]] | None = None

    @property
    def operators(self) -> frozenset[Operator]:
        """By the column's type."""
        operators = EQUALITY if self.resolve else OPERATORS_BY_KIND[self.kind]
        return operators | PRESENCE if self.nullable else operators

    def compile(self, leaf: Leaf, context: Context) -> Condition:
        """See `Field.compile`."""
        self.refuse_scope(leaf)
        operands = operand_list(leaf)
        match leaf.operator:
            case Operator.EMPTY:
                return is_null(self.column)
            case Operator.NOT_EMPTY:
                return is_not_null(self.column)
            case Operator.NE | Operator.NIN:
                return Negated(self._equals(operands))
            case Operator.EQ | Operator.IN:
                return self._equals(operands)
            case Operator.CONTAINS | Operator.STARTS:
                return self._matches(leaf, operands[0])
            case Operator.SINCE_DAYS:
                since = context.now.astimezone(UTC) - timedelta(days=read_days(*operands[0]))
                return self._compare(">=", since.isoformat())
        return self._range(leaf.operator, [self._read(*operand) for operand in operands])

    def sort_key(self, scope: SortScope, context: Context) -> SortKey | None:
        """Every column orders a list, except keys of other rows."""
        if self.resolve or not self.sortable:
            return None
        return SortKey("column", self.kind.value, column=self.column, nullable=self.nullable)

    def _read(self, value: Json, pointer: str) -> Span:
        span = read_span(self.kind, value, pointer)
        return Span(self.normalise(span.low)) if self.normalise and isinstance(span.low, str) else span

    def _equals(self, operands: Sequence[tuple[Json, str]]) -> Condition:
        if self.resolve:
            keys = list(self.resolve([read_text(*operand) for operand in operands]))
            return column_in(self.column, "bigint", keys, indexed=self.indexed) if keys else NOTHING
        spans = [self._read(*operand) for operand in operands]
        if self.kind is OperandKind.INSTANT:
            return Either(tuple(self._within(span) for span in spans))
        return column_in(self.column, self.kind.value, [span.low for span in spans], indexed=self.indexed)

    def _within(self, span: Span) -> Condition:
        if span.high is None:
            return self._compare("=", span.low)
        return self._between(span.low, span.high, "<")

    def _range(self, operator: Operator, spans: Sequence[Span]) -> Condition:
        first, last = spans[0], spans[-1]
        if operator is Operator.BETWEEN:
            return self._between(
                first.low, last.low if last.high is None else last.high, "<=" if last.high is None else "<"
            )
        if first.high is not None and operator is Operator.GT:
            return self._compare(">=", first.high)
        if first.high is not None and operator is Operator.LTE:
            return self._compare("<", first.high)
        return self._compare(COMPARISONS[operator], first.low)

    def _compare(self, symbol: str, operand: Param) -> Fragment:
        column, cast = quote_name(self.column), self.kind.value
        return Fragment(Sql(f"o.{column} {symbol} %s::{cast}", (operand,)), indexed=self.indexed)

    def _between(self, low: Param, high: Param, symbol: str) -> Fragment:
        column, cast = f"o.{quote_name(self.column)}", self.kind.value
        text = f"({column} >= %s::{cast} AND {column} {symbol} %s::{cast})"
        return Fragment(Sql(text, (low, high)), indexed=self.indexed)

    def _matches(self, leaf: Leaf, operand: tuple[Json, str]) -> Condition:
        text = read_text(*operand)
        text = self.normalise(text) if self.normalise else text
        if not text:
            raise refuse_value(_("This is a text that is not empty."), operand[1])
        starts = leaf.operator is Operator.STARTS
        pattern = like_pattern(text, start=starts)
        symbol = "LIKE" if self.normalise else "ILIKE"
        sql = Sql(f"o.{quote_name(self.column)} {symbol} %s", (pattern,))
        return Fragment(sql, indexed=starts and self.indexed and bool(self.normalise))


@dataclass(frozen=True)
class TokenField:
    """A fact that the owner's tokens hold: family, stage, enabled, complete, missing, group, …

    Attributes:
        id: the system field's id in tokens (`pim.values.tokens.SystemField`).
        resolve: operand → its token value, None where there is no such thing.
        boolean: takes true and false only.
        has_filled: whether the writer emits the token with value 0 for every owner that has one; then `empty` exists.
        scope: the parts it varies by.
        column: for sorting, the owner's column that says the same.
    """

    name: str
    id: int
    resolve: Callable[[Json], int | None]
    boolean: bool = False
    has_filled: bool = False
    scope: tuple[ScopePart, ...] = ()
    column: str = ""

    default_operator: ClassVar[Operator] = Operator.EQ

    @property
    def required(self) -> frozenset[ScopePart]:
        """All parts it varies by."""
        return frozenset(self.scope)

    @property
    def operators(self) -> frozenset[Operator]:
        """Equality, and presence where the tokens tell."""
        operators = OPERATORS_BY_KIND[OperandKind.BOOLEAN] if self.boolean else EQUALITY
        return operators | PRESENCE if self.has_filled else operators

    def compile(self, leaf: Leaf, context: Context) -> Condition:
        """See `Field.compile`."""
        channel, locale = read_scope(leaf, context, self.scope, self.required)
        values = [FILLED] if leaf.operator in PRESENCE else [self._read(*operand) for operand in operand_list(leaf)]
        found = HasAny(frozenset(token(self.id, channel, locale, value) for value in values))
        negative = leaf.operator in (Operator.NE, Operator.NIN, Operator.EMPTY)
        return Negated(found) if negative else found

    def sort_key(self, scope: SortScope, context: Context) -> SortKey | None:
        """Tokens have no order; the column beside them may."""
        return SortKey("column", "text", column=self.column, nullable=True) if self.column else None

    def _read(self, value: Json, pointer: str) -> int:
        operand: Json = read_boolean(value, pointer) if self.boolean else read_text(value, pointer)
        resolved = self.resolve(operand)
        if resolved is None:
            raise refuse_value(
                _("%(field)s: there is no “%(value)s”.") % {"field": self.name, "value": str(value)[:100]}, pointer
            )
        return resolved


@dataclass(frozen=True)
class CompleteField(TokenField):
    """Whether an owner is complete to 100 %; only that it is leaves a token."""

    def compile(self, leaf: Leaf, context: Context) -> Condition:
        """See `Field.compile`."""
        channel, locale = read_scope(leaf, context, self.scope, self.required)
        found = HasAny(frozenset({token(self.id, channel, locale, YES)}))
        wanted = read_boolean(*operand_list(leaf)[0]) is (leaf.operator is not Operator.NE)
        return found if wanted else Negated(found)


def read_scope(
    leaf: Leaf, context: Context, allowed: Sequence[ScopePart], required: frozenset[ScopePart]
) -> tuple[int, int]:
    """The ordinals of a leaf's channel and locale, 0 where it names none.

    Raises:
        Refused: `invalid_value` where one is missing or too many, `unknown_channel`, `unknown_locale`.
    """
    named = {"channel": leaf.channel, "locale": leaf.locale}
    for part, code in named.items():
        pointer = f"{leaf.pointer}/{part}"
        if code and part not in allowed:
            raise refuse_value(_("%(field)s does not vary by it.") % {"field": leaf.field}, pointer)
        if not code and part in required:
            raise refuse_value(_("%(field)s varies by it: name one.") % {"field": leaf.field}, pointer)
    channel = context.channel_ordinal(leaf.channel, f"{leaf.pointer}/channel") if leaf.channel else 0
    locale = context.locale_ordinal(leaf.locale, f"{leaf.pointer}/locale") if leaf.locale else 0
    return channel, locale


@dataclass(frozen=True)
class CategoryField(Unscoped):
    """The categories an owner is in, with those it inherits.

    Attributes:
        resolve: codes → ids of the categories, with all below them where the second argument is true; None for a code
            that no category has.
        id: the system field's id, where the tokens hold every effective category; 0: the category table is asked.
    """

    name: str
    resolve: Callable[[str, bool], Sequence[int] | None]
    id: int = 0
    has_filled: bool = False

    @property
    def operators(self) -> frozenset[Operator]:
        """Equality and `in_children`; presence where it can be told."""
        operators = EQUALITY | {Operator.IN_CHILDREN}
        return operators | PRESENCE if self.has_filled or not self.id else operators

    def compile(self, leaf: Leaf, context: Context) -> Condition:
        """See `Field.compile`."""
        self.refuse_scope(leaf)
        if leaf.operator in PRESENCE:
            found = self._any(context)
        else:
            below = leaf.operator is Operator.IN_CHILDREN
            found = self._in(self._nodes(leaf, below=below), context)
        negative = leaf.operator in (Operator.NE, Operator.NIN, Operator.EMPTY)
        return Negated(found) if negative else found

    def sort_key(self, scope: SortScope, context: Context) -> SortKey | None:
        """A list has no order by categories."""
        return None

    def _nodes(self, leaf: Leaf, *, below: bool) -> list[int]:
        nodes: set[int] = set()
        for value, pointer in operand_list(leaf):
            found = self.resolve(read_text(value, pointer), below)
            if found is None:
                raise refuse_value(_("There is no category “%(code)s”.") % {"code": str(value)[:100]}, pointer)
            nodes.update(found)
        return sorted(nodes)

    def _in(self, nodes: list[int], context: Context) -> Condition:
        if self.id:
            return HasAny(frozenset(token(self.id, 0, 0, node) for node in nodes))
        return self._exists(context, " AND x.category_id = ANY(%s::bigint[])", (nodes,))

    def _any(self, context: Context) -> Condition:
        if self.id:
            return HasAny(frozenset({token(self.id, 0, 0, FILLED)}))
        return self._exists(context, "", ())

    def _exists(self, context: Context, more: str, params: tuple[Param, ...]) -> Fragment:
        tables = context.tables
        text = (
            f"EXISTS (SELECT 1 FROM {quote_name(tables.category)} x"
            f" WHERE x.{quote_name(tables.link)} = o.{quote_name(tables.pk)}{more})"
        )
        return Fragment(Sql(text, params), indexed=bool(more), exact=True)


@dataclass(frozen=True)
class CompletenessField:
    """Completeness in percent of a channel and locale; without a locale: of any locale of the channel.

    Attributes:
        slot: ordinals of channel and locale → place in `pct` from 0, None where nothing was computed yet.
    """

    name: str
    slot: Callable[[int, int], int | None]

    scope: ClassVar[tuple[ScopePart, ...]] = ("channel", "locale")
    required: ClassVar[frozenset[ScopePart]] = frozenset({"channel"})
    operators: ClassVar[frozenset[Operator]] = RANGE | PRESENCE | {Operator.EQ, Operator.NE}
    default_operator: ClassVar[Operator] = Operator.EQ

    def compile(self, leaf: Leaf, context: Context) -> Condition:
        """See `Field.compile`."""
        channel, locale = read_scope(leaf, context, self.scope, self.required)
        slots = [self.slot(channel, locale) for locale in ([locale] if locale else self._locales(leaf, context))]
        found = Either(tuple(self._compare(slot, leaf) for slot in slots if slot is not None))
        return Negated(found) if leaf.operator in (Operator.NE, Operator.EMPTY) else found

    def sort_key(self, scope: SortScope, context: Context) -> SortKey | None:
        """A list has no order by completeness: the array has no index."""
        return None

    def _locales(self, leaf: Leaf, context: Context) -> list[int]:
        channel = context.structure.channels[leaf.channel or ""]
        return [context.structure.locales[code].ordinal for code in channel.locales]

    def _compare(self, slot: int, leaf: Leaf) -> Fragment:
        cell = f"c.pct[{slot + 1:d}]"
        operands = [] if leaf.operator in PRESENCE else [read_percentage(*operand) for operand in operand_list(leaf)]
        match leaf.operator:
            case Operator.EMPTY | Operator.NOT_EMPTY:
                text = f"{cell} IS NOT NULL"
            case Operator.BETWEEN:
                text = f"({cell} >= %s::float8 AND {cell} <= %s::float8)"
            case operator:
                text = f"{cell} {COMPARISONS.get(operator, '=')} %s::float8"
        return Fragment(Sql(text, tuple(operands)), frozenset({Join.COMPLETENESS}))

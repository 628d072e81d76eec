"""Any attribute as a field of the filter language; what differs between attributes is asked of their type."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import floor

from django.utils.translation import gettext as _

from pim.querying.conditions import (
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
    like_pattern,
    quote_name,
)
from pim.querying.fields import Context, ScopePart, SortKey, SortScope, pointing_at, refuse_value
from pim.querying.operands import read_text
from pim.querying.system_fields import COMPARISONS, MIN_TRIGRAM_CHARS, operand_list
from pim.querying.tree import Leaf, Operator, read_days
from pim.values.keys import check_scope, make_key
from pim.values.moments import datetime_to_days
from pim.values.specs import AttributeSpec, Json
from pim.values.texts import make_search_text
from pim.values.tokens import FILLED, akey, token
from pim.values.types import AttributeType, attribute_types

LIMITS = frozenset(
    {
        "decimals", "extensions", "kinds", "max", "max_characters", "max_items", "max_size_bytes", "min",
        "negative_allowed", "pattern", "pattern_error", "units",
    }
)  # fmt: skip
"""Settings that limit what may be stored, not what may be asked: `price ≥ 0` is a question whatever the least price."""


@dataclass(frozen=True)
class _Place:
    """Where a leaf looks: the flat key of the documents, and the ordinals of the tokens."""

    key: str
    channel: int
    locale: int


@dataclass(frozen=True)
class AttributeField:
    """One attribute. `in` on several values asks for any of them; `eq` on a list asks whether it holds the value."""

    spec: AttributeSpec

    default_operator = Operator.EQ

    @property
    def name(self) -> str:
        """The attribute's code."""
        return f"values.{self.spec.code}"

    @cached_property
    def type(self) -> AttributeType:
        """The attribute's type."""
        return attribute_types.get(self.spec.type)

    @property
    def operators(self) -> frozenset[Operator]:
        """What the type can answer."""
        known = {operator.value: operator for operator in Operator}
        return frozenset(known[code] for code in self.type.operators if code in known)

    @property
    def scope(self) -> tuple[ScopePart, ...]:
        """By the attribute's flags."""
        channel: tuple[ScopePart, ...] = ("channel",) if self.spec.scopable else ()
        return (*channel, "locale") if self.spec.localizable else channel

    @property
    def required(self) -> frozenset[ScopePart]:
        """Every part by which the attribute varies: there is no value without it."""
        return frozenset(self.scope)

    def compile(self, leaf: Leaf, context: Context) -> Condition:
        """See `Field.compile`."""
        place = self._place(leaf.channel, leaf.locale, leaf.pointer, context)
        match leaf.operator:
            case Operator.EMPTY:
                return Negated(self._filled(place))
            case Operator.NOT_EMPTY:
                return self._filled(place)
            case Operator.EQ | Operator.IN:
                return self._equals(leaf, place, context)
            case Operator.NE | Operator.NIN:
                return Negated(self._equals(leaf, place, context))
            case Operator.CONTAINS | Operator.STARTS:
                return self._matches(leaf, place, context)
        return self._range(leaf, place, context)

    def sort_key(self, scope: SortScope, context: Context) -> SortKey | None:
        """The number where the type has one, else the sort key of attributes that are marked sortable."""
        refs = context.structure
        has_numbers = self.type.compile_numbers(self.spec, refs) is not None
        if not has_numbers and (not self.spec.sortable or self.type.compile_sort_key(self.spec, refs) is None):
            return None
        place = self._place(scope.channel, scope.locale, scope.pointer, context)
        currency = 0
        if scope.currency:
            currency = refs.currency(scope.currency) or 0
            if not currency:
                raise refuse_value(_("There is no currency “%(code)s”.") % {"code": scope.currency[:20]}, scope.pointer)
        packed = akey(self.spec.id, place.channel, place.locale, currency)
        if has_numbers:
            return SortKey("number", "float8", akey=packed, nullable=True)
        return SortKey("sort", "text", akey=packed, nullable=True)

    def _place(self, channel: str | None, locale: str | None, pointer: str, context: Context) -> _Place:
        channel_ordinal = context.channel_ordinal(channel, f"{pointer}/channel") if channel else 0
        locale_ordinal = context.locale_ordinal(locale, f"{pointer}/locale") if locale else 0
        with pointing_at(pointer):
            check_scope(self.spec, channel, locale)
        return _Place(make_key(self.spec, channel, locale), channel_ordinal, locale_ordinal)

    def _token(self, place: _Place, value: int) -> int:
        return token(self.spec.id, place.channel, place.locale, value)

    def _filled(self, place: _Place) -> Condition:
        return HasAny(frozenset({self._token(place, FILLED)}))

    def _read(self, leaf: Leaf, context: Context) -> Iterator[tuple[Json, str]]:
        """The operands as the type stores them, each with its pointer."""
        asked = replace(self.spec, config={k: v for k, v in self.spec.config.items() if k not in LIMITS})
        parse, parse_cell = (
            self.type.compile_parser(asked, context.structure),
            self.type.compile_cell(asked, context.structure),
        )
        for value, pointer in operand_list(leaf):
            with pointing_at(pointer):
                if isinstance(value, str):
                    stored = parse_cell(read_text(value, ""))
                else:
                    # One price, in the shape of an item of the list that is stored.
                    stored = parse([value] if isinstance(value, dict) and "currency" in value else value)
            if stored is None:
                raise refuse_value(_("This is not a value; use “empty” to find what has none."), pointer)
            yield stored, pointer

    def _equals(self, leaf: Leaf, place: _Place, context: Context) -> Condition:
        operands = list(self._read(leaf, context))
        make_tokens = self.type.compile_tokens(self.spec, context.structure)
        if make_tokens is not None:
            tokens = frozenset(self._token(place, value) for stored, _at in operands for value in make_tokens(stored))
            texts = [stored for stored, _at in operands if isinstance(stored, str)]
            if not texts or self.type.is_reference:
                return HasAny(tokens)
            return Both((HasAny(tokens), self._is_text(texts, place, context)))
        if self.type.compile_numbers(self.spec, context.structure) is not None:
            numbers = [self._number(stored, pointer, context) for stored, pointer in operands]
            return Either(tuple(self._is_number(found, place, context) for found in _by_currency(numbers)))
        texts = [str(stored) for stored, _at in operands]
        return Either(
            tuple(Both((*self._prefilter(text, context), self._is_text([text], place, context))) for text in texts)
        )

    def _number(self, stored: Json, pointer: str, context: Context) -> tuple[int, float]:
        """(Currency ordinal or 0, number in the standard unit) of an operand."""
        numbers = self.type.numbers(stored, self.spec, context.structure)
        if len(numbers) != 1:
            raise refuse_value(_("This is one number, with its unit or currency."), pointer)
        return numbers[0]

    def _is_number(self, found: tuple[int, list[float]], place: _Place, context: Context) -> Fragment:
        currency, numbers = found
        return self._exists_number("x.number = ANY(%s::float8[])", (numbers,), currency, place, context)

    def _range(self, leaf: Leaf, place: _Place, context: Context) -> Condition:
        if leaf.operator is Operator.SINCE_DAYS:
            today = floor(datetime_to_days(context.now.isoformat()))
            first = float(today - read_days(leaf.value, f"{leaf.pointer}/value"))
            return self._exists_number("x.number >= %s::float8", (first,), 0, place, context)
        operands = [(self._number(stored, at, context), at) for stored, at in self._read(leaf, context)]
        (currency, first), (last_currency, last) = operands[0][0], operands[-1][0]
        if currency != last_currency:
            raise refuse_value(_("Both ends have the same currency."), operands[-1][1])
        if leaf.operator is Operator.BETWEEN:
            text = "x.number >= %s::float8 AND x.number <= %s::float8"
            return self._exists_number(text, (first, last), currency, place, context)
        text = f"x.number {COMPARISONS[leaf.operator]} %s::float8"
        return self._exists_number(text, (first,), currency, place, context)

    def _exists_number(
        self, text: str, params: tuple[Param, ...], currency: int, place: _Place, context: Context
    ) -> Fragment:
        tables = context.tables
        exists = (
            f"EXISTS (SELECT 1 FROM {quote_name(tables.number)} x WHERE x.{quote_name(tables.link)} ="
            f" o.{quote_name(tables.pk)} AND x.akey = %s::bigint AND {text})"
        )
        packed = akey(self.spec.id, place.channel, place.locale, currency)
        return Fragment(Sql(exists, (packed, *params)), indexed=True, exact=True)

    def _matches(self, leaf: Leaf, place: _Place, context: Context) -> Condition:
        value, pointer = operand_list(leaf)[0]
        text = read_text(value, pointer)
        if not text.strip():
            raise refuse_value(_("This is a text that is not empty."), pointer)
        document = resolved_text(context.tables, place.key, place.locale)
        pattern = like_pattern(text, start=leaf.operator is Operator.STARTS)
        recheck = Fragment(Sql(f"{document.text} ILIKE %s::text", (*document.params, pattern)), recheck=True)
        return Both((*self._prefilter(text, context), recheck))

    def _prefilter(self, text: str, context: Context) -> Sequence[Condition]:
        """What the search text must hold where the attribute holds a text; nothing where it cannot tell."""
        words = make_search_text(text)
        has_text = self.spec.searchable and self.type.compile_search_text(self.spec, context.structure) is not None
        if not has_text or len(words) < MIN_TRIGRAM_CHARS:
            return ()
        pattern = like_pattern(words)
        return (Fragment(Sql("t.search_text LIKE %s::text", (pattern,)), frozenset({Join.TEXT}), indexed=True),)

    def _is_text(self, texts: list[str], place: _Place, context: Context) -> Fragment:
        """The document holds one of these texts, whatever its case: tokens are hashes and need this."""
        document = resolved_text(context.tables, place.key, place.locale)
        text = (
            f"lower(normalize({document.text}, NFC)) IN"
            " (SELECT lower(normalize(u.text, NFC)) FROM unnest(%s::text[]) AS u(text))"
        )
        return Fragment(Sql(text, (*document.params, texts)), recheck=True)


def _by_currency(numbers: Sequence[tuple[int, float]]) -> list[tuple[int, list[float]]]:
    found: dict[int, list[float]] = {}
    for currency, number in numbers:
        found.setdefault(currency, []).append(number)
    return list(found.items())


def resolved_text(tables: IndexTables, key: str, locale: int) -> Sql:
    """The text a flat key holds: the owner's own, else that of the nearest ancestor that has one."""
    owner, pk, link, parent = map(quote_name, (tables.owner, tables.pk, tables.link, tables.parent))
    values = f"{quote_name(tables.values)} v"
    own = f'SELECT v."values" ->> %s::text FROM {values}'
    where = "v.locale = %s::int"
    levels = [f"({own} WHERE v.{link} = o.{pk} AND {where})"]
    if tables.parent and tables.depth > 1:
        levels.append(f"({own} WHERE v.{link} = o.{parent} AND {where})")
        ancestors = f"JOIN {owner} a1 ON a1.{parent} = v.{link}"
        for level in range(2, tables.depth):
            levels.append(f"({own} {ancestors} WHERE a{level - 1}.{pk} = o.{parent} AND {where})")
            ancestors += f" JOIN {owner} a{level} ON a{level}.{parent} = a{level - 1}.{pk}"
    params: tuple[Param, ...] = (key, locale)
    return Sql(f"COALESCE({', '.join(levels)})", params * len(levels))

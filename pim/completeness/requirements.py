"""Completeness: which required values an owner lacks, per channel and locale, and the percentage that follows.

Every required flat key of a family gets a bit. A slot (channel, locale) is a mask of bits; an owner's values make one
integer; `mask & ~values` is what is missing. Rules: reference is Akeneo's completeness (price needs every currency of
the channel; a value that does not vary satisfies every slot), with weights and conditions on top.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from pim.values.keys import make_key
from pim.values.specs import AttributeSpec, FlatValues
from pim.values.types import attribute_types

COMPLETE = 100
Condition = Callable[[FlatValues], bool]
"""Whether a requirement applies to an owner with these resolved values."""
Test = Callable[[Any], bool]
"""Whether a stored value will do."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One attribute that a family asks for in a channel.

    `weight` ≥ 1 counts how much the attribute is of the whole; `condition`, where given, says whether it counts at
    all. `is_always_filled` is for the sku, which is not a value. `accepts`, where given, says whether a stored value
    is good enough to count as filled; it may know more than the values do.
    """

    attribute: AttributeSpec
    weight: int = 1
    condition: Condition | None = None
    is_always_filled: bool = False
    accepts: Test | None = None


@dataclass(frozen=True, slots=True)
class ChannelScope:
    """The slots of a channel: its active locales, in order, and the currencies a price must have."""

    code: str
    locales: tuple[str, ...]
    currencies: tuple[str, ...] = ()


class Slot(NamedTuple):
    """One (channel, locale) pair."""

    channel: str
    locale: str


class Missing(NamedTuple):
    """A required attribute that has no value in a slot; all codes."""

    attribute: str
    channel: str
    locale: str


@dataclass(frozen=True, slots=True)
class Completeness:
    """`percentages` per slot of the calculator, 0 … 100, where 100 means complete; `missing` in slot order."""

    percentages: tuple[int, ...]
    missing: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    """One requirement in one slot: bit, weight, condition."""

    bit: int
    weight: int
    attribute: str
    condition: Condition | None


@dataclass(frozen=True, slots=True)
class _CompiledSlot:
    slot: Slot
    mask: int
    rules: tuple[_Rule, ...]
    free_weight: int
    weight: int
    is_plain: bool


class Calculator:
    """The requirements of one family, compiled; made once per structure snapshot.

    Args:
        channels: the channels in slot order; slots are channel × locale in that order.
        requirements: {channel code: what the family asks for}. A channel that is absent asks for nothing.
    """

    def __init__(self, channels: Sequence[ChannelScope], requirements: Mapping[str, Sequence[Requirement]]) -> None:
        self._bits: dict[tuple[str, tuple[str, ...], Test | None], int] = {}
        self._by_key: dict[str, list[tuple[int, Test | None]]] = {}
        self._slots = tuple(
            self._compile_slot(channel, locale, requirements.get(channel.code, ()))
            for channel in channels
            for locale in channel.locales
        )
        self.slots: tuple[Slot, ...] = tuple(compiled.slot for compiled in self._slots)
        self.required_keys: frozenset[str] = frozenset(self._by_key)
        self._checks = tuple((key, bit, test) for key, tests in self._by_key.items() for bit, test in tests)
        self._answers: dict[int, Completeness] = {}

    def compute(self, values: FlatValues) -> Completeness:
        """The completeness of an owner with these resolved values (ancestors merged in, no fallbacks)."""
        filled = 0
        for key, bit, test in self._checks:
            if key in values and (test is None or test(values[key])):
                filled |= bit
        answer = self._answers.get(filled)
        if answer is not None:
            return answer
        percentages: list[int] = []
        missing: list[Missing] = []
        is_plain = True
        for compiled in self._slots:
            is_plain = is_plain and compiled.is_plain
            percentages.append(_measure(compiled, filled, values, missing))
        answer = Completeness(tuple(percentages), tuple(missing))
        if is_plain and len(self._answers) < MAX_REMEMBERED:
            self._answers[filled] = answer
        return answer

    def _compile_slot(self, channel: ChannelScope, locale: str, requirements: Iterable[Requirement]) -> _CompiledSlot:
        rules: list[_Rule] = []
        free_weight = mask = 0
        for requirement in requirements:
            spec = requirement.attribute
            if spec.available_locales and locale not in spec.available_locales:
                continue
            if requirement.is_always_filled:
                free_weight += requirement.weight
                continue
            bit = self._bit(spec, channel, locale, requirement.accepts)
            mask |= bit
            rules.append(_Rule(bit, requirement.weight, spec.code, requirement.condition))
        return _CompiledSlot(
            slot=Slot(channel.code, locale),
            mask=mask,
            rules=tuple(rules),
            free_weight=free_weight,
            weight=free_weight + sum(rule.weight for rule in rules),
            is_plain=all(rule.condition is None for rule in rules),
        )

    def _bit(self, spec: AttributeSpec, channel: ChannelScope, locale: str, accepts: Test | None) -> int:
        """The bit of a flat key; a price has one per set of currencies, and every other test has its own."""
        kind = attribute_types.get(spec.type)
        currencies = channel.currencies if kind.depends_on_currencies else ()
        key = make_key(spec, channel.code, locale)
        bit = self._bits.get((key, currencies, accepts))
        if bit is None:
            bit = self._bits[key, currencies, accepts] = 1 << len(self._bits)
            test = (lambda stored: kind.is_filled(stored, spec, currencies)) if kind.has_partial_values else None
            self._by_key.setdefault(key, []).append((bit, _both(test, accepts)))
        return bit


MAX_REMEMBERED = 4_096
"""Answers kept per family: products of a family lack the same few things."""


def _both(first: Test | None, second: Test | None) -> Test | None:
    if first is None or second is None:
        return first or second
    return lambda stored: first(stored) and second(stored)


def _measure(compiled: _CompiledSlot, filled: int, values: FlatValues, missing: list[Missing]) -> int:
    """The percentage of a slot; what is missing is added to the list."""
    lacking = compiled.mask & ~filled
    if not lacking:
        return COMPLETE
    channel, locale = compiled.slot
    weight, lost = compiled.weight, 0
    for rule in compiled.rules:
        if rule.condition is not None and not rule.condition(values):
            weight -= rule.weight
        elif lacking & rule.bit:
            lost += rule.weight
            missing.append(Missing(rule.attribute, channel, locale))
    return COMPLETE if not lost else (weight - lost) * COMPLETE // weight

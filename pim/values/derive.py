"""From an owner's resolved values to the rows of its derived tables: tokens, numbers, sort keys, search text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from pim.values.keys import split_key
from pim.values.specs import AttributeSpec, FlatValues, References
from pim.values.texts import SEARCH_CHARACTERS, make_search_text
from pim.values.tokens import akey, token
from pim.values.types import attribute_types


@dataclass(slots=True)
class IndexRows:
    """What the derived tables hold of one owner. `tokens`, `numbers` and `sort_keys` are sorted and without repeats.

    `numbers` is (akey, number), `sort_keys` (akey, key), `unique` (attribute id, normalised value).
    """

    tokens: list[int]
    numbers: list[tuple[int, float]]
    sort_keys: list[tuple[int, str]]
    search_text: str
    unique: list[tuple[int, str]]


class _Collected:
    """Rows in the making."""

    __slots__ = ("numbers", "sort_keys", "texts", "tokens")

    def __init__(self) -> None:
        self.tokens: list[int] = []
        self.numbers: list[tuple[int, float]] = []
        self.sort_keys: list[tuple[int, str]] = []
        self.texts: list[str] = []


Step: TypeAlias = Callable[[Any, _Collected], None]


class Deriver:
    """Derives index rows; made once per structure snapshot, used for every owner, from any thread.

    Args:
        specs: {attribute code: spec}. Keys of unknown attributes are passed over.
        channels, locales: {code: ordinal ≥ 1}. Keys with an unknown channel or locale are passed over.
    """

    def __init__(
        self,
        specs: Mapping[str, AttributeSpec],
        refs: References,
        *,
        channels: Mapping[str, int],
        locales: Mapping[str, int],
    ) -> None:
        self._specs = specs
        self._refs = refs
        self._channels = channels
        self._locales = locales
        self._steps: dict[str, tuple[Step, ...]] = {}
        self._unique: dict[str, tuple[int, Callable[[Any], str | None]] | None] = {}

    def derive(self, values: FlatValues, *, own: FlatValues | None = None) -> IndexRows:
        """Derive the rows of one owner.

        Args:
            values: resolved values (ancestors merged in, no fallbacks).
            own: the owner's own values; only these must be unique. Default: `values`.
        """
        collected = _Collected()
        steps = self._steps
        for key, stored in values.items():
            for step in steps.get(key) or self._compile(key):
                step(stored, collected)
        return IndexRows(
            tokens=sorted(set(collected.tokens)),
            numbers=sorted(collected.numbers),
            sort_keys=sorted(collected.sort_keys),
            search_text=make_search_text(_join_texts(collected.texts)),
            unique=self.claim(values if own is None else own),
        )

    def claim(self, own: FlatValues) -> list[tuple[int, str]]:
        """Which values no other owner may have: (attribute id, normalised value), sorted and without repeats."""
        unique: set[tuple[int, str]] = set()
        for key, stored in own.items():
            entry = self._unique[key] if key in self._unique else self._compile_unique(key)
            if entry is not None and (normalised := entry[1](stored)):
                unique.add((entry[0], normalised))
        return sorted(unique)

    def _locate(self, key: str) -> tuple[AttributeSpec, int, int] | None:
        scope = split_key(key)
        spec = self._specs.get(scope.attribute)
        channel = self._channels.get(scope.channel) if scope.channel else 0
        locale = self._locales.get(scope.locale) if scope.locale else 0
        if spec is None or channel is None or locale is None:
            return None
        return spec, channel, locale

    def _compile(self, key: str) -> tuple[Step, ...]:
        located = self._locate(key)
        steps = _compile_steps(*located, self._refs) if located else (_pass_over,)
        self._steps[key] = steps
        return steps

    def _compile_unique(self, key: str) -> tuple[int, Callable[[Any], str | None]] | None:
        located = self._locate(key)
        entry = None
        if located and located[0].unique:
            entry = (located[0].id, attribute_types.get(located[0].type).unique_key)
        self._unique[key] = entry
        return entry


def _pass_over(_stored: Any, _collected: _Collected) -> None:
    """The step of a key that no attribute, channel or locale claims."""


def _compile_steps(spec: AttributeSpec, channel: int, locale: int, refs: References) -> tuple[Step, ...]:
    kind = attribute_types.get(spec.type)
    base = token(spec.id, channel, locale, 0)
    steps = [_token_step(base, kind.compile_tokens(spec, refs))]
    make_numbers = kind.compile_numbers(spec, refs)
    if make_numbers is not None:
        steps.append(_number_step(akey(spec.id, channel, locale), make_numbers))
    make_key = kind.compile_sort_key(spec, refs) if spec.sortable else None
    if make_key is not None:
        steps.append(_sort_step(base, make_key))
    make_text = kind.compile_search_text(spec, refs) if spec.searchable else None
    if make_text is not None:
        steps.append(_search_step(make_text))
    return tuple(steps)


def _token_step(base: int, make: Callable[[Any], Any] | None) -> Step:
    if make is None:
        return lambda _stored, collected: collected.tokens.append(base)

    def add_tokens(stored: Any, collected: _Collected) -> None:
        tokens = collected.tokens
        tokens.append(base)
        for value in make(stored):
            tokens.append(base | value)

    return add_tokens


def _number_step(base: int, make: Callable[[Any], Any]) -> Step:
    def add_numbers(stored: Any, collected: _Collected) -> None:
        for currency, number in make(stored):
            collected.numbers.append((base | currency, number))

    return add_numbers


def _sort_step(base: int, make: Callable[[Any], str | None]) -> Step:
    def add_sort_key(stored: Any, collected: _Collected) -> None:
        key = make(stored)
        if key:
            collected.sort_keys.append((base, key))

    return add_sort_key


def _search_step(make: Callable[[Any], str | None]) -> Step:
    def add_text(stored: Any, collected: _Collected) -> None:
        text = make(stored)
        if text:
            collected.texts.append(text)

    return add_text


def _join_texts(texts: list[str]) -> str:
    """All texts, each once, short ones first so that a long description does not push a name out of the limit."""
    if len(texts) > 1:
        texts = sorted(dict.fromkeys(texts), key=len)
    return " ".join(texts)[: SEARCH_CHARACTERS * 2]

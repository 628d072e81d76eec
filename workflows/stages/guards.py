"""What a transition may demand of its subject: one class per kind of guard, found by code."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pim.errors import Problem, Refused
from pim.registry import Registry
from pim.values.labels import label_of

Slot = tuple[str, str]
"""(channel, locale)."""

SHOWN_CODES = 5
"""Missing attributes that a sentence names; the rest are counted."""


@dataclass(frozen=True, slots=True)
class SubjectFacts:
    """What a check knows of one subject. Facts that no guard of the transition needs are left empty.

    Attributes:
        key: sku of a product, uuid of an asset.
        lends_only: a product model: it is never delivered, so nothing is asked of its completeness.
        has_family: without one, nobody can say what is complete.
        completeness: `{(channel, locale): percent}`; None or absent: not computed.
        missing: `{(channel, locale): codes of required attributes without a value}`.
        rights: `{channel, or "" for every use: why it or its files may not be used}`.
        matches: the conditions (as `Condition.key`) it fulfils.
    """

    key: str
    stage: str
    lends_only: bool = False
    has_family: bool = True
    completeness: Mapping[Slot, int | None] = field(default_factory=dict)
    missing: Mapping[Slot, Sequence[str]] = field(default_factory=dict)
    rights: Mapping[str, Sequence[Problem]] = field(default_factory=dict)
    matches: frozenset[str] = frozenset()


class Guard(Protocol):
    """One demand of a transition."""

    code: ClassVar[str]

    def dump(self) -> dict[str, Any]:
        """Its JSON, without `kind`."""
        ...

    def check(self, facts: SubjectFacts, slots: Sequence[Slot]) -> list[Problem]:
        """What speaks against it; `slots` are the channels and locales that exist."""
        ...


class GuardKind(Protocol):
    """How a kind of guard is read from JSON."""

    code: ClassVar[str]

    @classmethod
    def load(cls, options: Mapping[str, Any], pointer: str) -> Guard:
        """Read a guard.

        Raises:
            Refused: `invalid_guard`.
        """
        ...


@dataclass(frozen=True, slots=True)
class Complete:
    """Complete to at least `percent` on a channel (None: on every one) in these locales (empty: in all it speaks)."""

    code: ClassVar[str] = "complete"
    percent: int
    channel: str | None = None
    locales: tuple[str, ...] = ()

    @classmethod
    def load(cls, options: Mapping[str, Any], pointer: str) -> Complete:
        """Read `{"percent", "channel", "locales"}`."""
        _refuse_unknown(options, {"percent", "channel", "locales"}, pointer)
        percent = options.get("percent", 100)
        if not isinstance(percent, int) or isinstance(percent, bool) or not 1 <= percent <= 100:
            raise Refused("invalid_guard", _("A percentage is a whole number from 1 to 100."), f"{pointer}/percent")
        return cls(percent, _load_channel(options, pointer), _load_locales(options, pointer))

    def dump(self) -> dict[str, Any]:
        """See `Guard`."""
        return {"percent": self.percent, "channel": self.channel, "locales": list(self.locales)}

    def check(self, facts: SubjectFacts, slots: Sequence[Slot]) -> list[Problem]:
        """See `Guard`."""
        if facts.lends_only:
            return []
        if not facts.has_family:
            return [_without_family()]
        problems = []
        for slot in _wanted(slots, self.channel, self.locales):
            percent = facts.completeness.get(slot)
            if percent is None:
                text = _("Nobody knows yet how complete this is for %(channel)s in %(locale)s.")
                problems.append(Problem("completeness_unknown", text % _scope(slot)))
            elif percent < self.percent:
                text = _("For %(channel)s in %(locale)s this is complete to %(is)d %%; %(asked)d %% is asked.")
                problems.append(Problem("incomplete", text % {**_scope(slot), "is": percent, "asked": self.percent}))
        return problems


@dataclass(frozen=True, slots=True)
class NothingMissing:
    """No required attribute is empty on a channel (None: on every one) in these locales (empty: in all it speaks)."""

    code: ClassVar[str] = "nothing_missing"
    channel: str | None = None
    locales: tuple[str, ...] = ()

    @classmethod
    def load(cls, options: Mapping[str, Any], pointer: str) -> NothingMissing:
        """Read `{"channel", "locales"}`."""
        _refuse_unknown(options, {"channel", "locales"}, pointer)
        return cls(_load_channel(options, pointer), _load_locales(options, pointer))

    def dump(self) -> dict[str, Any]:
        """See `Guard`."""
        return {"channel": self.channel, "locales": list(self.locales)}

    def check(self, facts: SubjectFacts, slots: Sequence[Slot]) -> list[Problem]:
        """See `Guard`."""
        if facts.lends_only:
            return []
        if not facts.has_family:
            return [_without_family()]
        text = _("For %(channel)s in %(locale)s this lacks %(names)s.")
        return [
            Problem("required_missing", text % {**_scope(slot), "names": _enumerate(facts.missing[slot])})
            for slot in _wanted(slots, self.channel, self.locales)
            if facts.missing.get(slot)
        ]


@dataclass(frozen=True, slots=True)
class RightsUsable:
    """The asset, or every asset the product names, may be used on a channel (None: at all)."""

    code: ClassVar[str] = "rights_usable"
    channel: str | None = None

    @classmethod
    def load(cls, options: Mapping[str, Any], pointer: str) -> RightsUsable:
        """Read `{"channel"}`."""
        _refuse_unknown(options, {"channel"}, pointer)
        return cls(_load_channel(options, pointer))

    def dump(self) -> dict[str, Any]:
        """See `Guard`."""
        return {"channel": self.channel}

    def check(self, facts: SubjectFacts, slots: Sequence[Slot]) -> list[Problem]:
        """See `Guard`."""
        return list(facts.rights.get(self.channel or "", ()))


@dataclass(frozen=True, slots=True)
class Condition:
    """The subject matches a filter; `messages` say by locale what to do where it does not."""

    code: ClassVar[str] = "condition"
    key: str
    """The filter as canonical JSON, by which facts name it."""
    messages: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, options: Mapping[str, Any], pointer: str) -> Condition:
        """Read `{"filter", "messages"}`; what the filter means is checked where the fields are known."""
        _refuse_unknown(options, {"filter", "messages"}, pointer)
        wanted, messages = options.get("filter"), options.get("messages") or {}
        if not isinstance(wanted, dict) or not wanted:
            raise Refused("invalid_guard", _("A filter is an object that is not empty."), f"{pointer}/filter")
        if not isinstance(messages, dict) or not all(isinstance(text, str) for text in messages.values()):
            raise Refused("invalid_guard", _("Messages are an object of texts by locale."), f"{pointer}/messages")
        return cls(json.dumps(wanted, sort_keys=True, ensure_ascii=False), dict(sorted(messages.items())))

    @property
    def filter(self) -> Any:
        """The filter's JSON."""
        return json.loads(self.key)

    def dump(self) -> dict[str, Any]:
        """See `Guard`."""
        return {"filter": self.filter, "messages": dict(self.messages)}

    def check(self, facts: SubjectFacts, slots: Sequence[Slot]) -> list[Problem]:
        """See `Guard`."""
        if self.key in facts.matches:
            return []
        return [Problem("condition_not_met", label_of(self.messages, _("This does not meet the condition.")))]


guard_kinds: Registry[type[GuardKind]] = Registry("guards of transitions")
for _kind in (Complete, NothingMissing, RightsUsable, Condition):
    guard_kinds.register(_kind.code, _kind)


def load_guard(data: object, pointer: str) -> Guard:
    """Read a guard from `{"kind", …options}`.

    Raises:
        Refused: `invalid_guard`.
    """
    if not isinstance(data, Mapping):
        raise Refused("invalid_guard", _("A guard is an object."), pointer)
    kind = guard_kinds.find(str(data.get("kind")))
    if kind is None:
        text = _("There is no guard “%(kind)s”. Possible: %(names)s.")
        names = ", ".join(guard_kinds.codes())
        raise Refused("invalid_guard", text % {"kind": data.get("kind"), "names": names}, f"{pointer}/kind")
    return kind.load({name: value for name, value in data.items() if name != "kind"}, pointer)


def dump_guard(guard: Guard) -> dict[str, Any]:
    """Write a guard: `load_guard` reads it back."""
    return {"kind": guard.code, **guard.dump()}


def _without_family() -> Problem:
    return Problem("no_family", _("This has no family, so nobody can say whether it is complete."))


def _wanted(slots: Sequence[Slot], channel: str | None, locales: Sequence[str]) -> list[Slot]:
    return [slot for slot in slots if channel in (None, slot[0]) and (not locales or slot[1] in locales)]


def _scope(slot: Slot) -> dict[str, str]:
    return {"channel": slot[0], "locale": slot[1]}


def _enumerate(codes: Sequence[str]) -> str:
    names = ", ".join(codes[:SHOWN_CODES])
    more = len(codes) - SHOWN_CODES
    if more <= 0:
        return names
    return ngettext("%(names)s and %(n)d more", "%(names)s and %(n)d more", more) % {"names": names, "n": more}


def _load_channel(options: Mapping[str, Any], pointer: str) -> str | None:
    channel = options.get("channel")
    if channel is not None and not isinstance(channel, str):
        raise Refused("invalid_guard", _("A channel is named by its code."), f"{pointer}/channel")
    return channel or None


def _load_locales(options: Mapping[str, Any], pointer: str) -> tuple[str, ...]:
    locales = options.get("locales") or ()
    if isinstance(locales, str) or not isinstance(locales, Sequence) or not all(isinstance(c, str) for c in locales):
        raise Refused("invalid_guard", _("Locales are a list of codes."), f"{pointer}/locales")
    return tuple(locales)


def _refuse_unknown(options: Mapping[str, Any], known: set[str], pointer: str) -> None:
    unknown = sorted(set(options) - known)
    if unknown:
        text = _("“%(name)s” is not an option of this guard. Possible: %(names)s.")
        names = ", ".join(sorted(known))
        raise Refused("invalid_guard", text % {"name": unknown[0], "names": names}, f"{pointer}/{unknown[0]}")

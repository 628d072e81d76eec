"""Values as documents write them, `{attribute: [{"locale", "channel", "data"}]}`, from and to flat keys."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from pim.errors import Problem, escape_pointer
from pim.values.keys import is_code, join_key, split_key
from pim.values.snapshot import Structure
from pim.values.types import attribute_types

Values = dict[str, list[dict[str, Any]]]
"""`{attribute: [{"locale", "channel", "data"}]}`."""

Place = tuple[str, str | None, str | None, Callable[[Any], Any]]
"""What a flat key says: attribute, channel and locale, and how its value is written."""

MEMBERS = frozenset({"locale", "channel", "data", "inherited_from"})


@dataclass(slots=True)
class GivenValues:
    """What a document wants: `{flat key: data, None clears}`, where each stood (`{flat key: "/values/name/0"}`), faults."""

    wanted: dict[str, Any] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_values(values: Any, present: Iterable[str] = ()) -> GivenValues:
    """Read a document's values; only their shape is looked at.

    Args:
        values: what was sent; null in place of an attribute's list clears all that is stored of it.
        present: the flat keys that are stored now.
    """
    given = GivenValues()
    if not isinstance(values, Mapping):
        given.problems.append(Problem("wrong_type", _("Values are an object by attribute."), "/values"))
        return given
    for attribute, entries in values.items():
        pointer = f"/values/{escape_pointer(attribute)}"
        if not is_code(attribute):
            message = _("There is no attribute “%s”.") % attribute[:120]
            given.problems.append(Problem("unknown_attribute", message, pointer))
        elif entries is None:
            given.wanted.update(dict.fromkeys(key for key in present if _is_of(key, attribute)))
        elif isinstance(entries, list):
            for number, entry in enumerate(entries):
                _read_entry(attribute, entry, f"{pointer}/{number}", given)
        else:
            message = _("A list of {locale, channel, data} is expected, or null.")
            given.problems.append(Problem("wrong_type", message, pointer))
    return given


def _read_entry(attribute: str, entry: Any, pointer: str, given: GivenValues) -> None:
    problems = given.problems
    if not isinstance(entry, Mapping):
        problems.append(Problem("wrong_type", _("An object {locale, channel, data} is expected."), pointer))
        return
    before = len(problems)
    for name in entry:
        if name not in MEMBERS:
            message = _("“%s” is not a member of a value: locale, channel, data are.") % name[:120]
            problems.append(Problem("unknown_field", message, f"{pointer}/{escape_pointer(name)}"))
    if "data" not in entry:
        problems.append(Problem("data_missing", _("A value has “data”; null clears it."), pointer))
    scope: dict[str, str | None] = {}
    for name in ("channel", "locale"):
        code = entry.get(name)
        if code is not None and (not isinstance(code, str) or not is_code(code)):
            problems.append(Problem(f"unknown_{name}", _("There is no such %s.") % name, f"{pointer}/{name}"))
        else:
            scope[name] = code
    if len(problems) > before:
        return
    key = join_key(attribute, scope["channel"], scope["locale"])
    if key in given.wanted and key in given.places:
        problems.append(Problem("given_twice", _("This value is given twice."), pointer))
        return
    given.wanted[key] = entry["data"]
    given.places[key] = given.places[canonical_key(key)] = pointer


def _is_of(key: str, attribute: str) -> bool:
    return key.partition(":")[0].casefold() == attribute.casefold()


def canonical_key(key: str) -> str:
    """A flat key whatever the case in which its attribute was written."""
    attribute, colon, rest = key.partition(":")
    return f"{attribute.casefold()}{colon}{rest}"


class ValueWriter:
    """Turns flat stored values into the API's lists; compiled once per page."""

    def __init__(
        self, structure: Structure, attributes: Collection[str] | None = None, locales: Collection[str] | None = None
    ) -> None:
        self._structure = structure
        self._attributes = attributes
        self._locales = locales
        self._places: dict[str, Place | None] = {}

    def __call__(self, values: Mapping[str, Any], sources: Mapping[str, str] | None = None) -> Values:
        """Write values by attribute; with `sources` (`{flat key: sku}`) each says where it is inherited from."""
        written: Values = {}
        for key in sorted(values):
            place = self._places[key] if key in self._places else self._find(key)
            if place is None:
                continue
            code, channel, locale, writer = place
            entry = {"locale": locale, "channel": channel, "data": writer(values[key])}
            if sources is not None:
                entry["inherited_from"] = sources.get(key)
            written.setdefault(code, []).append(entry)
        return written

    def _find(self, key: str) -> Place | None:
        """What a flat key means here, remembered for the products that follow; None for what is not written."""
        code, channel, locale = split_key(key)
        is_wanted = (self._attributes is None or code in self._attributes) and (
            self._locales is None or locale is None or locale in self._locales
        )
        spec = self._structure.attributes.get(code) if is_wanted else None
        found = attribute_types.find(spec.type) if spec else None
        place = self._places[key] = (code, channel, locale, found.to_api) if found else None
        return place

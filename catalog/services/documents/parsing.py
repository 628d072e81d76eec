"""From a document to a change: what is named is checked for its shape, and every value keeps the place it came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.services.changes import UNSET, ProductChange
from pim.errors import Problem, Refused, escape_pointer
from pim.values.documents import canonical_key, read_values
from pim.values.keys import split_key
from pim.values.snapshot import Structure

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

WriteMode = Literal["merge", "replace"]
"""RFC 7396 with values merged by attribute, channel and locale; or everything that is not named goes."""

READ_ONLY = frozenset({"uuid", "revision", "created", "updated", "completeness", "resolved"})
"""Members of a document as it is read, which a writer may send back and which mean nothing then."""

LISTS = ("categories", "add_categories", "remove_categories", "groups")
CODES = ("parent", "family", "family_variant")
KNOWN = frozenset({"sku", "kind", "enabled", "stage", "values", "associations", *LISTS, *CODES}) | READ_ONLY
SIDES = {"products": "sku", "product_models": "sku", "groups": "code"}


Check = Callable[[Any], bool]


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_code(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _are_codes(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(code, str) for code in value)


PLAIN: Mapping[str, tuple[Check, StrOrPromise]] = {
    **dict.fromkeys(CODES, (_is_code, gettext_lazy("A text or null is expected."))),
    **dict.fromkeys(("kind", "stage"), (_is_text, gettext_lazy("A text is expected."))),
    **dict.fromkeys(LISTS, (_are_codes, gettext_lazy("A list of codes is expected."))),
    "enabled": (_is_flag, gettext_lazy("true or false is expected.")),
}
"""{member: (whether a value has the right shape, what is expected)} of members that go into the change as they are."""


@dataclass(frozen=True, slots=True)
class Present:
    """What is stored of a product now, as far as a document may refer to it by leaving it out or clearing it."""

    kind: str
    values: Mapping[str, Any] = field(default_factory=dict)
    association_types: tuple[str, ...] = ()


@dataclass(slots=True)
class ParsedDocument:
    """A change, and where in the document each flat key came from: `{key: "/values/name/0"}`."""

    change: ProductChange
    places: dict[str, str] = field(default_factory=dict)

    def translate(self, problem: Problem) -> Problem:
        """A finding of the write path with its pointer into the document."""
        if not problem.pointer.startswith("/values/"):
            return problem
        key, _slash, rest = problem.pointer.removeprefix("/values/").partition("/")
        place = self.places.get(key) or self.places.get(canonical_key(key)) or self._first_of(key)
        if place is None:
            return problem
        if rest in {"channel", "locale"}:
            return replace(problem, pointer=f"{place}/{rest}")
        return replace(problem, pointer=f"{place}/data" + (f"/{rest}" if rest else ""))

    def _first_of(self, key: str) -> str | None:
        attribute = split_key(key).attribute.casefold()
        return next((place for at, place in self.places.items() if at.partition(":")[0].casefold() == attribute), None)


def parse_document(
    body: Mapping[str, Any], *, sku: str, mode: WriteMode, present: Present | None, structure: Structure, row: int
) -> ParsedDocument:
    """Read a document.

    Args:
        body: what the caller sent.
        sku: the product's key.
        mode: how it meets what is stored.
        present: what is stored; None for a new product.
        structure: for the attributes' flags.
        row: the row's number for the outcome.

    Raises:
        Refused: with a problem, and its pointer, for everything whose shape is wrong.
    """
    problems = [
        Problem("unknown_field", _("“%s” is not a member of a product.") % name[:120], f"/{escape_pointer(name)}")
        for name in body
        if name not in KNOWN
    ]
    change = ProductChange(sku=sku, row=row)
    parsed = ParsedDocument(change)
    _read_plain(body, change, problems)
    if "values" in body:
        given = read_values(body["values"], present.values if present else ())
        change.values, parsed.places = given.wanted, given.places
        problems.extend(given.problems)
    if "associations" in body:
        _read_associations(body["associations"], change, present, problems)
    if problems:
        first = problems[0]
        raise Refused(first.code, first.message, first.pointer, problems=problems)
    if mode == "replace":
        _clear_the_rest(parsed, body, present, structure)
    return parsed


def _read_plain(body: Mapping[str, Any], change: ProductChange, problems: list[Problem]) -> None:
    for name, (is_right, expected) in PLAIN.items():
        if name not in body or (body[name] is None and name in {"kind", "stage"}):
            continue
        value = [] if body[name] is None and name in LISTS else body[name]
        if is_right(value):
            setattr(change, name, value)
        else:
            problems.append(Problem("wrong_type", expected, f"/{name}"))


def _read_associations(
    associations: Any, change: ProductChange, present: Present | None, problems: list[Problem]
) -> None:
    if associations is None:
        change.associations = {code: {} for code in (present.association_types if present else ())}
        return
    if not isinstance(associations, Mapping):
        problems.append(Problem("wrong_type", _("Associations are an object by type."), "/associations"))
        return
    read: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for code, sides in associations.items():
        pointer = f"/associations/{escape_pointer(code)}"
        if sides is not None and not isinstance(sides, Mapping):
            problems.append(Problem("wrong_type", _("An object of lists is expected."), pointer))
            continue
        read[code] = {}
        for side, links in (sides or {}).items():
            if side not in SIDES or not isinstance(links, list):
                message = _("Links are lists under products, product_models and groups.")
                problems.append(Problem("wrong_type", message, f"{pointer}/{escape_pointer(side)}"))
                continue
            read[code][side] = [
                _read_link(link, SIDES[side], f"{pointer}/{side}/{number}", problems)
                for number, link in enumerate(links)
            ]
    change.associations = read


def _read_link(link: Any, name: str, pointer: str, problems: list[Problem]) -> dict[str, Any]:
    if isinstance(link, str):
        return {"key": link}
    if isinstance(link, Mapping) and isinstance(link.get(name), str) and set(link) <= {name, "quantity"}:
        return {"key": link[name], "quantity": link.get("quantity")}
    problems.append(
        Problem("wrong_type", _("A link is a text, or an object with “%s” and “quantity”.") % name, pointer)
    )
    return {}


def _clear_the_rest(
    parsed: ParsedDocument, body: Mapping[str, Any], present: Present | None, structure: Structure
) -> None:
    """Put back to nothing what a replacing document does not name; where a product hangs stays, and what is read-only."""
    change = parsed.change
    if change.enabled is UNSET:
        change.enabled = True
    if change.categories is UNSET:
        change.categories = []
    if change.groups is UNSET:
        change.groups = []
    if present is None:
        return
    if change.family is UNSET and present.kind == "simple":
        change.family = None
    named = change.associations if isinstance(change.associations, Mapping) else {}
    gone: dict[str, Any] = {code: {} for code in present.association_types if code not in named}
    if gone or named:
        change.associations = {**gone, **named}
    wanted = dict(change.values)
    for key in present.values:
        spec = structure.attribute(split_key(key).attribute)
        if canonical_key(key) not in parsed.places and spec is not None and not spec.read_only:
            wanted.setdefault(key, None)
    change.values = wanted

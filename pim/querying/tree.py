"""The filter language: what a filter is, and how its JSON spelling is read and written."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from django.utils.translation import gettext as _

from pim.errors import Refused, escape_pointer
from pim.values.specs import Json

if TYPE_CHECKING:
    from pim.querying.fields import Field, FieldCatalogue

MAX_LEAVES = 30
MAX_DEPTH = 5
MAX_OPERANDS = 10_000
MAX_FILTER_CHARS = 500_000
MAX_DAYS = 36_500


class Operator(StrEnum):
    """What a leaf asks of its field; docs/guides/filter-language.md says what each means."""

    EQ = "eq"
    NE = "ne"
    IN = "in"
    NIN = "nin"
    LT = "lt"
    LTE = "lte"
    GT = "gt"
    GTE = "gte"
    BETWEEN = "between"
    CONTAINS = "contains"
    STARTS = "starts"
    EMPTY = "empty"
    NOT_EMPTY = "not_empty"
    IN_CHILDREN = "in_children"
    SINCE_DAYS = "since_days"


LIST_OPERATORS = frozenset({Operator.IN, Operator.NIN, Operator.IN_CHILDREN, Operator.BETWEEN})
PRESENCE = frozenset({Operator.EMPTY, Operator.NOT_EMPTY})


@dataclass(frozen=True, slots=True)
class Leaf:
    """One question to one field. `pointer` is where the caller wrote it; it does not count in comparisons.

    `value` is a non-empty list for `in`, `nin`, `in_children`, a pair for `between`, None for `empty` and `not_empty`,
    a whole number for `since_days`, else a scalar or an object (`{"amount": "1.5", "unit": "KILOGRAM"}`).
    """

    field: str
    operator: Operator
    value: Json = None
    channel: str | None = None
    locale: str | None = None
    pointer: str = dataclass_field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class And:
    """All of these."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of these."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Everything that the child does not match, also where the field is empty."""

    child: Node


Node: TypeAlias = Leaf | And | Or | Not


def all_of(*nodes: Node | None) -> Node | None:
    """Join filters by AND; None is a filter that lets everything through."""
    present = tuple(node for node in nodes if node is not None)
    if len(present) < 2:
        return present[0] if present else None
    return And(present)


def walk_leaves(node: Node | None) -> Iterator[Leaf]:
    """All leaves, from left to right."""
    match node:
        case Leaf():
            yield node
        case And(children) | Or(children):
            for child in children:
                yield from walk_leaves(child)
        case Not(child):
            yield from walk_leaves(child)


def load_filter(
    text: str, *, catalogue: FieldCatalogue, channel: str | None = None, locale: str | None = None
) -> Node | None:
    """Read the composed spelling as it stands in a URL: `filter={"and": […]}`.

    Raises:
        Refused: `invalid_filter` where the text is not JSON; else see `parse_filter`.
    """
    if len(text) > MAX_FILTER_CHARS:
        raise Refused("filter_too_large", _("The filter is too long."), "/filter")
    try:
        data: Json = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused("invalid_filter", _("The filter is not valid JSON."), "/filter") from error
    return parse_filter(data, catalogue=catalogue, root="/filter", channel=channel, locale=locale)


def parse_filter(
    data: Json,
    *,
    catalogue: FieldCatalogue,
    root: str = "",
    channel: str | None = None,
    locale: str | None = None,
) -> Node | None:
    """Read a filter from decoded JSON, or from a GraphQL `where` (whose unset members are null or absent).

    `data` is `{"and": […]}`, `{"or": […]}`, `{"not": {…}}`, or a leaf `{"field", "op", "value"[, "channel"][,
    "locale"]}`; null and `{}` let everything through. `root` is the pointer of `data` in what the caller sent.
    `channel` and `locale` are the defaults where a field varies by them and a leaf names none.

    Raises:
        Refused: `invalid_filter`, `filter_too_large`, `unknown_field`, `unknown_operator`, `invalid_value`.
    """
    if data is None or data == {}:
        return None
    node = _Parser(catalogue, channel, locale).parse(data, root, 0)
    check_size(node, root)
    return node


def check_size(node: Node | None, root: str = "") -> None:
    """Refuse a filter of more than 30 leaves.

    Raises:
        Refused: `filter_too_large`.
    """
    if sum(1 for _leaf in walk_leaves(node)) > MAX_LEAVES:
        raise Refused(
            "filter_too_large", _("A filter has at most %(leaves)s conditions.") % {"leaves": MAX_LEAVES}, root
        )


def dump_filter(node: Node | None) -> Json:
    """Write a filter in its JSON spelling: `parse_filter` reads the same tree back."""
    match node:
        case None:
            return {}
        case And(children):
            return {"and": [dump_filter(child) for child in children]}
        case Or(children):
            return {"or": [dump_filter(child) for child in children]}
        case Not(child):
            return {"not": dump_filter(child)}
        case Leaf():
            written: dict[str, Json] = {"field": node.field, "op": node.operator.value}
            if node.operator not in PRESENCE:
                written["value"] = node.value
            written.update({name: code for name, code in _scope(node) if code})
            return written


def _scope(leaf: Leaf) -> tuple[tuple[str, str | None], ...]:
    return ("channel", leaf.channel), ("locale", leaf.locale)


@dataclass(frozen=True, slots=True)
class _Parser:
    catalogue: FieldCatalogue
    channel: str | None
    locale: str | None

    def parse(self, data: Json, pointer: str, depth: int) -> Node:
        if not isinstance(data, Mapping):
            raise Refused("invalid_filter", _("A condition is an object."), pointer)
        members = {name: value for name, value in data.items() if value is not None or name == "value"}
        groups = [name for name in ("and", "or", "not") if name in members]
        if not groups:
            return self._leaf(members, pointer)
        if len(groups) > 1 or set(members) - {*groups, "value"}:
            raise Refused("invalid_filter", _("A group is one of and, or, not, with nothing beside it."), pointer)
        if depth == MAX_DEPTH:
            raise Refused("filter_too_large", _("Groups nest at most %(n)s deep.") % {"n": MAX_DEPTH}, pointer)
        name = groups[0]
        below, inside = members[name], f"{pointer}/{name}"
        if name == "not":
            return Not(self.parse(below, inside, depth + 1))
        if not isinstance(below, Sequence) or isinstance(below, str) or not below:
            raise Refused("invalid_filter", _("A group is a list of at least one condition."), inside)
        if len(below) > MAX_LEAVES:
            raise Refused(
                "filter_too_large", _("A filter has at most %(leaves)s conditions.") % {"leaves": MAX_LEAVES}, inside
            )
        children = tuple(self.parse(child, f"{inside}/{i}", depth + 1) for i, child in enumerate(below))
        return And(children) if name == "and" else Or(children)

    def _leaf(self, members: Mapping[str, Json], pointer: str) -> Leaf:
        unknown = sorted(set(members) - {"field", "op", "value", "channel", "locale"})
        if unknown:
            raise Refused(
                "invalid_filter",
                _("“%(name)s” is not part of a condition: field, op, value, channel, locale are.")
                % {"name": unknown[0]},
                f"{pointer}/{escape_pointer(unknown[0])}",
            )
        for name in ("field", "op", "channel", "locale"):
            if not isinstance(members.get(name, ""), str):
                raise Refused("invalid_filter", _("This is a text."), f"{pointer}/{name}")
        if "field" not in members:
            raise Refused("invalid_filter", _("A condition names a field."), pointer)
        found = find_field(self.catalogue, str(members["field"]), f"{pointer}/field")
        written = str(members.get("op", found.default_operator))
        operator = find_operator(found, written, f"{pointer}/op")
        leaf = Leaf(
            found.name,
            operator,
            members.get("value"),
            _text(members.get("channel")),
            _text(members.get("locale")),
            pointer,
        )
        return complete_leaf(leaf, found, self.channel, self.locale, f"{pointer}/value")


def _text(value: Json) -> str | None:
    return str(value) if value else None


def complete_leaf(leaf: Leaf, found: Field, channel: str | None, locale: str | None, value_pointer: str) -> Leaf:
    """Fill in the caller's default scope where the field varies by it, and check the shape of the value.

    Raises:
        Refused: `invalid_value`.
    """
    operator, value = _presence(leaf, value_pointer)
    leaf = replace(
        leaf,
        operator=operator,
        value=value,
        channel=leaf.channel or (channel if "channel" in found.required else None),
        locale=leaf.locale or (locale if "locale" in found.required else None),
    )
    _check_shape(leaf, value_pointer)
    return leaf


def _presence(leaf: Leaf, pointer: str) -> tuple[Operator, Json]:
    """`empty` takes no value; `true` and `false` are accepted, false meaning the other of the two."""
    if leaf.operator not in PRESENCE:
        return leaf.operator, leaf.value
    if leaf.value is None or leaf.value is True:
        return leaf.operator, None
    if leaf.value is False:
        return (Operator.NOT_EMPTY if leaf.operator is Operator.EMPTY else Operator.EMPTY), None
    raise Refused("invalid_value", _("This operator takes no value."), pointer)


def _check_shape(leaf: Leaf, pointer: str) -> None:
    value = leaf.value
    if leaf.operator in PRESENCE:
        return
    if leaf.operator in LIST_OPERATORS:
        if not isinstance(value, list) or not 0 < len(value) <= MAX_OPERANDS:
            raise Refused(
                "invalid_value", _("This operator takes a list of 1 to %(n)s values.") % {"n": MAX_OPERANDS}, pointer
            )
        if leaf.operator is Operator.BETWEEN and len(value) != 2:
            raise Refused("invalid_value", _("This operator takes a list of two values: from, to."), pointer)
        for i, item in enumerate(value):
            if item is None or isinstance(item, list):
                raise Refused("invalid_value", _("This is not a value."), f"{pointer}/{i}")
    elif leaf.operator is Operator.SINCE_DAYS:
        read_days(value, pointer)
    elif value is None:
        raise Refused("invalid_value", _("This operator takes a value; use “empty” to find what has none."), pointer)
    elif isinstance(value, list):
        raise Refused("invalid_value", _("This operator takes one value; use “in” for several."), pointer)


def read_days(value: Json, pointer: str) -> int:
    """Read the operand of `since_days`.

    Raises:
        Refused: `invalid_value`.
    """
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 6:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_DAYS:
        raise Refused("invalid_value", _("This is a whole number of days, up to %(n)s.") % {"n": MAX_DAYS}, pointer)
    return value


def find_field(catalogue: FieldCatalogue, name: str, pointer: str) -> Field:
    """Look a field up.

    Raises:
        Refused: `unknown_field`, with the names that come near.
    """
    found = catalogue.lookup(name)
    if found is None:
        raise Refused(
            "unknown_field",
            _("There is no field “%(name)s”. Possible: %(names)s.")
            % {"name": name[:120], "names": _near(name, catalogue.names())},
            pointer,
        )
    return found


def find_operator(found: Field, written: str, pointer: str) -> Operator:
    """Read an operator, in lower or upper case, that the field knows.

    Raises:
        Refused: `unknown_operator`, with the operators of the field.
    """
    for operator in found.operators:
        if operator.value == written.lower():
            return operator
    raise Refused(
        "unknown_operator",
        _("%(field)s has no operator “%(op)s”. Possible: %(names)s.")
        % {"field": found.name, "op": written[:40], "names": ", ".join(sort_operators(found.operators))},
        pointer,
    )


def sort_operators(operators: Iterable[Operator]) -> list[str]:
    """Operators in the order of the language."""
    wanted = set(operators)
    return [operator.value for operator in Operator if operator in wanted]


def _near(name: str, names: Iterable[str]) -> str:
    known = sorted(names)
    near = difflib.get_close_matches(name[:120], known, n=8, cutoff=0.5)
    return ", ".join(near or known[:40])

"""The plain spelling of the filter language: `family=laptops&values[ram]__in=16,32&sort=-updated`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from pim.errors import Refused, escape_pointer
from pim.querying.fields import VALUES_PREFIX, Context, Field, FieldCatalogue, SortScope, refuse_value
from pim.querying.pages import OrderTerm
from pim.querying.tree import (
    LIST_OPERATORS,
    PRESENCE,
    Leaf,
    Node,
    Operator,
    all_of,
    check_size,
    complete_leaf,
    find_field,
    find_operator,
)
from pim.values.specs import Json

MAX_ORDER_TERMS = 3
_PARAMETER = re.compile(r"(?P<name>[^\[\]]+?)(?:\[(?P<parts>[^\[\]]*)\])?(?:__(?P<op>[A-Za-z_]+))?")
_OPERATOR_NAMES = frozenset(operator.value for operator in Operator)


def parse_params(
    params: Mapping[str, Sequence[str]],
    *,
    catalogue: FieldCatalogue,
    channel: str | None = None,
    locale: str | None = None,
) -> Node | None:
    """Read filters from query parameters; all of them must hold, also where one is repeated.

    `params` is what the endpoint does not use itself (limit, cursor, sort, …), as `{name: [value, …]}`. `channel` and
    `locale` are the defaults where a field varies by them and a parameter names none.

    Raises:
        Refused: `unknown_field`, `unknown_operator`, `invalid_value`, `filter_too_large`; the pointer is `/<parameter>`.
    """
    leaves = [
        _read_parameter(name, value, catalogue, channel, locale) for name, values in params.items() for value in values
    ]
    node = all_of(*leaves)
    check_size(node)
    return node


def _read_parameter(
    written: str, value: str, catalogue: FieldCatalogue, channel: str | None, locale: str | None
) -> Leaf:
    pointer = "/" + escape_pointer(written)
    name, parts, op = _split(written, pointer)
    found = find_field(catalogue, name, pointer)
    operator = find_operator(found, op, pointer) if op else found.default_operator
    named = _name_parts(found, parts, pointer)
    leaf = Leaf(
        found.name, operator, _read_value(operator, value, pointer), named.get("channel"), named.get("locale"), pointer
    )
    return complete_leaf(leaf, found, channel, locale, pointer)


def _split(written: str, pointer: str) -> tuple[str, list[str], str | None]:
    """Take `values[name,de_DE]__contains` apart: field, parts in brackets, operator."""
    match = _PARAMETER.fullmatch(written)
    if match is None:
        raise Refused("unknown_field", _("There is no field “%(name)s”.") % {"name": written[:120]}, pointer)
    name, op = match["name"], match["op"]
    parts = [part.strip() for part in match["parts"].split(",")] if match["parts"] else []
    if name == "values" and parts:
        return VALUES_PREFIX + parts[0], parts[1:], op
    if match["parts"] is None and op and op.lower() not in _OPERATOR_NAMES:
        # `my__field` is a name with two underscores, unless what follows them is an operator.
        return f"{name}__{op}", parts, None
    return name, parts, op


def _name_parts(found: Field, parts: Sequence[str], pointer: str, more: Sequence[str] = ()) -> dict[str, str]:
    """Match the parts in brackets with what the field varies by, in order."""
    expected = (*found.scope, *more)
    if len(parts) > len(expected):
        raise refuse_value(
            _("%(field)s takes these parts in brackets: %(parts)s.")
            % {"field": found.name, "parts": ", ".join(expected) or "-"},
            pointer,
        )
    return {part: code for part, code in zip(expected, parts, strict=False) if code}


def _read_value(operator: Operator, value: str, pointer: str) -> Json:
    if operator in PRESENCE:
        answers: dict[str, Json] = {"": True, "true": True, "1": True, "false": False, "0": False}
        if value.lower() not in answers:
            raise refuse_value(_("This is true or false."), pointer)
        return answers[value.lower()]
    if operator in LIST_OPERATORS:
        return [part for part in map(str.strip, value.split(",")) if part]
    return value


def parse_order(
    text: str,
    *,
    catalogue: FieldCatalogue,
    context: Context,
    channel: str | None = None,
    locale: str | None = None,
    pointer: str = "/sort",
) -> tuple[OrderTerm, ...]:
    """Read an order: `-updated,values[price,EUR]`; a minus turns it round. A price names its currency last.

    Raises:
        Refused: `unknown_field`, `not_sortable`, `too_many_sorts`, `invalid_value`.
    """
    written = [part.strip() for part in re.split(r",(?![^\[]*\])", text) if part.strip()]
    if len(written) > MAX_ORDER_TERMS:
        raise Refused("too_many_sorts", _("At most %(n)s fields order a list.") % {"n": MAX_ORDER_TERMS}, pointer)
    terms = []
    for part in written:
        name, parts, op = _split(part.lstrip("-+"), pointer)
        found = find_field(catalogue, name if op is None else f"{name}__{op}", pointer)
        named = _name_parts(found, parts, pointer, more=("currency",))
        scope = SortScope(
            named.get("channel") or (channel if "channel" in found.required else None),
            named.get("locale") or (locale if "locale" in found.required else None),
            named.get("currency"),
            pointer,
        )
        key = found.sort_key(scope, context)
        if key is None:
            raise Refused("not_sortable", _("A list cannot be ordered by %(name)s.") % {"name": found.name}, pointer)
        terms.append(OrderTerm(key, descending=part.startswith("-")))
    return tuple(terms)

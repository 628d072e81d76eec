"""The dialog that adds a filter: which fields there are, which operators and values each takes, and the address it makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from catalog.admin.grid.chips import FIELD_LABELS, KIND_WORDS, attribute_label
from catalog.admin.grid.state import GridState
from catalog.extensions import get_stage_desk
from catalog.services.listing import select_products
from pim.admin.conditions import OPERATOR_WORDS
from pim.models import Category
from pim.querying.fields import VALUES_PREFIX, Field
from pim.querying.params import parse_params
from pim.querying.tree import LIST_OPERATORS, PRESENCE, Operator
from pim.values.labels import label_of

MAX_CHOICES = 500
"""Options offered as a list; an attribute with more takes codes as text."""

OFFERED = (
    "family",
    "stage",
    "category",
    "missing",
    "complete",
    "enabled",
    "kind",
    "group",
    "updated",
    "created",
    "parent",
)
FIRST_OPERATORS = {"category": Operator.IN_CHILDREN, "missing": Operator.IN, "updated": Operator.SINCE_DAYS}


@dataclass(frozen=True, slots=True)
class FieldLink:
    """A field that the dialog offers."""

    name: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class FieldForm:
    """What the dialog asks for one field. `kind` of input: `choices | boolean | amount | date | text`."""

    name: str
    label: str
    kind: str
    operators: Sequence[tuple[str, str, bool]]
    choices: Sequence[tuple[str, str]]
    units: Sequence[tuple[str, str]]
    scope: str


def list_fields(state: GridState) -> list[tuple[str, list[FieldLink]]]:
    """Every field by group: the product's own first, then attributes by attribute group."""
    base = state.catalog.base
    groups: dict[str, list[FieldLink]] = {}
    for spec in base.attributes.values():
        groups.setdefault(spec.group, []).append(FieldLink(VALUES_PREFIX + spec.code, attribute_label(spec), spec.code))
    ordered = sorted(groups, key=lambda code: (base.groups[code].position if code in base.groups else 0, code))
    listed = [(_("Product"), [FieldLink(name, str(FIELD_LABELS[name])) for name in OFFERED])]
    for code in ordered:
        label = label_of(base.groups[code].labels, code) if code in base.groups else code
        listed.append((label, groups[code]))
    return listed


def make_form(name: str, state: GridState) -> FieldForm | None:
    """The form of a field; None where there is none of that name."""
    found = state.fields.lookup(name)
    if found is None:
        return None
    spec = (
        state.catalog.base.attributes.get(name.removeprefix(VALUES_PREFIX)) if name.startswith(VALUES_PREFIX) else None
    )
    label = attribute_label(spec) if spec else str(FIELD_LABELS.get(name, name))
    choices = _choices(name, state)
    kind = "choices" if choices else "text"
    if name in {"enabled", "complete"} or (spec and spec.type == "boolean"):
        kind = "boolean"
    elif name in {"created", "updated"} or (spec and spec.type in {"date", "datetime"}):
        kind = "date"
    units: list[tuple[str, str]] = []
    if spec and spec.type == "measurement":
        kind = "amount"
        units = [
            (unit.code, unit.symbol or unit.code)
            for unit in state.catalog.base.units(str(spec.config.get("family", "")))
        ]
    elif spec and spec.type == "price":
        kind = "amount"
        units = [(code, code) for code in state.catalog.base.currencies()]
    return FieldForm(name, label, kind, _operators(found, name, kind), choices, units, " ".join(_scope(found, state)))


def add_filter(state: GridState, data: QueryDict) -> str:
    """The grid's address with one condition more.

    Raises:
        Refused: the condition means nothing.
    """
    name = data.get("field", "")
    found = state.fields.lookup(name)
    operator = data.get("op", "")
    values = [value.strip() for value in data.getlist("value") if value.strip()]
    unit = data.get("unit", "")
    if unit and values:
        values = [f"{value} {unit}" for value in values]
    written = name.removeprefix(VALUES_PREFIX)
    scope = ",".join(_scope(found, state)) if found else ""
    if name.startswith(VALUES_PREFIX):
        parameter = f"values[{written}{',' if scope else ''}{scope}]"
    else:
        parameter = f"{name}[{scope}]" if scope else name
    parameter += f"__{operator}" if operator else ""
    is_list = operator in LIST_OPERATORS
    value = "true" if operator in PRESENCE else ",".join(values) if is_list else values[0] if values else ""
    node = parse_params({parameter: [value]}, catalogue=state.fields, channel=state.channel, locale=state.locale)
    select_products(node)
    params = state.params.copy()
    for gone in ("cursor", "field", "op", "value", "unit"):
        params.pop(gone, None)
    if value not in params.getlist(parameter):
        params.appendlist(parameter, value)
    return f"?{params.urlencode()}"


def _operators(found: Field, name: str, kind: str) -> list[tuple[str, str, bool]]:
    """(operator, words, whether it is chosen at first)."""
    offered = [operator for operator in Operator if operator in found.operators and operator is not Operator.BETWEEN]
    if kind == "choices":
        offered = [operator for operator in offered if operator in LIST_OPERATORS | PRESENCE]
    elif kind == "boolean":
        offered = [operator for operator in offered if operator is not Operator.NE]
    else:
        offered = [operator for operator in offered if operator not in LIST_OPERATORS]
    first = FIRST_OPERATORS.get(name)
    if first is None:
        wanted = Operator.IN if kind == "choices" else Operator.CONTAINS if kind == "text" else Operator.EQ
        first = wanted if wanted in offered else offered[0]
    return [(operator.value, str(OPERATOR_WORDS[operator]), operator is first) for operator in offered]


def _scope(found: Any, state: GridState) -> list[str]:
    parts = {"channel": state.channel, "locale": state.locale}
    return [code for part in found.scope if (code := parts.get(part))]


def _choices(name: str, state: GridState) -> list[tuple[str, str]]:
    catalog = state.catalog
    match name:
        case "family":
            return sorted(((f.code, label_of(f.labels, f.code)) for f in catalog.families.values()), key=lambda p: p[1])
        case "stage":
            desk = get_stage_desk()
            return [(stage.code, stage.label) for stage in desk.stages()] if desk else []
        case "kind":
            return [(code, str(words)) for code, words in KIND_WORDS.items()]
        case "group":
            return sorted((code, code) for code in catalog.groups)
        case "missing":
            required = {
                code for f in catalog.families.values() for weights in f.requirements.values() for code in weights
            }
            specs = (catalog.base.attributes[code] for code in required)
            return sorted(((spec.code, attribute_label(spec)) for spec in specs), key=lambda pair: pair[1])
        case "category":
            nodes = Category.objects.order_by("path")[: MAX_CHOICES + 1]
            return [(node.code, f"{' ' * 3 * (node.depth - 1)}{node.label}") for node in nodes]
    options = catalog.base.options(name.removeprefix(VALUES_PREFIX)) if name.startswith(VALUES_PREFIX) else ()
    if len(options) > MAX_CHOICES:
        return []
    return [(option.code, label_of(option.labels, option.code)) for option in options]

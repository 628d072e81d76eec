"""Conditions in words: what stands on a chip."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.admin.grid.state import GridState
from catalog.extensions import get_stage_desk
from pim.admin.conditions import OPERATOR_WORDS, Condition
from pim.models import Category
from pim.querying.fields import VALUES_PREFIX
from pim.querying.tree import And, Leaf, Node, Not, Or, walk_leaves
from pim.values.labels import label_of
from pim.values.specs import AttributeSpec, Json

FIELD_LABELS: Mapping[str, Any] = {
    "sku": gettext_lazy("SKU"),
    "uuid": gettext_lazy("UUID"),
    "kind": gettext_lazy("Kind"),
    "parent": gettext_lazy("Model above"),
    "family": gettext_lazy("Family"),
    "stage": gettext_lazy("Stage"),
    "group": gettext_lazy("Group"),
    "enabled": gettext_lazy("Enabled"),
    "complete": gettext_lazy("Complete"),
    "missing": gettext_lazy("Missing"),
    "category": gettext_lazy("Category"),
    "completeness": gettext_lazy("Completeness in percent"),
    "created": gettext_lazy("Created"),
    "updated": gettext_lazy("Changed"),
    "search": gettext_lazy("Search"),
}
KIND_WORDS: Mapping[str, Any] = {
    "simple": gettext_lazy("simple product"),
    "model": gettext_lazy("product model"),
    "variant": gettext_lazy("variant"),
}


@dataclass(frozen=True, slots=True)
class Chip:
    """A condition as a person reads it, and the address without it."""

    field: str
    operator: str
    value: str
    scope: str
    url: str
    problem: str = ""


def make_chips(state: GridState) -> list[Chip]:
    """One chip per condition of the address; one query where categories are named."""
    labels = _Labels(state)
    return [_chip(condition, state, labels) for condition in state.conditions]


def field_label(name: str, state: GridState) -> str:
    """How people call a field."""
    if name in FIELD_LABELS:
        return str(FIELD_LABELS[name])
    spec = state.catalog.base.attribute(name.removeprefix(VALUES_PREFIX))
    return attribute_label(spec, state.locale) if spec else name


def attribute_label(spec: AttributeSpec, locale: str | None = None) -> str:
    """An attribute's label in the language of the screen."""
    return label_of(spec.labels, spec.code)


class _Labels:
    """Labels of codes; categories are looked up once for all chips."""

    def __init__(self, state: GridState) -> None:
        self.state = state
        codes = {
            str(code)
            for condition in state.conditions
            for leaf in walk_leaves(condition.node)
            if leaf.field == "category"
            for code in _values(leaf)
        }
        self.categories = {row.code: row.label for row in Category.objects.filter(code__in=codes)} if codes else {}
        desk = get_stage_desk()
        self.stages = {stage.code: stage.label for stage in desk.stages()} if desk else {}

    def of(self, name: str, value: Json) -> str:
        """A value in words."""
        catalog = self.state.catalog
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, dict):
            return " ".join(str(part) for part in value.values())
        code = str(value)
        match name:
            case "family":
                family = catalog.family(code)
                return label_of(family.labels, code) if family else code
            case "missing":
                return field_label(code, self.state)
            case "enabled" | "complete":
                return _("no") if code in {"false", "0"} else _("yes")
        plain: Mapping[str, Any] = {"stage": self.stages, "category": self.categories, "kind": KIND_WORDS}.get(name, {})
        if code in plain:
            return str(plain[code])
        option = catalog.base.option(name.removeprefix(VALUES_PREFIX), code)
        return label_of(option.labels, code) if option else code


def _chip(condition: Condition, state: GridState, labels: _Labels) -> Chip:
    url = state.query(without=(condition.name, condition.value))
    leaf = condition.node
    if condition.problem or not isinstance(leaf, Leaf):
        text = condition.problem or _sentence(leaf, state, labels)
        name = condition.name if condition.problem else _("Filter")
        return Chip(name, "", text, "", url, condition.problem)
    scope = " ".join(part for part in (leaf.channel, leaf.locale) if part)
    values = ", ".join(labels.of(leaf.field, value) for value in _values(leaf))
    return Chip(field_label(leaf.field, state), str(OPERATOR_WORDS[leaf.operator]), values, scope, url)


def _values(leaf: Leaf) -> Iterable[Json]:
    if leaf.value is None:
        return ()
    return leaf.value if isinstance(leaf.value, list) else (leaf.value,)


def _sentence(node: Node | None, state: GridState, labels: _Labels) -> str:
    match node:
        case Leaf():
            values = ", ".join(labels.of(node.field, value) for value in _values(node))
            return f"{field_label(node.field, state)} {OPERATOR_WORDS[node.operator]} {values}".strip()
        case Not(child):
            return _("not (%s)") % _sentence(child, state, labels)
        case And(children):
            return f" {_('and')} ".join(_sentence(child, state, labels) for child in children)
        case Or(children):
            return "({})".format(f" {_('or')} ".join(_sentence(child, state, labels) for child in children))
    return _("everything")

"""The library's filters in words: what stands on chips and beside counts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.admin.state import LibraryState
from assets.choices import AssetKind, DigitalSource
from assets.extensions import get_stage_rules
from assets.models import Asset, AssetFamily, Collection, Folder, License, Release
from assets.probe.formats import MEDIA_TYPES, format_name
from pim.admin.conditions import OPERATOR_WORDS, Condition
from pim.models import Category
from pim.querying.fields import VALUES_PREFIX
from pim.querying.tree import And, Leaf, Node, Not, Operator, Or, walk_leaves
from pim.values.labels import label_of
from pim.values.specs import Json

FIELD_LABELS: Mapping[str, Any] = {
    "kind": gettext_lazy("Kind"),
    "folder": gettext_lazy("Folder"),
    "family": gettext_lazy("Family"),
    "keyword": gettext_lazy("Keyword"),
    "categories": gettext_lazy("Category"),
    "stage": gettext_lazy("Stage"),
    "license": gettext_lazy("Licence"),
    "release": gettext_lazy("Release"),
    "colour": gettext_lazy("Colour"),
    "orientation": gettext_lazy("Orientation"),
    "media_type": gettext_lazy("Format"),
    "digital_source": gettext_lazy("Origin"),
    "complete": gettext_lazy("Complete"),
    "rights": gettext_lazy("Rights"),
    "rights_end": gettext_lazy("Rights end"),
    "breaks_rules": gettext_lazy("Breaks picture rules"),
    "alt": gettext_lazy("Alternative text"),
    "collection": gettext_lazy("Collection"),
    "similar": gettext_lazy("Looks like"),
    "ready": gettext_lazy("Ready"),
    "created": gettext_lazy("Created"),
    "updated": gettext_lazy("Changed"),
    "search": gettext_lazy("Search"),
    "code": gettext_lazy("Code"),
}
COLOUR_LABELS: Mapping[str, Any] = {
    "black": gettext_lazy("black"),
    "grey": gettext_lazy("grey"),
    "white": gettext_lazy("white"),
    "red": gettext_lazy("red"),
    "orange": gettext_lazy("orange"),
    "brown": gettext_lazy("brown"),
    "yellow": gettext_lazy("yellow"),
    "green": gettext_lazy("green"),
    "turquoise": gettext_lazy("turquoise"),
    "blue": gettext_lazy("blue"),
    "purple": gettext_lazy("purple"),
    "pink": gettext_lazy("pink"),
}
ORIENTATION_LABELS: Mapping[str, Any] = {
    "landscape": gettext_lazy("landscape"),
    "portrait": gettext_lazy("portrait"),
    "square": gettext_lazy("square"),
    "panorama": gettext_lazy("panorama"),
}
RIGHTS_LABELS: Mapping[str, Any] = {
    "usable": gettext_lazy("usable today"),
    "expiring": gettext_lazy("end within 30 days"),
    "expired": gettext_lazy("expired"),
    "embargoed": gettext_lazy("not yet begun"),
    "withdrawn": gettext_lazy("consent withdrawn"),
    "unlicensed": gettext_lazy("without a licence"),
    "released": gettext_lazy("with a release"),
}
UNSAID = frozenset({Operator.EQ, Operator.IN, Operator.IN_CHILDREN})
"""What a chip says by naming the field and the value."""
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_MODELS: Mapping[str, type[Any]] = {
    "folder": Folder,
    "family": AssetFamily,
    "license": License,
    "release": Release,
    "categories": Category,
}


@dataclass(frozen=True, slots=True)
class Chip:
    """A condition as a person reads it, and the address without it."""

    field: str
    operator: str
    value: str
    url: str
    problem: str = ""
    swatch: str = ""


@dataclass(slots=True)
class Labels:
    """Labels of codes by field; those of rows are looked up together, once for each model."""

    wanted: Mapping[str, Iterable[str]]
    _found: dict[str, dict[str, str]] = field(default_factory=dict)

    def of(self, name: str, code: Json) -> str:
        """A value in words."""
        if isinstance(code, bool) or str(code) in {"true", "false"}:
            return _("yes") if code in {True, "true"} else _("no")
        text = str(code)
        if name not in self._found:
            self._found[name] = self._load(name)
        return self._found[name].get(text.lower(), text)

    def _load(self, name: str) -> dict[str, str]:
        if name in _MODELS:
            codes = {code.lower() for code in self.wanted.get(name, ())}
            rows = _MODELS[name].objects.annotate(code_key=Lower("code")).filter(code_key__in=codes) if codes else ()
            return {row.code.lower(): row.label for row in rows}
        if name in {"collection", "similar"}:
            model: Any = Collection if name == "collection" else Asset
            uuids = {text for text in self.wanted.get(name, ()) if _UUID.fullmatch(text)}
            return {str(row.uuid): str(row) for row in model.objects.filter(uuid__in=uuids)}
        return {code: str(label) for code, label in _PLAIN[name]().items()} if name in _PLAIN else {}


_PLAIN: Mapping[str, Callable[[], Mapping[str, Any]]] = {
    "kind": lambda: dict(AssetKind.choices),
    "stage": lambda: dict(get_stage_rules().choices()),
    "colour": lambda: COLOUR_LABELS,
    "orientation": lambda: ORIENTATION_LABELS,
    "rights": lambda: RIGHTS_LABELS,
    "digital_source": lambda: {value.lower(): label for value, label in DigitalSource.choices},
    "media_type": lambda: {name: format_name(name) for name in MEDIA_TYPES},
}


def make_chips(state: LibraryState) -> list[Chip]:
    """One chip per condition of the address, and one for the colour that is picked."""
    wanted: dict[str, list[str]] = {}
    for condition in state.conditions:
        for leaf in walk_leaves(condition.node):
            wanted.setdefault(leaf.field, []).extend(str(value) for value in _values(leaf))
    labels = Labels(wanted)
    chips = [_chip(condition, state, labels) for condition in state.conditions]
    if state.near is not None:
        chips.append(Chip(_("Colour near"), "", state.near_hex, state.query({"near": None}), swatch=state.near_hex))
    return chips


def field_label(name: str, state: LibraryState) -> str:
    """How people call a field."""
    if name in FIELD_LABELS:
        return str(FIELD_LABELS[name])
    spec = state.fields.structure.attributes.get(name.removeprefix(VALUES_PREFIX))
    return label_of(spec.labels, spec.code) if spec else name


def channel_label(code: str, state: LibraryState) -> str:
    """How people call a channel."""
    spec = state.fields.structure.channels.get(code)
    return label_of(spec.labels, code) if spec else code


def _chip(condition: Condition, state: LibraryState, labels: Labels) -> Chip:
    url = state.query(without=(condition.name, condition.value))
    leaf = condition.node
    if condition.problem or not isinstance(leaf, Leaf):
        text = condition.problem or _sentence(leaf, state, labels)
        return Chip(condition.name if condition.problem else _("Filter"), "", text, url, condition.problem)
    values = ", ".join(labels.of(leaf.field, value) for value in _values(leaf))
    label = field_label(leaf.field, state)
    if leaf.channel:
        label = f"{label} ({channel_label(leaf.channel, state)})"
    return Chip(label, _say(leaf.operator), values, url)


def _say(operator: Operator) -> str:
    return "" if operator in UNSAID else str(OPERATOR_WORDS[operator])


def _values(leaf: Leaf) -> Iterable[Json]:
    if leaf.value is None:
        return ()
    return leaf.value if isinstance(leaf.value, list) else (leaf.value,)


def _sentence(node: Node | None, state: LibraryState, labels: Labels) -> str:
    match node:
        case Leaf():
            values = ", ".join(labels.of(node.field, value) for value in _values(node))
            words = (field_label(node.field, state), _say(node.operator), values)
            return " ".join(word for word in words if word)
        case Not(child):
            return _("not (%s)") % _sentence(child, state, labels)
        case And(children):
            return f" {_('and')} ".join(_sentence(child, state, labels) for child in children)
        case Or(children):
            return "({})".format(f" {_('or')} ".join(_sentence(child, state, labels) for child in children))
    return _("everything")

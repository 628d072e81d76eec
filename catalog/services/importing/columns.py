"""From a pointer of a refusal back to the column of the file that caused it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from catalog.importing.akeneo.columns import (
    MODEL_FIELDS,
    PRODUCT_FIELDS,
    ColumnTarget,
    FieldTarget,
    Target,
    UnknownColumn,
    parse_column,
    parse_header,
)
from catalog.importing.generic import GenericPlan, is_json
from catalog.importing.mapping import FIELDS
from catalog.importing.steps import ASSOCIATIONS, PRODUCTS, STRUCTURE, ImportPlan, Step
from catalog.importing.tabular.rows import open_table
from catalog.importing.vocabulary import Vocabulary

ColumnNamer = Callable[[str], str]
"""Pointer → column, or an empty text."""

STRUCTURE_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "attribute": {"config": "", "position": "sort_order", "labels": ""},
    "option": {"position": "sort_order", "labels": ""},
    "attribute_group": {"position": "sort_order", "labels": ""},
    "channel": {"category_tree": "tree", "labels": ""},
    "family": {"label_attribute": "attribute_as_label", "image_attribute": "attribute_as_image", "labels": ""},
}
"""Fields of a state that a file calls otherwise; an empty text: no single column."""

_LEVEL = re.compile(r"/levels/(\d)(?:/axes)?")
_REQUIREMENTS = re.compile(r"/requirements/([^/]+)")


def make_column_namer(plan: ImportPlan, step: Step, known: Vocabulary) -> ColumnNamer:
    """What reports call the places of a step's rows."""
    if step.phase == STRUCTURE:
        return lambda pointer: _structure_column(step.kind, pointer)
    if step.phase not in {PRODUCTS, ASSOCIATIONS}:
        return lambda _pointer: ""
    if isinstance(plan, GenericPlan):
        if is_json(plan.file):
            return lambda pointer: pointer.strip("/").replace("/", ".")
        names = {
            target: each.column
            for each in reversed(plan.profile.columns)
            if (target := _parse(each.target, known)) is not None
        }
    else:
        fields = MODEL_FIELDS if step.entity == "product_models" else PRODUCT_FIELDS
        with open_table(plan.source, step.file) as table:
            targets, _issues = parse_header(table.header, known, file=step.file, fields=fields)
            names = {target: name for target, name in zip(targets, table.header, strict=True) if target is not None}
    places = _places(names)
    return lambda pointer: _product_column(places, pointer)


def _parse(target: str, known: Vocabulary) -> Target | None:
    if not target:
        return None
    try:
        return parse_column(target, known, fields=FIELDS)
    except UnknownColumn:
        return None


def _places(names: Mapping[Target, str]) -> dict[str, str]:
    """{flat key, `/field` or `type/side`: column}; the part of a value without a unit or currency wins."""
    places: dict[str, str] = {}
    for target, name in names.items():
        if isinstance(target, ColumnTarget):
            if not target.part or target.key not in places:
                places[target.key] = name
            places[f"{target.key}/{target.part}"] = name
        elif isinstance(target, FieldTarget):
            places["/sku" if target.name == "code" else f"/{target.name}"] = name
        elif not target.is_quantity:
            places[f"{target.type}/{target.side}"] = name
    return places


def _product_column(places: Mapping[str, str], pointer: str) -> str:
    _empty, _slash, rest = pointer.partition("/")
    field, _slash, rest = rest.partition("/")
    if field == "associations":
        kind, side = (*rest.split("/"), "")[:2]
        return places.get(f"{kind}/{side}", "")
    if field != "values":
        return places.get(f"/{field}", "")
    key, _slash, part = rest.partition("/")
    return places.get(f"{key}/{part}") or places.get(key) or places.get(_as_flat_key(key), "")


def _as_flat_key(name: str) -> str:
    """`attr:channel` of a cell without a locale is `attr:channel:` as a flat key."""
    return f"{name}:" if name.count(":") == 1 else name


def _structure_column(kind: str, pointer: str) -> str:
    level = _LEVEL.match(pointer)
    if level:
        what = "axes" if pointer.endswith("/axes") else "attributes"
        return f"variant-{what}_{int(level[1]) + 1}"
    requirements = _REQUIREMENTS.match(pointer)
    if requirements:
        return f"requirements-{requirements[1]}"
    field = pointer.partition("/")[2].partition("/")[0]
    return STRUCTURE_COLUMNS.get(kind, {}).get(field, field)

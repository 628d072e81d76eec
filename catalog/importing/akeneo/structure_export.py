"""States of structure as Akeneo's structure files: the inverse of reading them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from catalog.importing.akeneo.attributes import MEGABYTE, TYPES
from catalog.importing.akeneo.families import LEVELS, REQUIREMENTS
from catalog.importing.akeneo.structure import LABEL
from pim.values.specs import Json

State = Mapping[str, Json]
Cells = dict[str, str]

_AKENEO_TYPES = {
    **{ours: theirs for theirs, ours in TYPES.items()},
    "rich_text": "pim_catalog_textarea",
    "integer": "pim_catalog_number",
    "email": "pim_catalog_text",
    "url": "pim_catalog_text",
    "datetime": "pim_catalog_date",
}


def structure_table(
    entity: str, states: Iterable[State], locales: Sequence[str]
) -> tuple[tuple[str, ...], list[list[str]]]:
    """Header and rows of an entity's file.

    Args:
        entity: the stem of the file.
        states: in the order in which they should stand (categories: parents first).
        locales: of the label columns.

    Raises:
        KeyError: there is no such file.
    """
    convert = _WRITERS[entity]
    cells: list[Cells] = []
    for state in states:
        labels = {} if entity in _WITHOUT_LABELS else _labels(state, locales)
        cells.append({"code": _text(state, "code"), **labels, **convert(state)})
    header = tuple(dict.fromkeys(("code", *(name for row in cells for name in row))))
    return header, [[row.get(name, "") for name in header] for row in cells]


def _labels(state: State, locales: Sequence[str]) -> Cells:
    labels = state.get("labels")
    found = labels if isinstance(labels, dict) else {}
    return {f"{LABEL}{locale}": str(found.get(locale) or "") for locale in locales}


def _attribute(state: State) -> Cells:
    kind = _text(state, "type")
    config = state.get("config")
    limits: State = config if isinstance(config, dict) else {}
    size = limits.get("max_size_bytes")
    theirs = (
        "pim_catalog_image" if kind == "asset" and _is_image(limits) else _AKENEO_TYPES.get(kind, "pim_catalog_text")
    )
    is_number = kind in {"integer", "decimal", "measurement", "price"}
    has_decimals = kind == "decimal" or (kind != "integer" and limits.get("decimals") != 0)
    return {
        "type": "pim_catalog_file" if kind == "asset" and not _is_image(limits) else theirs,
        "group": _text(state, "group"),
        "localizable": _flag(state, "localizable"),
        "scopable": _flag(state, "scopable"),
        "unique": _flag(state, "unique"),
        "useable_as_grid_filter": str(int(bool(state.get("facet") or state.get("sortable")))),
        "sort_order": _text(state, "position"),
        "available_locales": _codes(state, "available_locales"),
        "max_characters": _text(limits, "max_characters"),
        "validation_rule": kind if kind in {"email", "url"} else "regexp" if limits.get("pattern") else "",
        "validation_regexp": f"/{limits['pattern']}/" if limits.get("pattern") else "",
        "wysiwyg_enabled": "1" if kind == "rich_text" else "",
        "number_min": _text(limits, "min") if is_number else "",
        "number_max": _text(limits, "max") if is_number else "",
        "decimals_allowed": str(int(has_decimals)) if is_number else "",
        "negative_allowed": _flag(limits, "negative_allowed") if "negative_allowed" in limits else "",
        "date_min": _text(limits, "min") if kind == "date" else "",
        "date_max": _text(limits, "max") if kind == "date" else "",
        "metric_family": _text(limits, "family"),
        "default_metric_unit": _text(limits, "default_unit"),
        "allowed_extensions": _codes(limits, "extensions"),
        "max_file_size": f"{size / MEGABYTE:g}" if isinstance(size, int) else "",
    }


def _is_image(limits: State) -> bool:
    extensions = limits.get("extensions")
    if limits.get("kinds") == ["image"]:
        return True
    return isinstance(extensions, list) and bool(
        {"jpg", "jpeg", "png", "gif", "webp"} & {str(one) for one in extensions}
    )


def _family(state: State) -> Cells:
    requirements = state.get("requirements")
    columns: State = requirements if isinstance(requirements, dict) else {}
    return {
        "attributes": _codes(state, "attributes"),
        "attribute_as_label": _text(state, "label_attribute"),
        "attribute_as_image": _text(state, "image_attribute"),
        **{f"{REQUIREMENTS}{channel}": _codes(columns, channel) for channel in sorted(columns)},
    }


def _family_variant(state: State) -> Cells:
    levels = state.get("levels")
    found = levels if isinstance(levels, list) else []
    cells: Cells = {"family": _text(state, "family")}
    for level, content in zip(LEVELS, found, strict=False):
        if isinstance(content, dict):
            cells[f"variant-axes_{level}"] = _codes(content, "axes")
            cells[f"variant-attributes_{level}"] = ",".join(filter(None, _both(content)))
    return cells


def _both(content: State) -> tuple[str, str]:
    return _codes(content, "attributes"), _codes(content, "axes")


_WITHOUT_LABELS = frozenset({"locales", "currencies", "group_types"})

_WRITERS: Mapping[str, Callable[[State], Cells]] = MappingProxyType(
    {
        "locales": lambda _state: {},
        "currencies": lambda _state: {"activated": "1"},
        "group_types": lambda _state: {},
        "attribute_groups": lambda state: {"sort_order": _text(state, "position")},
        "attributes": _attribute,
        "attribute_options": lambda state: {
            "attribute": _text(state, "attribute"),
            "sort_order": _text(state, "position"),
        },
        "categories": lambda state: {"parent": _text(state, "parent")},
        "channels": lambda state: {
            "locales": _codes(state, "locales"),
            "currencies": _codes(state, "currencies"),
            "tree": _text(state, "category_tree"),
        },
        "families": _family,
        "family_variants": _family_variant,
        "association_types": lambda state: {
            "is_two_way": _flag(state, "is_two_way"),
            "is_quantified": _flag(state, "is_quantified"),
        },
        "groups": lambda state: {"type": _text(state, "type")},
    }
)


def _text(state: State, name: str) -> str:
    value = state.get(name)
    return "" if value is None else str(value)


def _flag(state: State, name: str) -> str:
    return str(int(bool(state.get(name))))


def _codes(state: State, name: str) -> str:
    """A list of codes, or the keys of an object (the weights of requirements are no part of Akeneo's files)."""
    value = state.get(name)
    return ",".join(str(code) for code in value) if isinstance(value, list | dict) else ""

"""Akeneo's attributes as ours: their types, limits and flags."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from catalog.importing.akeneo.structure import Fields, StateParsed, StructureRow, split_codes
from catalog.importing.issues import Issue, Parsed, make_issue
from pim.values.specs import Json

TYPES: Mapping[str, str] = MappingProxyType(
    {
        "pim_catalog_identifier": "identifier",
        "pim_catalog_text": "text",
        "pim_catalog_textarea": "textarea",
        "pim_catalog_number": "decimal",
        "pim_catalog_boolean": "boolean",
        "pim_catalog_date": "date",
        "pim_catalog_simpleselect": "select",
        "pim_catalog_multiselect": "multiselect",
        "pim_catalog_metric": "measurement",
        "pim_catalog_price_collection": "price",
        "pim_catalog_image": "asset",
        "pim_catalog_file": "asset",
    }
)
"""Akeneo's attribute types by ours; `find_type` looks closer at texts and numbers."""

FACETS = frozenset({"select", "multiselect", "boolean", "date"})
"""Types whose values are few enough to offer as filters where Akeneo shows the attribute in its grid."""

SEARCHED = frozenset({"identifier", "text", "textarea", "rich_text"})
MEGABYTE = 1024 * 1024

_PHP_REGEX = re.compile(r"^(?P<mark>[/#~!@])(?P<body>.*)(?P=mark)(?P<flags>[imsux]*)$", re.DOTALL)


def find_type(row: StructureRow) -> str | None:
    """Our type for a row of attributes.csv, or None."""
    kind = TYPES.get(row.text("type"))
    if kind == "textarea" and row.flag("wysiwyg_enabled"):
        return "rich_text"
    if kind == "decimal" and not row.flag("decimals_allowed"):
        return "integer"
    if kind == "text" and row.text("validation_rule") in {"email", "url"}:
        return row.text("validation_rule")
    return kind


def convert_attribute(row: StructureRow) -> StateParsed:
    """A row of attributes.csv as the state of an attribute."""
    kind = find_type(row)
    if kind is None:
        type_name = row.text("type")
        issue = make_issue("unsupported_type", row.file, row.line, "type", key=row.code, type=type_name)
        return Parsed(row.line, None, (issue,))
    config, issues = _config(kind, row)
    in_grid = row.flag("useable_as_grid_filter")
    fields: Fields = {
        "type": kind,
        "group": row.reference("group"),
        "localizable": row.flag("localizable"),
        "scopable": row.flag("scopable"),
        "unique": row.flag("unique"),
        "read_only": row.flag("is_read_only"),
        "facet": in_grid and kind in FACETS,
        "sortable": in_grid and kind not in {"rich_text", "textarea", "asset", "multiselect"},
        "searchable": kind in SEARCHED,
        "available_locales": list[Json](row.codes("available_locales")),
        "guidelines": _by_locale(row, "guidelines-"),
        "config": config,
        "position": row.number("sort_order") or 0,
    }
    return Parsed(row.line, row.state("attribute", fields), issues)


def _config(kind: str, row: StructureRow) -> tuple[Fields, tuple[Issue, ...]]:
    config: Fields = {}
    issues: tuple[Issue, ...] = ()
    if kind in {"text", "textarea", "rich_text", "identifier", "url"} and row.number("max_characters"):
        config["max_characters"] = row.number("max_characters")
    if kind in {"text", "identifier"} and row.text("validation_rule") == "regexp":
        pattern = translate_regex(row.text("validation_regexp"))
        if pattern is None:
            text = row.text("validation_regexp")
            issues = (make_issue("bad_regex", row.file, row.line, "validation_regexp", key=row.code, text=text),)
        else:
            config["pattern"] = pattern
    if kind in {"integer", "decimal", "measurement"}:
        config |= _number_limits(row)
    if kind == "date":
        config |= {name: row.text(f"date_{name}") for name in ("min", "max") if row.text(f"date_{name}")}
    if kind == "price" and not row.flag("decimals_allowed"):
        config["decimals"] = 0
    if kind == "measurement":
        config["family"] = row.text("metric_family")
        config["default_unit"] = row.text("default_metric_unit")
    if kind == "asset":
        config |= _file_limits(row)
    return config, issues


def _number_limits(row: StructureRow) -> Fields:
    limits: Fields = {name: row.text(f"number_{name}") for name in ("min", "max") if row.text(f"number_{name}")}
    if row.text("negative_allowed"):
        limits["negative_allowed"] = row.flag("negative_allowed")
    if row.text("type") == "pim_catalog_metric" and not row.flag("decimals_allowed"):
        limits["decimals"] = 0
    return limits


def _file_limits(row: StructureRow) -> Fields:
    limits: Fields = {"kinds": ["image"]} if row.text("type") == "pim_catalog_image" else {}
    extensions = [extension.lower().lstrip(".") for extension in split_codes(row.text("allowed_extensions"))]
    if extensions:
        limits["extensions"] = list[Json](extensions)
    try:
        megabytes = float(row.text("max_file_size") or 0)
    except ValueError:
        megabytes = 0
    if megabytes > 0:
        limits["max_size_bytes"] = int(megabytes * MEGABYTE)
    return limits


def _by_locale(row: StructureRow, prefix: str) -> dict[str, Json]:
    return {name.removeprefix(prefix): text for name, text in row.cells.items() if name.startswith(prefix) and text}


def translate_regex(text: str) -> str | None:
    """A PHP pattern with its delimiters (`/^[A-Z]+$/i`) as Python's; None where it cannot be used."""
    match = _PHP_REGEX.match(text.strip())
    body, flags = (match["body"], match["flags"].replace("u", "")) if match else (text.strip(), "")
    pattern = f"(?{flags}){body}" if flags else body
    try:
        re.compile(pattern)
    except re.error:
        return None
    return pattern or None

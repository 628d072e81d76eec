"""The structure of the generated catalog: what a shop with a broad assortment looks like, without its words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pim.choices import Origin
from pim.services.structure import StructureChange, write_structure

LOCALES = ("en_US", "de_DE", "fr_FR")
FAMILIES = ("lighting", "seating", "ceramics", "clothing", "bags", "stationery")
TREE = "assortment"
BRANCHES, LEAVES = 10, 20
"""Categories below the root, and below each of those."""

OPTIONS = {"brand": 40, "color": 30, "materials": 50, "origin": 60}
"""Attributes with options, and how many."""

LOCALISED: Mapping[str, Mapping[str, Any]] = {
    "name": {"type": "text", "searchable": True, "sortable": True},
    "summary": {"type": "text"},
    "description": {"type": "rich_text"},
    "care": {"type": "text"},
    "keywords": {"type": "text"},
}
PLAIN: Mapping[str, Mapping[str, Any]] = {
    "brand": {"type": "select", "facet": True},
    "color": {"type": "select", "facet": True},
    "materials": {"type": "multiselect", "facet": True},
    "origin": {"type": "select"},
    "weight": {"type": "measurement", "config": {"family": "Weight"}, "sortable": True},
    "width": {"type": "measurement", "config": {"family": "Length"}},
    "height": {"type": "measurement", "config": {"family": "Length"}},
    "price": {"type": "price", "sortable": True},
    "stock": {"type": "integer", "no_review": True, "sortable": True},
    "warranty": {"type": "integer"},
    "rating": {"type": "decimal"},
    "is_recyclable": {"type": "boolean"},
    "released": {"type": "date", "sortable": True},
    "gtin": {"type": "identifier", "unique": True, "searchable": True, "config": {"check": "gtin13"}},
    "image": {"type": "asset"},
}
"""15 attributes that vary by nothing; with 5 in three locales each, a full product has 30 values."""

UNUSED = tuple(f"detail_{number}" for number in range(10))
"""Attributes of every family that hold nothing, as most attributes of a real family do."""

VARIANT = "by_color"
AT_VARIANTS = frozenset({"color", "weight", "price", "stock", "gtin", "image"})
"""What variants hold themselves; the rest is their model's."""

REQUIRED = {
    "web": ("sku", "name", "summary", "description", "price", "brand", "color", "image"),
    "print": ("sku", "name", "description", "weight"),
}


def write_generated_structure() -> None:
    """Write all of it through the structure's own door."""
    _write("locale", {code: {"fallback": None if code == "en_US" else "en_US"} for code in LOCALES})
    _write("currency", {"EUR": {}, "USD": {}})
    _write("category", {TREE: {}})
    _write("category", {f"branch_{b}": {"parent": TREE} for b in range(BRANCHES)})
    for branch in range(BRANCHES):
        _write("category", {f"leaf_{branch}_{n}": {"parent": f"branch_{branch}"} for n in range(LEAVES)})
    _write(
        "channel",
        {
            "web": {"locales": list(LOCALES), "currencies": ["EUR", "USD"], "category_tree": TREE},
            "print": {"locales": ["en_US"], "currencies": ["EUR"], "category_tree": TREE},
        },
    )
    _write_measurements()
    _write_attributes()
    _write_families()
    view = {"channel": "web", "requires_approval": False, "locale_rule": "any"}
    _write("channel_view", {"web": view})


def _write_measurements() -> None:
    units = {
        "Weight": {
            "standard_unit": "KILOGRAM",
            "units": [{"code": "KILOGRAM", "symbol": "kg"}, {"code": "GRAM", "symbol": "g", "factor": "0.001"}],
        },
        "Length": {
            "standard_unit": "METER",
            "units": [{"code": "METER", "symbol": "m"}, {"code": "CENTIMETER", "symbol": "cm", "factor": "0.01"}],
        },
    }
    _write("measurement_family", units)


def _write_attributes() -> None:
    _write("attribute_group", {"general": {}})
    attributes: dict[str, dict[str, Any]] = {"sku": {"type": "identifier", "searchable": True}}
    attributes |= {code: {**fields, "localizable": True} for code, fields in LOCALISED.items()}
    attributes |= {code: dict(fields) for code, fields in PLAIN.items()}
    attributes |= {code: {"type": "text"} for code in UNUSED}
    _write("attribute", {code: {**fields, "group": "general"} for code, fields in attributes.items()})
    for attribute, count in OPTIONS.items():
        options = {
            f"{attribute}.{attribute}_{n}": {
                "attribute": attribute,
                "code": f"{attribute}_{n}",
                "labels": {locale: f"{attribute} {n} {locale}" for locale in LOCALES},
                "position": n,
            }
            for n in range(count)
        }
        _write("option", options)


def _write_families() -> None:
    attributes = ["sku", *LOCALISED, *PLAIN, *UNUSED]
    for code in FAMILIES:
        family = {
            "attributes": attributes,
            "label_attribute": "name",
            "image_attribute": "image",
            "requirements": {channel: list(codes) for channel, codes in REQUIRED.items()},
        }
        _write("family", {code: family})
        level = {"axes": ["color"], "attributes": sorted(AT_VARIANTS - {"color"})}
        _write("family_variant", {f"{code}_{VARIANT}": {"family": code, "levels": [level]}})


def _write(kind: str, states: Mapping[str, Mapping[str, Any]]) -> None:
    changes = [StructureChange(key, {"code": key, **fields}) for key, fields in states.items()]
    write_structure(kind, changes, actor=None, origin=Origin.COMMAND, atomic=True)

"""The structure of the demo catalog, in the order in which it can be written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from catalog.demo.library import build_library
from catalog.demo.parts import DemoStructure
from catalog.demo.sources import FAMILIES, labels, read_source

OPTION_LISTS = {"colour": "colours", "materials": "materials", "care": "care"}
"""Attributes whose options carry more than labels, and the table that holds them."""

MUST_HAVE = {
    "lighting": ("power", "bulb_socket"),
    "seating": ("max_load",),
    "ceramics": ("is_dishwasher_safe",),
    "clothing": ("washing_temperature",),
    "bags": ("capacity",),
    "stationery": (),
}
"""What the web shop requires of a family on top of what it requires of all."""


def build_structure(today: dt.date) -> Iterator[DemoStructure]:
    """All structure, from locales to licences and how files are filed."""
    source, library = read_source("structure"), read_source("library")
    yield from _axes(source)
    for name in ("assortment", "market", "seasons"):
        yield from _categories(name, read_source("categories")[name])
    yield from _channels(source)
    yield from _measurements(source)
    yield from _groups(source)
    yield from _attributes({**source["attributes"], **library["attributes"]})
    yield from _options({**source["options"], **library["options"]}, source)
    yield from _families(source)
    for code, fields in source["association_types"].items():
        yield DemoStructure("association_type", code, {"code": code, **fields, "labels": labels(fields["labels"])})
    for code, texts in source["product_groups"].items():
        yield DemoStructure("group", code, {"code": code, "type": "demo", "labels": labels(texts)})
    yield from _licences(today)
    yield from build_library(today)


def _axes(source: Mapping[str, Any]) -> Iterator[DemoStructure]:
    names = {
        "en_US": ["English (United States)", "Englisch (USA)", "Anglais (États-Unis)"],
        "de_DE": ["German (Germany)", "Deutsch (Deutschland)", "Allemand (Allemagne)"],
        "fr_FR": ["French (France)", "Französisch (Frankreich)", "Français (France)"],
    }
    for code in source["locales"]:
        fallback = None if code == "en_US" else "en_US"
        yield DemoStructure("locale", code, {"code": code, "labels": labels(names[code]), "fallback": fallback})
    for code, texts in source["currencies"].items():
        yield DemoStructure("currency", code, {"code": code, "labels": labels(texts)})


def _categories(root: str, tree: Mapping[str, Any]) -> Iterator[DemoStructure]:
    yield DemoStructure("category", root, {"code": root, "labels": labels(tree["labels"]), "parent": None})
    for name, branch in tree.items():
        if not name.startswith("below"):
            continue
        parent = name.removeprefix("below").lstrip("_") or root
        for code, texts in branch.items():
            yield DemoStructure("category", code, {"code": code, "labels": labels(texts), "parent": parent})


def _channels(source: Mapping[str, Any]) -> Iterator[DemoStructure]:
    for code, channel in source["channels"].items():
        fields = {
            "code": code,
            "labels": labels(channel["labels"]),
            "locales": channel["locales"],
            "currencies": channel["currencies"],
            "category_tree": channel["tree"],
        }
        yield DemoStructure("channel", code, fields)


def _measurements(source: Mapping[str, Any]) -> Iterator[DemoStructure]:
    for code, family in source["measurement"].items():
        units = [
            {
                "code": unit,
                "symbol": symbol,
                "factor": factor,
                "offset": offset,
                "unece": unece,
                "labels": labels(texts),
            }
            for unit, symbol, factor, offset, unece, *texts in family["units"]
        ]
        fields: dict[str, Any] = {
            "code": code,
            "labels": labels(family["labels"]),
            "standard_unit": family["standard"],
            "units": units,
        }
        yield DemoStructure("measurement_family", code, fields)


def _groups(source: Mapping[str, Any]) -> Iterator[DemoStructure]:
    for position, (code, texts) in enumerate(source["groups"].items()):
        yield DemoStructure("attribute_group", code, {"code": code, "labels": labels(texts), "position": position})


def _attributes(attributes: Mapping[str, Any]) -> Iterator[DemoStructure]:
    for position, (code, attribute) in enumerate(attributes.items()):
        fields = {
            "code": code,
            "labels": labels(attribute["labels"]),
            "type": attribute["type"],
            "group": attribute["group"],
            "position": position,
            "config": attribute.get("config", {}),
            "available_locales": attribute.get("available_locales", []),
            **dict.fromkeys(attribute.get("flags", []), True),
        }
        yield DemoStructure("attribute", code, fields)


def _options(lists: Mapping[str, Mapping[str, Sequence[str]]], source: Mapping[str, Any]) -> Iterator[DemoStructure]:
    lists = dict(lists) | {attribute: source[table] for attribute, table in OPTION_LISTS.items()}
    for attribute, options in lists.items():
        for position, (code, texts) in enumerate(options.items()):
            fields = {"code": code, "attribute": attribute, "labels": labels(texts), "position": position}
            yield DemoStructure("option", f"{attribute}.{code}", fields)


def _families(source: Mapping[str, Any]) -> Iterator[DemoStructure]:
    common = source["common"]
    for code in FAMILIES:
        family = read_source(code)["family"]
        required = {channel: list(codes) for channel, codes in common["required"].items()}
        required["webshop"].extend(MUST_HAVE[code])
        fields: dict[str, Any] = {
            "code": code,
            "labels": labels(family["labels"]),
            "attributes": family_attributes(code),
            "label_attribute": "name",
            "image_attribute": "image",
            "requirements": required,
        }
        yield DemoStructure("family", code, fields)
    for code, variant in source["variants"].items():
        levels = [{"axes": level["axes"], "attributes": level["attributes"]} for level in variant["levels"]]
        fields = {"code": code, "family": variant["family"], "labels": labels(variant["labels"]), "levels": levels}
        yield DemoStructure("family_variant", code, fields)


def family_attributes(family: str) -> list[str]:
    """The attributes of a family, its own after those of all."""
    return [*read_source("structure")["common"]["attributes"], *read_source(family)["family"]["attributes"]]


def _licences(today: dt.date) -> Iterator[DemoStructure]:
    for code, licence in read_source("people")["licences"].items():
        until = licence.get("valid_until")
        if "ends_in_days" in licence:
            until = (today + dt.timedelta(days=licence["ends_in_days"])).isoformat()
        fields = {
            "code": code,
            "labels": labels(licence["labels"]),
            "holder": licence["holder"],
            "valid_from": licence.get("valid_from"),
            "valid_until": until,
        }
        yield DemoStructure("license", code, fields)

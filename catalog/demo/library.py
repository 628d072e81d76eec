"""How the demo's files are filed: folders, families with their own attributes, consents, rules and collections."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from catalog.demo.parts import DemoCollection, DemoStructure
from catalog.demo.picturing import DemoFile
from catalog.demo.sources import LOCALES, labels, read_source

LANGUAGES = ("english", "german", "french")
UNDESCRIBED = ("-group", "-detail")
"""Endings of the pictures of which nobody has written a German alternative text yet."""


def build_library(today: dt.date) -> Iterator[DemoStructure]:
    """The structure that files are filed by; channels and attribute groups must be there."""
    source = read_source("library")
    for code, preset in source["presets"].items():
        yield DemoStructure("rendition_preset", code, {**preset, "code": code, "labels": labels(preset["labels"])})
    for code, folder in source["folders"].items():
        fields = {"code": code, "labels": labels(folder["labels"]), "parent": folder.get("parent")}
        yield DemoStructure("folder", code, fields)
    for code, family in source["families"].items():
        yield DemoStructure("asset_family", code, {**family, "code": code, "labels": labels(family["labels"])})
    for code, release in source["releases"].items():
        fields = {name: value for name, value in release.items() if name not in {"files", "ends_in_days"}}
        if "ends_in_days" in release:
            fields["valid_until"] = (today + dt.timedelta(days=release["ends_in_days"])).isoformat()
        yield DemoStructure("release", code, {**fields, "code": code, "labels": labels(release["labels"])})
    for code, rule in source["rules"].items():
        yield DemoStructure("picture_rule", code, {**rule, "code": code, "labels": labels(rule["labels"])})
    for code, rule in source["naming"].items():
        yield DemoStructure("naming_rule", code, {**rule, "code": code, "labels": labels(rule["labels"])})


def file_picture(file: DemoFile, family: str) -> DemoFile:
    """A picture of a product family with all that is known of it."""
    is_ours = file.license == "house"
    kind = "detail" if file.code.endswith("-detail") else "group_shot" if file.code.endswith("-group") else "packshot"
    texts = file.texts["en_US"].split(", ")
    alt = dict(file.texts)
    if file.code.endswith(UNDESCRIBED):
        del alt["de_DE"]
    filing: dict[str, Any] = {
        "family": "product_photo",
        "folder": f"studio_{family}" if is_ours else "agency",
        "keywords": [family, *texts],
        "alt": alt,
        "digital_source": "digitalCreation",
        "values": {"shot_kind": kind, "photographer": "Cleo Marchetti" if is_ours else "Atelier Nordlys"},
        "releases": [code for code, release in read_source("library")["releases"].items() if file.code in release["files"]],
    }  # fmt: skip
    return replace(file, filing=filing)


def file_document(file: DemoFile) -> DemoFile:
    """A care guide or data sheet; its language is the end of its name."""
    language = next(number for number, locale in enumerate(LOCALES) if file.code.endswith(f"-{locale[:2]}"))
    filing = {
        "family": "printed_matter",
        "folder": "care_guides" if file.code.startswith("care-") else "datasheets",
        "keywords": ["care guide" if file.code.startswith("care-") else "data sheet"],
        "values": {"document_language": LANGUAGES[language]},
    }
    return replace(file, filing=filing)


def build_collections() -> Iterator[DemoCollection]:
    """One by hand, one kept together by a search."""
    for entry in read_source("library")["collections"].values():
        yield DemoCollection(entry["name"], entry["description"], tuple(entry.get("files", ())), entry.get("query"))

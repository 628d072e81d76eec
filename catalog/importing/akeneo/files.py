"""Which file of an Akeneo export holds what, under the names that exports and fixtures give them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from types import MappingProxyType

from catalog.importing.issues import Issue, make_issue
from catalog.importing.sources import ImportSource
from catalog.importing.tabular.rows import TABLE_SUFFIXES

MEDIA_FOLDER = "files/"

ENTITIES = (
    "locales",
    "currencies",
    "attribute_groups",
    "attributes",
    "attribute_options",
    "categories",
    "channels",
    "families",
    "family_variants",
    "association_types",
    "group_types",
    "groups",
    "product_models",
    "products",
)
"""File stems in the order in which their rows can be written."""

_ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "options": "attribute_options",
        "attributes_options": "attribute_options",
        "models": "product_models",
    }
)
_EXPORT_NAME = re.compile(r"^(?:export|xlsx|csv)[_-]|[_-]?(?:export)?[_-]?\d{4}-\d{2}-\d{2}.*$|[_-]export$")


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """The table of each entity, and a finding for each file that is not part of a catalog."""

    tables: Mapping[str, str]
    others: tuple[str, ...]
    issues: tuple[Issue, ...]


def find_files(source: ImportSource) -> FoundFiles:
    """Sort the files at the top of a source; media and notes (`*.txt`, `*.md`) are nobody's business here."""
    tables: dict[str, str] = {}
    others: list[str] = []
    for name in source.names():
        path = PurePosixPath(name)
        suffix = path.suffix.lower()
        if len(path.parts) > 1 or suffix not in (TABLE_SUFFIXES | {".yml", ".yaml", ".json"}) - {".txt"}:
            continue
        entity = recognise(path.stem) if suffix in TABLE_SUFFIXES else None
        if entity is None or entity in tables:
            others.append(name)
        else:
            tables[entity] = name
    return FoundFiles(
        {entity: tables[entity] for entity in ENTITIES if entity in tables},
        tuple(others),
        tuple(make_issue("not_imported", name, file=name) for name in others),
    )


def recognise(stem: str) -> str | None:
    """The entity that a file's stem stands for: `products`, `product`, `export_products_2024-01-31_10-00-00`."""
    plain = _EXPORT_NAME.sub("", stem.strip().lower()).replace("-", "_").replace(" ", "_")
    for name in (plain, f"{plain}s", f"{plain.removesuffix('y')}ies"):
        entity = _ALIASES.get(name, name)
        if entity in ENTITIES:
            return entity
    return None

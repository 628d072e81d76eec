"""An upload before its import: what kind of files these are, and how much of each there is."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.importing.akeneo.files import ENTITIES, MEDIA_FOLDER, find_files
from catalog.importing.sources import ImportSource
from catalog.importing.tabular.rows import count_rows
from catalog.services.importing.parameters import ImportParameters
from catalog.services.importing.sources import is_archive, open_files
from catalog.services.importing.tables import list_tables

OWN_STRUCTURE = frozenset(ENTITIES) - {"products", "product_models"}
"""Tables that only an export of a whole catalog has."""


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A table of an upload. `entity` is empty where it is none of Akeneo's."""

    file: str
    entity: str
    rows: int


@dataclass(frozen=True, slots=True)
class Inspection:
    """What an upload holds."""

    is_catalog: bool
    tables: tuple[FoundTable, ...]
    others: tuple[str, ...]
    media: int


def inspect_upload(key: str) -> Inspection:
    """Look through an upload.

    Raises:
        SourceRefused: it cannot be used as a whole.
    """
    with open_files(ImportParameters(upload=key)) as source:
        if is_archive(key):
            found = find_files(source)
            if OWN_STRUCTURE & found.tables.keys() or "product_models" in found.tables:
                tables = tuple(
                    FoundTable(file, entity, count_rows(source, file)) for entity, file in found.tables.items()
                )
                return Inspection(True, tables, found.others, _count_media(source))
        names = tuple(FoundTable(name, "", 0) for name in list_tables(source) if not name.startswith(MEDIA_FOLDER))
        return Inspection(False, names, (), _count_media(source))


def _count_media(source: ImportSource) -> int:
    return sum(1 for name in source.names() if name.startswith(MEDIA_FOLDER))

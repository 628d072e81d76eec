"""The catalog as a folder or ZIP of Akeneo's files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from catalog.importing.akeneo.export import ProductWriter, write_table
from catalog.importing.akeneo.files import ENTITIES
from catalog.importing.akeneo.plan import STRUCTURE_KINDS
from catalog.importing.akeneo.structure_export import structure_table
from catalog.services.exporting.media import MediaList
from catalog.services.exporting.products import ProductCells
from catalog.services.exporting.reading import ProductStream, one_picture
from catalog.services.exporting.targets import ExportTarget, open_target
from catalog.services.importing.vocabulary import read_vocabulary
from pim.extensions import State, structure_kinds
from pim.models import Category
from pim.services.snapshot import get_structure

PRODUCT_FILES = {"product_models": ("model",), "products": ("simple", "variant")}
"""The kinds of products in each file."""

ORDER = {"category": ("path",), "option": ("attribute__code", "position", "code")}
"""How the rows of a kind are ordered where that is not by code: categories parents first."""


def export_akeneo(path: Path, *, with_files: bool = False) -> dict[str, int]:
    """Write the whole catalog: every row with its resolved values and effective categories, but only own associations.

    Args:
        path: a ZIP where it ends so, else a folder.
        with_files: also the pictures and documents that products name.

    Returns:
        {file stem: rows}, and `files` where they were written.
    """
    with one_picture(), open_target(path) as target:
        counts = {entity: _write_structure(target, entity) for entity in ENTITIES if entity in STRUCTURE_KINDS}
        counts["group_types"] = _write_group_types(target)
        media = MediaList()
        try:
            for entity, kinds in PRODUCT_FILES.items():
                counts[entity] = _write_products(target, entity, kinds, media)
            if with_files:
                media.copy(target)
                counts["files"] = media.count
        finally:
            media.close()
    return counts


def _states(kind: str) -> list[State]:
    structure_kind: Any = structure_kinds.get(kind)
    rows = structure_kind.queryset().order_by(*ORDER.get(kind, ("code",)))
    if kind == "category":
        return _category_states(rows, structure_kind)
    return [structure_kind.serialise(row) for row in rows]


def _category_states(rows: Iterable[Any], kind: Any) -> list[State]:
    """With the parents' codes from the walk itself, so that it takes one query."""
    states, by_path = [], {"": None}
    for row in rows:
        row.parent_code = by_path.get(row.path[: -Category.steplen])
        by_path[row.path] = row.code
        states.append(kind.serialise(row))
    return states


def _write_structure(target: ExportTarget, entity: str) -> int:
    locales = sorted(get_structure().locales)
    header, rows = structure_table(entity, _states(STRUCTURE_KINDS[entity]), locales)
    with target.open_text(f"{entity}.csv") as stream:
        return write_table(stream, header, rows)


def _write_group_types(target: ExportTarget) -> int:
    types = sorted({str(state["type"]) for state in _states("group") if state["type"]})
    header, rows = structure_table("group_types", [{"code": code} for code in types], ())
    with target.open_text("group_types.csv") as stream:
        return write_table(stream, header, rows)


def _write_products(target: ExportTarget, entity: str, kinds: Sequence[str], media: MediaList) -> int:
    stream = ProductStream()
    vocabulary = read_vocabulary()
    table = ProductWriter(vocabulary, sorted(stream.catalog.base.attributes), is_models=entity == "product_models")
    cells = ProductCells(table, stream, is_models=entity == "product_models", media=media)
    count = 0
    with target.open_text(f"{entity}.csv") as file:
        write_table(file, table.header, ())
        for chunk in stream.read(kinds):
            file.write(cells.lines(chunk))
            count += len(chunk)
    return count

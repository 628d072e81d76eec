"""Cells of the source that stand above the level of their attribute, sorted by what they are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from catalog.importing.akeneo.compare import read_cells
from catalog.importing.codes import make_sku_key
from catalog.importing.sources import ImportSource

PLACED_ABOVE = (
    "SELECT count(*) FROM catalog_product p JOIN catalog_productvalues v ON v.product_id = p.id"
    " CROSS JOIN jsonb_object_keys(v.\"values\") k JOIN pim_attribute a ON a.code = split_part(k, ':', 1)"
    " LEFT JOIN catalog_variantplacement w ON w.attribute_id = a.id AND w.family_variant_id = p.family_variant_id"
    " WHERE p.level > 0 AND coalesce(w.level, 0) < p.level"
)
"""How many values of variants and sub-models lie above the level of their attribute."""

FIELDS = {"sku", "code", "categories", "enabled", "family", "parent", "groups", "family_variant"}


@dataclass(frozen=True)
class CellAbove:
    """A cell of a variant or sub-model whose attribute belongs further up."""

    sku: str
    column: str
    kind: str


def read_cells_above(source: ImportSource) -> tuple[list[CellAbove], Counter[str]]:
    """The cells, and how many category memberships of variants and sub-models repeat an ancestor's."""
    levels = _levels(source)
    models = {make_sku_key(row["code"]): row for row in read_cells(source, "product_models.csv")}
    found: list[CellAbove] = []
    memberships: Counter[str] = Counter()
    for row in [*models.values(), *read_cells(source, "products.csv")]:
        if not row["parent"]:
            continue
        above = _lineage(row, models)
        variant = above[-1]["family_variant"]
        for column, cell in row.items():
            attribute = column.split("-")[0]
            if not cell or column in FIELDS or "-products" in column or "-groups" in column:
                continue
            level = levels[variant].get(attribute, 0)
            if level >= len(above):
                continue
            owner = above[len(above) - 1 - level]
            found.append(CellAbove(row.get("sku") or row["code"], column, _sort(source, cell, owner.get(column, ""))))
        inherited = {code for model in above for code in model["categories"].split(",")}
        for code in filter(None, row["categories"].split(",")):
            memberships["repeated" if code in inherited else "own"] += 1
    return found, memberships


def _sort(source: ImportSource, cell: str, inherited: str) -> str:
    if cell.startswith("files/") and not source.has(cell):
        return "missing"
    if cell == inherited:
        return "same"
    if cell.startswith("files/") and source.has(inherited):
        with source.open(cell) as one, source.open(inherited) as other:
            return "same picture" if one.read() == other.read() else "different"
    return "different"


def _lineage(row: dict[str, str], models: dict[str, dict[str, str]]) -> list[dict[str, str]]:
    """The models above a row, nearest first."""
    above = []
    step = row
    while step["parent"]:
        step = models[make_sku_key(step["parent"])]
        above.append(step)
    return above


def _levels(source: ImportSource) -> dict[str, dict[str, int]]:
    """{family variant: {attribute: level}}; what is not in it is at the root."""
    levels: dict[str, dict[str, int]] = {}
    for row in read_cells(source, "family_variants.csv"):
        placed = levels[row["code"]] = {}
        for level in (1, 2):
            for kind in ("attributes", "axes"):
                for code in filter(None, row.get(f"variant-{kind}_{level}", "").split(",")):
                    placed[code] = level
    return levels

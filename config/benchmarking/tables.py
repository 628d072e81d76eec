"""The generated products as a CSV file, as an ERP would send them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from catalog.services.changes import UNSET, ProductChange
from config.benchmarking.world import World

TABLE = "products.csv"


def write_table(world: World, folder: Path) -> Path:
    """Write all products, one a row, and beside them the pictures they name."""
    folder.mkdir()
    for name, content in world.pictures.items():
        (folder / name).write_bytes(content)
    with (folder / TABLE).open("w", encoding="utf-8", newline="") as file:
        writer: csv.DictWriter[str] | None = None
        for chunk in world.generated.chunks():
            for change in chunk:
                row = dict(_cells(change))
                row["image"] = world.names_of_pictures[row["image"]]
                if writer is None:
                    writer = csv.DictWriter(file, list(row), delimiter=";")
                    writer.writeheader()
                writer.writerow(row)
    return folder / TABLE


def _cells(change: ProductChange) -> Iterator[tuple[str, str]]:
    yield "sku", change.sku
    yield "family", str(change.family)
    yield "categories", ",".join(change.categories) if change.categories is not UNSET else ""
    for key, value in change.values.items():
        column = key.replace(":", "-")
        if isinstance(value, dict):
            yield column, value["amount"]
            yield f"{column}-unit", value["unit"]
        elif isinstance(value, list):
            yield from _list_cells(column, value)
        else:
            yield column, str(int(value)) if isinstance(value, bool) else str(value)


def _list_cells(column: str, values: list[Any]) -> Iterator[tuple[str, str]]:
    if isinstance(values[0], dict):
        for price in values:
            yield f"{column}-{price['currency']}", price["amount"]
    else:
        yield column, ",".join(values)

"""Two product files side by side, cell by cell: what an export changed against the import."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from catalog.importing.codes import make_sku_key
from catalog.importing.sources import ImportSource
from catalog.importing.tabular.rows import open_table

LIST_COLUMNS = frozenset({"categories", "groups"})

Equal = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that differs. `before` or `after` is None where the row itself is missing; its column is empty then."""

    key: str
    column: str
    before: str | None
    after: str | None


def compare_products(
    before: ImportSource,
    after: ImportSource,
    file: str = "products.csv",
    *,
    key: str = "sku",
    equal: Mapping[str, Equal] | None = None,
) -> Iterator[Difference]:
    """Yield what differs between two versions of a file, in the order of the first; rows are matched by key.

    A column that one file lacks counts as empty cells there. `categories` and `groups` are compared as sets.

    Args:
        equal: {column: (cell before, cell after) -> whether they say the same}, for sets, HTML, media, codes in
            another case; plain text is compared as it is.
    """
    compare = {**dict.fromkeys(LIST_COLUMNS, same_set), **(equal or {})}
    there = {make_sku_key(row[key]): row for row in read_cells(after, file)}
    for row in read_cells(before, file):
        other = there.pop(make_sku_key(row[key]), None)
        if other is None:
            yield Difference(row[key], "", "", None)
            continue
        for column in dict.fromkeys((*row, *other)):
            old, new = row.get(column, ""), other.get(column, "")
            if column != key and old != new and not compare.get(column, _never)(old, new):
                yield Difference(row[key], column, old, new)
    for row in there.values():
        yield Difference(row[key], "", None, "")


def read_cells(source: ImportSource, file: str) -> Iterator[dict[str, str]]:
    """The good rows of a table as {column: cell}."""
    with open_table(source, file) as table:
        for row in table.rows:
            if not row.issues:
                yield dict(zip(table.header, row.cells, strict=True))


def same_set(before: str, after: str) -> bool:
    """Whether two list cells hold the same codes, in whatever order and case."""
    return {part.strip().casefold() for part in before.split(",")} == {
        part.strip().casefold() for part in after.split(",")
    }


def same_code(before: str, after: str) -> bool:
    """Whether two cells hold the same code."""
    return make_sku_key(before) == make_sku_key(after)


def same_media(before: ImportSource, after: ImportSource) -> Equal:
    """Compare media cells by the bytes of their files; a file that is missing on one side differs."""

    def compare(old: str, new: str) -> bool:
        if not (before.has(old) and after.has(new)) or before.size(old) != after.size(new):
            return False
        with before.open(old) as one, after.open(new) as other:
            return one.read() == other.read()

    return compare


def _never(before: str, after: str) -> bool:
    return False

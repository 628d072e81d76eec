"""What a table is to the readers of an import, and which reader opens which file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import NamedTuple

from catalog.importing.issues import Issue
from catalog.importing.sources import ImportSource

TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".xlsx"})


class Row(NamedTuple):
    """One record. `line` is the physical line on which it starts; a row with issues has no usable cells."""

    line: int
    cells: tuple[str, ...]
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class TableFormat:
    """How a file is written. Empty: found out from the file."""

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A header and the rows below it, to be read once.

    A file without a usable header has an empty one, and says why in its only row.
    """

    file: str
    header: tuple[str, ...]
    rows: Iterator[Row]
    close: Callable[[], None] = lambda: None
    """Releases what the reader has put around the stream; `open_table` calls it."""


@contextmanager
def open_table(source: ImportSource, name: str, form: TableFormat | None = None) -> Iterator[Table]:
    """Open a CSV or XLSX file of a source.

    Raises:
        KeyError: the source has no such file.
    """
    from catalog.importing.tabular.delimited import read_delimited
    from catalog.importing.tabular.workbook import read_workbook

    form = form or TableFormat()
    with source.open(name) as stream:
        if PurePosixPath(name).suffix.lower() == ".xlsx":
            table = read_workbook(stream, name, form)
        else:
            table = read_delimited(stream, name, form)
        try:
            yield table
        finally:
            table.close()


def count_rows(source: ImportSource, name: str, form: TableFormat | None = None) -> int:
    """How many records a table holds, good or bad; reads all of it."""
    with open_table(source, name, form) as table:
        return sum(1 for row in table.rows if row.line)

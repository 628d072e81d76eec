"""Excel workbooks: the cells of one sheet as canonical text, formulas never trusted."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, BinaryIO, cast
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from catalog.importing.issues import Issue, make_issue
from catalog.importing.sources import SourceLimits, SourceRefused, open_archive
from catalog.importing.tabular.encoding import find_fault
from catalog.importing.tabular.rows import Row, Table, TableFormat

WORKBOOK_LIMITS = SourceLimits(
    members=2_000, total_bytes=1024**3, member_bytes=1024**3, ratio=400, ratio_floor_bytes=64 * 1024**2
)
WORKBOOK_BYTES = 256 * 1024**2
"""The packed size of a workbook, which is read into memory where it lies in an archive."""

EXCEL_DIGITS = 15
"""Significant digits that Excel itself keeps; the rest of a binary fraction is noise."""

_UNREADABLE = (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, ParseError, OSError)


def read_workbook(stream: BinaryIO, file: str, form: TableFormat) -> Table:
    """Read the named sheet, else the first one. The header is the first row that is not blank."""
    try:
        rows = _open_sheet(stream, form.sheet)
        header = _read_header(rows, file)
    except SourceRefused as error:
        return _unreadable(file, str(error.message))
    except _UNREADABLE as error:
        return _unreadable(file, str(error))
    if header is None:
        return Table(file, (), iter((Row(0, (), (make_issue("empty_file", file),)),)))
    if header.issues:
        return Table(file, (), iter((Row(0, (), header.issues),)))
    names = tuple(cell.strip() for cell in header.cells)
    while names and not names[-1]:
        names = names[:-1]
    return Table(file, names, _read_rows(rows, file, len(names), header.line))


def _unreadable(file: str, reason: str) -> Table:
    return Table(file, (), iter((Row(0, (), (make_issue("bad_workbook", file, reason=reason),)),)))


def _open_sheet(stream: BinaryIO, sheet: str) -> Iterator[tuple[int, tuple[Any, ...]]]:
    content = stream.read(WORKBOOK_BYTES + 1)
    if len(content) > WORKBOOK_BYTES:
        raise ValueError(f"more than {WORKBOOK_BYTES} bytes")
    memory = io.BytesIO(content)
    open_archive(memory, WORKBOOK_LIMITS).close()
    memory.seek(0)
    workbook = load_workbook(memory, read_only=True, data_only=False, keep_links=False)
    worksheet = cast(Any, workbook[sheet] if sheet else workbook.worksheets[0])
    worksheet.reset_dimensions()
    return enumerate(worksheet.iter_rows(), start=1)


def _read_header(rows: Iterator[tuple[int, tuple[Any, ...]]], file: str) -> Row | None:
    for line, cells in rows:
        row = _convert(cells, file, line)
        if row.issues or any(row.cells):
            return row
    return None


def _read_rows(rows: Iterator[tuple[int, tuple[Any, ...]]], file: str, width: int, header_line: int) -> Iterator[Row]:
    line = header_line
    try:
        for line, cells in rows:
            row = _convert(cells, file, line)
            if row.issues:
                yield row
            elif any(row.cells):
                yield _fit(row, file, width)
    except _UNREADABLE as error:
        yield Row(line, (), (make_issue("bad_workbook", file, line, reason=str(error)),))


def _fit(row: Row, file: str, width: int) -> Row:
    """Sheets leave out empty cells at the end; cells beyond the header are a fault if they hold anything."""
    if any(row.cells[width:]):
        return Row(row.line, (), (make_issue("cell_count", file, row.line, count=len(row.cells), expected=width),))
    cells = row.cells[:width]
    return Row(row.line, cells + ("",) * (width - len(cells)))


def _convert(cells: tuple[Any, ...], file: str, line: int) -> Row:
    found: list[str] = []
    issues: list[Issue] = []
    for cell in cells:
        kind = getattr(cell, "data_type", "n")
        if kind == "f":
            issues.append(make_issue("formula", file, line, cell.coordinate))
        elif kind == "e":
            issues.append(make_issue("bad_cell", file, line, cell.coordinate, text=cell.value))
        else:
            text = to_text(cell.value)
            fault = find_fault(text)
            if fault:
                issues.append(make_issue(fault, file, line, cell.coordinate, encoding="UTF-8"))
            found.append(text)
    return Row(line, () if issues else tuple(found), tuple(issues))


def to_text(value: object) -> str:
    """The canonical text of a cell: dates as ISO 8601, numbers plainly with at most 15 digits, yes and no as 1, 0."""
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case dt.datetime():
            return value.date().isoformat() if value.time() == dt.time() else value.isoformat()
        case dt.date() | dt.time():
            return value.isoformat()
        case int():
            return str(value)
        case float():
            return f"{Decimal(format(value, f'.{EXCEL_DIGITS}g')):f}"
        case _:
            return str(value)

"""Comma-separated files (RFC 4180 and what people make of it), streamed, with physical line numbers."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from catalog.importing.issues import Issue, make_issue
from catalog.importing.tabular.encoding import detect_encoding, find_fault
from catalog.importing.tabular.rows import Row, Table, TableFormat

ROW_LENGTH = 16 * 1024 * 1024
"""Characters in one record. A quote that is never closed swallows the rest of a file: it stops here."""

DELIMITERS = ";\t,|"
"""In order of preference where a header holds equally many."""

_QUOTED = re.compile(r'"[^"]*"')

# The limit of the csv module is one for the process and too small (131,072) for descriptions with HTML.
csv.field_size_limit(max(csv.field_size_limit(), ROW_LENGTH))


class _RowTooLong(Exception):
    """A record passed ROW_LENGTH."""


class _Lines:
    """The physical lines of a text, watched while csv.reader puts records together from them."""

    def __init__(self, text: io.TextIOBase) -> None:
        self._text = text
        self._length = 0
        self._pushed: Iterator[str] = iter(())
        self.count = 0
        self.is_at_end = False
        self.fault = ""

    def begin(self) -> int:
        """Start a record: forget the faults of the last one, return the line on which the next one starts."""
        self._length = 0
        self.fault = ""
        return self.count + 1

    def push_back(self, lines: list[str]) -> None:
        """Give lines again, from the first line on."""
        self._pushed = iter(lines)
        self.count = 0
        self.is_at_end = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self._pushed, None)
        if line is None:
            line = self._text.readline(ROW_LENGTH)
        if not line:
            self.is_at_end = True
            raise StopIteration
        self._length += len(line)
        if self._length >= ROW_LENGTH:
            raise _RowTooLong
        self.count += 1
        self.fault = self.fault or find_fault(line)
        return line


def read_delimited(stream: BinaryIO, file: str, form: TableFormat) -> Table:
    """Read a delimited file; encoding and delimiter are found out unless given. Rows come as they are asked for."""
    encoding = form.encoding or detect_encoding(stream)
    text = io.TextIOWrapper(stream, encoding=encoding, errors=_error_mode(encoding), newline="")
    reader = _Reader(_Lines(text), file, encoding)
    header, issue = reader.read_header(form.delimiter)
    if issue is not None:
        return Table(file, (), iter((Row(0, (), (issue,)),)), text.close)
    return Table(file, header, reader.read_rows(len(header)), text.close)


class _Reader:
    def __init__(self, lines: _Lines, file: str, encoding: str) -> None:
        self._lines = lines
        self._file = file
        self._encoding = encoding
        self._records: Iterator[list[str]] = iter(())

    def read_header(self, delimiter: str) -> tuple[tuple[str, ...], Issue | None]:
        try:
            first = self._first_record()
        except UnicodeDecodeError as error:
            return (), self._issue("undecodable", None, encoding=self._encoding, reason=error.reason)
        except _RowTooLong:
            return (), self._issue("row_too_long", 1, limit=ROW_LENGTH)
        if not first:
            return (), self._issue("empty_file", None)
        self._lines.push_back(first)
        self._records = csv.reader(self._lines, delimiter=delimiter or detect_delimiter("".join(first)))
        for row in chain.from_iterable(self._next_rows() for _ in first):
            if row.issues:
                return (), row.issues[0]
            return tuple(cell.strip() for cell in row.cells), None
        return (), self._issue("empty_file", None)

    def read_rows(self, expected: int) -> Iterator[Row]:
        """Yield the records; a faulty one carries its issue and no cells. Blank lines are passed over."""
        while not self._lines.is_at_end:
            for row in self._next_rows():
                if row.issues or len(row.cells) == expected:
                    yield row
                else:
                    issue = self._issue("cell_count", row.line, count=len(row.cells), expected=expected)
                    yield Row(row.line, (), (issue,))

    def _first_record(self) -> list[str]:
        """The physical lines up to the end of the first record that is not blank; a quoted header may span lines."""
        lines: list[str] = []
        has_text = False
        for line in self._lines:
            lines.append(line)
            has_text = has_text or bool(line.strip())
            if has_text and "".join(lines).count('"') % 2 == 0:
                break
        return lines if has_text else []

    def _next_rows(self) -> Iterator[Row]:
        """The next record, if there is one: a generator, because a record may turn out to be none."""
        line = self._lines.begin()
        try:
            cells = next(self._records)
        except StopIteration:
            self._lines.is_at_end = True
        except csv.Error as error:
            yield self._faulty("bad_quoting", line, reason=str(error))
        except UnicodeDecodeError as error:
            self._lines.is_at_end = True
            yield self._faulty("undecodable", line, encoding=self._encoding, reason=error.reason)
        except _RowTooLong:
            self._lines.is_at_end = True
            yield self._faulty("row_too_long", line, limit=ROW_LENGTH)
        else:
            if self._lines.is_at_end:
                yield self._faulty("truncated", line)
            elif self._lines.fault:
                yield self._faulty(self._lines.fault, line, encoding=self._encoding.upper())
            elif cells:
                yield Row(line, tuple(cells))

    def _faulty(self, code: str, line: int, /, **names: object) -> Row:
        return Row(line, (), (self._issue(code, line, **names),))

    def _issue(self, code: str, line: int | None, /, **names: object) -> Issue:
        return make_issue(code, self._file, line, key="", **names)


def detect_delimiter(header: str) -> str:
    """The delimiter that a header holds most often outside of quotes; `,` where it has a single column."""
    bare = _QUOTED.sub("", header)
    best = max(DELIMITERS, key=bare.count)
    return best if bare.count(best) else ","


def _error_mode(encoding: str) -> str:
    """UTF-8 keeps what it cannot read as lone surrogates, so that the fault stays on its row."""
    return "surrogateescape" if encoding.startswith("utf-8") else "strict"

"""Akeneo's structure files as states: each row becomes what `write_structure` takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from catalog.importing.codes import CodeBook, make_sku_key, normalise_code
from catalog.importing.issues import Issue, Parsed, make_issue
from catalog.importing.records import StateRecord
from catalog.importing.sources import ImportSource
from catalog.importing.tabular.rows import Table, open_table
from pim.values.specs import Json

LABEL = "label-"

StateParsed = Parsed[StateRecord]
Fields = dict[str, Json]


@dataclass(frozen=True, slots=True)
class StructureRow:
    """One row by column name. `code` is ours, `external` the file's where it differs."""

    file: str
    line: int
    code: str
    external: str
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        """A cell, trimmed; empty where the file has no such column."""
        return self.cells.get(column, "").strip()

    def flag(self, column: str) -> bool:
        """A cell that says yes."""
        return is_yes(self.text(column))

    def number(self, column: str) -> int | None:
        """A whole number, or None."""
        text = self.text(column)
        return int(text) if text.isascii() and text.isdigit() else None

    def codes(self, column: str) -> list[str]:
        """A list cell as our codes, in order, each once."""
        return [normalise_code(code) for code in split_codes(self.text(column))]

    def reference(self, column: str) -> str | None:
        """The code of something else, as ours; None where the cell is empty."""
        return normalise_code(self.text(column)) or None

    def labels(self) -> dict[str, Json]:
        """{locale: label} of the filled `label-…` columns."""
        prefix = len(LABEL)
        return {name[prefix:]: text for name, text in self.cells.items() if name.startswith(LABEL) and text}

    def state(self, kind: str, fields: Mapping[str, Json]) -> StateRecord:
        """The row's state: what is given, with code and labels."""
        state: Fields = {"code": self.code, "labels": self.labels(), **fields}
        if self.external:
            state["external_code"] = self.external
        return StateRecord(self.line, kind, self.code, state, self.external)


Convert = Callable[[StructureRow], Parsed[StateRecord]]


def read_rows(
    source: ImportSource, file: str, convert: Convert, *, key: Sequence[str] = ("code",)
) -> Iterator[StateParsed]:
    """Read a structure file row by row; the header's findings come first, a code met twice is refused.

    Args:
        key: the columns that name a row together; the first is its code.
    """
    with open_table(source, file) as table:
        missing = next((name for name in key if table.header and name not in table.header), None)
        if missing is not None:
            yield Parsed(0, None, (make_issue("missing_column", file, 1, missing),))
            return
        yield from _read_table(table, convert, key, _reserve_codes(source, file, key))


def _reserve_codes(source: ImportSource, file: str, key: Sequence[str]) -> dict[tuple[str, ...], CodeBook]:
    """A book of codes for each owner (the other key columns), in which the codes that are ours already are taken."""
    books: dict[tuple[str, ...], CodeBook] = {}
    with open_table(source, file) as table:
        places = [table.header.index(name) for name in key if name in table.header]
        for row in table.rows:
            if row.cells:
                code, *owner = (row.cells[place] for place in places)
                books.setdefault(tuple(map(make_sku_key, owner)), CodeBook()).reserve(code)
    return books


def _read_table(
    table: Table, convert: Convert, key: Sequence[str], books: dict[tuple[str, ...], CodeBook]
) -> Iterator[StateParsed]:
    seen: dict[tuple[str, ...], int] = {}
    for row in table.rows:
        if row.issues:
            yield Parsed(row.line, None, row.issues)
            continue
        cells = dict(zip(table.header, row.cells, strict=True))
        identity = tuple(make_sku_key(cells[name]) for name in key)
        issue = _check_key(identity, cells, key, seen, table.file, row.line)
        if issue is not None:
            yield Parsed(row.line, None, (issue,))
            continue
        written = cells[key[0]].strip()
        code = books.setdefault(identity[1:], CodeBook()).claim(written)
        external = written if code != written else ""
        parsed = convert(StructureRow(table.file, row.line, code, external, cells))
        if external:
            changed = make_issue("code_changed", table.file, row.line, key[0], key=code, text=written, code=code)
            parsed = Parsed(parsed.line, parsed.item, (*parsed.issues, changed), parsed.is_skipped)
        yield parsed


def _check_key(
    identity: tuple[str, ...],
    cells: Mapping[str, str],
    key: Sequence[str],
    seen: dict[tuple[str, ...], int],
    file: str,
    line: int,
) -> Issue | None:
    for name, part in zip(key, identity, strict=True):
        if not part:
            return make_issue("missing_code", file, line, name)
    first = seen.setdefault(identity, line)
    if first != line:
        return make_issue("duplicate_code", file, line, key[0], key=cells[key[0]], code=cells[key[0]], first=first)
    return None


def plainly(kind: str, fields: Callable[[StructureRow], Mapping[str, Json]]) -> Convert:
    """A conversion that can say nothing against a row."""
    return lambda row: Parsed(row.line, row.state(kind, fields(row)))


def skipping_unused(kind: str, used: Mapping[str, str]) -> Convert:
    """Locales and currencies: those that no channel uses are skipped, the others have a code and nothing else."""

    def convert(row: StructureRow) -> StateParsed:
        if row.code.casefold() not in used:
            return Parsed(row.line, None, is_skipped=True)
        return Parsed(row.line, StateRecord(row.line, kind, row.code, {"code": row.code}))

    return convert


def attribute_group_fields(row: StructureRow) -> Fields:
    """Position only."""
    return {"position": row.number("sort_order") or 0}


def option_fields(row: StructureRow) -> Fields:
    """Attribute and position."""
    return {"attribute": row.reference("attribute"), "position": row.number("sort_order") or 0}


def channel_fields(row: StructureRow) -> Fields:
    """What the channel speaks, and its tree."""
    return {
        "locales": list[Json](row.codes("locales")),
        "currencies": list[Json](row.codes("currencies")),
        "category_tree": row.reference("tree"),
    }


def association_type_fields(row: StructureRow) -> Fields:
    """Two-way and quantified."""
    return {"is_two_way": row.flag("is_two_way"), "is_quantified": row.flag("is_quantified")}


def group_fields(row: StructureRow) -> Fields:
    """The type, as a word."""
    return {"type": row.text("type")}


def split_codes(text: str) -> list[str]:
    """The codes of a list cell, in order, each once."""
    return list(dict.fromkeys(filter(None, map(str.strip, text.split(",")))))


def is_yes(text: str) -> bool:
    """Whether a cell says yes, in the ways that exports write it."""
    return text.strip().casefold() in {"1", "true", "yes"}

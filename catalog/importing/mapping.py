"""How the columns of a foreign table map onto the catalog: a profile that people edit and keep."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from catalog.importing.akeneo.columns import ColumnTarget, Target, UnknownColumn, parse_column
from catalog.importing.issues import Issue, make_issue
from catalog.importing.tabular.rows import Row, Table, TableFormat
from catalog.importing.vocabulary import LIST_TYPES, Vocabulary
from pim.errors import Refused
from pim.values.specs import Json

FIELDS = frozenset({"sku", "kind", "family", "family_variant", "parent", "categories", "groups", "enabled"})
"""Columns that are no attribute."""

LIST_FIELDS = frozenset({"categories", "groups"})
NUMBERS = frozenset({"integer", "decimal", "measurement", "price"})
UNKNOWN_OPTIONS = ("refuse", "create")


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Where a column goes.

    `target` is a field (`sku`, `categories`, …) or a column in the grammar of Akeneo's files (`name-de_DE`,
    `weight-unit`); empty: not imported. `confidence` from 0 to 1 says how sure the guess was; 1 for people's choices.
    """

    column: str
    target: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Profile:
    """All that a foreign table needs to be read.

    Attributes:
        constants: {target: text} for what the file does not say, such as the family or a unit.
        unknown_options: `refuse` the row or `create` the option.
        date_format: as `strptime` takes it; empty for ISO 8601.
    """

    columns: tuple[ColumnMapping, ...] = ()
    constants: Mapping[str, str] = field(default_factory=dict)
    form: TableFormat = field(default_factory=TableFormat)
    list_separator: str = ","
    decimal_separator: str = "."
    date_format: str = ""
    unknown_options: str = "refuse"

    def mapping_json(self) -> list[dict[str, Json]]:
        """The columns as a saved profile keeps them."""
        return [
            {"column": each.column, "target": each.target, "confidence": round(each.confidence, 2)}
            for each in self.columns
        ]

    def settings_json(self) -> dict[str, Json]:
        """Everything else, as a saved profile keeps it."""
        return {
            "constants": dict[str, Json](self.constants),
            "encoding": self.form.encoding,
            "delimiter": self.form.delimiter,
            "sheet": self.form.sheet,
            "list_separator": self.list_separator,
            "decimal_separator": self.decimal_separator,
            "date_format": self.date_format,
            "unknown_options": self.unknown_options,
        }

    @classmethod
    def from_json(cls, mapping: Sequence[Mapping[str, Json]], settings: Mapping[str, Json] | None = None) -> Profile:
        """Read what a saved profile or an edited form holds; settings that are not ours are left alone.

        Raises:
            Refused: `invalid_profile`, with a pointer.
        """
        settings = settings or {}
        constants = settings.get("constants") or {}
        if not isinstance(constants, dict):
            raise _invalid("/settings/constants")
        profile = cls(
            columns=tuple(_read_column(item, number) for number, item in enumerate(mapping)),
            constants={name: str(text) for name, text in constants.items()},
            form=TableFormat(_text(settings, "encoding"), _text(settings, "delimiter"), _text(settings, "sheet")),
            list_separator=_text(settings, "list_separator", ","),
            decimal_separator=_text(settings, "decimal_separator", "."),
            date_format=_text(settings, "date_format"),
            unknown_options=_text(settings, "unknown_options", "refuse"),
        )
        if profile.unknown_options not in UNKNOWN_OPTIONS:
            raise _invalid("/settings/unknown_options")
        if not profile.list_separator or len(profile.decimal_separator) != 1:
            raise _invalid("/settings/list_separator" if not profile.list_separator else "/settings/decimal_separator")
        return profile


def apply_mapping(table: Table, profile: Profile, vocabulary: Vocabulary) -> tuple[Table, tuple[str, ...]]:
    """The table as Akeneo's files would have it, for the product reader; and what its columns are called in the file.

    Columns without a target are left out; several columns with the same list target (`categories`, a multiselect) are
    joined. Cells that do not fit the profile's number or date format refuse their row.
    """
    chosen = {each.column: each.target for each in profile.columns if each.target}
    places: dict[str, list[int]] = {}
    for index, name in enumerate(table.header):
        target = chosen.get(name, "")
        if target and (target not in places or _is_list(target, vocabulary)):
            places.setdefault(target, []).append(index)
    constants = {target: text for target, text in profile.constants.items() if target not in places}
    converters = [_converter(target, profile, vocabulary) for target in places]
    names = (*(table.header[indexes[0]] for indexes in places.values()), *constants)
    rows = _map_rows(table, list(places.values()), converters, tuple(constants.values()))
    return replace(table, header=(*places, *constants), rows=rows), names


Convert = Callable[[str], str]


def _map_rows(
    table: Table, places: Sequence[Sequence[int]], converters: Sequence[Convert | None], constants: tuple[str, ...]
) -> Iterator[Row]:
    firsts = [indexes[0] for indexes in places]
    joined = [(place, indexes) for place, indexes in enumerate(places) if len(indexes) > 1]
    converting = [(place, convert) for place, convert in enumerate(converters) if convert is not None]
    is_as_given = firsts == list(range(len(table.header))) and not (joined or converting or constants)
    for row in table.rows:
        if row.issues or is_as_given:
            yield row
            continue
        cells = [row.cells[index] for index in firsts]
        for place, indexes in joined:
            cells[place] = ",".join(filter(None, (row.cells[index] for index in indexes)))
        issues: list[Issue] = []
        for place, convert in converting:
            if text := cells[place]:
                try:
                    cells[place] = convert(text)
                except ValueError as error:
                    column = table.header[firsts[place]]
                    issues.append(make_issue("bad_value", table.file, row.line, column, text=text, expected=error))
        yield Row(row.line, () if issues else (*cells, *constants), tuple(issues))


def _converter(target: str, profile: Profile, vocabulary: Vocabulary) -> Convert | None:
    """What a cell goes through before the engine reads it, or None."""
    if _is_list(target, vocabulary) and profile.list_separator != ",":
        return lambda text: ",".join(part.strip() for part in text.split(profile.list_separator))
    parsed = _parse_target(target, vocabulary)
    if not isinstance(parsed, ColumnTarget) or parsed.part == "unit":
        return None
    kind = parsed.attribute.type
    if kind in NUMBERS and profile.decimal_separator == ",":
        return lambda text: text.replace(".", "").replace(",", ".")
    if kind == "date" and profile.date_format:
        return lambda text: _read_date(text, profile.date_format)
    return None


def _read_date(text: str, form: str) -> str:
    try:
        return dt.datetime.strptime(text.strip(), form).date().isoformat()  # noqa: DTZ007 - a date has no zone
    except ValueError as error:
        raise ValueError(_("a date like %(form)s") % {"form": form}) from error


def _parse_target(target: str, vocabulary: Vocabulary) -> Target | None:
    try:
        return parse_column(target, vocabulary, fields=FIELDS)
    except UnknownColumn:
        return None


def _is_list(target: str, vocabulary: Vocabulary) -> bool:
    if target in LIST_FIELDS:
        return True
    parsed = _parse_target(target, vocabulary)
    return isinstance(parsed, ColumnTarget) and parsed.attribute.type in LIST_TYPES


def _read_column(item: object, number: int) -> ColumnMapping:
    if not isinstance(item, dict):
        raise _invalid(f"/mapping/{number}")
    column, target, confidence = item.get("column"), item.get("target", ""), item.get("confidence", 1.0)
    if not isinstance(column, str) or not isinstance(target, str) or not isinstance(confidence, int | float):
        raise _invalid(f"/mapping/{number}")
    return ColumnMapping(column, target, float(confidence))


def _text(settings: Mapping[str, Json], name: str, default: str = "") -> str:
    value = settings.get(name, default)
    if value is not None and not isinstance(value, str):
        raise _invalid(f"/settings/{name}")
    return value if value is not None else default


def _invalid(pointer: str) -> Refused:
    return Refused("invalid_profile", _("The import profile cannot be read at %(at)s.") % {"at": pointer}, pointer)

"""The catalog as Akeneo's CSV files: the same column grammar, written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import TextIO

from catalog.importing.akeneo.columns import QUANTITY, SEPARATOR, SIDES, UNIT, ColumnTarget, write_column
from catalog.importing.records import Link, ProductRecord
from catalog.importing.vocabulary import MEDIA_TYPES, KnownAttribute, Vocabulary

PRODUCT_HEAD = ("sku", "categories", "enabled", "family", "parent", "groups")
MODEL_HEAD = ("code", "family_variant", "parent", "categories")

_SPECIAL = re.compile(r'[;"\r\n]|^\s|\s$')

AssociationColumn = tuple[str, str, bool]
"""(type, side, whether it holds quantities)."""


class ProductWriter:
    """The columns of one product or model file, and the row of each record.

    Records carry what the file should show: own values of models, resolved values of variants, as cells; media as
    paths inside the export (`media_path`).

    Args:
        attributes: codes of the attributes to write, in order; the identifier is the first column anyway.
        association_types: codes to write; all of the vocabulary's unless given.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        attributes: Iterable[str],
        *,
        is_models: bool = False,
        association_types: Iterable[str] | None = None,
    ) -> None:
        self._is_models = is_models
        known = (vocabulary.attribute(code) for code in attributes)
        self._targets = tuple(
            target
            for attribute in known
            if attribute is not None and attribute.code != vocabulary.identifier
            for target in list_columns(attribute, vocabulary)
        )
        wanted = None if association_types is None else {code.casefold() for code in association_types}
        self._links = tuple(
            column
            for key, (code, is_quantified) in sorted(vocabulary.association_types.items())
            if wanted is None or key in wanted
            for column in _association_columns(code, is_quantified)
        )
        head = MODEL_HEAD if is_models else (vocabulary.identifier, *PRODUCT_HEAD[1:])
        self.header: tuple[str, ...] = (
            *head,
            *(write_column(target) for target in self._targets),
            *(_name_association(*column) for column in self._links),
        )

    def value_places(self) -> dict[str, dict[str, int]]:
        """{flat key: {part: column}}, for those who write values without making a record of them."""
        first = len(self.header) - len(self._links) - len(self._targets)
        places: dict[str, dict[str, int]] = {}
        for number, target in enumerate(self._targets, start=first):
            places.setdefault(target.key, {})[target.part] = number
        return places

    def link_places(self) -> dict[AssociationColumn, int]:
        """{(type, side, whether it holds quantities): column}."""
        return {column: number for number, column in enumerate(self._links, start=len(self.header) - len(self._links))}

    def row(self, record: ProductRecord) -> list[str]:
        """The cells of a record, one for each column of the header."""
        return [
            *(self._model_head(record) if self._is_models else self._product_head(record)),
            *(_cell(record, target) for target in self._targets),
            *(_association_cell(record, *column) for column in self._links),
        ]

    def _product_head(self, record: ProductRecord) -> Iterator[str]:
        yield record.sku
        yield ",".join(record.categories or ())
        yield "" if record.enabled is None else str(int(record.enabled))
        yield record.family or ""
        yield record.parent or ""
        yield ",".join(record.groups or ())

    def _model_head(self, record: ProductRecord) -> Iterator[str]:
        yield record.sku
        yield record.family_variant or ""
        yield record.parent or ""
        yield ",".join(record.categories or ())


def write_table(stream: TextIO, header: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """Write `;`-separated rows, quoted where needed, with LF line ends; open the stream with `newline=""`.

    Nothing is escaped against spreadsheets: these files are for importers, which must get back what was there.
    Returns the number of rows.
    """
    stream.write(_line(header))
    count = 0
    for row in rows:
        stream.write(_line(row))
        count += 1
    return count


def _line(cells: Sequence[str]) -> str:
    """One record. Not by `csv.writer`, which leaves a lone CR unquoted where lines end with LF."""
    return ";".join(quote_cell(cell) for cell in cells) + "\n"


def quote_cell(cell: str) -> str:
    """A cell as it stands in a line: quoted where it must be."""
    return '"' + cell.replace('"', '""') + '"' if _SPECIAL.search(cell) else cell


def list_columns(attribute: KnownAttribute, vocabulary: Vocabulary) -> Iterator[ColumnTarget]:
    """Every column that an attribute has in a file: channels, their locales, units, currencies."""
    parts: Sequence[str] = ("",)
    if attribute.type == "measurement":
        parts = ("", UNIT)
    elif attribute.type == "price":
        parts = sorted(vocabulary.currencies.values())
    for channel, locale in _scopes(attribute, vocabulary):
        for part in parts:
            yield ColumnTarget(attribute, channel, locale, part)


def media_path(
    sku: str, attribute: str, filename: str, *, channel: str | None = None, locale: str | None = None
) -> str:
    """Where a file lies in an export: `files/<sku>/<attribute>[/<locale>][/<channel>]/<filename>`."""
    parts = ("files", sku, attribute, locale, channel, filename)
    return "/".join(_file_name(part) for part in parts if part)


def _file_name(text: str) -> str:
    """A text as one path segment that no file system reads as more."""
    name = "".join("_" if letter in '/\\:*?"<>|' or ord(letter) < 32 else letter for letter in text)
    return "_" if not name.strip(". ") else PurePosixPath(name).name


def _scopes(attribute: KnownAttribute, vocabulary: Vocabulary) -> Iterator[tuple[str | None, str | None]]:
    allowed = attribute.available_locales
    spoken = {code for _channel, locales in vocabulary.channels.values() for code in locales}
    locales = sorted(spoken or set(vocabulary.locales.values()))
    channels = sorted(vocabulary.channels.values())
    if attribute.scopable and attribute.localizable:
        for channel, its_locales in channels:
            for locale in sorted(its_locales):
                if not allowed or locale in allowed:
                    yield channel, locale
    elif attribute.scopable:
        for channel, _its_locales in channels:
            yield channel, None
    elif attribute.localizable:
        for locale in locales:
            if not allowed or locale in allowed:
                yield None, locale
    else:
        yield None, None


def _cell(record: ProductRecord, target: ColumnTarget) -> str:
    if target.attribute.type in MEDIA_TYPES:
        return ",".join(record.files.get(target.attribute.code, {}).get(target.scope, ()))
    return record.cells.get(target.attribute.code, {}).get(target.scope, {}).get(target.part, "")


def _association_columns(code: str, is_quantified: bool) -> Iterator[AssociationColumn]:
    for side in SIDES:
        if is_quantified and side == "groups":
            continue
        yield code, side, False
        if is_quantified:
            yield code, side, True


def _name_association(code: str, side: str, is_quantity: bool) -> str:
    return SEPARATOR.join((code, side, QUANTITY)) if is_quantity else SEPARATOR.join((code, side))


def _association_cell(record: ProductRecord, code: str, side: str, is_quantity: bool) -> str:
    links: Sequence[Link] = record.associations.get(code, {}).get(side, ())
    if is_quantity:
        return ",".join(link.quantity or "" for link in links)
    return ",".join(link.code for link in links)

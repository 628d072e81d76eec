"""Akeneo's families and family variants as ours."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.importing.akeneo.structure import Fields, StateParsed, StructureRow, plainly, read_rows
from catalog.importing.issues import Issue, Parsed, make_issue
from catalog.importing.sources import ImportSource
from catalog.importing.tabular.rows import open_table
from catalog.importing.vocabulary import Vocabulary
from pim.values.specs import Json

REQUIREMENTS = "requirements-"
LEVELS = (1, 2, 3)


def read_families(source: ImportSource, file: str, vocabulary: Vocabulary) -> Iterator[StateParsed]:
    """Yield the families with their attributes in order and what each known channel requires of them."""
    with open_table(source, file) as table:
        channels, issues = _find_channels(table.header, vocabulary, file)
    if issues:
        yield Parsed(0, None, issues)

    def fields(row: StructureRow) -> Fields:
        return {
            "attributes": list[Json](row.codes("attributes")),
            "label_attribute": row.reference("attribute_as_label"),
            "image_attribute": row.reference("attribute_as_image"),
            "requirements": {
                channel: list[Json](row.codes(column)) for column, channel in channels.items() if row.text(column)
            },
        }

    yield from read_rows(source, file, plainly("family", fields))


def _find_channels(
    header: tuple[str, ...], vocabulary: Vocabulary, file: str
) -> tuple[dict[str, str], tuple[Issue, ...]]:
    """{column: channel code}, and a finding for each column that names no channel."""
    channels: dict[str, str] = {}
    issues: list[Issue] = []
    for column in header:
        if not column.startswith(REQUIREMENTS):
            continue
        entry = vocabulary.channels.get(column.removeprefix(REQUIREMENTS).casefold())
        if entry is None:
            issues.append(make_issue("unknown_column", file, 1, column, reason=column.removeprefix(REQUIREMENTS)))
        else:
            channels[column] = entry[0]
    return channels, tuple(issues)


def family_variant_fields(row: StructureRow) -> Fields:
    """The family, and for each level its axes and its attributes. An axis belongs to its level without being listed."""
    levels: list[Json] = []
    for level in LEVELS:
        axes = row.codes(f"variant-axes_{level}")
        if not axes:
            break
        attributes = [code for code in row.codes(f"variant-attributes_{level}") if code not in axes]
        levels.append({"axes": list[Json](axes), "attributes": list[Json](attributes)})
    return {"family": row.reference("family"), "levels": levels}

"""A table before its import: its columns with a guess for each, and a few rows to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from catalog.importing.generic import is_json
from catalog.importing.guessing import guess_mapping
from catalog.importing.mapping import Profile
from catalog.importing.sources import ImportSource, open_source
from catalog.importing.tabular.rows import TABLE_SUFFIXES, TableFormat, open_table
from catalog.models import ImportProfile
from catalog.services.importing.vocabulary import read_vocabulary
from pim.errors import NotFound
from pim.values.specs import Json

SAMPLES = 5


@dataclass(frozen=True, slots=True)
class DescribedTable:
    """A file's columns, the mapping guessed or saved for them, and some rows. JSON Lines has no columns to map."""

    header: tuple[str, ...] = ()
    samples: tuple[tuple[str, ...], ...] = ()
    mapping: Sequence[Mapping[str, Json]] = ()
    settings: Mapping[str, Json] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def describe_table(path: Path, *, profile_code: str = "") -> DescribedTable:
    """Describe the only table of a file.

    Raises:
        NotFound: there is no such profile.
        SourceRefused: the file cannot be opened.
    """
    with open_source(path) as source:
        return describe_table_of(source, path.name, profile_code=profile_code)


def describe_table_of(
    source: ImportSource, file: str, *, profile_code: str = "", settings: Mapping[str, Any] | None = None
) -> DescribedTable:
    """Describe one file of a source: with a saved profile, else with a guess for each column.

    A saved profile decides for the columns it knows; new ones are guessed.

    Args:
        settings: how the file is written (encoding, delimiter, sheet), over those of the profile.
    """
    profile = find_profile(profile_code)
    chosen: dict[str, Any] = {**(profile.settings if profile else {}), **(settings or {})}
    if is_json(file):
        return DescribedTable(settings=chosen)
    form = Profile.from_json(
        [], {name: chosen[name] for name in ("encoding", "delimiter", "sheet") if chosen.get(name)}
    ).form
    header, samples, problems = _look_into(source, file, form)
    guesses = guess_mapping(header, read_vocabulary(), samples)
    saved = {str(column["column"]): column for column in profile.mapping} if profile else {}
    mapping = [
        saved.get(
            guess.column,
            {"column": guess.column, "target": guess.target, "confidence": round(guess.confidence, 2)},
        )
        for guess in guesses
    ]
    return DescribedTable(header, samples, mapping, chosen, problems)


def find_profile(code: str) -> ImportProfile | None:
    """A saved profile; None where no code is given.

    Raises:
        NotFound: there is none of this code.
    """
    if not code:
        return None
    profile = ImportProfile.objects.filter(code__iexact=code).first()
    if profile is None:
        raise NotFound("unknown_profile", _("There is no import profile “%s”.") % code)
    return profile


def list_tables(source: ImportSource) -> list[str]:
    """The files of a source that can be read as a table or as JSON Lines."""
    return [name for name in source.names() if is_json(name) or _suffix(name) in TABLE_SUFFIXES]


def _suffix(name: str) -> str:
    return Path(name).suffix.lower()


def _look_into(
    source: ImportSource, file: str, form: TableFormat
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...], tuple[str, ...]]:
    with open_table(source, file, form) as table:
        rows = list(islice(table.rows, SAMPLES * 4))
        samples = tuple(row.cells for row in rows if row.cells)[:SAMPLES]
        problems = tuple(dict.fromkeys(issue.message for row in rows for issue in row.issues))
        return table.header, samples, problems

"""Refusals and warnings of the write paths as findings about rows of a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from catalog.importing.issues import Issue, Parsed
from catalog.services.importing.columns import ColumnNamer
from catalog.services.importing.tally import Tally
from pim.choices import IssueLevel
from pim.errors import Outcome, Refusal

SAID_BY_READERS = frozenset({"parent_case"})
"""Warnings of the write path that a reader may have given for the same row already."""


def issues_of(refusals: Iterable[Refusal], file: str, level: str, name_column: ColumnNamer) -> Iterator[Issue]:
    """One finding for each problem of each row; the rows' numbers are physical lines."""
    for refusal in refusals:
        for problem in refusal.problems:
            yield Issue(
                file, refusal.row or None, name_column(problem.pointer), level, problem.code, str(problem.message), refusal.key
            )  # fmt: skip


def warnings_of(
    outcome: Outcome, parsed: Sequence[Parsed[Any]], file: str, name_column: ColumnNamer
) -> Iterator[Issue]:
    """The write path's warnings, without those that the reader has given for the same row."""
    said = {(issue.line, issue.code) for each in parsed for issue in each.issues if issue.code in SAID_BY_READERS}
    for issue in issues_of(outcome.warnings, file, IssueLevel.WARNING, name_column):
        if (issue.line, issue.code) not in said:
            yield issue


def count_read(tally: Tally, entity: str, parsed: Sequence[Parsed[Any]]) -> int:
    """Count the rows that were read, and those of them that no write path has to see; returns how many were read."""
    rows = [each for each in parsed if each.line]
    empty = [each for each in rows if each.item is None]
    skipped = sum(each.is_skipped for each in empty)
    tally.add(entity, read=len(rows), skipped=skipped, refused=len(empty) - skipped)
    return len(rows)


def count_written(tally: Tally, entity: str, outcome: Outcome) -> None:
    """Count what a write path did with its rows."""
    tally.add(
        entity,
        created=outcome.created,
        updated=outcome.updated,
        unchanged=outcome.unchanged,
        refused=len(outcome.refused),
    )


def findings_of(parsed: Iterable[Parsed[Any]]) -> list[Issue]:
    """What the reader had to say."""
    return [issue for each in parsed for issue in each.issues]

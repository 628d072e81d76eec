"""What every import plan is made of: steps that can each be read again from their first row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from catalog.importing.issues import Issue, Parsed
from catalog.importing.records import MediaRecord, ProductRecord, StateRecord
from catalog.importing.sources import ImportSource
from catalog.importing.vocabulary import Vocabulary

STRUCTURE, ASSETS, PRODUCTS, ASSOCIATIONS, SKIPPED = "structure", "assets", "products", "associations", "skipped"

Item: TypeAlias = StateRecord | ProductRecord | MediaRecord


@dataclass(frozen=True, slots=True)
class Step:
    """One pass over one file.

    Attributes:
        phase: `structure` (items are StateRecords), `assets` (MediaRecords), `products` or `associations`
            (ProductRecords) or `skipped` (rows of files that are not imported, for the count).
        entity: under which name its rows are counted: the stem of the file, or `assets`.
        kind: the structure kind of its states; empty for the other phases.
        level: which depth of product models this pass yields.
        counts: whether its rows are counted; a second pass over the same rows is not.
    """

    phase: str
    entity: str
    file: str
    kind: str = ""
    level: int = 0
    counts: bool = True


class ImportPlan(Protocol):
    """The steps of one import in dependency order, and what was found before the first one."""

    @property
    def source(self) -> ImportSource:
        """Where files and pictures come from."""
        ...

    @property
    def steps(self) -> tuple[Step, ...]:
        """What to do, in order."""
        ...

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Findings about the source as a whole."""
        ...

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of the catalog with those that the source brings; what a dry run must read with."""
        ...

    def read(self, step: Step, known: Vocabulary) -> Iterator[Parsed[Item]]:
        """Read a step from its first row; the same file always gives the same items, lines and issues.

        A resume reads it again and passes over as many results as its checkpoint has counted.

        Args:
            known: the words that exist by now; in a dry run, `vocabulary`.
        """
        ...

    def count(self, step: Step) -> int:
        """How many rows the step's file has, for the progress bar; reads the file."""
        ...

"""The refusals the whole house speaks: every face translates these, and only these, into its own shape."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: a stable code, a sentence for people, and a JSON pointer to what it is about.

    `level` is `error` (blocks the write) or `warning` (told, not blocking).
    """

    code: str
    message: StrOrPromise
    pointer: str = ""
    level: str = "error"


def escape_pointer(part: str) -> str:
    """One step of a JSON pointer (RFC 6901)."""
    return part.replace("~", "~0").replace("/", "~1")


class DomainError(Exception):
    """Something the domain says no to. Bugs are other exceptions and are not caught.

    Args:
        code: stable, snake_case, part of the API.
        message: a sentence that tells what to do; may be lazy.
        pointer: RFC 6901 pointer into what the caller sent (`/values/name/0/data`), empty for the whole.
        problems: the findings, where there are several; else made from the three above.
    """

    def __init__(
        self, code: str, message: StrOrPromise, pointer: str = "", *, problems: Iterable[Problem] = ()
    ) -> None:
        super().__init__(code, message, pointer)
        self.code = code
        self.message = message
        self.pointer = pointer
        self.problems: tuple[Problem, ...] = tuple(problems) or (Problem(code, message, pointer),)

    def __str__(self) -> str:
        return f"{self.pointer}: {self.message}" if self.pointer else str(self.message)


class Refused(DomainError):
    """The request is understood and is not valid (400 or 422)."""


class NotAllowed(DomainError):
    """The caller may not do this (403)."""


class NotFound(DomainError):
    """There is no such thing, or not for this caller (404)."""


class Conflict(DomainError):
    """Somebody else changed it first (409, or 412 for a failed precondition)."""


class ValueRefused(Refused):
    """A value, or the configuration of an attribute, that its attribute type does not take."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row of a batch that was not written. `key` is the sku or code as the caller sent it; `row` counts from 0."""

    key: str
    problems: tuple[Problem, ...]
    row: int | None = None

    @classmethod
    def of(cls, key: str, error: DomainError, row: int | None = None) -> Refusal:
        """Turn a raised refusal into the row's result."""
        return cls(key, error.problems, row)


@dataclass(frozen=True, slots=True)
class Done:
    """One row of a batch that was accepted. `kind` is `created | updated | deleted | unchanged`."""

    key: str
    kind: str
    uuid: str = ""
    revision: int = 0
    row: int | None = None


@dataclass(slots=True)
class Outcome:
    """What a batch verb did, row by row.

    The counters are always right. `results` is filled by verbs whose callers answer line by line (bulk REST) and may
    stay empty in jobs. `warnings` are findings on rows that were written.
    """

    created: int = 0
    updated: int = 0
    deleted: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)
    warnings: list[Refusal] = field(default_factory=list)
    results: list[Done] = field(default_factory=list)
    dry_run: bool = False

    @property
    def done(self) -> int:
        """Rows that were accepted, changed or not."""
        return self.created + self.updated + self.deleted + self.unchanged

    @property
    def written(self) -> int:
        """Rows that really changed something."""
        return self.created + self.updated + self.deleted

    def add(self, other: Outcome) -> None:
        """Take over the result of another chunk of the same batch."""
        self.created += other.created
        self.updated += other.updated
        self.deleted += other.deleted
        self.unchanged += other.unchanged
        self.refused.extend(other.refused)
        self.warnings.extend(other.warnings)
        self.results.extend(other.results)

    def raise_first(self) -> None:
        """Turn the first refusal back into an exception, for callers that write a single thing.

        Raises:
            Refused: a row was refused; carries all problems of that row.
        """
        if self.refused:
            first = self.refused[0].problems[0]
            raise Refused(first.code, first.message, first.pointer, problems=self.refused[0].problems)

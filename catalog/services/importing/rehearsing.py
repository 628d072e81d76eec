"""A dry run: the whole import in one transaction that is rolled back, with the same report."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from catalog.importing.issues import Issue
from pim.choices import IssueLevel
from pim.extensions import JobContext
from pim.services.jobs import JobCancelled, LeaseLost
from pim.services.snapshot import forget_structure

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from catalog.services.importing.progress import ImportContext

BEAT_S = 10.0
"""Seconds between two signs of life of a dry run; its own transaction cannot give them."""


class Rehearsal:
    """A context that keeps to itself what a real run would store; the job learns of it when all is rolled back."""

    def __init__(self, ctx: JobContext) -> None:
        self._ctx = ctx
        self.job_id = ctx.job_id
        self.actor = ctx.actor
        self.parameters = ctx.parameters
        self.state: dict[str, Any] = {}
        self.counters: dict[str, Any] = {}
        self.done = 0
        self.total: int | None = None
        self.stopped: JobCancelled | LeaseLost | None = None
        self._issues: list[Issue] = []
        self._refused: set[tuple[str, int]] = set()

    def checkpoint(
        self,
        *,
        state: Mapping[str, Any] | None = None,
        done: int | None = None,
        total: int | None = None,
        counters: Mapping[str, Any] | None = None,
    ) -> None:
        """Remember the figures (see `JobContext`)."""
        if self.stopped is not None:
            raise self.stopped
        self.state = dict(state) if state is not None else self.state
        self.counters = dict(counters) if counters is not None else self.counters
        self.done = done if done is not None else self.done
        self.total = total if total is not None else self.total

    def issue(
        self,
        level: str,
        code: str,
        message: StrOrPromise,
        *,
        file: str = "",
        line: int | None = None,
        column: str = "",
        key: str = "",
    ) -> None:
        """Remember a finding."""
        self._issues.append(Issue(file, line, column, level, code, str(message), key))
        if level == IssueLevel.ERROR and line is not None:
            self._refused.add((file, line))

    def finish(self, result: Mapping[str, Any]) -> None:
        """A dry run has no result but its report."""

    def refused_lines(self, file: str, lines: Sequence[int]) -> set[int]:
        """Those of these lines that have an error."""
        return {line for line in lines if (file, line) in self._refused}

    def tell(self) -> None:
        """Give the report to the job."""
        for found in self._issues:
            self._ctx.issue(
                found.level, found.code, found.message,
                file=found.file, line=found.line, column=found.column, key=found.key,
            )  # fmt: skip
        self._ctx.checkpoint(state={"over": True}, done=self.done, total=self.total, counters=self.counters)


def rehearse(ctx: JobContext, run: Callable[[ImportContext], None]) -> None:
    """Run an import, roll everything back and report what it would have done."""
    rehearsal = Rehearsal(ctx)
    over = threading.Event()
    beat = threading.Thread(target=_keep_lease, args=(ctx, rehearsal, over), daemon=True)
    beat.start()
    try:
        with transaction.atomic():
            run(rehearsal)
            transaction.set_rollback(True)
    finally:
        over.set()
        beat.join()
        forget_structure()
    rehearsal.tell()


def _keep_lease(ctx: JobContext, rehearsal: Rehearsal, over: threading.Event) -> None:
    """Runs in a thread of its own, on a connection of its own, while the import holds its transaction open."""
    try:
        while not over.wait(BEAT_S):
            ctx.checkpoint(done=rehearsal.done, total=rehearsal.total)
    except (JobCancelled, LeaseLost) as stopped:
        rehearsal.stopped = stopped
    finally:
        connection.close()

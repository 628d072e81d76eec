"""Where an import stands: figures, findings and the checkpoint, all committed with the chunk they tell of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from catalog.importing.issues import Issue
from catalog.services.importing.tally import Tally
from pim.choices import IssueLevel
from pim.extensions import JobContext
from pim.models import JobIssue


class ImportContext(JobContext, Protocol):
    """A job's context that also knows which lines of a file it has reported as refused."""

    def refused_lines(self, file: str, lines: Sequence[int]) -> set[int]:
        """Those of these lines that have an error."""
        ...


class Progress:
    """The state of a run. What a chunk adds counts from the moment its transaction commits.

    The state is `{"source": fingerprint, "step": index, "rows": results of that step, "linked": [entities]}`.
    """

    def __init__(self, ctx: ImportContext, source: str) -> None:
        self.ctx = ctx
        self.source = str(ctx.state.get("source", source))
        self.step = int(ctx.state.get("step", 0))
        self.rows = int(ctx.state.get("rows", 0))
        self.linked: set[str] = set(ctx.state.get("linked", ()))
        self.done = int(ctx.state.get("done", 0))
        self.total = int(ctx.state.get("total", 0))
        self.tally = Tally(ctx.counters)

    @property
    def is_new(self) -> bool:
        """Whether nothing has been committed yet."""
        return not self.ctx.state

    def commit(self, tally: Tally, issues: Iterable[Issue], *, rows: int, done: int = 0, total: int = 0) -> None:
        """Store figures and findings in the caller's transaction, the last thing before it commits.

        Args:
            rows: how many results of the step are done with this.
            done, total: what this adds to the progress.
        """
        for issue in issues:
            self.ctx.issue(
                issue.level, issue.code, issue.message, file=issue.file, line=issue.line, column=issue.column, key=issue.key
            )  # fmt: skip
        self.ctx.checkpoint(
            state={
                "source": self.source,
                "step": self.step,
                "rows": rows,
                "linked": sorted(self.linked),
                "done": self.done + done,
                "total": self.total + total,
            },
            done=self.done + done,
            total=self.total + total,
            counters=tally.as_json(),
        )

    def committed(self, tally: Tally, *, rows: int, done: int = 0, total: int = 0) -> None:
        """Go on from what was committed."""
        self.tally = tally
        self.rows = rows
        self.done += done
        self.total += total

    def enter(self, step: int) -> None:
        """Begin a step from its first row."""
        self.step, self.rows = step, 0


class RunningImport:
    """A job's context with the question about refused lines, answered from the job's findings."""

    def __init__(self, ctx: JobContext) -> None:
        self._ctx = ctx

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ctx, name)

    def refused_lines(self, file: str, lines: Sequence[int]) -> set[int]:
        """Those of these lines that have an error."""
        found = JobIssue.objects.filter(
            job_id=self._ctx.job_id, level=IssueLevel.ERROR, file=file[:255], line__in=list(lines)
        )
        return {line for line in found.values_list("line", flat=True) if line is not None}

"""Undo of a job: its journal entries inverted, newest first; what was changed since is reported and left alone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pim import extensions, journal
from pim.choices import EntryKind, IssueLevel, JobState, Origin
from pim.errors import Conflict, Refused
from pim.models import Entry, Job, User
from pim.services.jobs import start_job
from pim.services.structure import StructureChange, write_structure

UNDO = "undo"
CHUNK = 500


def check_undo(job: Job, *, is_forced: bool = False) -> None:
    """Say why a job cannot be undone. What an undo has left as it was can be undone once more, by force.

    Raises:
        Refused: it changes nothing that can be undone, or has not ended.
        Conflict: it is undone already.
    """
    kind = extensions.job_kinds.find(job.kind)
    if kind is None or not kind.is_undoable:
        raise Refused("not_undoable", _("A job of this kind cannot be undone."))
    if job.state in {JobState.QUEUED, JobState.RUNNING}:
        raise Refused("still_running", _("Stop the job before undoing it."))
    undos = job.undos.filter(state__in=[JobState.QUEUED, JobState.RUNNING, JobState.DONE])
    if any(undo.state != JobState.DONE or not (is_forced and undo.counters.get("conflicts")) for undo in undos):
        raise Conflict("undone_already", _("This job is undone already."))


def undo_job(job: Job, *, actor: User | None, is_forced: bool = False, is_detached: bool = True) -> Job:
    """Start the job that undoes another one.

    Args:
        is_forced: also put back what was changed since.

    Raises:
        Refused, Conflict: see `check_undo`.
    """
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=job.pk)
        check_undo(job, is_forced=is_forced)
        return start_job(
            UNDO, {"job": str(job.uuid), "force": is_forced}, actor=actor, is_detached=is_detached, undo_of=job
        )


def run_undo(ctx: extensions.JobContext) -> None:
    """Invert the entries of a job in chunks; a chunk and its checkpoint commit together.

    Newest first, so what stands on something goes before it. Where a subject is left as it is, the foundations that
    the job had made before it stay too, unless forced: a product must not lose its attributes, options and pictures.
    """
    job = Job.objects.get(uuid=ctx.parameters["job"])
    total = Entry.objects.filter(job=job).count()
    done = int(ctx.state.get("done", 0))
    before: int | None = ctx.state.get("before")
    has_left = bool(ctx.state.get("left"))
    is_forced = bool(ctx.parameters.get("force"))
    counters = {"undone": 0, "conflicts": 0, **ctx.counters}
    ctx.checkpoint(done=done, total=total, counters=counters)
    while entries := journal.read_entries_of_job(job.pk, before=before, limit=CHUNK):
        with transaction.atomic():
            for subject_type, group in groupby(entries, key=lambda entry: entry.subject_type):
                found = list(group)
                undoer = extensions.undoers.find(subject_type)
                is_foundation = undoer is not None and undoer.is_foundation
                undone = _without_foundations(found, ctx) if is_foundation and has_left and not is_forced else found
                changed = undoer.undo(undone, ctx, force=is_forced) if undoer and undone else 0
                counters["undone"] += changed
                counters["conflicts"] += len(found) - changed
                has_left |= changed < len(found) and not is_foundation
            before, done = entries[-1].id, done + len(entries)
            ctx.checkpoint(state={"before": before, "done": done, "left": has_left}, done=done, counters=counters)
    ctx.finish(counters)


def _without_foundations(
    entries: Sequence[extensions.StreamedEntry], ctx: extensions.JobContext
) -> list[extensions.StreamedEntry]:
    """The entries without those that would delete what something that was left alone may stand on."""
    kept = [entry for entry in entries if entry.kind == EntryKind.CREATE]
    if kept:
        ctx.issue(
            IssueLevel.WARNING,
            "kept_below",
            _("%(count)d of these stay, because products that may use them were left as they are.")
            % {"count": len(kept)},
            key=kept[0].subject_type,
        )
    return [entry for entry in entries if entry.kind != EntryKind.CREATE]


class StructureUndoer:
    """Inverts changes of structure, whatever its kind."""

    is_foundation = True

    def undo(self, entries: Sequence[extensions.StreamedEntry], ctx: extensions.JobContext, *, force: bool) -> int:
        """Delete what was created, put back what was changed, create again what was deleted."""
        kind = entries[0].subject_type
        return sum(self._undo_one(kind, entry, ctx, force=force) for entry in entries)

    def _undo_one(self, kind: str, entry: extensions.StreamedEntry, ctx: extensions.JobContext, *, force: bool) -> bool:
        structure_kind = extensions.structure_kinds.get(kind)
        found = structure_kind.load([entry.key]).get(entry.key.casefold())
        state = structure_kind.serialise(found) if found is not None else {}
        clashes = [key for key, pair in entry.delta.items() if state.get(key[1:]) != pair[1]]
        if clashes and not force:
            report_conflict(ctx, entry, clashes)
            return False
        if entry.kind == EntryKind.CREATE:
            fields: dict[str, Any] | None = None
            if found is None:
                return True
        else:
            fields = {key[1:]: pair[0] for key, pair in entry.delta.items()}
        outcome = write_structure(
            kind, [StructureChange(entry.key, fields)], actor=ctx.actor, origin=Origin.UNDO, job=ctx.job_id
        )
        for refusal in outcome.refused:
            for problem in refusal.problems:
                ctx.issue(IssueLevel.ERROR, problem.code, problem.message, key=f"{kind} {entry.key}")
        return not outcome.refused


def report_conflict(ctx: extensions.JobContext, entry: extensions.StreamedEntry, keys: Sequence[str]) -> None:
    """Tell that a subject was changed since, and what."""
    ctx.issue(
        IssueLevel.WARNING,
        "changed_since",
        _("Changed since, left as it is: %s.") % ", ".join(keys),
        key=f"{entry.subject_type} {entry.key}",
    )


def register_undo() -> None:
    """Fill the registries; called once, when every app has registered its kinds of structure."""
    extensions.job_kinds.register(UNDO, extensions.JobKind(UNDO, gettext_lazy("Undo"), run_undo))

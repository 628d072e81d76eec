"""Undo of a job's changes to assets: what it created goes, what it changed goes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Max, Q
from django.utils.translation import gettext as _

from assets.models import Asset
from assets.services.deletion import delete_assets
from assets.services.writing import AssetChange, write_assets
from pim.choices import EntryKind, Origin
from pim.extensions import JobContext, StreamedEntry
from pim.models import Entry

_FIELDS = frozenset(
    {
        *("@license", "@focal", "@stage", "@version", "@family", "@folder", "@keywords", "@categories", "@releases"),
        *("@digital_source", "@valid_from", "@valid_until"),
    }
)


class AssetUndoer:
    """See `pim.extensions.Undoer`."""

    is_foundation = True

    def undo(self, entries: Sequence[StreamedEntry], ctx: JobContext, *, force: bool) -> int:
        """Invert entries, newest first. An asset changed since is reported and left alone, unless forced."""
        undone = 0
        touched = _changed_since(entries, ctx.job_id)
        uuids = {entry.subject_uuid for entry in entries}
        present = set(Asset.objects.filter(uuid__in=uuids).values_list("uuid", flat=True))
        for entry in entries:
            if entry.kind == EntryKind.CREATE and entry.subject_uuid not in present:
                undone += 1
                continue
            if touched.get(entry.subject_uuid, 0) > entry.id and not force:
                ctx.issue("warning", "changed_since", _("Changed since; left as it is."), key=entry.key)
                continue
            if entry.kind == EntryKind.CREATE:
                outcome = delete_assets(
                    [entry.subject_uuid], actor=ctx.actor, origin=Origin.UNDO, job=ctx.job_id, force=True
                )
            else:
                change = change_back(entry)
                outcome = write_assets([change], actor=ctx.actor, origin=Origin.UNDO, job=ctx.job_id)
            for refusal in outcome.refused:
                ctx.issue("error", refusal.problems[0].code, refusal.problems[0].message, key=entry.key)
            undone += outcome.written
        return undone


def _changed_since(entries: Sequence[StreamedEntry], undo_job: int) -> dict[UUID, int]:
    """The last entry of each subject that neither the undone job nor the undo itself wrote."""
    jobs = {entry.job_id for entry in entries if entry.job_id is not None} | {undo_job}
    others = (
        Entry.objects.filter(subject_uuid__in={entry.subject_uuid for entry in entries})
        .filter(Q(job_id__isnull=True) | ~Q(job_id__in=jobs))
        .values("subject_uuid")
        .annotate(last=Max("id"))
    )
    return {row["subject_uuid"]: row["last"] for row in others}


def change_back(entry: StreamedEntry | Entry) -> AssetChange:
    """The change that puts back what one entry took away; files that were sent stay versions."""
    fields: dict[str, Any] = {}
    stored: dict[str, Any] = {}
    for key, (before, after) in entry.delta.items():
        if key in _FIELDS and not (key == "@version" and before is None):
            fields[key.removeprefix("@")] = before
        elif key == "@crops":
            fields["crops"] = {**dict.fromkeys(after or {}), **(before or {})}
        elif not key.startswith("@"):
            stored[key] = before
    return AssetChange(str(entry.subject_uuid), fields, stored=stored)

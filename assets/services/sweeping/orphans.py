"""Files that nobody knows are noted when they are first seen, and deleted when they are still unknown after the grace."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets import extensions, storage
from assets.models import OrphanFile
from assets.services.ingest import lock_bytes
from assets.services.sweeping.owners import GUARDED_RENDITIONS, OPEN_RENDITIONS
from pim.choices import IssueLevel
from pim.errors import Refused
from pim.extensions import JobContext, JobKind

GRACE_DAYS = 7
BATCH = 1_000
SWEEP = "sweep_storage"
_HASH = re.compile(r"[0-9a-f]{64}")
DEEP = frozenset({OPEN_RENDITIONS, GUARDED_RENDITIONS})
"""Their shards lie below presets (`r/<preset>/<aa>/`)."""


@dataclass(slots=True)
class SweepReport:
    """What a sweep saw and did; bytes throughout. `foreign` names folders that belong to nobody here: left alone."""

    files: int = 0
    size_bytes: int = 0
    orphans: int = 0
    orphan_bytes: int = 0
    deleted: int = 0
    deleted_bytes: int = 0
    by_prefix: dict[str, list[int]] = field(default_factory=dict)
    foreign: list[str] = field(default_factory=list)

    def add(self, other: SweepReport) -> None:
        """Take over what another folder gave."""
        for name in ("files", "size_bytes", "orphans", "orphan_bytes", "deleted", "deleted_bytes"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for prefix, (count, size) in other.by_prefix.items():
            before = self.by_prefix.get(prefix, [0, 0])
            self.by_prefix[prefix] = [before[0] + count, before[1] + size]


def sweep_storage(*, is_dry: bool = False, grace_days: int = GRACE_DAYS) -> SweepReport:
    """Walk through the whole storage. What is known, or younger than the grace, is never deleted.

    A dry run counts what a real one would delete, and notes nothing: the grace of a file begins with the first real
    run that sees it.

    Raises:
        Refused: `invalid_grace`: fewer than one day.
    """
    check_grace(grace_days)
    report = SweepReport(foreign=foreign_folders())
    for folder in list_sweep_folders():
        report.add(sweep_folder(folder, is_dry=is_dry, grace_days=grace_days))
    if not is_dry:
        forget_orphans()
    return report


def check_grace(grace_days: int) -> None:
    """Raises: Refused: `invalid_grace`: a file that is being taken in must not look like one that nobody knows."""
    if not 1 <= grace_days <= 365:
        raise Refused("invalid_grace", _("The grace is 1 to 365 days."), "/grace_days")


def list_sweep_folders() -> list[str]:
    """What is swept in one go each, in order: shards where there are any, so that no listing grows without bound."""
    found: list[str] = []
    for owner in extensions.storage_owners.values():
        for prefix in owner.prefixes:
            folders = [prefix]
            for _level in range(2 if prefix in DEEP else 1):
                folders = [below for folder in folders for below in storage.list_folders(folder) or [folder]]
            found += folders
    return sorted(set(found))


def foreign_folders() -> list[str]:
    """Folders of the storage that nobody here owns."""
    owned = {prefix for owner in extensions.storage_owners.values() for prefix in owner.prefixes}
    return [folder for folder in storage.list_folders("") if folder not in owned]


def sweep_folder(folder: str, *, is_dry: bool, grace_days: int) -> SweepReport:
    """Sweep one folder, a thousand files at a time. Repeatable."""
    report, prefix = SweepReport(), folder.partition("/")[0] + "/"
    owner = _owner_of(prefix)
    before = timezone.now() - timedelta(days=grace_days)
    for batch in _in_batches(storage.walk_files(folder)):
        sizes = {file.key: file.size_bytes for file in batch}
        report.files += len(sizes)
        report.size_bytes += sum(sizes.values())
        orphans = sizes.keys() - set(owner.known(sizes.keys()))
        report.orphans += len(orphans)
        report.orphan_bytes += sum(sizes[key] for key in orphans)
        if orphans:
            count, size = report.by_prefix.get(prefix, [0, 0])
            report.by_prefix[prefix] = [count + len(orphans), size + sum(sizes[key] for key in orphans)]
        aged = {file.key for file in batch if file.key in orphans and file.modified < before}
        due = _note({key: sizes[key] for key in orphans}, before, is_dry=is_dry) & aged
        gone = due if is_dry else {key for key in sorted(due) if _delete(owner, key)}
        report.deleted += len(gone)
        report.deleted_bytes += sum(sizes[key] for key in gone)
    return report


def forget_orphans() -> int:
    """Drop the notes on files that are known by now, or gone; a thousand at a time."""
    last, dropped = 0, 0
    while True:
        rows = list(OrphanFile.objects.filter(pk__gt=last).order_by("pk")[:BATCH])
        if not rows:
            return dropped
        last = rows[-1].pk
        by_prefix: dict[str, list[str]] = {}
        for row in rows:
            by_prefix.setdefault(row.storage_key.partition("/")[0] + "/", []).append(row.storage_key)
        known = {key for prefix, keys in by_prefix.items() for key in _owner_of(prefix).known(keys)}
        over = [row.pk for row in rows if row.storage_key in known or not storage.is_stored(row.storage_key)]
        dropped += OrphanFile.objects.filter(pk__in=over).delete()[0]


def run_sweep(ctx: JobContext) -> None:
    """The sweep as a job: a folder and its checkpoint at a time."""
    is_dry, grace_days = bool(ctx.parameters.get("dry_run")), int(ctx.parameters.get("grace_days", GRACE_DAYS))
    check_grace(grace_days)
    folders = list_sweep_folders()
    after = str(ctx.state.get("after", ""))
    report = SweepReport(**ctx.state["report"]) if "report" in ctx.state else SweepReport(foreign=foreign_folders())
    for place, folder in enumerate(folders, start=1):
        if folder <= after:
            continue
        report.add(sweep_folder(folder, is_dry=is_dry, grace_days=grace_days))
        ctx.checkpoint(
            state={"after": folder, "report": _dump(report)}, done=place, total=len(folders), counters=_counters(report)
        )
    if not is_dry:
        forget_orphans()
    for name in report.foreign:
        ctx.issue(IssueLevel.WARNING, "foreign_folder", _("Nobody here knows this folder; it is left alone."), key=name)
    ctx.checkpoint(done=len(folders), total=len(folders), counters=_counters(report))
    ctx.finish(_dump(report))


SWEEP_JOB = JobKind(SWEEP, gettext_lazy("Sweep of the storage"), run_sweep)


def _note(orphans: dict[str, int], before: datetime, *, is_dry: bool) -> set[str]:
    """Write down what is seen for the first time; return what was first seen before a moment."""
    if not is_dry:
        rows = [OrphanFile(storage_key=key[:255], size_bytes=size) for key, size in orphans.items()]
        OrphanFile.objects.bulk_create(rows, ignore_conflicts=True)
    seen = OrphanFile.objects.filter(storage_key__in=orphans, first_seen__lt=before)
    return set(seen.values_list("storage_key", flat=True))


def _delete(owner: extensions.StorageOwner, key: str) -> bool:
    """Delete a file unless somebody has come to know it; uploads of the same bytes wait meanwhile."""
    found = _HASH.search(key)
    with transaction.atomic():
        if found is not None:
            lock_bytes(found[0])
        if key in set(owner.known([key])):
            return False
        storage.delete_files([key])
        OrphanFile.objects.filter(storage_key=key).delete()
    return True


class _Nobody:
    """The owner of what nobody owns: all of it is needed."""

    prefixes: Sequence[str] = ()

    def known(self, keys: Collection[str]) -> Collection[str]:
        """Everything."""
        return set(keys)


def _owner_of(prefix: str) -> extensions.StorageOwner:
    owners = extensions.storage_owners.values()
    return next((owner for owner in owners if prefix in owner.prefixes), _Nobody())


def _in_batches(files: Iterator[storage.StoredFile]) -> Iterator[list[storage.StoredFile]]:
    while batch := list(islice(files, BATCH)):
        yield batch


def _dump(report: SweepReport) -> dict[str, object]:
    return {name: getattr(report, name) for name in SweepReport.__dataclass_fields__}


def _counters(report: SweepReport) -> dict[str, int]:
    return {"files": report.files, "orphans": report.orphans, "deleted": report.deleted}

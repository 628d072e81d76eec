"""What the database knows and the storage has lost: drawn again, copied from where it still is, or marked broken."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets import storage
from assets.choices import RenditionState, VersionState
from assets.models import AssetVersion, Rendition
from assets.render import Fit
from assets.services.ingest import lock_bytes
from assets.services.renditions.rows import file_key, recipe_of
from assets.services.sweeping.owners import GUARDED_RENDITIONS, OPEN_RENDITIONS, ORIGINALS, PREVIEWS
from pim.choices import IssueLevel
from pim.errors import Refused
from pim.extensions import JobContext, JobKind

HEAL = "heal_library"
SHARDS = tuple(f"{number:02x}" for number in range(256))
CHUNK = 1_000
MISSING = gettext_lazy("The file is missing from the storage.")
Row = TypeVar("Row", bound=Model)
_SPOOL_BYTES = 8 * 1024 * 1024


@dataclass(slots=True)
class HealReport:
    """What was found missing, and what became of it."""

    originals_missing: int = 0
    originals_healed: int = 0
    originals_back: int = 0
    previews_missing: int = 0
    renditions_missing: int = 0

    def add(self, other: HealReport) -> None:
        """Take over what another shard gave."""
        for name in HealReport.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def dump(self) -> dict[str, int]:
        """As a job keeps it."""
        return {name: getattr(self, name) for name in HealReport.__dataclass_fields__}


def heal_library() -> HealReport:
    """Go through all shards. Repeatable; memory is bounded by the files of one of 256 shards.

    Raises:
        Refused: see `check_storage`.
    """
    check_storage()
    report, folders = HealReport(), list_shards()
    for shard in SHARDS:
        report.add(heal_shard(shard, folders))
    return report


def list_shards() -> dict[str, list[str]]:
    """{two hex digits: the folders of files whose hash begins so}, as the storage has them now."""
    parents = [ORIGINALS, PREVIEWS]
    parents += [folder for prefix in (OPEN_RENDITIONS, GUARDED_RENDITIONS) for folder in storage.list_folders(prefix)]
    found: dict[str, list[str]] = {}
    for parent in parents:
        for folder in storage.list_folders(parent):
            found.setdefault(folder.removeprefix(parent).rstrip("/"), []).append(folder)
    return found


def heal_shard(shard: str, folders: Mapping[str, Sequence[str]]) -> HealReport:
    """Heal everything whose hash begins with two hex digits.

    A file that has come since its folder was listed is looked for by itself before it counts as missing.
    """
    report = HealReport()
    there = {file.key for folder in folders.get(shard, ()) for file in storage.walk_files(folder)}
    _heal_originals(shard, there, report)
    _heal_renditions(shard, there, report)
    return report


def check_storage() -> None:
    """A disk that is not mounted must not look like a library that has lost everything.

    Raises:
        Refused: `storage_empty`.
    """
    if not storage.list_folders("") and AssetVersion.objects.ready().exists():
        raise Refused("storage_empty", _("The storage is empty. Is it the right one, and within reach?"))


def run_heal(ctx: JobContext) -> None:
    """The healing as a job: a shard and its checkpoint at a time."""
    check_storage()
    report, folders = HealReport(**ctx.state.get("report", {})), list_shards()
    begin = int(ctx.state.get("done", 0))
    for place in range(begin, len(SHARDS)):
        found = heal_shard(SHARDS[place], folders)
        report.add(found)
        if found.originals_missing > found.originals_healed:
            ctx.issue(
                IssueLevel.ERROR,
                "original_missing",
                _("%d files are missing from the storage, and no other copy was found.")
                % (found.originals_missing - found.originals_healed),
                key=f"{ORIGINALS}{SHARDS[place]}/",
            )
        state = {"done": place + 1, "report": report.dump()}
        ctx.checkpoint(state=state, done=place + 1, total=len(SHARDS), counters=report.dump())
    ctx.finish(report.dump())


HEAL_JOB = JobKind(HEAL, gettext_lazy("Check of all files"), run_heal)


def _heal_originals(shard: str, there: set[str], report: HealReport) -> None:
    versions = AssetVersion.objects.filter(state=VersionState.READY, storage_key__startswith=f"{ORIGINALS}{shard}/")
    for chunk in _in_chunks(versions):
        for version in chunk:
            if _is_there(version.storage_key, there):
                if version.error:
                    _mark(version, "")
                    report.originals_back += 1
            else:
                report.originals_missing += 1
                if _heal_original(version):
                    there.add(version.storage_key)
                    report.originals_healed += 1
                elif version.error != str(MISSING):
                    _mark(version, str(MISSING))
            if version.preview_key and not _is_there(version.preview_key, there):
                report.previews_missing += 1


def _heal_original(version: AssetVersion) -> bool:
    """Put the same bytes where they belong, from another version's file or from a rendition that is a copy."""
    with transaction.atomic():
        lock_bytes(version.sha256)
        if not any(_copy(key, version) for key in _other_copies(version)):
            return False
        if version.error:
            _mark(version, "")
    # What could not be drawn without it may be drawn now.
    Rendition.objects.filter(source_sha256=version.sha256, state=RenditionState.FAILED).update(
        state=RenditionState.PENDING, attempts=1, not_before=timezone.now(), error=""
    )
    return True


def _other_copies(version: AssetVersion) -> Iterator[str]:
    twins = AssetVersion.objects.with_bytes([version.sha256]).exclude(storage_key=version.storage_key)
    yield from twins.values_list("storage_key", flat=True).distinct()
    ready = Rendition.objects.filter(source_sha256=version.sha256, state=RenditionState.READY)
    for row in ready.iterator(chunk_size=100):
        if recipe_of(row).preset.fit is Fit.ORIGINAL:
            yield file_key(row)


def _copy(key: str, version: AssetVersion) -> bool:
    """Copy a file, if it holds what the version says."""
    digest = hashlib.sha256()
    with tempfile.SpooledTemporaryFile(max_size=_SPOOL_BYTES) as spool:
        try:
            for piece in storage.stream_file(key):
                digest.update(piece)
                spool.write(piece)
        except FileNotFoundError:
            return False
        if digest.hexdigest() != version.sha256:
            return False
        storage.store_file(version.storage_key, spool)
    return True


def _heal_renditions(shard: str, there: set[str], report: HealReport) -> None:
    """Rows whose file is gone wait to be drawn again, which the workers are reminded of every minute."""
    rows = Rendition.objects.filter(digest__startswith=shard, state=RenditionState.READY)
    for chunk in _in_chunks(rows):
        lost = [row.pk for row in chunk if not _is_there(file_key(row), there)]
        report.renditions_missing += Rendition.objects.filter(pk__in=lost, state=RenditionState.READY).update(
            state=RenditionState.PENDING, attempts=1, not_before=timezone.now(), size_bytes=None
        )


def _is_there(key: str, listed: set[str]) -> bool:
    return key in listed or storage.is_stored(key)


def _mark(version: AssetVersion, error: str) -> None:
    AssetVersion.objects.filter(pk=version.pk).update(error=error)
    version.error = error


def _in_chunks(rows: QuerySet[Row]) -> Iterator[Sequence[Row]]:
    """Rows by key, a chunk in memory at a time."""
    last = 0
    while chunk := list(rows.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield chunk
        last = chunk[-1].pk

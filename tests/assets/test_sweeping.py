"""Storage and database are held against each other: what nobody knows goes after its grace, what is lost is healed."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from assets import extensions, storage
from assets.choices import RenditionState, UploadState, VersionState
from assets.models import AssetVersion, OrphanFile, Rendition, Upload, UploadBatch
from assets.services.ingest import upload_asset
from assets.services.renditions import build_renditions, current_recipes, find_waiting
from assets.services.sweeping import orphans
from assets.services.sweeping.healing import HEAL, MISSING, heal_library, run_heal
from assets.services.sweeping.orphans import SWEEP, SweepReport, run_sweep, sweep_storage
from pim.choices import JobState, Origin
from pim.errors import Refused
from pim.models import Job
from pim.services.jobs import run_job, start_job
from tests.factories.assets import make_asset, make_rendition, make_upload

pytestmark = pytest.mark.django_db

UNKNOWN = ("originals/ab/" + "ab" * 32 + ".png", "r/gone/cd/" + "cd" * 32 + ".webp", "quarantine/" + "e" * 32,
           "previews/ef/" + "ef" * 32 + "-1.png", "parts/" + "f" * 32 + "/1", "imports/" + "a" * 32 + "/x.csv")  # fmt: skip


def store(*keys: str, root: Path | None = None, age_days: int = 30) -> None:
    """Files of ten bytes that were stored a while ago."""
    for key in keys:
        storage.store_file(key, io.BytesIO(b"0123456789"))
    if root is not None:
        then = time.time() - age_days * 86_400
        for path in root.rglob("*"):
            if path.is_file():
                os.utime(path, (then, then))


def sweep_twice(root: Path, **more: Any) -> SweepReport:
    """The second run finds notes that are old enough."""
    sweep_storage(**more)
    OrphanFile.objects.update(first_seen=timezone.now() - timedelta(days=8))
    return sweep_storage(**more)


def keys_in_storage() -> set[str]:
    return {file.key for folder in storage.list_folders("") for file in storage.walk_files(folder)}


@pytest.fixture
def known(media_root: Path) -> set[str]:
    """One of everything that the house knows."""
    row = make_rendition(make_asset())
    upload_asset(make_upload(), "waiting.jpg", actor=None, origin=Origin.SYSTEM)
    batch = UploadBatch.objects.create()
    Upload.objects.create(
        batch=batch, filename="a", size_bytes=1, part_size_bytes=1, storage_key="quarantine/" + "b" * 32,
        multipart_id="c" * 32, state=UploadState.OPEN,
    )  # fmt: skip
    store("quarantine/" + "b" * 32, "parts/" + "c" * 32 + "/1")
    version = AssetVersion.objects.exclude(sha256="").first()
    assert version is not None
    store(f"previews/{version.sha256[:2]}/{version.sha256}-7.png")
    assert row.state == RenditionState.READY
    return keys_in_storage()


def test_what_nobody_knows_is_noted_first_and_deleted_after_its_grace(known: set[str], media_root: Path) -> None:
    store(*UNKNOWN, root=media_root)

    first = sweep_storage()
    at_once = sweep_storage()
    OrphanFile.objects.update(first_seen=timezone.now() - timedelta(days=8))
    later = sweep_storage()
    clean = sweep_storage()

    assert (first.orphans, first.orphan_bytes, first.deleted, at_once.deleted) == (6, 60, 0, 0)
    assert first.files == len(known) + 6
    assert first.by_prefix == {key.partition("/")[0] + "/": [1, 10] for key in UNKNOWN}
    assert (later.orphans, later.deleted, later.deleted_bytes) == (6, 6, 60)
    assert (clean.orphans, clean.files, OrphanFile.objects.count()) == (0, len(known), 0)
    assert keys_in_storage() == known


def test_a_dry_run_notes_and_deletes_nothing(known: set[str], media_root: Path) -> None:
    store(*UNKNOWN, root=media_root)

    empty_handed = sweep_storage(is_dry=True)
    noted = OrphanFile.objects.count()
    sweep_storage()
    OrphanFile.objects.update(first_seen=timezone.now() - timedelta(days=8))
    report = sweep_storage(is_dry=True)

    assert (empty_handed.orphans, empty_handed.deleted, noted) == (6, 0, 0)
    assert (report.deleted, report.deleted_bytes) == (6, 60)
    assert keys_in_storage() == known | set(UNKNOWN)


def test_a_young_file_stays_whatever_the_note_says(media_root: Path) -> None:
    store(UNKNOWN[0])
    sweep_storage()
    OrphanFile.objects.update(first_seen=timezone.now() - timedelta(days=400))

    report = sweep_storage(grace_days=1)

    assert (report.orphans, report.deleted) == (1, 0)
    assert storage.is_stored(UNKNOWN[0])


def test_a_file_that_comes_to_be_known_is_forgotten_as_an_orphan(media_root: Path) -> None:
    asset = make_asset()
    store(UNKNOWN[0], root=media_root)
    sweep_storage()
    AssetVersion.objects.filter(pk=asset.version_id).update(storage_key=UNKNOWN[0])

    sweep_storage()

    assert UNKNOWN[0] not in OrphanFile.objects.values_list("storage_key", flat=True)
    assert storage.is_stored(UNKNOWN[0])


def test_what_becomes_known_between_the_look_and_the_deletion_stays(
    media_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asset = make_asset()
    store(UNKNOWN[0], root=media_root)
    sweep_storage()
    OrphanFile.objects.update(first_seen=timezone.now() - timedelta(days=8))
    lock = orphans.lock_bytes

    def claim(sha256: str) -> None:
        lock(sha256)
        AssetVersion.objects.filter(pk=asset.version_id).update(storage_key=UNKNOWN[0])

    monkeypatch.setattr(orphans, "lock_bytes", claim)

    report = sweep_storage()

    assert storage.is_stored(UNKNOWN[0])
    assert UNKNOWN[0] not in OrphanFile.objects.values_list("storage_key", flat=True)
    assert report.deleted == 0


def test_a_folder_of_somebody_else_is_left_alone(media_root: Path) -> None:
    store("backup/database.dump", root=media_root)

    report = sweep_twice(media_root)

    assert (report.foreign, report.orphans) == (["backup/"], 0)
    assert storage.is_stored("backup/database.dump")


def test_a_guarded_file_in_the_open_is_an_orphan(media_root: Path) -> None:
    row = make_rendition(make_asset())
    Rendition.objects.filter(pk=row.pk).update(is_guarded=True)

    report = sweep_storage(is_dry=True)

    assert report.by_prefix.keys() == {"r/"}


@pytest.mark.parametrize("days", [0, -1, 366])
def test_a_grace_that_is_none_is_refused(days: int, media_root: Path) -> None:
    store(UNKNOWN[0], root=media_root)

    with pytest.raises(Refused) as caught:
        sweep_storage(grace_days=days)

    assert caught.value.code == "invalid_grace"
    with pytest.raises(CommandError):
        call_command("sweep_storage", "--grace-days", str(days))
    assert storage.is_stored(UNKNOWN[0])


def test_the_command_reports_in_files_and_bytes(media_root: Path) -> None:
    store(*UNKNOWN, root=media_root)
    out = StringIO()

    call_command("sweep_storage", "--dry-run", stdout=out)

    lines = [" ".join(line.split()) for line in out.getvalue().splitlines()]
    assert lines[:3] == ["6 60 bytes files", "6 60 bytes that nobody knows", "0 0 bytes that would be deleted"]
    assert "1 10 bytes below quarantine/" in lines


def test_the_job_goes_on_where_it_was_broken_off(media_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store(*UNKNOWN, root=media_root)
    job = start_job(SWEEP, {"dry_run": True, "grace_days": 7}, actor=None, is_detached=False)
    swept: list[str] = []
    sweep = orphans.sweep_folder

    def stumble(folder: str, **more: Any) -> SweepReport:
        if len(swept) == 2:
            swept.append("stumbled")
            raise KeyboardInterrupt
        swept.append(folder)
        return sweep(folder, **more)

    monkeypatch.setattr(orphans, "sweep_folder", stumble)
    with pytest.raises(KeyboardInterrupt):
        run_job(str(job.uuid))
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    run_job(str(job.uuid))

    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert len(swept) == len(set(swept)) == 8
    assert (job.result["files"], job.result["orphans"], job.counters["deleted"]) == (6, 6, 0)
    assert run_sweep.__doc__


def test_a_rendition_whose_file_is_lost_waits_to_be_drawn_and_is_drawn() -> None:
    asset = make_asset()
    rows = build_renditions([recipe.digest for recipe in current_recipes(asset)])
    ready = [row for row in rows if row.state == RenditionState.READY]
    storage.delete_files([file.key for file in storage.walk_files("r/")])

    report = heal_library()
    quick, slow = find_waiting()
    build_renditions([*quick, *slow])
    again = heal_library()

    assert (report.renditions_missing, report.originals_missing) == (len(ready), 0)
    assert set(quick + slow) == {row.digest for row in ready}
    assert again.renditions_missing == 0
    assert Rendition.objects.filter(state=RenditionState.READY).count() == len(ready)


def test_an_original_that_is_lost_is_marked_and_unmarked_when_it_is_back() -> None:
    asset, other = make_asset(), make_asset()
    version = asset.version
    content = b"".join(storage.stream_file(version.storage_key))
    storage.delete_files([version.storage_key])

    lost = heal_library()
    version.refresh_from_db()
    marked = (version.error, version.state)
    storage.store_file(version.storage_key, io.BytesIO(content))
    back = heal_library()
    version.refresh_from_db()

    assert (lost.originals_missing, lost.originals_healed) == (1, 0)
    assert marked == (str(MISSING), VersionState.READY)
    assert (back.originals_missing, back.originals_back, version.error) == (0, 1, "")
    other.version.refresh_from_db()
    assert other.version.error == ""


def test_an_original_is_healed_from_another_version_with_the_same_bytes() -> None:
    asset = make_asset()
    version = asset.version
    content = b"".join(storage.stream_file(version.storage_key))
    twin, false = make_asset(), make_asset()
    for row, key, kept in ((twin, "originals/zz/twin.bin", content), (false, "originals/zy/false.bin", b"other")):
        storage.store_file(key, io.BytesIO(kept))
        AssetVersion.objects.filter(pk=row.version_id).update(storage_key=key, sha256=version.sha256)
    storage.delete_files([version.storage_key])
    Rendition.objects.filter(source_sha256=version.sha256).update(state=RenditionState.FAILED, error="gone")

    report = heal_library()

    assert (report.originals_missing, report.originals_healed) == (1, 1)
    assert b"".join(storage.stream_file(version.storage_key)) == content
    assert not Rendition.objects.filter(source_sha256=version.sha256, state=RenditionState.FAILED).exists()


def test_an_empty_storage_is_no_library_that_has_lost_everything(media_root: Path) -> None:
    asset = make_asset()
    storage.delete_files(keys_in_storage())
    for folder in sorted(media_root.rglob("*"), reverse=True):
        folder.rmdir()

    with pytest.raises(Refused) as caught:
        heal_library()
    job = start_job(HEAL, {}, actor=None, is_detached=False)
    run_job(str(job.uuid))

    job.refresh_from_db()
    assert caught.value.code == "storage_empty"
    assert (job.state, run_heal.__name__) == (JobState.FAILED, "run_heal")
    asset.version.refresh_from_db()
    assert asset.version.error == ""


def test_every_file_that_the_house_stores_has_an_owner() -> None:
    owned = {prefix for owner in extensions.storage_owners.values() for prefix in owner.prefixes}

    assert owned == {"originals/", "previews/", "r/", "g/", "quarantine/", "parts/", "imports/"}


def test_memory_is_bounded_by_the_batch(media_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store(*[f"quarantine/{number:032x}" for number in range(25)])
    monkeypatch.setattr(orphans, "BATCH", 10)
    sizes: list[int] = []
    batches = orphans._in_batches

    def watch(files: Iterator[storage.StoredFile]) -> Iterator[list[storage.StoredFile]]:
        for batch in batches(files):
            sizes.append(len(batch))
            yield batch

    monkeypatch.setattr(orphans, "_in_batches", watch)

    report = sweep_storage()

    assert (report.files, sizes) == (25, [10, 10, 5])

"""Files come in: into quarantine, past the worker, and out as a version, or refused with a sentence."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from assets import extensions, storage
from assets.choices import AssetKind, VersionState
from assets.models import Asset, AssetVersion
from assets.preview import Examined, examine_file
from assets.probe import Facts
from assets.probe.hashing import hash_file
from assets.render import Reduced
from assets.services.access import require
from assets.services.adopting import adopt_metadata
from assets.services.codes import take_codes
from assets.services.deriving import derive_assets
from assets.services.lookalikes import note_lookalikes
from assets.services.previews import store_preview
from assets.services.renditions import build_thumbnail, declare_renditions
from pim import journal
from pim.choices import EntryKind, Origin
from pim.errors import DomainError, Refused
from pim.services.after_commit import after_commit

if TYPE_CHECKING:
    from pim.models import Job, User

logger = logging.getLogger(__name__)

SUBJECT = "asset"
_CODE_ATTEMPTS = 5
MAX_ATTEMPTS = 5
"""Times that a check may end without a result. Files are read in a process of their own, so it takes a worker that is
killed, or a bug, to get here: some patience costs nothing."""

FORGOTTEN_AFTER = timedelta(minutes=3)
"""How long a file waits before somebody asks again; longer than any check may take."""


@dataclass(frozen=True, slots=True)
class Upload:
    """What became of an upload: `is_duplicate` means that the house has these bytes already, as this asset."""

    asset: Asset
    version: AssetVersion
    is_duplicate: bool = False


def upload_asset(
    file: IO[bytes],
    filename: str,
    *,
    actor: User | None,
    origin: str,
    job: Job | int | None = None,
) -> Upload:
    """Take in a new file: it waits in quarantine until a worker has checked it.

    A file that the house has already makes no second asset.

    Raises:
        NotAllowed: the actor may not add assets.
        Refused: `file_empty`.
    """
    require(actor, "add")
    name = clean_filename(filename)
    sha256 = _hash(file)
    known = find_by_bytes(sha256)
    if known is not None and known.version is not None:
        return Upload(known, known.version, is_duplicate=True)
    key = storage.make_quarantine_key()
    storage.store_file(key, file)
    return admit_quarantined(key, name, sha256, actor=actor, origin=origin, job=job)


def admit_quarantined(
    key: str, filename: str, sha256: str, *, actor: User | None, origin: str, job: Job | int | None = None
) -> Upload:
    """Make an asset of a file that lies in quarantine already; the worker is asked once the transaction commits.

    Bytes that are in the library, or that wait to be checked, make no second asset, whoever sends them at the same
    time; the file in quarantine is deleted then.

    Raises:
        NotAllowed: the actor may not add assets.
    """
    require(actor, "add")
    name = clean_filename(filename)
    with transaction.atomic():
        lock_bytes(sha256)
        twin = _find_twin(sha256)
        if twin is not None:
            after_commit(storage.delete_files, [key])
            return Upload(twin.asset, twin, is_duplicate=True)
        asset = _create_asset(name)
        version = AssetVersion.objects.create(asset=asset, number=1, storage_key=key, filename=name, sha256=sha256)
        derive_assets([asset])
        _write_line(asset, EntryKind.CREATE, {"@upload": [None, name]}, actor=actor, origin=origin, job=job)
        after_commit(extensions.hand_over, "ingest", version.pk)
    return Upload(asset, version)


def replace_file(
    asset: Asset, file: IO[bytes], filename: str, *, actor: User | None, origin: str, job: Job | int | None = None
) -> Upload:
    """Take in a new version of an asset; the old one stays in use until the new one has passed quarantine.

    The same bytes as now change nothing.

    Raises:
        NotAllowed: the actor may not change assets.
        Refused: `file_empty`.
    """
    require(actor, "change", asset)
    name = clean_filename(filename)
    sha256 = _hash(file)
    if asset.version is not None and asset.version.sha256 == sha256:
        return Upload(asset, asset.version, is_duplicate=True)
    key = storage.make_quarantine_key()
    storage.store_file(key, file)
    with transaction.atomic():
        asset = Asset.objects.select_for_update().get(pk=asset.pk)
        highest = asset.versions.aggregate(highest=Max("number"))["highest"] or 0
        version = AssetVersion.objects.create(asset=asset, number=highest + 1, storage_key=key, filename=name)
        _bump(asset)
        _write_line(asset, EntryKind.UPDATE, {"@upload": [None, name]}, actor=actor, origin=origin, job=job)
        after_commit(extensions.hand_over, "ingest", version.pk)
    return Upload(asset, version)


def ingest_version(version_pk: int) -> AssetVersion | None:
    """Check a quarantined file and make it the asset's current version, or say why not. Run by the worker.

    Repeatable: a version that is not in quarantine any more is left alone. Returns None if it is gone.
    """
    version: AssetVersion | None = AssetVersion.objects.filter(pk=version_pk).first()
    if version is None or version.state != VersionState.QUARANTINED:
        return version
    if version.attempts >= MAX_ATTEMPTS:
        _refuse(version, "check_failed", _("The file could not be checked: it stopped the worker each time."))
        return version
    # Counted before the file is touched: one that kills its worker must not do so for ever.
    AssetVersion.objects.filter(pk=version.pk).update(attempts=F("attempts") + 1)
    try:
        with storage.open_file(version.storage_key) as file:
            examined = examine_file(file, version.filename)
            facts = examined.facts
            key = storage.make_original_key(facts.sha256, facts.media.extension)
            with transaction.atomic():
                lock_bytes(facts.sha256)
                if not _is_waiting(version):
                    return version
                _refuse_twin(version, facts)
                storage.store_file(key, file)
                asset = _promote(version, facts, key, store_preview(facts.sha256, examined.preview))
    except (DomainError, FileNotFoundError) as error:
        if not _is_waiting(version):
            return version
        sentence = str(error.message) if isinstance(error, DomainError) else _("The uploaded file is gone.")
        _refuse(version, error.code if isinstance(error, DomainError) else "file_gone", sentence)
    else:
        build_thumbnail(asset, _reduced_of(examined))
        note_lookalikes([asset])
    return version


def find_forgotten() -> list[int]:
    """Versions whose worker has died or whose message was lost; at most 100 at once."""
    waiting = AssetVersion.objects.filter(state=VersionState.QUARANTINED, created__lt=timezone.now() - FORGOTTEN_AFTER)
    return list(waiting.order_by("pk").values_list("pk", flat=True)[:100])


def find_by_bytes(sha256: str) -> Asset | None:
    """The asset that shows exactly these bytes, the oldest if there are several."""
    return Asset.objects.with_current().filter(version__sha256=sha256).order_by("pk").first()


def _find_twin(sha256: str) -> AssetVersion | None:
    """The version that shows these bytes, or that waits to be checked as the first one of its asset."""
    versions = AssetVersion.objects.with_bytes([sha256]).select_related("asset").order_by("pk")
    return versions.current().first() or versions.filter(state=VersionState.QUARANTINED, number=1).first()


def lock_bytes(sha256: str) -> None:
    """Serialise everything that stores, shares or deletes one original, until the transaction ends."""
    number = int.from_bytes(hashlib.sha256(f"asset bytes {sha256}".encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def clean_filename(filename: str) -> str:
    """The name alone, printable, at most 255 characters."""
    name = PurePosixPath(filename.replace("\\", "/")).name
    printable = "".join(character for character in name if character.isprintable()).strip()
    if not printable.strip("."):
        return "file"
    stem, dot, extension = printable.rpartition(".")
    if dot and len(printable) > 255:
        printable = f"{stem[: 250 - len(extension)]}.{extension}"
    return printable[:255]


def apply_facts(version: AssetVersion, facts: Facts, key: str, preview_key: str = "") -> None:
    """Put what was learned onto a version, unsaved."""
    version.state, version.error = VersionState.READY, ""
    version.storage_key, version.preview_key = key, preview_key
    version.size_bytes, version.sha256, version.content_sha256 = facts.size_bytes, facts.sha256, facts.content_sha256
    version.media_type, version.metadata, version.dhash = facts.media.name, dict(facts.metadata), facts.dhash
    version.width_px, version.height_px = facts.width_px, facts.height_px
    version.duration_ms, version.pages = facts.duration_ms, facts.pages
    version.palette, version.measures = list(facts.palette), dict(facts.measures)


def _hash(file: IO[bytes]) -> str:
    sha256, size = hash_file(cast("BinaryIO", file))
    if not size:
        raise Refused("file_empty", _("The file is empty."))
    return sha256


def _create_asset(filename: str) -> Asset:
    """Somebody else may take the code between asking and inserting; then the next one is asked for."""
    for attempt in range(_CODE_ATTEMPTS):
        code = take_codes([filename])[0]
        try:
            with transaction.atomic():
                return Asset.objects.create(
                    code=code, code_key=code.lower(), stage=extensions.get_stage_rules().initial(), revision=1
                )
        except IntegrityError:
            if attempt == _CODE_ATTEMPTS - 1:
                raise
    raise AssertionError


def _refuse_twin(version: AssetVersion, facts: Facts) -> None:
    """Two uploads of the same new file at once: the second one finds the first one's asset here."""
    twin = find_by_bytes(facts.sha256)
    if twin is not None and twin.pk != version.asset_id and version.number == 1:
        raise Refused("already_there", _("This file is in the library already, as %s.") % twin.code)


def _reduced_of(examined: Examined) -> Reduced | None:
    facts = examined.facts
    if examined.copy is None or not facts.width_px or not facts.height_px:
        return None
    return Reduced(examined.copy, (facts.width_px, facts.height_px), examined.profile)


def _is_waiting(version: AssetVersion) -> bool:
    """Whether nobody else has checked the file meanwhile: a message may come twice."""
    return AssetVersion.objects.filter(pk=version.pk, state=VersionState.QUARANTINED).exists()


def _promote(version: AssetVersion, facts: Facts, key: str, preview_key: str) -> Asset:
    quarantined = version.storage_key
    asset = Asset.objects.select_for_update(of=("self",)).with_current().get(pk=version.asset_id)
    before = asset.version.number if asset.version else None
    apply_facts(version, facts, key, preview_key)
    version.save()
    asset.version, asset.kind = version, AssetKind(facts.media.kind)
    adopted = adopt_metadata(asset, facts) if version.number == 1 else {}
    _bump(asset, "version", "kind", "keywords", "digital_source")
    derive_assets([asset])
    declare_renditions([asset])
    delta: dict[str, list[object]] = {
        "@version": [before, version.number],
        "@filename": [None, version.filename],
        **adopted,
    }
    _write_line(asset, EntryKind.UPDATE, delta, actor=None, origin=Origin.SYSTEM, job=None)
    after_commit(storage.delete_files, [quarantined])
    after_commit(extensions.hand_over, "draw", version.pk)
    return asset


def _refuse(version: AssetVersion, code: str, sentence: str) -> None:
    """The file itself is deleted: nobody is to open what was not accepted."""
    logger.info("upload %s refused: %s", version.pk, code)
    with transaction.atomic():
        asset = Asset.objects.select_for_update().get(pk=version.asset_id)
        version.state, version.error, version.sha256 = VersionState.FAILED, sentence, ""
        version.save(update_fields=["state", "error", "sha256"])
        _bump(asset)
        delta = {"@refused": [None, {"filename": version.filename, "code": code}]}
        _write_line(asset, EntryKind.UPDATE, delta, actor=None, origin=Origin.SYSTEM, job=None)
        after_commit(storage.delete_files, [version.storage_key])


def _bump(asset: Asset, *fields: str) -> None:
    asset.revision += 1
    asset.updated = timezone.now()
    asset.save(update_fields=["revision", "updated", *fields])


def _write_line(
    asset: Asset,
    kind: EntryKind,
    delta: Mapping[str, Sequence[object]],
    *,
    actor: User | None,
    origin: str,
    job: Job | int | None,
) -> None:
    line = journal.Line(SUBJECT, asset.uuid, asset.code, kind, asset.revision, delta)
    journal.write_entries([line], actor=actor, origin=origin, job=job)

"""Hundreds of files at once, for an importer: checked in parallel threads, stored in one transaction."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO
from uuid import UUID

from django.db import transaction

from assets import extensions, storage
from assets.choices import AssetKind
from assets.models import Asset, AssetVersion
from assets.preview import Preview, examine_file
from assets.probe import Facts
from assets.probe.hashing import hash_file
from assets.services.access import require
from assets.services.adopting import adopt_metadata
from assets.services.codes import take_codes
from assets.services.deriving import derive_assets
from assets.services.ingest import SUBJECT, apply_facts, clean_filename, lock_bytes
from assets.services.lookalikes import note_lookalikes
from assets.services.previews import store_preview
from assets.services.renditions import declare_renditions
from pim import journal
from pim.choices import EntryKind
from pim.errors import DomainError
from pim.services.after_commit import after_commit

if TYPE_CHECKING:
    from pim.models import Job, User

THREADS = 4
CHUNK = 100

Opener = Callable[[], BinaryIO]


@dataclass(slots=True)
class Ingested:
    """What became of many files: {path: asset}, and the refusals {path: error}; equal files share an asset."""

    assets: dict[str, UUID] = field(default_factory=dict)
    refused: dict[str, DomainError] = field(default_factory=dict)
    created: int = 0


@dataclass(slots=True)
class _Arrival:
    """One distinct file, under the first path that brought it."""

    path: str
    opener: Opener
    facts: Facts
    preview: Preview | None = None


@dataclass(frozen=True, slots=True)
class Examined:
    """Many files before anything is stored: {path: sha256}, the assets that show some of them, and what the others are."""

    hashes: Mapping[str, str]
    known: Mapping[str, UUID]
    fresh: Mapping[str, _Arrival | DomainError]


def ingest_many(
    files: Mapping[str, Opener],
    *,
    actor: User | None,
    origin: str,
    job: Job | int | None = None,
    stage: str | None = None,
) -> Ingested:
    """Take in many files at once, past the same checks as an upload but without the wait.

    A file that the house has, or that came under another path, makes no second asset; so running it again writes
    nothing. Each chunk of distinct files is one transaction, and may be the caller's.

    Args:
        files: {path as the caller knows it: function that opens the file}.
        actor: must be allowed to add assets.
        origin: through which face.
        job: the job that imports.
        stage: of the new assets; None: the workflow's first.

    Raises:
        NotAllowed: the actor may not add assets.
    """
    return take_in(examine(files), actor=actor, origin=origin, job=job, stage=stage)


def examine(files: Mapping[str, Opener]) -> Examined:
    """Hash files and look into those that the house does not have, in parallel; nothing is stored.

    Takes as long as reading and decoding does: call it outside of a transaction.
    """
    with ThreadPoolExecutor(THREADS) as pool:
        hashes = dict(zip(files, pool.map(hash_one, files.values()), strict=True))
        known = find_by_hashes(set(hashes.values()))
        fresh: dict[str, str] = {}
        for path, sha256 in hashes.items():
            if sha256 not in known:
                fresh.setdefault(sha256, path)
        probed = pool.map(lambda path: _probe_one(path, files[path]), list(fresh.values()))
        return Examined(hashes, known, dict(zip(fresh, probed, strict=True)))


def take_in(
    examined: Examined,
    *,
    actor: User | None,
    origin: str,
    job: Job | int | None = None,
    stage: str | None = None,
    stores_files: bool = True,
) -> Ingested:
    """Store what was examined: each chunk of distinct files is one transaction, or a part of the caller's.

    Args:
        stores_files: False for a rehearsal, whose caller rolls the rows back.

    Raises:
        NotAllowed: the actor may not add assets.
    """
    require(actor, "add")
    result = Ingested()
    known = dict(examined.known)
    arrivals = [found for found in examined.fresh.values() if isinstance(found, _Arrival)]
    stage = stage or extensions.get_stage_rules().initial()
    for start in range(0, len(arrivals), CHUNK):
        known |= _store_chunk(
            arrivals[start : start + CHUNK],
            result,
            actor=actor,
            origin=origin,
            job=job,
            stage=stage,
            stores_files=stores_files,
        )
    for path, sha256 in examined.hashes.items():
        if sha256 in known:
            result.assets[path] = known[sha256]
        else:
            error = examined.fresh[sha256]
            if isinstance(error, DomainError):
                result.refused[path] = error
    return result


def hash_one(opener: Opener) -> str:
    """The SHA-256 of a file, in hex."""
    with opener() as file:
        return hash_file(_seekable(file))[0]


def _probe_one(path: str, opener: Opener) -> _Arrival | DomainError:
    try:
        with opener() as file:
            examined = examine_file(_seekable(file), clean_filename(path))
            return _Arrival(path, opener, examined.facts, examined.preview)
    except DomainError as error:
        return error


def _seekable(file: BinaryIO) -> BinaryIO:
    """A member of an archive may only be read forwards."""
    return file if file.seekable() else io.BytesIO(file.read())


def find_by_hashes(hashes: Iterable[str]) -> dict[str, UUID]:
    """The assets that show these bytes now: {sha256: asset}, the oldest of several; one query."""
    rows = Asset.objects.filter(version__sha256__in=list(hashes)).order_by("-pk").values_list("version__sha256", "uuid")
    return dict(rows)


def _store_chunk(
    arrivals: list[_Arrival],
    result: Ingested,
    *,
    actor: User | None,
    origin: str,
    job: Job | int | None,
    stage: str,
    stores_files: bool,
) -> dict[str, UUID]:
    with transaction.atomic():
        for sha256 in sorted(arrival.facts.sha256 for arrival in arrivals):
            lock_bytes(sha256)
        known = find_by_hashes(arrival.facts.sha256 for arrival in arrivals)
        fresh = [arrival for arrival in arrivals if arrival.facts.sha256 not in known]
        names = [clean_filename(arrival.path) for arrival in fresh]
        assets = []
        for code, arrival in zip(take_codes(names), fresh, strict=True):
            kind = AssetKind(arrival.facts.media.kind)
            asset = Asset(code=code, code_key=code.lower(), kind=kind, stage=stage, revision=1)
            adopt_metadata(asset, arrival.facts)
            assets.append(asset)
        assets = Asset.objects.bulk_create(assets)
        versions = []
        for asset, arrival, name in zip(assets, fresh, names, strict=True):
            key = storage.make_original_key(arrival.facts.sha256, arrival.facts.media.extension)
            preview_key = ""
            if stores_files:
                with arrival.opener() as file:
                    storage.store_file(key, _seekable(file))
                preview_key = store_preview(arrival.facts.sha256, arrival.preview)
            version = AssetVersion(asset=asset, number=1, filename=name)
            apply_facts(version, arrival.facts, key, preview_key)
            versions.append(version)
        AssetVersion.objects.bulk_create(versions)
        for asset, version in zip(assets, versions, strict=True):
            asset.version = version
        Asset.objects.bulk_update(assets, ["version"])
        derive_assets(assets)
        declare_renditions(assets)
        note_lookalikes(assets)
        lines = [
            journal.Line(SUBJECT, asset.uuid, asset.code, EntryKind.CREATE, 1, _first_delta(asset, version))
            for asset, version in zip(assets, versions, strict=True)
        ]
        journal.write_entries(lines, actor=actor, origin=origin, job=job)
        for version in versions:
            after_commit(extensions.hand_over, "draw", version.pk)
    result.created += len(assets)
    return known | {version.sha256: asset.uuid for asset, version in zip(assets, versions, strict=True)}


def _first_delta(asset: Asset, version: AssetVersion) -> dict[str, list[object]]:
    delta: dict[str, list[object]] = {"@upload": [None, version.filename], "@version": [None, 1]}
    delta["@stage"] = [None, asset.stage]
    if asset.keywords:
        delta["@keywords"] = [[], asset.keywords]
    if asset.digital_source:
        delta["@digital_source"] = ["", asset.digital_source]
    return delta

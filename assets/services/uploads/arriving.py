"""A file has arrived in quarantine, by whatever way: it becomes an asset, and the batch's fields are put on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from assets import storage
from assets.models import Asset, UploadBatch
from assets.services.access import require
from assets.services.ingest import admit_quarantined
from assets.services.uploads.folders import ensure_folder
from assets.services.writing import AssetChange, write_assets
from pim.errors import DomainError

if TYPE_CHECKING:
    from pim.models import Job, User


@dataclass(frozen=True, slots=True)
class Arrived:
    """What became of a file; `problem` says why the batch's fields could not be put on the asset, if so."""

    asset: Asset
    is_duplicate: bool = False
    problem: str = ""


def admit_file(
    batch: UploadBatch,
    file: IO[bytes],
    filename: str,
    sha256: str,
    *,
    path: str = "",
    actor: User | None,
    origin: str,
    job: Job | int | None = None,
) -> Arrived:
    """Put an open file into quarantine and admit it.

    Raises:
        NotAllowed: the actor may not add assets.
    """
    require(actor, "add")
    key = storage.make_quarantine_key()
    storage.store_file(key, file)
    return admit(batch, key, filename, sha256, path=path, actor=actor, origin=origin, job=job)


def admit(
    batch: UploadBatch,
    key: str,
    filename: str,
    sha256: str,
    *,
    path: str = "",
    actor: User | None,
    origin: str,
    job: Job | int | None = None,
) -> Arrived:
    """Make an asset of a file in quarantine, with the batch's fields, in the folder that it came in.

    A file that the library has is left as it is. What was valid when the batch began may have gone since (a licence,
    a folder): then the asset is made without it, and the problem is told.

    Raises:
        NotAllowed: the actor may not add assets.
    """
    with transaction.atomic():
        made = admit_quarantined(key, filename, sha256, actor=actor, origin=origin, job=job)
        if made.is_duplicate:
            return Arrived(made.asset, is_duplicate=True)
        problem = put_fields(batch, [made.asset.uuid], path=path, actor=actor, origin=origin, job=job)
    return Arrived(made.asset, problem=problem)


def put_fields(
    batch: UploadBatch,
    assets: Sequence[UUID],
    *,
    path: str,
    actor: User | None,
    origin: str,
    job: Job | int | None = None,
) -> str:
    """Write the batch's fields to new assets that came in one folder; returns why not, or nothing."""
    fields: dict[str, Any] = dict(batch.fields)
    try:
        with transaction.atomic():
            if batch.keeps_paths and path:
                fields["folder"] = ensure_folder(path, fields.get("folder"), actor=actor, origin=origin, job=job)
            if fields:
                changes = [AssetChange(str(asset), fields) for asset in assets]
                write_assets(changes, actor=actor, origin=origin, job=job, atomic=True)
    except DomainError as error:
        return str(error.message)
    return ""

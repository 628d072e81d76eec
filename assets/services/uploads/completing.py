"""All parts are there: they are joined, and the file goes on to quarantine, once, however often that is said."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assets import storage
from assets.choices import UploadState
from assets.models import Upload
from assets.probe.hashing import hash_file
from assets.services.access import require
from assets.services.uploads.arriving import admit
from assets.services.uploads.limits import is_archive
from assets.services.uploads.parts import length_of, make_gone, part_numbers, require_open
from assets.services.uploads.unpacking import start_unpacking
from pim.errors import Refused
from pim.services.after_commit import after_commit

if TYPE_CHECKING:
    from pim.models import User

logger = logging.getLogger(__name__)

NAMED_PARTS = 20


def complete_upload(upload: Upload, *, actor: User | None, origin: str, sha256: str = "") -> Upload:
    """Join the parts and admit the file, or start to unpack it; completing twice at once admits it once.

    A large file takes its time to be read, so no transaction is open meanwhile.

    Raises:
        NotAllowed: the actor may not add assets.
        Conflict: `upload_ended`, `upload_gone`.
        Refused: `parts_missing`, naming them; `hash_differs`: the bytes are not those that were announced.
    """
    require(actor, "add")
    with transaction.atomic():
        row = _lock(upload)
        if row.state == UploadState.RECEIVED:
            return row
        require_open(row)
        _join(row)
    found = None if is_archive(row.filename) else _read(row)
    with transaction.atomic():
        row = _lock(upload)
        if row.state == UploadState.RECEIVED:
            return row
        require_open(row)
        if is_archive(row.filename):
            row.job = start_unpacking(row, actor=actor, origin=origin)
        elif found is None:
            raise make_gone()
        elif found[1] != row.size_bytes or {row.sha256, sha256.lower()} - {"", found[0]}:
            _refuse(row)
        else:
            arrived = admit(
                row.batch, row.storage_key, row.filename, found[0], path=row.path, actor=actor, origin=origin
            )
            row.sha256, row.asset = found[0], arrived.asset
            row.is_duplicate, row.error = arrived.is_duplicate, arrived.problem
        if row.state == UploadState.OPEN:
            row.state = UploadState.RECEIVED
        row.updated = timezone.now()
        row.save()
    if row.state == UploadState.REFUSED:
        raise Refused("hash_differs", row.error, "/sha256")
    return row


def _lock(upload: Upload) -> Upload:
    return Upload.objects.select_for_update(of=("self",)).select_related("batch").get(pk=upload.pk)


def _join(row: Upload) -> None:
    """Idempotent: a process that died after the storage had joined the parts finds the file under its key."""
    try:
        parts = storage.list_parts(row.storage_key, row.multipart_id)
    except storage.UploadGone:
        if storage.is_stored(row.storage_key):
            return
        raise make_gone() from None
    wanted = part_numbers(row)
    missing = [number for number in wanted if number not in parts or parts[number].size_bytes != length_of(row, number)]
    if missing:
        named = ", ".join(map(str, missing[:NAMED_PARTS])) + ("…" if len(missing) > NAMED_PARTS else "")
        raise Refused("parts_missing", _("These parts have not arrived: %s.") % named, "/parts")
    storage.complete_multipart(row.storage_key, row.multipart_id, {number: parts[number] for number in wanted})


def _read(row: Upload) -> tuple[str, int] | None:
    """SHA-256 and length; None where a worker that was asked by another call has moved the file on already."""
    try:
        with storage.open_file(row.storage_key) as file:
            return hash_file(file)
    except FileNotFoundError:
        return None


def _refuse(row: Upload) -> None:
    logger.info("upload %s: the bytes differ from those announced", row.uuid)
    row.state = UploadState.REFUSED
    row.error = _("The file has changed while it was sent, or was damaged on the way. Send it again.")
    after_commit(storage.delete_files, [row.storage_key])

"""One file on its way in: announced, sent by parts in any order, resumed, cancelled or forgotten."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assets import storage
from assets.choices import UploadState
from assets.models import Upload, UploadBatch
from assets.services.access import can, require
from assets.services.ingest import clean_filename, find_by_bytes
from assets.services.uploads.folders import clean_path
from assets.services.uploads.limits import (
    KEPT_FOR,
    MAX_FILES,
    OPEN_FOR,
    check_size,
    choose_part_size,
    is_archive,
)
from assets.services.uploads.parts import check_number, length_of, make_gone, part_numbers, require_open
from pim.errors import NotFound, Refused
from pim.services.after_commit import after_commit

if TYPE_CHECKING:
    from pim.models import User

logger = logging.getLogger(__name__)

_SHA256 = re.compile(r"[0-9a-f]{64}")
EXPIRED_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Announced:
    """A file that somebody is about to send. `path` is the folder it lies in; `sha256` may be empty."""

    filename: str
    size_bytes: int
    path: str = ""
    sha256: str = ""


def begin_upload(batch: UploadBatch, file: Announced, *, actor: User | None) -> Upload:
    """Announce a file; one that the library has is received at once, as a duplicate, before a byte is sent.

    The same file announced again in a batch is the upload that was begun: that is how a closed tab goes on.

    Raises:
        NotAllowed: the actor may not add assets.
        Refused: `file_empty`, `file_too_large`, `invalid_hash`, `archive_not_unpacked`, `too_many_files`.
    """
    require(actor, "add")
    name, path, sha256 = clean_filename(file.filename), clean_path(file.path), file.sha256.lower()
    check_size(name, file.size_bytes)
    if sha256 and not _SHA256.fullmatch(sha256):
        raise Refused("invalid_hash", _("A SHA-256 is written with 64 hexadecimal digits."), "/sha256")
    if is_archive(name) and not batch.unpacks:
        raise Refused(
            "archive_not_unpacked",
            _("The library keeps no archives. Choose “Unpack ZIP files” to take in what is in it."),
        )
    known = find_by_bytes(sha256) if sha256 and not is_archive(name) else None
    if known is not None and can(actor, "view", known):
        return Upload.objects.create(
            batch=batch, filename=name, path=path, size_bytes=file.size_bytes, sha256=sha256, part_size_bytes=0,
            state=UploadState.RECEIVED, asset=known, is_duplicate=True,
        )  # fmt: skip
    begun = batch.uploads.filter(filename=name, path=path, size_bytes=file.size_bytes, state=UploadState.OPEN)
    for row in begun.order_by("pk"):
        if sha256 in ("", row.sha256) or not row.sha256:
            return row
    if batch.uploads.count() >= MAX_FILES:
        raise Refused("too_many_files", _("At most %d files in one upload.") % MAX_FILES)
    key = storage.make_quarantine_key()
    return Upload.objects.create(
        batch=batch,
        filename=name,
        path=path,
        size_bytes=file.size_bytes,
        sha256=sha256,
        part_size_bytes=choose_part_size(file.size_bytes),
        storage_key=key,
        multipart_id=storage.begin_multipart(key),
    )


def find_upload(uuid: UUID | str, *, actor: User | None) -> Upload:
    """A file of one of the actor's own batches; those of others are not there.

    Raises:
        NotAllowed: the actor may not add assets.
        NotFound: `not_found`.
    """
    require(actor, "add")
    try:
        key = UUID(str(uuid))
    except ValueError:
        raise NotFound("not_found", _("There is no such upload.")) from None
    row = Upload.objects.select_related("batch", "asset").filter(uuid=key, batch__owner=actor).first()
    if row is None:
        raise NotFound("not_found", _("There is no such upload."))
    return row


def received_parts(upload: Upload) -> list[int]:
    """The numbers of the parts that have arrived whole; those of another length do not count.

    Raises:
        Conflict: `upload_ended`, `upload_gone`.
    """
    require_open(upload)
    try:
        found = storage.list_parts(upload.storage_key, upload.multipart_id)
    except storage.UploadGone:
        # Joined, but not admitted: whoever did it was stopped in between, and completing goes on from there.
        if storage.is_stored(upload.storage_key):
            return list(part_numbers(upload))
        raise make_gone() from None
    return [
        number
        for number in part_numbers(upload)
        if number in found and found[number].size_bytes == length_of(upload, number)
    ]


def make_part_urls(upload: Upload, numbers: Sequence[int]) -> dict[int, str]:
    """Addresses to PUT parts to, straight to the bucket; empty where parts are sent through the app.

    Raises:
        Conflict: `upload_ended`.
        Refused: `unknown_part`.
    """
    require_open(upload)
    urls = {}
    for number in numbers:
        check_number(upload, number)
        url = storage.presign_part(upload.storage_key, upload.multipart_id, number, length_of(upload, number))
        if url is None:
            return {}
        urls[number] = url
    Upload.objects.filter(pk=upload.pk).update(updated=timezone.now())
    return urls


def write_upload_part(upload: Upload, number: int, file: IO[bytes]) -> None:
    """Take in one part through the app, whole or not at all; the same part may come again.

    Raises:
        Conflict: `upload_ended`, `upload_gone`.
        Refused: `unknown_part`, `part_length`.
    """
    require_open(upload)
    check_number(upload, number)
    size = length_of(upload, number)
    try:
        storage.write_part(upload.storage_key, upload.multipart_id, number, file, size)
    except ValueError:
        message = _("Part %(number)d must have %(size)d bytes.") % {"number": number, "size": size}
        raise Refused("part_length", message, f"/parts/{number}") from None
    except storage.UploadGone:
        raise make_gone() from None
    Upload.objects.filter(pk=upload.pk).update(updated=timezone.now())


def cancel_upload(upload: Upload) -> Upload:
    """Stop sending a file and delete its parts; cancelling twice is the same as once.

    Raises:
        Conflict: `upload_ended`: it has arrived.
    """
    with transaction.atomic():
        row = Upload.objects.select_for_update().get(pk=upload.pk)
        if row.state == UploadState.CANCELLED:
            return row
        require_open(row)
        _cancel(row)
    return row


def expire_uploads() -> int:
    """Cancel files that nobody has sent anything of for a day, and forget batches after a month; run by the timetable."""
    now = timezone.now()
    with transaction.atomic():
        forgotten = Upload.objects.select_for_update(skip_locked=True).filter(
            state=UploadState.OPEN, updated__lt=now - OPEN_FOR
        )
        rows = list(forgotten.order_by("pk")[:EXPIRED_AT_ONCE])
        for row in rows:
            _cancel(row, error=_("Nothing came for a day, so what had been sent was deleted."))
    UploadBatch.objects.filter(created__lt=now - KEPT_FOR).exclude(uploads__state=UploadState.OPEN).delete()
    return len(rows)


def abort_parts(rows: Iterable[Upload]) -> None:
    """Delete what has arrived of files that nobody goes on sending."""
    for row in rows:
        if row.multipart_id:
            storage.abort_multipart(row.storage_key, row.multipart_id)
            # Cancelled while its parts were joined.
            storage.delete_files([row.storage_key])


def _cancel(row: Upload, *, error: str = "") -> None:
    row.state, row.error, row.updated = UploadState.CANCELLED, error, timezone.now()
    row.save(update_fields=["state", "error", "updated"])
    after_commit(abort_parts, [row])

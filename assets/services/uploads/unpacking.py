"""Archives are unpacked by a job: each file in them goes through quarantine like any other."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, BinaryIO, cast

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets import storage
from assets.models import Upload
from assets.probe.hashing import hash_file
from assets.services.uploads.arriving import admit_file
from assets.services.uploads.folders import clean_path
from assets.sources.archives import Archive, ArchiveBomb, Member, open_archive
from pim.choices import IssueLevel
from pim.errors import DomainError, NotFound, Refused
from pim.extensions import JobContext, JobKind
from pim.services.jobs import start_job

if TYPE_CHECKING:
    from pim.models import Job, User

KIND = "unpack_archive"
SPOOLED_BYTES = 8 * 1024 * 1024
"""Files up to this length are held in memory on their way."""


def start_unpacking(upload: Upload, *, actor: User | None, origin: str) -> Job:
    """Start the job for an archive that lies in quarantine."""
    return start_job(KIND, {"upload": str(upload.uuid), "origin": origin}, actor=actor)


def run_unpacking(ctx: JobContext) -> None:
    """File after file, each a transaction with its checkpoint; what is refused becomes an issue of the job, by name.

    Raises:
        NotFound: `not_found`: there is no such upload; `file_gone`: the storage has lost it.
        Refused: it is no archive that can be read.
    """
    upload = Upload.objects.select_related("batch").filter(uuid=ctx.parameters["upload"]).first()
    if upload is None:
        raise NotFound("not_found", _("There is no such upload."))
    figures = {"created": 0, "duplicates": 0, "refused": 0, **ctx.counters}
    try:
        with storage.open_ranges(upload.storage_key) as file, open_archive(file) as archive:
            _take_all(ctx, upload, archive, figures)
    except FileNotFoundError:
        raise NotFound("file_gone", _("The uploaded file is gone.")) from None
    except Refused as error:
        storage.delete_files([upload.storage_key])
        if not isinstance(error, ArchiveBomb):
            raise
        ctx.issue(IssueLevel.ERROR, error.code, error.message, file=upload.filename)
        ctx.checkpoint(counters=figures)
    storage.delete_files([upload.storage_key])
    ctx.finish(figures)


def _take_all(ctx: JobContext, upload: Upload, archive: Archive, figures: dict[str, int]) -> None:
    members = archive.members()
    place = int(ctx.state.get("place", 0))
    for number, member in enumerate(members[place:], start=place + 1):
        with transaction.atomic():
            try:
                figures[_take(ctx, upload, archive, member)] += 1
            except ArchiveBomb:
                raise
            except DomainError as error:
                name = archive.name_of(int(member.pointer[1:])) if isinstance(member, Refused) else member.name
                ctx.issue(IssueLevel.ERROR, error.code, error.message, file=name)
                figures["refused"] += 1
            ctx.checkpoint(state={"place": number}, done=number, total=len(members), counters=figures)


def _take(ctx: JobContext, upload: Upload, archive: Archive, member: Member | Refused) -> str:
    """Which figure it counts for."""
    if isinstance(member, Refused):
        raise member
    with tempfile.SpooledTemporaryFile(SPOOLED_BYTES) as spool:
        if not archive.copy(member, spool):
            raise Refused("file_empty", _("The file is empty."))
        file = cast("BinaryIO", spool)
        sha256, _size = hash_file(file)
        path = clean_path(f"{upload.path}/{member.path}")
        arrived = admit_file(
            upload.batch, file, member.filename, sha256,
            path=path, actor=ctx.actor, origin=str(ctx.parameters["origin"]), job=ctx.job_id,
        )  # fmt: skip
    if arrived.problem:
        ctx.issue(IssueLevel.WARNING, "fields_not_set", arrived.problem, file=member.name)
    return "duplicates" if arrived.is_duplicate else "created"


UNPACKING = JobKind(KIND, gettext_lazy("Unpacking of an archive"), run_unpacking)

"""Files are fetched from addresses by a job, and go through quarantine like any other."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.choices import UploadState
from assets.models import Upload, UploadBatch
from assets.probe import DEFAULT_LIMITS, sniff
from assets.probe.hashing import hash_file
from assets.probe.sniffing import SNIFF_BYTES
from assets.services.access import require
from assets.services.ingest import clean_filename
from assets.services.uploads.arriving import admit_file
from assets.services.uploads.batches import begin_batch
from assets.sources.fetching import FetchPolicy, check_url, fetch
from pim.choices import IssueLevel
from pim.errors import DomainError, NotAllowed, Refused
from pim.extensions import JobContext, JobKind
from pim.services.jobs import start_job

if TYPE_CHECKING:
    from pim.models import User

KIND = "import_urls"
MAX_URLS = 100
SPOOLED_BYTES = 8 * 1024 * 1024
HEARTBEAT_S = 5.0


def import_urls(
    urls: Sequence[str], fields: Mapping[str, Any] | None = None, *, actor: User | None, origin: str
) -> UploadBatch:
    """Start the job that fetches files; returns their batch, in which each address is a file.

    Raises:
        NotAllowed: `url_import_off`, or see `begin_batch`.
        Refused: `url_missing`, `too_many_urls`, what is wrong with an address or the fields, with a pointer.
    """
    require(actor, "add")
    policy = make_policy()
    if not urls:
        raise Refused("url_missing", _("Name at least one address."), "/urls")
    if len(urls) > MAX_URLS:
        raise Refused("too_many_urls", _("At most %d addresses at once.") % MAX_URLS, "/urls")
    for number, url in enumerate(urls):
        try:
            check_url(url, policy)
        except Refused as error:
            raise Refused(error.code, error.message, f"/urls/{number}") from None
    with transaction.atomic():
        batch = begin_batch(fields, actor=actor, origin=origin)
        job = start_job(KIND, {"batch": str(batch.uuid), "origin": origin}, actor=actor)
        Upload.objects.bulk_create(
            Upload(
                batch=batch, filename=clean_filename(url.partition("?")[0]), size_bytes=0, part_size_bytes=0,
                source_url=url, job=job,
            )
            for url in dict.fromkeys(urls)
        )  # fmt: skip
    return batch


def make_policy() -> FetchPolicy:
    """What this installation allows.

    Raises:
        NotAllowed: `url_import_off`.
    """
    if not settings.ASSET_URL_IMPORT:
        raise NotAllowed("url_import_off", _("Files are not fetched from addresses here (ASSET_URL_IMPORT)."))
    schemes = {"https", "http"} if settings.ASSET_URL_IMPORT_HTTP else {"https"}
    return FetchPolicy(schemes=frozenset(schemes), max_bytes=DEFAULT_LIMITS.max_bytes)


def run_import(ctx: JobContext, policy: FetchPolicy | None = None) -> None:
    """Address after address; what is refused becomes an issue of the job, and the next one is fetched.

    A file is fetched outside of any transaction. Started again, it goes on with those that are still open.
    """
    batch = UploadBatch.objects.get(uuid=ctx.parameters["batch"])
    rows = list(batch.uploads.filter(state=UploadState.OPEN).order_by("pk"))
    figures = {"created": 0, "duplicates": 0, "refused": 0, **ctx.counters}
    done = sum(figures.values())
    total = done + len(rows)
    for number, row in enumerate(rows, start=done + 1):
        with tempfile.SpooledTemporaryFile(SPOOLED_BYTES) as spool:
            file = cast("BinaryIO", spool)
            refusal: DomainError | None = None
            try:
                fetched = fetch(row.source_url, file, policy or make_policy(), on_chunk=_make_heartbeat(ctx))
                row.sha256, row.size_bytes = hash_file(file)
                row.filename = _name(fetched.filename, file)
                if not row.size_bytes:
                    raise Refused("file_empty", _("The file is empty."))
            except DomainError as error:
                refusal = error
            with transaction.atomic():
                figures[_settle(ctx, batch, row, file, refusal)] += 1
                ctx.checkpoint(done=number, total=total, counters=figures)
    ctx.finish(figures)


def _settle(ctx: JobContext, batch: UploadBatch, row: Upload, file: BinaryIO, error: DomainError | None) -> str:
    """Which figure it counts for."""
    row.updated = timezone.now()
    if error is not None:
        row.state, row.error = UploadState.REFUSED, str(error.message)
        ctx.issue(IssueLevel.ERROR, error.code, error.message, file=row.source_url)
        row.save()
        return "refused"
    origin = str(ctx.parameters["origin"])
    arrived = admit_file(batch, file, row.filename, row.sha256, actor=ctx.actor, origin=origin, job=ctx.job_id)
    row.state, row.asset, row.is_duplicate = UploadState.RECEIVED, arrived.asset, arrived.is_duplicate
    row.error = arrived.problem
    row.save()
    return "duplicates" if arrived.is_duplicate else "created"


def _make_heartbeat(ctx: JobContext) -> Callable[[], None]:
    """Keeps the job's lease while a long file arrives, and hears when somebody stops it."""
    last = time.monotonic()

    def beat() -> None:
        nonlocal last
        if time.monotonic() - last > HEARTBEAT_S:
            last = time.monotonic()
            ctx.checkpoint()

    return beat


def _name(filename: str, file: BinaryIO) -> str:
    """The name that the address ends with, with the ending of what came where it has none."""
    name = clean_filename(filename)
    if "." not in name:
        file.seek(0)
        media = sniff(file.read(SNIFF_BYTES), name)
        file.seek(0)
        name = f"{name}.{media.extension}" if media else name
    return name


IMPORTING = JobKind(KIND, gettext_lazy("Import from addresses"), run_import)

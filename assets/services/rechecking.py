"""Looking at all pictures again after what channels ask of them has changed, so that the library can be filtered by it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy

from assets.choices import AssetKind
from assets.models import Asset
from assets.services.deriving import CHUNK, derive_assets
from pim.choices import JobState
from pim.extensions import JobContext, JobKind
from pim.models import Job
from pim.services.jobs import start_job


def recheck_pictures() -> None:
    """Have all pictures looked at again, once for all rules that change until a worker begins."""
    if not Job.objects.filter(kind=RECHECK.code, state=JobState.QUEUED).exists():
        start_job(RECHECK.code, {}, actor=None)


def run_recheck(ctx: JobContext) -> None:
    """Derive what is derived of pictures anew, chunk by chunk; rows that stay as they are are not written."""
    pictures = Asset.objects.filter(kind=AssetKind.IMAGE, version__isnull=False).select_related("version")
    after, done = int(ctx.state.get("after", 0)), int(ctx.state.get("done", 0))
    total = done + pictures.filter(pk__gt=after).count()
    while chunk := list(pictures.filter(pk__gt=after).order_by("pk")[:CHUNK]):
        after, done = chunk[-1].pk, done + len(chunk)
        with transaction.atomic():
            derive_assets(chunk)
            ctx.checkpoint(state={"after": after, "done": done}, done=done, total=max(total, done))


RECHECK = JobKind("recheck_pictures", gettext_lazy("Check of pictures by the channels' rules"), run_recheck)

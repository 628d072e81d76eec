"""What is done each night, when nobody waits: files are checked, orphans swept, the library counted, old downloads forgotten."""

from __future__ import annotations

from assets.services.downloads.tickets import forget_tickets
from assets.services.hygiene.counting import COUNT
from assets.services.sweeping.healing import HEAL
from assets.services.sweeping.orphans import GRACE_DAYS, SWEEP
from pim.choices import JobState
from pim.models import Job
from pim.services.jobs import start_job

NIGHTLY = {HEAL: {}, SWEEP: {"dry_run": False, "grace_days": GRACE_DAYS}, COUNT: {}}
"""{kind: parameters} in their order."""


def start_nightly_jobs() -> list[Job]:
    """Start the jobs of the night that are not under way already."""
    forget_tickets()
    going_on = set(
        Job.objects.filter(kind__in=NIGHTLY, state__in=(JobState.QUEUED, JobState.RUNNING)).values_list(
            "kind", flat=True
        )
    )
    return [start_job(kind, parameters, actor=None) for kind, parameters in NIGHTLY.items() if kind not in going_on]

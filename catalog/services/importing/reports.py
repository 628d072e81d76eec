"""The report of an import job, as `--json` prints it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from catalog.services.importing.tally import FIGURES
from pim.models import Job


def make_report(job: Job) -> dict[str, Any]:
    """`{"entities", "issues", "seconds", "job"}`; the figures are the job's, whoever has run it."""
    started = job.started or job.created
    seconds = ((job.finished or timezone.now()) - started).total_seconds()
    fields = ("file", "line", "column", "level", "code", "message")
    return {
        "entities": {
            entity: {name: figures.get(name, 0) for name in FIGURES}
            for entity, figures in sorted(job.counters.get("entities", {}).items())
        },
        "issues": [dict(zip(fields, row, strict=True)) for row in job.issues.order_by("id").values_list(*fields)],
        "seconds": round(seconds, 3),
        "job": str(job.uuid),
    }

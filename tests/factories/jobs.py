"""Jobs, as they stand in the database."""

from __future__ import annotations

from typing import Any

from pim.models import Job


def make_job(kind: str = "refresh_products", **fields: Any) -> Job:
    """A job that waits, unless a state is named."""
    return Job.objects.create(kind=kind, **fields)

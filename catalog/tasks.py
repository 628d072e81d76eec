"""What the workers do for the catalog: one line each."""

from __future__ import annotations

from celery import shared_task
from celery.schedules import crontab

from catalog.services.linking.forgetting import forget_linkings

TIMETABLE = {"catalog.forget_linkings": {"task": "catalog.forget_linkings", "schedule": crontab(hour=2, minute=45)}}
"""What beat starts."""


@shared_task(name="catalog.forget_linkings")
def forget() -> None:
    """Let go of previews and runs that are old."""
    forget_linkings()

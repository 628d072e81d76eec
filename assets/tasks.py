"""What the workers do for assets: one line each."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from assets import extensions
from assets.services.deriving import derive_family
from assets.services.ingest import find_forgotten, ingest_version
from assets.services.renditions import build_eager_renditions, declare_preset
from assets.services.uploads import expire_uploads

TIMETABLE: dict[str, dict[str, Any]] = {
    "assets-forgotten": {"task": "assets.tasks.ingest_forgotten", "schedule": 60.0, "options": {"expires": 55}},
    "assets-expired-uploads": {"task": "assets.tasks.expire", "schedule": 900.0, "options": {"expires": 850}},
}


# Acknowledged before they run: a picture that kills its worker is asked for again by the timetable, and counted.
@shared_task(queue="ingest", acks_late=False, soft_time_limit=60, time_limit=90)
def ingest(version: int) -> None:
    """Check a quarantined file."""
    ingest_version(version)


@shared_task(queue="renditions", acks_late=False, soft_time_limit=120, time_limit=150)
def draw(version: int) -> None:
    """Draw what a person will look at first."""
    build_eager_renditions(version)


@shared_task(queue="renditions", time_limit=3_000)
def declare(preset: str) -> None:
    """Declare one preset's renditions for all assets."""
    declare_preset(preset)


@shared_task(queue="renditions", time_limit=3_000)
def derive(family: str) -> None:
    """Derive the assets of one family anew."""
    derive_family(family)


@shared_task(queue="ingest")
def ingest_forgotten() -> None:
    """Ask again for files that nobody has checked."""
    for version in find_forgotten():
        ingest.delay(version)


@shared_task(queue="default")
def expire() -> None:
    """Delete what nobody goes on sending."""
    expire_uploads()


def connect() -> None:
    """Let services hand work over; called once, when the app is ready."""
    extensions.workers.register("ingest", lambda key: ingest.delay(int(key)))
    extensions.workers.register("draw", lambda key: draw.delay(int(key)))
    extensions.workers.register("declare", declare.delay)
    extensions.workers.register("derive", derive.delay)

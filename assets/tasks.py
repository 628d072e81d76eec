"""What the workers do for assets: one line each."""

from __future__ import annotations

from celery import shared_task

from assets import extensions
from assets.services.ingest import ingest_version
from assets.services.renditions import build_eager_renditions, declare_preset


@shared_task(queue="ingest")
def ingest(version: int) -> None:
    """Check a quarantined file."""
    ingest_version(version)


@shared_task(queue="renditions")
def draw(version: int) -> None:
    """Draw what a person will look at first."""
    build_eager_renditions(version)


@shared_task(queue="renditions")
def declare(preset: str) -> None:
    """Declare one preset's renditions for all assets."""
    declare_preset(preset)


def connect() -> None:
    """Let services hand work over; called once, when the app is ready."""
    extensions.workers.register("ingest", lambda key: ingest.delay(int(key)))
    extensions.workers.register("draw", lambda key: draw.delay(int(key)))
    extensions.workers.register("declare", declare.delay)

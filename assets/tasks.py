"""What the workers do for assets: one line each."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from celery.schedules import crontab
from django.core.cache import cache

from assets import extensions
from assets.services.deriving import derive_family
from assets.services.ingest import find_forgotten, ingest_version
from assets.services.renditions import (
    build_eager_renditions,
    build_renditions,
    build_slow_renditions,
    declare_preset,
    find_undeclared,
    find_waiting,
)
from assets.services.rights.alerts import send_notices
from assets.services.rights.exposure import declare_terms
from assets.services.sweeping.nightly import start_nightly_jobs
from assets.services.uploads import expire_uploads

DECLARING_S = 3_000
"""How long a preset may take to be declared for all assets; it is not asked for again meanwhile."""

TIMETABLE: dict[str, dict[str, Any]] = {
    "assets-renditions-waiting": {"task": "assets.tasks.draw_waiting", "schedule": 60.0, "options": {"expires": 55}},
    "assets-undeclared": {"task": "assets.tasks.declare_missed", "schedule": 300.0, "options": {"expires": 280}},
    "assets-forgotten": {"task": "assets.tasks.ingest_forgotten", "schedule": 60.0, "options": {"expires": 55}},
    "assets-night": {"task": "assets.tasks.check_at_night", "schedule": crontab(hour=2, minute=30)},
    "assets-expired-uploads": {"task": "assets.tasks.expire", "schedule": 900.0, "options": {"expires": 850}},
}


# Acknowledged when it is done: a worker that is killed gives its file back. Files are read in a process of their own, so
# it is not the file that kills; should it be nevertheless, the attempts are counted.
@shared_task(queue="ingest", acks_late=True, soft_time_limit=120, time_limit=150)
def ingest(version: int) -> None:
    """Check a quarantined file."""
    ingest_version(version)


@shared_task(queue="renditions", acks_late=False, soft_time_limit=60, time_limit=90)
def draw(version: int) -> None:
    """Draw what a person will look at first."""
    build_eager_renditions(version)


@shared_task(queue="renditions_slow", acks_late=False, soft_time_limit=60, time_limit=90)
def draw_slow(version: int) -> None:
    """Draw the formats that take long."""
    build_slow_renditions(version)


@shared_task(queue="renditions", acks_late=False, soft_time_limit=60, time_limit=90)
def draw_again(digest: str) -> None:
    """Try one rendition once more."""
    build_renditions([digest])


@shared_task(queue="default")
def draw_waiting() -> None:
    """Ask again for what was begun and not finished."""
    quick, slow = find_waiting()
    for digest in quick:
        draw_again.delay(digest)
    for digest in slow:
        draw_again.apply_async((digest,), queue="renditions_slow")


@shared_task(queue="renditions", time_limit=DECLARING_S)
def declare(preset: str) -> None:
    """Declare one preset's renditions for all assets."""
    declare_preset(preset)


@shared_task(queue="default")
def declare_missed() -> None:
    """Declare what is not: after the engine has got a new revision, or a message was lost."""
    for preset in find_undeclared():
        if cache.add(f"assets.declaring.{preset}", value=True, timeout=DECLARING_S):
            declare.delay(preset)


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


@shared_task(queue="renditions", time_limit=3_000)
def declare_under(terms: str) -> None:
    """Declare the renditions of what is under a licence or a release."""
    kind, _colon, code = terms.partition(":")
    declare_terms(kind, code)


@shared_task(queue="default")
def alert(entries: str) -> None:
    """Tell people what ends soon."""
    send_notices([int(key) for key in entries.split(",")])


@shared_task(queue="default")
def check_at_night() -> None:
    """Hold storage and database against each other, and count anew."""
    start_nightly_jobs()


def connect() -> None:
    """Let services hand work over; called once, when the app is ready."""
    extensions.workers.register("ingest", lambda key: ingest.delay(int(key)))
    extensions.workers.register("draw", lambda key: draw.delay(int(key)))
    extensions.workers.register("draw_slow", lambda key: draw_slow.delay(int(key)))
    extensions.workers.register("declare", declare.delay)
    extensions.workers.register("derive", derive.delay)
    extensions.workers.register("declare_terms", declare_under.delay)
    extensions.workers.register("alert", alert.delay)

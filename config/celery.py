"""The Celery application: tasks and their timetable come from each app's `tasks` module, settings from Django."""

from __future__ import annotations

import gc
import resource
import signal
import sys
from typing import Any

from celery import Celery
from celery.signals import beat_init, celeryd_init, worker_process_init
from django.apps import apps

from config import confinement, embedded, env

MEMORY_BOUND_BYTES = 4 << 30
"""Address space of one worker process: several times what the largest accepted picture takes."""

LARGE_BLOCK_BYTES = 128 << 10

env.choose_default_settings()

app = Celery("vitrine")
app.config_from_object("django.conf:settings", namespace="CELERY")


def collect_tasks() -> None:
    """Import every app's `tasks`, and take its `TIMETABLE`: `{name: {"task", "schedule", "options"}}`, as beat has it.

    Called when all apps are ready, in every process, so that whoever enqueues and whoever runs know the same tasks.
    """
    app.autodiscover_tasks(force=True)
    timetable: dict[str, Any] = {}
    for config in apps.get_app_configs():
        timetable |= getattr(sys.modules.get(f"{config.name}.tasks"), "TIMETABLE", {})
    app.conf.beat_schedule = timetable


@celeryd_init.connect
@beat_init.connect
def start_services(**_: object) -> None:
    """Entry points start the services, and a worker or beat is one."""
    embedded.ensure_for_environment()


@worker_process_init.connect
def bound_memory(**_: object) -> None:
    """A file that needs more memory than this fails alone, instead of the machine."""
    if sys.platform == "linux":
        _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        bound = MEMORY_BOUND_BYTES if hard == resource.RLIM_INFINITY else min(MEMORY_BOUND_BYTES, hard)
        resource.setrlimit(resource.RLIMIT_AS, (bound, hard))


@worker_process_init.connect
def give_memory_back(**_: object) -> None:
    """What a large picture has taken goes back to the system when it is drawn, instead of staying with the process.

    The C library raises the size from which it does so to the largest block it has seen; a fixed size keeps it.
    Source: mallopt(3), M_MMAP_THRESHOLD and M_TRIM_THRESHOLD.
    """
    confinement.fix_malloc_thresholds(LARGE_BLOCK_BYTES)


@worker_process_init.connect
def end_with_worker(**_: object) -> None:
    """A pool process whose worker is killed must not linger and go on writing."""
    confinement.die_with_parent(signal.SIGKILL)


@worker_process_init.connect
def keep_what_is_loaded(**_: object) -> None:
    """Modules and models stay for good: the collector need not walk them again and again."""
    gc.freeze()

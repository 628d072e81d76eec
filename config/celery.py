"""The Celery application: tasks and their timetable come from each app's `tasks` module, settings from Django."""

from __future__ import annotations

import signal
import sys
from typing import Any

from celery import Celery
from celery.signals import beat_init, celeryd_init, worker_process_init
from django.apps import apps

from config import confinement, embedded, env

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
def end_with_worker(**_: object) -> None:
    """A pool process whose worker is killed must not linger and go on writing."""
    confinement.die_with_parent(signal.SIGKILL)

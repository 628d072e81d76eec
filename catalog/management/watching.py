"""Runs a job in this process and shows how far it is."""

from __future__ import annotations

import sys
import threading
from typing import Any, Protocol

from django.db import connection

from pim.models import Job
from pim.services.jobs import run_job

WIDTH = 30
TICK_S = 0.5


class Stream(Protocol):
    """Where the bar is drawn."""

    def write(self, text: str, /, *args: Any, **options: Any) -> Any: ...


def watch_job(job: Job, stream: Stream, *, is_quiet: bool = False) -> Job:
    """Run a job to its end, with a progress bar where a person looks on; returns it as it has ended."""
    over = threading.Event()
    is_shown = not is_quiet and sys.stderr.isatty()
    bar = threading.Thread(target=_draw, args=(job.pk, stream, over), daemon=True)
    if is_shown:
        bar.start()
    try:
        run_job(str(job.uuid))
    finally:
        over.set()
        if is_shown:
            bar.join()
            stream.write("\r\x1b[K", ending="")
    job.refresh_from_db()
    return job


def _draw(job: int, stream: Stream, over: threading.Event) -> None:
    """Runs in a thread of its own, on a connection of its own, and reads what the checkpoints say."""
    try:
        while not over.wait(TICK_S):
            done, total = Job.objects.values_list("done", "total").get(pk=job)
            if total:
                filled = min(WIDTH, WIDTH * done // total)
                stream.write(f"\r[{'#' * filled}{'.' * (WIDTH - filled)}] {done:,} of {total:,} rows", ending="")
    finally:
        connection.close()

"""A process that checks waiting files as a worker of the ingest queue does, until none waits; run by the ingest measurement.

With `--wait` it says that it is ready, as a worker that has long been started is, begins when its input is closed, and
says at the end how much processor time it has used, with what it has started.
"""

from __future__ import annotations

import os
import signal
import sys

import django

from config import confinement, env

_LOCK_SPACE = 0x1A6E57
_AT_ONCE = 20


def main() -> None:
    """Take whatever nobody else is at, the oldest first; a lock of the session goes with a process that is killed."""
    env.choose_default_settings()
    django.setup()

    from django.db import connection

    from assets.choices import VersionState
    from assets.models import AssetVersion
    from assets.preview.sandbox import stop_processes
    from assets.services.ingest import ingest_version

    if "--wait" in sys.argv:
        connection.ensure_connection()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.read()
    used = sum(os.times()[:4])
    waiting = AssetVersion.objects.filter(state=VersionState.QUARANTINED).order_by("pk")
    with connection.cursor() as cursor:
        while pks := list(waiting.values_list("pk", flat=True)[:_AT_ONCE]):
            for pk in pks:
                cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK_SPACE, pk])
                if cursor.fetchone() == (True,):
                    ingest_version(pk)
                    cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK_SPACE, pk])
    stop_processes()
    if "--wait" in sys.argv:
        sys.stdout.write(f"{sum(os.times()[:4]) - used}\n")


if __name__ == "__main__":
    confinement.die_with_parent(signal.SIGKILL)
    if os.getppid() == 1:
        sys.exit(1)
    main()

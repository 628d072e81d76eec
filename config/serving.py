"""The steps from an empty home to a running platform, for the verbs `demo` and `up`."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection

from config import confinement, embedded, env, supervisor
from pim.extensions import demo_steps

DEFAULT_PORT = 8000
# Any constant: one copy of the platform prepares its database at a time.
_PREPARATION_LOCK = 0x56495452
Say = Callable[[str], None]


@contextmanager
def preparing() -> Iterator[None]:
    """Have the database to ourselves, services running and tables up to date."""
    embedded.ensure_for_environment()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_PREPARATION_LOCK])
    try:
        call_command("migrate", interactive=False, verbosity=0)
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_PREPARATION_LOCK])
        connection.close()


def load_demo(say: Say) -> list[str]:
    """Run the apps' demo steps in order; each loads nothing twice. Returns the lines they want shown at the end."""
    lines: list[str] = []
    for step in sorted(demo_steps.values(), key=lambda step: step.position):
        started = time.monotonic()
        lines += step.load(say)
        say(f"{step.label} · {time.monotonic() - started:.1f} s")
    return lines


def serve(*, port: int, prepare: Callable[[], Sequence[str]], say: Say) -> None:
    """Hold the port, prepare, run everything until stopped; `prepare` returns the lines to show when the web answers."""
    if env.flag("STOP_WITH_PARENT", default=False):
        # make is a wrapper nobody thinks of: killing it means us. A shell that ends after `up &` does not.
        confinement.die_with_parent(signal.SIGTERM)
    listener = supervisor.hold_port(port)
    lines = prepare()
    say("Starting the web and the workers …")
    address = f"http://{supervisor.HOST}:{port}"

    def announce() -> None:
        say("")
        for name, path in (("Admin", "/admin/"), ("REST", "/api/v1/docs/"), ("GraphQL", "/graphql/ (by POST)")):
            say(f"  {name:<8} {address}{path}")
        for line in lines:
            say(f"  {line}")
        say("")
        say(f"  State and logs are in {env.home()}. Ctrl-C stops everything.")

    supervisor.Supervisor(supervisor.describe_children(listener), logs=env.home() / "logs", say=say).run(
        when_up=announce, port=port
    )

"""Runs the whole platform on one machine: web, workers and beat as children that end with us, however we end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

from config import confinement, embedded, env
from config.celery_settings import QUEUES

HOST = "127.0.0.1"
LISTENS_WITHIN_S = 60
STOPS_WITHIN_S = 15
LONGEST_PAUSE_S = 30.0
_ROUND_S = 0.5
# Importing and the slow formats of pictures keep a core busy for minutes; what people and consumers wait for, and the
# pictures that everybody looks at, have workers of their own.
HEAVY_QUEUES = ("renditions_slow", "bulk")
PICTURE_QUEUES = ("renditions",)
QUICK_QUEUES = tuple(queue for queue in QUEUES if queue not in {*HEAVY_QUEUES, *PICTURE_QUEUES})


class PortTaken(SystemExit):
    """Somebody else listens on the port; the message is one line for a person."""


@dataclass(slots=True)
class Child:
    """One process of the platform; started again, after a growing pause, when it ends by itself."""

    name: str
    command: list[str]
    pass_fds: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    pause_s: float = 1.0
    start_at: float = field(default_factory=time.monotonic)


def hold_port(port: int) -> socket.socket:
    """Bind the port before anything is loaded; gunicorn inherits the socket, so nobody can take it in between.

    Raises:
        PortTaken: it is in use, or may not be used.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        reason = os.strerror(error.errno or 0).lower()
        raise PortTaken(f"Port {port} cannot be used ({reason}); choose another: PORT={port + 1} make demo") from error
    return listener


def describe_children(listener: socket.socket) -> list[Child]:
    celery = [sys.executable, "-m", "celery", "-A", "config"]
    fd = listener.fileno()
    web = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"fd://{fd}", "--worker-class", "gthread"]
    web += ["--workers", "2", "--threads", "4", "--preload", "--no-control-socket", "--timeout", "120"]

    def worker(name: str, queues: tuple[str, ...], processes: int) -> Child:
        options = ["--queues", ",".join(queues), "--concurrency", str(processes), "--hostname", f"{name}@%h"]
        quiet = ["--without-gossip", "--without-mingle", "--loglevel", "INFO"]
        return Child(name, [*celery, "worker", *options, *quiet])

    # In-memory timetable: all entries are intervals, so there is no file that two copies could share.
    beat = [*celery, "beat", "--scheduler", "celery.beat:Scheduler", "--pidfile=", "--loglevel", "WARNING"]
    return [
        Child("web", web, pass_fds=(fd,)),
        worker("quick", QUICK_QUEUES, 2),
        worker("pictures", PICTURE_QUEUES, 1),
        worker("heavy", HEAVY_QUEUES, 1),
        Child("beat", beat),
    ]


class Supervisor:
    """Starts the children, keeps them running, and stops them all on Ctrl-C, SIGTERM or a closed terminal."""

    def __init__(self, children: list[Child], *, logs: Path, say: Callable[[str], None]) -> None:
        self.children = children
        self.logs = logs
        self.say = say
        self.is_stopping = False

    def run(self, *, when_up: Callable[[], None], port: int) -> None:
        """Serve until told to stop; `when_up` is called once, when the web answers."""
        self.logs.mkdir(parents=True, exist_ok=True)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        try:
            for child in self.children:
                self._start(child)
            is_announced = False
            gives_up_at = time.monotonic() + LISTENS_WITHIN_S
            while not self.is_stopping:
                self._revive()
                if not is_announced and _answers(port):
                    is_announced = True
                    when_up()
                elif not is_announced and time.monotonic() > gives_up_at:
                    raise SystemExit(f"The web did not start in {LISTENS_WITHIN_S} s; see {self.logs}/web.log")
                embedded.ensure_for_environment()
                time.sleep(_ROUND_S)
        finally:
            self._stop()

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.is_stopping = True

    def _start(self, child: Child) -> None:
        parent = os.getpid()

        def end_with_us() -> None:
            confinement.die_with_parent(signal.SIGTERM)
            if os.getppid() != parent:
                os._exit(0)

        with self._log_of(child) as log:
            child.process = subprocess.Popen(
                child.command,
                pass_fds=child.pass_fds,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=env.REPOSITORY,
                # Celery's SIGTERM waits for running tasks without end; SIGQUIT gives them the soft shutdown's seconds.
                env=env.for_children(REMAP_SIGTERM="SIGQUIT"),
                # Ctrl-C reaches us alone, and we stop the others in order.
                start_new_session=True,
                preexec_fn=end_with_us,  # noqa: PLW1509 - we have no threads
            )
        child.start_at = time.monotonic()
        confinement.watch_for_parent([child.process.pid])

    def _log_of(self, child: Child) -> IO[bytes]:
        return (self.logs / f"{child.name}.log").open("ab" if child.process else "wb")

    def _revive(self) -> None:
        now = time.monotonic()
        for child in self.children:
            if child.process is None or child.process.poll() is None:
                continue
            if now - child.start_at > LONGEST_PAUSE_S:
                child.pause_s = 1.0
            if now >= child.start_at + child.pause_s:
                self.say(f"{child.name} ended ({child.process.returncode}) and is started again; see {self.logs}")
                child.pause_s = min(child.pause_s * 2, LONGEST_PAUSE_S)
                self._start(child)

    def _stop(self) -> None:
        running = [child.process for child in self.children if child.process and child.process.poll() is None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + STOPS_WITHIN_S
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False

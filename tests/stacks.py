"""The whole platform as child processes on a home and a port of its own, for tests that come in by the front door."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPMessage
from pathlib import Path
from typing import Any, TypeVar, cast

import pytest

from config import env, supervisor
from tests.shared_data import shared_data

ANSWERS_WITHIN_S = 90.0
VERB_ENDS_WITHIN_S = 300.0
PASSWORD = "demo"

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back over HTTP, refusals included."""

    status: int
    headers: HTTPMessage
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(slots=True)
class Stack:
    """One copy of the platform: web, workers, beat, database and broker."""

    home: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None)
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://{supervisor.HOST}:{self.port}"

    def run(self, *verb: str, check: bool = True) -> str:
        """Run a verb of manage.py to its end and return what it printed.

        Raises:
            AssertionError: it failed, with its output.
        """
        done = subprocess.run(
            [sys.executable, "manage.py", *verb],
            cwd=env.REPOSITORY,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=VERB_ENDS_WITHIN_S,
            check=False,
        )
        assert not check or done.returncode == 0, f"manage.py {' '.join(verb)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def start(self) -> None:
        """Serve on a free port and wait until everything answers.

        Raises:
            AssertionError: it ended or did not answer in time, with its output.
        """
        self.port = self.port or find_free_port()
        log = self.home / "up.log"
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up"],
                cwd=env.REPOSITORY,
                env=self._environment(PORT=str(self.port), STOP_WITH_PARENT="1"),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

        def is_ready() -> bool:
            assert self.process
            assert self.process.poll() is None, log.read_text()
            try:
                return self.call("/readyz").status == 200
            except OSError:
                return False

        wait_for(is_ready, within_s=ANSWERS_WITHIN_S)

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(supervisor.STOPS_WITHIN_S * 2)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def call(
        self,
        path: str,
        *,
        token: str = "",
        body: Mapping[str, Any] | None = None,
        method: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Ask the stack, as a consumer would; `path` may be a whole address of this stack.

        Raises:
            OSError: nobody answers.
        """
        address = path if path.startswith("http") else self.url + path
        request = urllib.request.Request(address, method=method or ("GET" if body is None else "POST"))
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as refusal:
            with refusal:
                return Answer(refusal.code, refusal.headers, refusal.read())

    def _environment(self, **changes: str) -> dict[str, str]:
        settings = {"VITRINE_HOME": str(self.home), "DJANGO_SETTINGS_MODULE": "config.settings.dev"}
        none = dict.fromkeys(("DATABASE_URL", "BROKER_URL", "CACHE_URL", "S3_BUCKET"), "")
        return env.for_children(**{**none, **settings, **self.settings, **changes})


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind((supervisor.HOST, 0))
        return int(probe.getsockname()[1])


def wait_for(find: Callable[[], Found], *, within_s: float, every_s: float = 0.1) -> Found:
    """What `find` returns once it is truthy.

    Raises:
        AssertionError: it was not in time; says what it last was.
    """
    deadline = time.monotonic() + within_s
    while not (found := find()):
        assert time.monotonic() < deadline, f"waited {within_s} s in vain; last: {found!r}"
        threading.Event().wait(every_s)
    return found


@contextmanager
def served(home: Path, *preparing: tuple[str, ...], settings: Mapping[str, str] | None = None) -> Iterator[Stack]:
    """A stack that has run some verbs and serves, and is stopped afterwards."""
    home.mkdir(parents=True, exist_ok=True)
    stack = Stack(home, settings=settings or {})
    for verb in preparing:
        stack.run(*verb)
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


@pytest.fixture(scope="session")
def demo_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The demo catalog, as `make demo` serves it."""
    with served(tmp_path_factory.mktemp("demo"), ("demo", "--no-serve")) as stack:
        yield stack


@pytest.fixture(scope="session")
def icecat_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The Icecat catalog, as `manage.py import akeneo` leaves it, with the demo's people and nothing else of the demo."""
    folder = shared_data("01_akeneo_icecat", "icecat_demo_dev")
    people = "from catalog.demo.load import load_people; load_people(print)"
    verbs = (("migrate", "--verbosity", "0"), ("shell", "-c", people), ("import", "akeneo", str(folder), "--json"))
    with served(tmp_path_factory.mktemp("icecat"), *verbs) as stack:
        yield stack


@pytest.fixture(params=["demo", "icecat"])
def stack(request: pytest.FixtureRequest) -> Stack:
    """Either catalog; the test runs on both."""
    return cast("Stack", request.getfixturevalue(f"{request.param}_stack"))

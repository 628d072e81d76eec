"""`manage.py up` and `demo` as a newcomer runs them: real processes on a free port."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from config import env, supervisor

pytestmark = pytest.mark.slow
WITHIN_S = 60.0
NAMES = {"web", "quick", "pictures", "heavy", "beat"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind((supervisor.HOST, 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def run(home: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []

    def start(*verb: str, **environment: str) -> subprocess.Popen[str]:
        started.append(
            subprocess.Popen(
                [sys.executable, "manage.py", *verb],
                cwd=env.REPOSITORY,
                env=env.for_children(
                    VITRINE_HOME=str(home), DJANGO_SETTINGS_MODULE="config.settings.dev", **environment
                ),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
        )
        return started[-1]

    yield start

    for process in started:
        process.kill()
        process.communicate()
    wait_until(lambda: not processes_of(home))


def wait_until(is_true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not is_true():
        assert time.monotonic() < deadline, "waited too long"
        threading.Event().wait(0.1)


def processes_of(home: Path) -> list[psutil.Process]:
    """Everything that runs on this home: by its environment, or (the servers) by its command line."""
    found = []
    for process in psutil.process_iter():
        try:
            is_ours = process.environ().get("VITRINE_HOME") == str(home) or any(
                str(home) in part for part in process.cmdline()
            )
            if is_ours and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{supervisor.HOST}:{port}/readyz", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def read_until(process: subprocess.Popen[str], text: str) -> str:
    assert process.stdout
    read = ""
    while text not in read:
        line = process.stdout.readline()
        assert line, f"ended before it said {text!r}: {read}"
        read += line
    return read


def test_everything_starts_and_ctrl_c_stops_it(run, home, port):
    process = run("up", PORT=str(port))

    text = read_until(process, "Ctrl-C")

    assert f"http://127.0.0.1:{port}/admin/" in text
    assert answers(port)
    assert {path.stem for path in (home / "logs").iterdir()} == NAMES

    process.send_signal(signal.SIGINT)

    assert process.wait(WITHIN_S) == 0
    wait_until(lambda: not processes_of(home))


def test_kill_9_leaves_nothing_and_the_port_is_free_again(run, home, port):
    process = run("up", PORT=str(port))
    read_until(process, "Ctrl-C")

    process.kill()
    process.wait()

    wait_until(lambda: not processes_of(home))
    supervisor.hold_port(port).close()


def test_a_killed_worker_is_started_again(run, home, port):
    process = run("up", PORT=str(port))
    read_until(process, "Ctrl-C")
    heavy = [p for p in processes_of(home) if any("heavy@" in part for part in p.cmdline())]
    main = next(p for p in heavy if p.ppid() == process.pid)

    main.send_signal(signal.SIGKILL)

    assert "heavy ended (-9) and is started again" in read_until(process, "started again")
    wait_until(lambda: all(not p.is_running() or p.status() == psutil.STATUS_ZOMBIE for p in heavy))


def test_a_taken_port_is_one_line_and_nothing_is_loaded(run, home, port):
    with socket.socket() as taken:
        taken.bind((supervisor.HOST, port))
        taken.listen()

        process = run("demo", PORT=str(port))
        text, _ = process.communicate(timeout=WITHIN_S)

    assert process.returncode == 1
    assert text.splitlines() == [
        f"Port {port} cannot be used (address already in use); choose another: PORT={port + 1} make demo"
    ]
    assert not home.exists()


def test_doctor_is_well_after_a_migration_and_says_so_in_json(run):
    assert run("migrate", "--verbosity", "0").wait(WITHIN_S) == 0

    process = run("doctor", "--json")
    text, _ = process.communicate(timeout=WITHIN_S)

    assert process.returncode == 0, text
    assert '"well": true' in text
    assert "codec avif" in text


def test_doctor_fails_when_the_database_does_not_answer(run):
    process = run("doctor", DATABASE_URL="postgresql:///x?host=/nowhere", BROKER_URL="redis+socket:///nowhere")

    text, _ = process.communicate(timeout=WITHIN_S)

    assert process.returncode == 1
    assert "MISSING database" in text
    assert "ok      codec jpeg" in text


def test_queues_are_all_worked_on():
    served = (*supervisor.QUICK_QUEUES, *supervisor.PICTURE_QUEUES, *supervisor.HEAVY_QUEUES)
    assert sorted(served) == sorted(supervisor.QUEUES)

"""The embedded services, with real processes: what starts, joins, dies, and what is left."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from config import env
from config import home as places

pytestmark = pytest.mark.slow
GONE_WITHIN_S = 20.0

# Holds the services until its standard input closes.
HOLDER = """
import sys
from pathlib import Path
from config import embedded
embedded.ensure(Path(sys.argv[1]))
print("up", flush=True)
sys.stdin.read()
"""


class Holder:
    """A process that uses the services of a home."""

    def __init__(self, home: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=env.REPOSITORY,
            text=True,
        )

    def wait_until_up(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def end(self) -> str:
        _, errors = self.process.communicate()
        return errors


@pytest.fixture
def hold() -> Iterator[Callable[[Path], Holder]]:
    holders: list[Holder] = []
    homes: list[Path] = []

    def start(home: Path) -> Holder:
        holders.append(Holder(home))
        homes.append(home)
        return holders[-1]

    yield start

    for holder in holders:
        holder.process.kill()
        holder.end()
    for home in homes:
        wait_until(lambda home=home: not processes_of(home))


def wait_until(is_true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + GONE_WITHIN_S
    while not is_true():
        assert time.monotonic() < deadline, "waited too long"
        threading.Event().wait(0.05)


def processes_of(home: Path) -> dict[str, int]:
    """{keeper | postgres | valkey: pid} of what runs for this home."""
    names = {"keeper.py": "keeper", "postgres": "postgres", "valkey-server": "valkey"}
    marks = (str(home), str(places.socket_dir(home)))
    found: dict[str, int] = {}
    for process in psutil.process_iter(["cmdline", "status"]):
        command = process.info["cmdline"] or []
        if process.info["status"] == psutil.STATUS_ZOMBIE or not any(
            mark in part for part in command for mark in marks
        ):
            continue
        for part in command:
            if name := names.get(Path(part).name):
                found[name] = process.pid
    return found


def connect(home: Path) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(host=str(places.socket_dir(home)), user=places.DATABASE_USER, dbname=places.DATABASE_NAME)


def ping(home: Path) -> bytes:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(places.valkey_socket(home)))
        connection.sendall(b"PING\r\n")
        return connection.recv(16)


def test_both_services_answer_on_unix_sockets_and_on_no_port(tmp_path, hold):
    home = tmp_path / "home"

    hold(home).wait_until_up()

    with connect(home) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
    assert ping(home) == b"+PONG\r\n"
    for pid in processes_of(home).values():
        assert psutil.Process(pid).net_connections(kind="inet") == []


def test_the_services_end_when_the_last_user_does(tmp_path, hold):
    home = tmp_path / "home"
    first, second = hold(home), hold(home)
    first.wait_until_up()
    second.wait_until_up()
    before = processes_of(home)

    first.process.kill()
    first.process.wait()
    threading.Event().wait(1.2)

    assert set(before) == {"keeper", "postgres", "valkey"}
    assert processes_of(home) == before

    second.process.kill()
    second.process.wait()

    wait_until(lambda: not processes_of(home))


def test_four_starters_at_once_share_one_keeper(tmp_path, hold):
    home = tmp_path / "home"
    holders = [hold(home) for _ in range(4)]

    assert [holder.wait_until_up() for holder in holders] == ["up"] * 4

    assert len(processes_of(home)) == 3


@pytest.mark.parametrize("victim", ["keeper", "postgres", "valkey"])
def test_killing_a_part_leaves_nothing_and_the_next_start_finds_the_rows(tmp_path, hold, victim):
    home = tmp_path / "home"
    hold(home).wait_until_up()
    with connect(home) as connection:
        # The embedded server acknowledges commits early; this one must be on the disk.
        connection.execute("SET LOCAL synchronous_commit = on")
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")

    os.kill(processes_of(home)[victim], signal.SIGKILL)

    wait_until(lambda: not processes_of(home))

    hold(home).wait_until_up()
    with connect(home) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (7,)


def test_a_start_right_after_the_keeper_was_killed_waits_for_its_servers(tmp_path, hold):
    home = tmp_path / "home"
    hold(home).wait_until_up()
    os.kill(processes_of(home)["keeper"], signal.SIGKILL)

    assert hold(home).wait_until_up() == "up"

    assert ping(home) == b"+PONG\r\n"


def test_a_killed_initdb_is_begun_again(tmp_path, hold):
    home = tmp_path / "home"
    (home / "pg.new").mkdir(parents=True)
    (home / "pg.new" / "half").touch()

    assert hold(home).wait_until_up() == "up"


def test_a_stale_pid_file_that_names_a_living_process_does_not_stop_the_start(tmp_path, hold):
    home = tmp_path / "home"
    holder = hold(home)
    holder.wait_until_up()
    holder.process.kill()
    wait_until(lambda: not processes_of(home))
    (home / "pg" / "postmaster.pid").write_text(f"{os.getpid()}\n{home}/pg\n1\n5432\n\n\n")

    assert hold(home).wait_until_up() == "up"


def test_two_homes_live_side_by_side(tmp_path, hold):
    homes = [tmp_path / "one", tmp_path / "two"]
    for home in homes:
        hold(home).wait_until_up()

    with connect(homes[0]) as connection:
        connection.execute("CREATE TABLE only_here (n int)")

    with connect(homes[1]) as connection:
        assert connection.execute("SELECT to_regclass('only_here')").fetchone() == (None,)
    assert not set(processes_of(homes[0]).values()) & set(processes_of(homes[1]).values())


def test_spaces_and_long_paths_work_and_private_parents_stay_private(tmp_path, hold):
    parent = tmp_path / "private"
    parent.mkdir(mode=0o700)
    home = parent / ("a home with spaces and Ümlauts " + "x" * 90)

    assert hold(home).wait_until_up() == "up"

    assert ping(home) == b"+PONG\r\n"
    assert parent.stat().st_mode & 0o777 == 0o700
    assert places.socket_dir(home).stat().st_mode & 0o777 == 0o700


def test_a_home_that_cannot_be_made_is_one_line(tmp_path, hold):
    (tmp_path / "file").touch()

    holder = hold(tmp_path / "file" / "home")

    assert holder.wait_until_up() == ""
    assert holder.end().strip().splitlines() == [
        f"embedded services: [Errno 20] Not a directory: '{tmp_path / 'file' / 'home'}'"
    ]

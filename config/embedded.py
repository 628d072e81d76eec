"""Makes PostgreSQL and Valkey run for this process where the host gives none; changes when how we join them changes.

One detached keeper per home (config/keeper.py) runs both servers. Every process that uses them holds a shared lock on
`home/lease`; the kernel drops it however the process ends, and the keeper stops when nobody holds it any more.
"""

from __future__ import annotations

import fcntl
import os
import select
import subprocess
import sys
from pathlib import Path

from config import env

START_TIMEOUT_S = 300
READY = b"ready"
_lease: dict[Path, int] = {}


class ServicesUnavailable(SystemExit):
    """The embedded services could not be started; the message is one line for a person."""


def ensure_for_environment() -> None:
    """Start or join the embedded services unless the environment names its own or this is production."""
    if env.needs_embedded_services():
        ensure(env.home())


def ensure(home: Path, *, timeout_s: float = START_TIMEOUT_S) -> None:
    """Start or join the services of `home` and hold them for as long as this process, or a fork of it, lives.

    Safe to call again and from several processes at once: one starts, the others wait and join.

    Raises:
        ServicesUnavailable: the home cannot be written, or a service did not start (one line says which log to read).
    """
    home = home.resolve()
    try:
        home.mkdir(parents=True, exist_ok=True)
        _hold_lease(home)
        with (home / "starting").open("w") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            if not _keeper_is_alive(home):
                _start_keeper(home, timeout_s)
    except OSError as error:
        raise ServicesUnavailable(f"embedded services: {error}") from error


def _hold_lease(home: Path) -> None:
    if home not in _lease:
        _lease[home] = os.open(home / "lease", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    # Waits while a keeper that found itself alone is stopping.
    fcntl.flock(_lease[home], fcntl.LOCK_SH)


def _keeper_is_alive(home: Path) -> bool:
    lock = os.open(home / "keeper.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def _start_keeper(home: Path, timeout_s: float) -> None:
    reader, writer = os.pipe()
    keeper = Path(__file__).with_name("keeper.py")
    try:
        with (home / "keeper.log").open("ab") as log:
            # Returns at once: the keeper forks away from its starter, who may outlive it and would have to reap it.
            subprocess.run(
                [sys.executable, "-I", str(keeper), str(home), str(writer)],
                check=False,
                pass_fds=(writer,),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd="/",
            )
    finally:
        os.close(writer)
    try:
        if not select.select([reader], [], [], timeout_s)[0]:
            raise ServicesUnavailable(f"embedded services did not start in {timeout_s:.0f} s; see {home}/keeper.log")
        answer = os.read(reader, 4096)
    finally:
        os.close(reader)
    if answer != READY:
        reason = answer.decode(errors="replace").strip() or f"the keeper died; see {home}/keeper.log"
        raise ServicesUnavailable(f"embedded services: {reason}")

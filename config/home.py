"""Where things lie under VITRINE_HOME: pure functions of that one path, so that settings and keeper agree unasked."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path

DATABASE_NAME = "vitrine"
DATABASE_USER = "vitrine"
_POSTGRES_SOCKET = ".s.PGSQL.5432"
# sun_path holds 104 bytes on macOS and 108 on Linux; the longest name in the directory is PostgreSQL's lock file.
_LONGEST_SOCKET_BYTES = 100
_PLAIN_PATH = re.compile(r"[A-Za-z0-9._/+-]+")


def socket_dir(home: Path) -> Path:
    """The folder of both Unix sockets: `home/run`, or a short private one where that path is too long or not plain.

    Broker URLs and PostgreSQL's own settings quote paths in different ways, so anything that is not plain goes to the
    temporary directory, under a name made of the user and the home.
    """
    inside = home / "run"
    longest = os.fsencode(inside / f"{_POSTGRES_SOCKET}.lock")
    if len(longest) <= _LONGEST_SOCKET_BYTES and _PLAIN_PATH.fullmatch(str(inside)):
        return inside
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"vtr-{os.geteuid()}-{digest}"


def postgres_socket(home: Path) -> Path:
    return socket_dir(home) / _POSTGRES_SOCKET


def valkey_socket(home: Path) -> Path:
    return socket_dir(home) / "valkey.sock"


def broker_url(home: Path) -> str:
    return f"redis+socket://{valkey_socket(home)}?virtual_host=0"


def cache_url(home: Path) -> str:
    return f"unix://{valkey_socket(home)}?db=1"

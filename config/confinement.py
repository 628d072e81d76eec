"""What a server started by the keeper may do, and how it dies with it; changes with the operating systems we run on."""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

# linux/prctl.h, linux/capability.h, linux/securebits.h
_PR_SET_PDEATHSIG = 1
_PR_SET_SECUREBITS = 28
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAP_DAC_OVERRIDE = 1
_CAPABILITY_VERSION_3 = 0x20080522
_SECBIT_NO_SETUID_FIXUP = 1 << 2

# malloc.h
_M_TRIM_THRESHOLD = -1
_M_MMAP_THRESHOLD = -3

# SIGTERM is a stop for all we start; PostgreSQL would wait for its sessions, which end with the lease holders anyway.
_WATCHER = """
import os, signal, sys
os.read(0, 1)
for pid in map(int, sys.argv[1:]):
    try: os.kill(pid, signal.SIGTERM)
    except ProcessLookupError: pass
"""


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


@cache
def _service_account() -> pwd.struct_passwd | None:
    """The account the servers run as, None for our own; PostgreSQL refuses to run as root."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def make_private(folder: Path) -> None:
    """Make `folder`, or take it over, readable by its service account alone.

    Raises:
        RuntimeError: somebody else owns it.
    """
    account = _service_account()
    owner = account.pw_uid if account else os.geteuid()
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.lstat().st_uid not in {owner, os.geteuid()} or folder.is_symlink():
        raise RuntimeError(f"{folder} belongs to somebody else")
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    folder.chmod(0o700)


def confine_child() -> None:
    """Run in the child between fork and exec: give up root, and end when the keeper ends.

    As root the child becomes `nobody` and keeps CAP_DAC_OVERRIDE alone, so that data and binaries below a private folder
    work without opening that folder to everybody.
    """
    account = _service_account()
    if account:
        _become(account)
    # After the change of user: that clears it.
    die_with_parent(signal.SIGINT)


def die_with_parent(by: signal.Signals) -> None:
    """Have the kernel send us `by` when our parent ends, however it ends (Linux; see `watch_for_parent` for the rest)."""
    if sys.platform == "linux":
        _libc().prctl(_PR_SET_PDEATHSIG, by, 0, 0, 0)


def fix_malloc_thresholds(size_bytes: int) -> None:
    """Have blocks of this size and above go back to the system as soon as they are freed (glibc)."""
    if sys.platform == "linux" and hasattr(_libc(), "mallopt"):
        _libc().mallopt(_M_MMAP_THRESHOLD, size_bytes)
        _libc().mallopt(_M_TRIM_THRESHOLD, size_bytes)


def _become(account: pwd.struct_passwd) -> None:
    if sys.platform == "linux":
        # Keeps capabilities over setuid and, unlike KEEPCAPS, lets access(2) use them: initdb looks for postgres by it.
        _libc().prctl(_PR_SET_SECUREBITS, _SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    os.setgroups([])
    os.setresgid(account.pw_gid, account.pw_gid, account.pw_gid)
    os.setresuid(account.pw_uid, account.pw_uid, account.pw_uid)
    if sys.platform == "linux":
        only = 1 << _CAP_DAC_OVERRIDE
        sets = (ctypes.c_uint32 * 6)(only, only, only, 0, 0, 0)
        if _libc().capset(ctypes.byref(_CapabilityHeader(_CAPABILITY_VERSION_3, 0)), sets) == 0:
            _libc().prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0)


def watch_for_parent(pids: Iterable[int], *, everywhere: bool = False) -> None:
    """Stop `pids` when this process dies, on systems without PR_SET_PDEATHSIG: a child waits on a pipe only we hold."""
    if sys.platform == "linux" and not everywhere:
        return
    reader, _writer_held_until_we_die = os.pipe()
    subprocess.Popen(
        [sys.executable, "-I", "-c", _WATCHER, *(str(pid) for pid in pids)],
        stdin=reader,
        start_new_session=True,
        cwd="/",
    )
    os.close(reader)


def runs_for(pid: int, places: tuple[Path, ...]) -> bool:
    """Is `pid` alive and a server of one of these folders? Pids are reused, so the command line must name the folder."""
    if sys.platform == "linux":
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
        except OSError:
            return False
    else:
        listing = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
        command = subprocess.run(listing, capture_output=True, text=True, check=False).stdout
    return any(str(place) in command for place in places)

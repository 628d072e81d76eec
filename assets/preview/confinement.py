"""What a process that reads files of strangers may still do: little memory, little time, no network, no writing."""

from __future__ import annotations

import ctypes
import errno
import platform
import resource
import signal
import struct
import sys
from dataclasses import dataclass

# linux/prctl.h, linux/seccomp.h, linux/filter.h, linux/audit.h
_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_SECCOMP_MODE_FILTER = 2
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16
_WRITES = 0o1 | 0o2 | 0o100 | 0o1000  # O_WRONLY, O_RDWR, O_CREAT, O_TRUNC


@dataclass(frozen=True, slots=True)
class _Machine:
    """System calls by number: `refused` ones never work, `opens` name the argument that holds the flags."""

    audit: int
    refused: tuple[int, ...]
    execs: tuple[int, ...]
    opens: tuple[tuple[int, int], ...]


_MACHINES = {
    # socket, connect, accept, bind, listen, socketpair, accept4; ptrace, process_vm_*; rename*, mkdir*, rmdir, creat,
    # link*, unlink*, symlink*, chmod*, chown*, mknod*, truncate; mount, chroot, pivot_root; unshare, setns; bpf,
    # userfaultfd, perf_event_open, io_uring_setup, open_by_handle_at, keyctl, kexec_load, init_module.
    "x86_64": _Machine(
        0xC000003E,
        (
            *(41, 42, 43, 49, 50, 53, 288, 101, 310, 311, 82, 264, 316, 83, 258, 84, 85, 86, 265, 87, 263, 88, 266),
            *(90, 268, 92, 260, 133, 259, 76, 165, 161, 155, 272, 308, 321, 323, 298, 425, 304, 250, 246, 175),
        ),
        (59, 322),
        ((2, 1), (257, 2)),
    ),
    "aarch64": _Machine(
        0xC00000B7,
        (
            *(198, 203, 202, 200, 201, 199, 242, 117, 270, 271, 38, 276, 34, 37, 35, 36, 53, 54, 33, 45, 40, 51, 41),
            *(97, 268, 280, 282, 241, 425, 265, 219, 104, 105),
        ),
        (221, 281),
        ((56, 2),),
    ),
}


@dataclass(frozen=True, slots=True)
class Confinement:
    """The bounds of one file's process. `may_execute` is for ffmpeg alone; the bounds go over to it."""

    memory_bytes: int = 3 << 30
    cpu_s: int = 25
    may_execute: bool = False


def confine(bounds: Confinement) -> None:
    """Give up what is not needed, for good. Beyond Linux only what the system knows of it."""
    for name, amount in (
        ("RLIMIT_CORE", 0),
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_NOFILE", 64),
        ("RLIMIT_CPU", bounds.cpu_s),
        ("RLIMIT_AS", bounds.memory_bytes),
    ):
        limit = getattr(resource, name, None)
        if limit is None:
            continue
        try:
            resource.setrlimit(limit, (amount, amount))
        except (ValueError, OSError):
            if sys.platform == "linux":
                raise
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        _filter_calls(libc, may_execute=bounds.may_execute)


def _filter_calls(libc: ctypes.CDLL, *, may_execute: bool) -> None:
    """Refuse system calls by a filter in the kernel; a kernel without it goes without."""
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        return
    program = _build_filter(machine, machine.refused if may_execute else machine.refused + machine.execs)
    content = ctypes.create_string_buffer(program, len(program))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))

    whole = Program(len(program) // 8, ctypes.cast(content, ctypes.c_void_p))
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(whole), 0, 0)


def _build_filter(machine: _Machine, refused: tuple[int, ...]) -> bytes:
    """Source: Documentation/userspace-api/seccomp_filter.rst of the Linux kernel; each line is {u16, u8, u8, u32}."""

    def line(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
        return struct.pack("=HBBI", code, if_true, if_false, value)

    lines = [
        line(_LOAD, _ARCHITECTURE_AT),
        line(_JUMP_EQUAL, machine.audit, 1, 0),
        line(_RETURN, _REFUSE),
        line(_LOAD, _NUMBER_AT),
        # The second calling convention of x86-64 has its own numbers, from here on.
        line(_JUMP_AT_LEAST, 0x40000000, 0, 1),
        line(_RETURN, _REFUSE),
    ]
    for number in refused:
        lines += [line(_JUMP_EQUAL, number, 0, 1), line(_RETURN, _REFUSE)]
    for number, argument in machine.opens:
        lines += [
            line(_JUMP_EQUAL, number, 0, 4),
            line(_LOAD, _ARGUMENTS_AT + 8 * argument),
            line(_JUMP_SET, _WRITES, 0, 1),
            line(_RETURN, _REFUSE),
            line(_RETURN, _ALLOW),
        ]
    return b"".join([*lines, line(_RETURN, _ALLOW)])

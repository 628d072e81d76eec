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
from pathlib import Path

# linux/prctl.h, linux/seccomp.h, linux/filter.h, linux/audit.h
_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_SECCOMP_MODE_FILTER = 2
_ALLOW, _REFUSE, _UNKNOWN = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16
_WRITES = 0o1 | 0o2 | 0o100 | 0o1000  # O_WRONLY, O_RDWR, O_CREAT, O_TRUNC
_NAMESPACES = 0x7E020000  # CLONE_NEWNS, CGROUP, UTS, IPC, USER, PID, NET
_ANY = 0xFFFFFFFF
_OPENAT2, _CLONE3 = 437, 435
# Calls younger than Linux 5.1 have one number on all machines: pidfd_send_signal, io_uring_setup, open_tree, move_mount,
# fsopen, fsconfig, fsmount, fspick, pidfd_open, openat2 (its flags lie in memory, where no filter looks), pidfd_getfd,
# process_madvise, mount_setattr, process_mrelease, fchmodat2, setxattrat, removexattrat, open_tree_attr.
_YOUNG = (424, 425, 428, 429, 430, 431, 432, 433, 434, _OPENAT2, 438, 440, 442, 448, 452, 463, 466, 467)


@dataclass(frozen=True, slots=True)
class _Machine:
    """System calls by number: `refused` ones never work, `execs` only where something is executed.

    `masked` are (call, argument, bits): refused where the argument has one of the bits.
    """

    audit: int
    refused: tuple[int, ...]
    execs: tuple[int, ...]
    masked: tuple[tuple[int, int, int], ...]


_MACHINES = {
    # socket, connect, accept, bind, listen, socketpair, accept4; ptrace, process_vm_*; rename*, mkdir*, rmdir, creat,
    # link*, unlink*, symlink*, *chmod*, *chown*, mknod*, truncate, *setxattr, *removexattr, utime*, fallocate; mount,
    # umount2, chroot, pivot_root, swapon, swapoff; unshare, setns; bpf, userfaultfd, perf_event_open,
    # open_by_handle_at, fanotify_init, keyctl, add_key, request_key, kexec_load, init_module; mq_open, shmget, semget,
    # msgget; tkill, tgkill, rt_*sigqueueinfo, setpriority, ioprio_set. A program that may be executed may be ended too:
    # execve, execveat, kill. Then the calls whose arguments decide: open, openat, clone, prlimit64 of somebody else.
    "x86_64": _Machine(
        0xC000003E,
        (
            *(41, 42, 43, 49, 50, 53, 288, 101, 310, 311, 82, 264, 316, 83, 258, 84, 85, 86, 265, 87, 263, 88, 266),
            *(90, 91, 268, 92, 93, 94, 260, 133, 259, 76, 188, 189, 190, 197, 198, 199, 132, 235, 261, 280, 285),
            *(165, 166, 161, 155, 167, 168, 272, 308, 321, 323, 298, 304, 300, 250, 248, 249, 246, 175),
            *(240, 29, 64, 68, 200, 234, 129, 297, 141, 251),
        ),
        (59, 322, 62),
        ((2, 1, _WRITES), (257, 2, _WRITES), (56, 0, _NAMESPACES), (302, 0, _ANY)),
    ),
    "aarch64": _Machine(
        0xC00000B7,
        (
            *(198, 203, 202, 200, 201, 199, 242, 117, 270, 271, 38, 276, 34, 37, 35, 36, 52, 53, 54, 55, 33, 45),
            *(5, 6, 7, 14, 15, 16, 88, 47, 40, 39, 51, 41, 224, 225),
            *(97, 268, 280, 282, 241, 265, 262, 219, 217, 218, 104, 105),
            *(180, 194, 190, 186, 130, 131, 138, 240, 140, 30),
        ),
        (221, 281, 129),
        ((56, 2, _WRITES), (220, 0, _NAMESPACES), (261, 0, _ANY)),
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


def refuse_execution() -> None:
    """Give up starting programs too, once it is known that none is needed; filters add up."""
    if sys.platform == "linux":
        _filter_calls(ctypes.CDLL(None, use_errno=True), may_execute=False)


def has_filter() -> bool:
    """Whether this system filters the calls of a confined process; where not, memory and time alone are bounded."""
    return platform.machine() in _MACHINES and Path("/proc/sys/kernel/seccomp/actions_avail").exists()


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
    for number in refused + _YOUNG:
        lines += [line(_JUMP_EQUAL, number, 0, 1), line(_RETURN, _REFUSE)]
    # The flags of clone3 lie in memory; a C library that is told that there is none takes clone.
    lines += [line(_JUMP_EQUAL, _CLONE3, 0, 1), line(_RETURN, _UNKNOWN)]
    for number, argument, bits in machine.masked:
        lines += [
            line(_JUMP_EQUAL, number, 0, 4),
            line(_LOAD, _ARGUMENTS_AT + 8 * argument),
            line(_JUMP_SET, bits, 0, 1),
            line(_RETURN, _REFUSE),
            line(_RETURN, _ALLOW),
        ]
    return b"".join([*lines, line(_RETURN, _ALLOW)])

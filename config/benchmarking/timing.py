"""Clocks and memory of this process and of others; changes with what the operating system tells."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from time import perf_counter

KIB = 1024
MIB = 1024 * 1024


def time_once(call: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    started = perf_counter()
    call()
    return perf_counter() - started


def time_each(call: Callable[[], object], *, times: int, warm_up: int = 3) -> list[float]:
    """Seconds of each of `times` calls, after some that do not count."""
    for _ in range(warm_up):
        call()
    return [time_once(call) for _ in range(times)]


def median_ms(seconds: Sequence[float]) -> float:
    """The median, in milliseconds."""
    return statistics.median(seconds) * 1000


def percentile_ms(seconds: Sequence[float], percent: int) -> float:
    """The smallest time that `percent` of the times do not exceed, in milliseconds."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * percent // 100) - 1))] * 1000


def reset_peak() -> None:
    """Let the peak of this process's memory start again from what it uses now (Linux)."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return


def resident_mib() -> float:
    """Memory this process uses now; 0 where the system does not tell."""
    return _status("VmRSS")


def peak_mib() -> float:
    """The most memory this process has used since `reset_peak`; 0 where the system does not tell."""
    return _status("VmHWM")


def _status(name: str) -> float:
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) * KIB / MIB for line in lines if line.startswith(f"{name}:")), 0.0)


def proportional_mib(pids: Iterable[int]) -> float:
    """The memory of processes together, shared pages counted once (PSS); 0 where the system does not tell."""
    total = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total * KIB / MIB

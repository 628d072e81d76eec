"""Python's garbage collector, kept out of the way of bulk work; changes when the interpreter collects differently."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_pauses = 0
_was_on = False


@contextmanager
def pausing_collection() -> Iterator[None]:
    """Let no cyclic collection run for the length of a bounded piece of bulk work.

    The rows of a chunk hold no cycles, yet making a million small objects has the collector walk the whole process
    again and again. The switch is the process's: where several threads pause at once, the last to end switches it on.
    """
    global _pauses, _was_on  # noqa: PLW0603 - the switch is the process's, and so is who holds it
    with _lock:
        if not _pauses:
            _was_on = gc.isenabled()
            gc.disable()
        _pauses += 1
    try:
        yield
    finally:
        with _lock:
            _pauses -= 1
            if not _pauses and _was_on:
                gc.enable()

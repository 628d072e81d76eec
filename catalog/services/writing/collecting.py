"""Python's garbage collector, kept out of the way of bulk work; changes when the interpreter collects differently."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def pausing_collection() -> Iterator[None]:
    """Let no cyclic collection run for the length of a bounded piece of bulk work.

    The rows of a chunk hold no cycles, yet making a million small objects has the collector walk the whole process
    again and again. The switch is the process's: where two threads pause at once, the first to end switches it on.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()

"""Where others plug into delivery: what wakes the publishers."""

from __future__ import annotations

from collections.abc import Callable

from pim.registry import Registry

wakers: Registry[Callable[[], None]] = Registry("what wakes the publishers after a commit")


def wake_publishers() -> None:
    """Tell whoever publishes that something is dirty."""
    for call in wakers.values():
        call()

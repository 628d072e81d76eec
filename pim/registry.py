"""Where apps plug in by code: one small dictionary, filled in `ready()` and closed afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

T = TypeVar("T")


class RegistryError(Exception):
    """A programming or configuration mistake: registered twice, or too late."""


class NotRegistered(LookupError):
    """Nothing is registered under this code. The text names the codes that are."""


class Registry(Generic[T]):
    """Objects by code, in order of registration.

    Read freely from any thread; write only while apps load. `freeze()` is called once, when all apps are ready.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._entries: dict[str, T] = {}
        self._is_frozen = False

    def register(self, code: str, entry: T) -> T:
        """Add an entry and return it.

        Raises:
            RegistryError: the code is taken, or the registry is frozen.
        """
        if self._is_frozen:
            raise RegistryError(f"{self.name}: {code!r} comes too late; register it in AppConfig.ready()")
        if code in self._entries:
            raise RegistryError(f"{self.name}: {code!r} is registered already, by {self._entries[code]!r}")
        self._entries[code] = entry
        return entry

    def get(self, code: str) -> T:
        """Return the entry of a code.

        Raises:
            NotRegistered: there is none.
        """
        try:
            return self._entries[code]
        except KeyError:
            known = ", ".join(sorted(self._entries)) or "nothing"
            raise NotRegistered(f"{self.name}: {code!r} is not registered; known: {known}") from None

    def find(self, code: str) -> T | None:
        """Return the entry of a code, or None."""
        return self._entries.get(code)

    def items(self) -> tuple[tuple[str, T], ...]:
        """Codes with their entries, in order of registration."""
        return tuple(self._entries.items())

    def codes(self) -> tuple[str, ...]:
        """Codes in order of registration."""
        return tuple(self._entries)

    def values(self) -> tuple[T, ...]:
        """Entries in order of registration."""
        return tuple(self._entries.values())

    def __contains__(self, code: object) -> bool:
        return code in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self.codes())

    def __len__(self) -> int:
        return len(self._entries)

    def freeze(self) -> None:
        """Refuse further registrations. Repeatable."""
        self._is_frozen = True

    @contextmanager
    def registered(self, code: str, entry: T) -> Iterator[T]:
        """Have an entry for the length of a test, frozen or not; what was there before comes back."""
        before, was_frozen = dict(self._entries), self._is_frozen
        self._entries[code] = entry
        try:
            yield entry
        finally:
            self._entries, self._is_frozen = before, was_frozen

"""Foreign codes and SKUs: how they become ours, and when two of them are the same."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from array import array

from pim.values.keys import is_code

CODE_LENGTH = 100

_NOT_IN_CODES = re.compile(r"[^A-Za-z0-9_]+")
_EMPTY = 0


def normalise_code(text: str) -> str:
    """Turn a foreign code into one of ours: `[A-Za-z0-9_]{1,100}`; unchanged where it is one. Empty stays empty.

    Accents are dropped, anything else becomes `_`. A text without any usable character becomes `c_` and a hash.
    """
    text = text.strip()
    if not text or is_code(text):
        return text
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    code = _NOT_IN_CODES.sub("_", plain).strip("_")
    if not code:
        return f"c_{_digest(text)}"
    return code if len(code) <= CODE_LENGTH else f"{code[: CODE_LENGTH - 9]}_{_digest(text)}"


def make_sku_key(sku: str) -> str:
    """The form in which two SKUs (or codes) that mean the same are equal: NFC, trimmed, casefolded."""
    return unicodedata.normalize("NFC", sku.strip()).casefold()


class CodeBook:
    """Our code for each foreign code of one kind, kept apart where two foreign codes would become the same.

    A changed code that meets another one gets a hash behind it. Codes that need no change keep themselves if they
    are reserved first.
    """

    def __init__(self) -> None:
        self._ours: dict[str, str] = {}
        self._taken: dict[str, str] = {}

    def reserve(self, external: str) -> None:
        """Keep a foreign code that is one of ours as it is, whatever is claimed later."""
        if is_code(external.strip()):
            self._taken.setdefault(external.strip().casefold(), external.strip())

    def claim(self, external: str) -> str:
        """Take a code for a foreign code; the same foreign code gets the same answer."""
        external = external.strip()
        known = self._ours.get(external.casefold())
        if known is not None:
            return known
        code = normalise_code(external)
        if self._taken.get(code.casefold(), external) != external:
            code = f"{code[: CODE_LENGTH - 9]}_{_digest(external)}"
        self._ours[external.casefold()] = code
        self._taken[code.casefold()] = external
        return code

    def find(self, external: str) -> str:
        """Our code for a foreign code that is being referred to; normalised where it was never claimed."""
        external = external.strip()
        return self._ours.get(external.casefold()) or normalise_code(external)


class SeenKeys:
    """Which keys were met, and on which line, in 12 bytes a key: flat enough for millions of rows.

    Keys are told apart by a 64-bit hash; at a million keys the chance of a false alarm is 3e-8.
    """

    def __init__(self) -> None:
        self._capacity = 1 << 10
        self._count = 0
        self._hashes = array("Q", bytes(8 * self._capacity))
        self._lines = array("I", bytes(4 * self._capacity))

    def add(self, key: str, line: int) -> int | None:
        """Remember a key and return None; a key met before stays, and the line where it was is returned."""
        if 2 * self._count >= self._capacity:
            self._grow()
        digest = int.from_bytes(hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
        slot = self._find(digest or 1)
        if self._hashes[slot] != _EMPTY:
            return self._lines[slot]
        self._put(slot, digest or 1, line)
        return None

    def _find(self, digest: int) -> int:
        slot = digest & (self._capacity - 1)
        while self._hashes[slot] not in (_EMPTY, digest):
            slot = (slot + 1) & (self._capacity - 1)
        return slot

    def _put(self, slot: int, digest: int, line: int) -> None:
        self._hashes[slot] = digest
        self._lines[slot] = line
        self._count += 1

    def _grow(self) -> None:
        hashes, lines = self._hashes, self._lines
        self._capacity *= 4
        self._count = 0
        self._hashes = array("Q", bytes(8 * self._capacity))
        self._lines = array("I", bytes(4 * self._capacity))
        for digest, line in zip(hashes, lines, strict=True):
            if digest != _EMPTY:
                self._put(self._find(digest), digest, line)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]

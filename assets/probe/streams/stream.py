"""What the header of a video or of sound tells, and the bounds within which it is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import BinaryIO

MAX_BLOCKS = 20_000
"""Boxes, chunks or frames that are looked at before a file is taken for damaged."""

MAX_TAG_BYTES = 64 << 10
MAX_COVER_BYTES = 16 << 20
MAX_DURATION_MS = 1_000 * 3_600 * 1_000
MAX_SIDE_PX = 32_768


class DamagedStream(Exception):
    """The header makes no sense, or never ends."""


@dataclass(slots=True)
class Stream:
    """Length, size as seen, tags ({name in lower case: text}) and the packets found on the way."""

    duration_ms: int | None = None
    width_px: int | None = None
    height_px: int | None = None
    tags: dict[str, str] = field(default_factory=dict)
    xmp: bytes = b""
    cover: bytes = b""

    def lasts(self, amount: float, per_second: float) -> None:
        """Set the length from a number of units; nonsense is left out."""
        if per_second > 0 and amount > 0:
            duration_ms = round(amount * 1000 / per_second)
            if duration_ms <= MAX_DURATION_MS:
                self.duration_ms = duration_ms

    def measures(self, width: int, height: int) -> None:
        """Set the size; nonsense is left out."""
        if 0 < width <= MAX_SIDE_PX and 0 < height <= MAX_SIDE_PX:
            self.width_px, self.height_px = width, height

    def tag(self, name: str, text: str) -> None:
        """Keep the first text of each name."""
        cleaned = "".join(character for character in text if character.isprintable() or character in "\n\t").strip()
        if cleaned and len(self.tags) < 100:
            self.tags.setdefault(name.lower()[:60], cleaned[:2_000])


def read_exactly(file: BinaryIO, length: int) -> bytes:
    """Read this much.

    Raises:
        DamagedStream: the file ends before.
    """
    found = file.read(length)
    if len(found) != length:
        raise DamagedStream
    return found

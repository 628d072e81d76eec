"""How many pictures a file holds, counted on its blocks before any of them is decoded."""

from __future__ import annotations

import os
from typing import BinaryIO

from assets.probe import formats
from assets.probe.formats import MediaType

_MAX_BLOCKS = 200_000
_READ_BYTES = 64 << 10


def count_frames(file: BinaryIO, media: MediaType) -> int:
    """Frames of a GIF, WebP or PNG animation; 1 for what is none, or too damaged to count."""
    if media == formats.GIF:
        return _count_gif(file)
    if media == formats.WEBP:
        return _count_webp(file)
    return _count_png(file) if media == formats.PNG else 1


def _count_gif(file: BinaryIO) -> int:
    """Source: GIF89a specification, 18–24 and appendix B."""
    file.seek(0)
    head = file.read(13)
    if len(head) < 13:
        return 1
    skip = _Skipper(file, 13 + _table_bytes(head[10]))
    frames = 0
    for _block in range(_MAX_BLOCKS):
        introducer = skip.take(1)
        if introducer == b"\x21":
            skip.pass_over(1)
            skip.pass_sub_blocks()
        elif introducer == b"\x2c":
            frames += 1
            described = skip.take(9)
            if len(described) < 9:
                break
            skip.pass_over(_table_bytes(described[8]) + 1)
            skip.pass_sub_blocks()
        else:
            break
    return max(frames, 1)


def _table_bytes(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


class _Skipper:
    """Steps over blocks without keeping them."""

    def __init__(self, file: BinaryIO, at: int) -> None:
        self._file, self._at = file, at
        self._buffer, self._start = b"", at

    def take(self, count: int) -> bytes:
        if not self._start <= self._at <= self._at + count <= self._start + len(self._buffer):
            self._file.seek(self._at)
            self._buffer, self._start = self._file.read(_READ_BYTES), self._at
        found = self._buffer[self._at - self._start : self._at - self._start + count]
        self._at += count
        return found

    def pass_over(self, count: int) -> None:
        self._at += count

    def pass_sub_blocks(self) -> None:
        while size := self.take(1):
            if size == b"\0":
                return
            self._at += size[0]


def _count_webp(file: BinaryIO) -> int:
    """Source: RFC 9649, 2.7.1: one ANMF chunk for each frame."""
    end = file.seek(0, os.SEEK_END)
    at, frames = 12, 0
    for _chunk in range(_MAX_BLOCKS):
        if at + 8 > end:
            break
        file.seek(at)
        head = file.read(8)
        frames += head[:4] == b"ANMF"
        size = int.from_bytes(head[4:8], "little")
        at += 8 + size + size % 2
    return max(frames, 1)


def _count_png(file: BinaryIO) -> int:
    """Source: PNG 3rd edition, 11.3.6: acTL stands before the picture's data."""
    file.seek(8)
    for _chunk in range(1_000):
        head = file.read(8)
        if len(head) < 8 or head[4:] == b"IDAT":
            break
        if head[4:] == b"acTL":
            return max(int.from_bytes(file.read(4), "big"), 1)
        file.seek(int.from_bytes(head[:4], "big") + 4, os.SEEK_CUR)
    return 1

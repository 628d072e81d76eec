"""WebM and Matroska: EBML elements. Source: RFC 8794 (EBML), RFC 9559 (Matroska)."""

from __future__ import annotations

import math
import os
import struct
from collections.abc import Iterator
from typing import BinaryIO

from assets.probe.streams.stream import MAX_BLOCKS, MAX_TAG_BYTES, DamagedStream, Stream

_SEGMENT, _INFO, _TRACKS, _ENTRY, _VIDEO = 0x18538067, 0x1549A966, 0x1654AE6B, 0xAE, 0xE0
_TAGS, _TAG, _SIMPLE = 0x1254C367, 0x7373, 0x67C8
_PARENTS = {_SEGMENT, _INFO, _TRACKS, _ENTRY, _VIDEO, _TAGS, _TAG, _SIMPLE}
_SCALE, _DURATION, _TITLE, _MUXER = 0x2AD7B1, 0x4489, 0x7BA9, 0x4D80
_WIDTH, _HEIGHT, _TAG_NAME, _TAG_TEXT = 0xB0, 0xBA, 0x45A3, 0x4487
_WANTED = {_SCALE, _DURATION, _TITLE, _MUXER, _WIDTH, _HEIGHT, _TAG_NAME, _TAG_TEXT}
_MAX_DEPTH = 6


def read_matroska(file: BinaryIO) -> Stream:
    """Length, size and tags of a WebM or Matroska file."""
    stream, scale, duration, width, name = Stream(), 1_000_000, 0.0, 0, ""
    for element, body in _walk(file, 0, file.seek(0, os.SEEK_END), 0, [0]):
        if element == _SCALE:
            scale = int.from_bytes(body, "big") or scale
        elif element == _DURATION and len(body) in {4, 8}:
            duration = struct.unpack(">f" if len(body) == 4 else ">d", body)[0]
        elif element == _WIDTH:
            width = int.from_bytes(body, "big")
        elif element == _HEIGHT and stream.width_px is None:
            stream.measures(width, int.from_bytes(body, "big"))
        elif element == _TAG_NAME:
            name = body.decode("utf-8", "replace").lower()
        elif element == _TAG_TEXT and name:
            stream.tag(name, body.decode("utf-8", "replace"))
        elif element in {_TITLE, _MUXER}:
            stream.tag("title" if element == _TITLE else "encoder", body.decode("utf-8", "replace"))
    if math.isfinite(duration) and duration < 1e15:
        stream.lasts(duration * scale, 1e9)
    return stream


def _walk(file: BinaryIO, start: int, end: int, depth: int, count: list[int]) -> Iterator[tuple[int, bytes]]:
    while start < end:
        count[0] += 1
        if count[0] > MAX_BLOCKS:
            raise DamagedStream
        file.seek(start)
        head = file.read(12)
        element, used = _read_number(head, keeps_marker=True)
        size, more = _read_number(head[used:], keeps_marker=False)
        if not used or not more:
            return
        inside = start + used + more
        is_open = size == (1 << 7 * more) - 1
        stop = end if is_open else min(inside + size, end)
        if element in _PARENTS and depth < _MAX_DEPTH:
            yield from _walk(file, inside, stop, depth + 1, count)
        elif element in _WANTED and stop - inside <= MAX_TAG_BYTES:
            file.seek(inside)
            yield element, file.read(stop - inside)
        if is_open and element != _SEGMENT:
            return
        start = stop


def _read_number(head: bytes, *, keeps_marker: bool) -> tuple[int, int]:
    """A number of variable length, and how many bytes it takes; (0, 0) where there is none."""
    if not head or not head[0]:
        return 0, 0
    length = 9 - head[0].bit_length()
    if len(head) < length:
        return 0, 0
    number = int.from_bytes(head[:length], "big")
    return (number if keeps_marker else number & (1 << 7 * length) - 1), length

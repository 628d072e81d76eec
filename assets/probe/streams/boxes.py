"""MP4 and QuickTime: boxes within boxes. Source: ISO/IEC 14496-12; Apple, QuickTime File Format."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from assets.probe.streams.stream import MAX_BLOCKS, MAX_COVER_BYTES, MAX_TAG_BYTES, DamagedStream, Stream

_PARENTS = {b"moov", b"trak", b"mdia", b"minf", b"udta", b"ilst", b"meta"}
_MAX_DEPTH = 8
_XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_TEXTS = {
    b"\xa9nam": "title", b"\xa9ART": "artist", b"\xa9aut": "artist", b"\xa9alb": "album", b"\xa9cmt": "comment",
    b"\xa9des": "description", b"desc": "description", b"\xa9day": "date", b"\xa9cpy": "copyright",
    b"cprt": "copyright", b"\xa9key": "keywords", b"keyw": "keywords", b"\xa9inf": "description",
    b"\xa9xyz": "location", b"\xa9mak": "make", b"\xa9mod": "model", b"\xa9too": "encoder", b"\xa9swr": "software",
}  # fmt: skip
_LOCATION = re.compile(r"([+-]\d{1,2}(?:\.\d+)?)([+-]\d{1,3}(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class _Box:
    name: bytes
    start: int
    end: int
    depth: int
    parent: bytes


def read_boxes(file: BinaryIO) -> Stream:
    """Length, size after rotation, texts, XMP and cover of an MP4 or QuickTime file."""
    stream, areas = Stream(), []
    keys: dict[bytes, str] = {}
    for box in _walk(file, 0, file.seek(0, os.SEEK_END), 0, b"", [0]):
        length = box.end - box.start
        file.seek(box.start)
        if box.name == b"mvhd":
            _read_length(stream, file.read(min(length, 40)))
        elif box.name == b"tkhd":
            areas.append(_read_track(file.read(min(length, 96))))
        elif box.name == b"uuid" and length > 16 and file.read(16) == _XMP_UUID:
            stream.xmp = file.read(min(length - 16, 1 << 20))
        elif box.name == b"XMP_":
            stream.xmp = file.read(min(length, 1 << 20))
        elif box.name == b"covr" and box.parent == b"ilst":
            stream.cover = file.read(min(length, MAX_COVER_BYTES))[16:]
        elif box.name == b"keys":
            keys = _read_keys(file.read(min(length, MAX_TAG_BYTES)))
        elif box.name in _TEXTS:
            _read_text(stream, box, file.read(min(length, MAX_TAG_BYTES)))
        elif box.parent == b"ilst" and box.name in keys:
            stream.tag(keys[box.name], file.read(min(length, MAX_TAG_BYTES))[16:].decode("utf-8", "replace"))
    width, height = max(areas, key=lambda area: area[0] * area[1], default=(0, 0))
    stream.measures(width, height)
    return stream


def find_location(text: str) -> tuple[float, float] | None:
    """Latitude and longitude of an ISO 6709 text such as `+48.8577+002.295/`."""
    found = _LOCATION.match(text)
    if found is None:
        return None
    latitude, longitude = float(found[1]), float(found[2])
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def _walk(file: BinaryIO, start: int, end: int, depth: int, parent: bytes, count: list[int]) -> Iterator[_Box]:
    while start + 8 <= end:
        count[0] += 1
        if count[0] > MAX_BLOCKS:
            raise DamagedStream
        file.seek(start)
        head = file.read(16)
        size, name, inside = int.from_bytes(head[:4], "big"), head[4:8], start + 8
        if size == 1:
            size, inside = int.from_bytes(head[8:16], "big"), start + 16
        elif size == 0:
            size = end - start
        if size < inside - start:
            return
        box = _Box(name, inside, min(start + size, end), depth, parent)
        if name in _PARENTS and depth < _MAX_DEPTH:
            # `meta` is a full box in MP4 and a plain one in QuickTime: four bytes of version and flags, or none.
            skipped = 4 if name == b"meta" and _is_full(file, inside) else 0
            yield from _walk(file, inside + skipped, box.end, depth + 1, name, count)
        else:
            yield box
        start += size


def _is_full(file: BinaryIO, inside: int) -> bool:
    file.seek(inside + 4)
    return file.read(4) != b"hdlr"


def _read_length(stream: Stream, body: bytes) -> None:
    if body[:1] == b"\x01":
        scale, length = int.from_bytes(body[20:24], "big"), int.from_bytes(body[24:32], "big")
    else:
        scale, length = int.from_bytes(body[12:16], "big"), int.from_bytes(body[16:20], "big")
    stream.lasts(length, scale)


def _read_track(body: bytes) -> tuple[int, int]:
    """Width and height as shown: the matrix may turn the picture by a quarter."""
    at = 52 if body[:1] == b"\x01" else 40
    matrix = [int.from_bytes(body[at + 4 * n : at + 4 * n + 4], "big", signed=True) for n in range(9)]
    width = int.from_bytes(body[at + 36 : at + 40], "big") >> 16
    height = int.from_bytes(body[at + 40 : at + 44], "big") >> 16
    is_turned = matrix[0] == 0 and matrix[4] == 0 and matrix[1] != 0
    return (height, width) if is_turned else (width, height)


def _read_keys(body: bytes) -> dict[bytes, str]:
    """QuickTime's own names of texts: {number in four bytes: name}; `com.apple.quicktime.location.ISO6709` is `location`."""
    keys: dict[bytes, str] = {}
    at = 8
    for number in range(1, min(int.from_bytes(body[4:8], "big"), 200) + 1):
        size = int.from_bytes(body[at : at + 4], "big")
        if size < 8 or at + size > len(body):
            break
        name = body[at + 8 : at + size].decode("utf-8", "replace").removeprefix("com.apple.quicktime.")
        keys[number.to_bytes(4, "big")] = "location" if name.startswith("location.ISO") else name
        at += size
    return keys


def _read_text(stream: Stream, box: _Box, body: bytes) -> None:
    name = _TEXTS[box.name]
    if box.parent == b"ilst":
        text = body[16:] if body[4:8] == b"data" else b""
    elif box.name.startswith(b"\xa9"):
        text = body[4 : 4 + int.from_bytes(body[:2], "big")]
    else:
        # 3GPP texts: version and flags, a packed language, the text.
        text = body[6:]
    stream.tag(name, text.split(b"\0")[0].decode("utf-8", "replace"))

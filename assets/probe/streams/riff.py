"""WAV, AVI and AIFF: flat chunks. Source: Microsoft, Multimedia Programming Interface 1.0; Apple, AIFF 1.3."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from typing import BinaryIO, Literal

from assets.probe.streams.stream import MAX_BLOCKS, MAX_TAG_BYTES, DamagedStream, Stream

_TEXTS = {
    b"INAM": "title", b"IART": "artist", b"ICOP": "copyright", b"ICMT": "comment", b"IKEY": "keywords",
    b"ISBJ": "description", b"ICRD": "date", b"IPRD": "album", b"ISFT": "software",
}  # fmt: skip
_LISTS = {b"INFO", b"hdrl"}


def read_wav(file: BinaryIO) -> Stream:
    """Length and texts of a WAV file."""
    stream, rate = Stream(), 0
    for name, body, size in _walk(file, "little"):
        if name == b"fmt ":
            rate = int.from_bytes(body[8:12], "little")
        elif name == b"data":
            stream.lasts(size, rate)
        elif name in _TEXTS:
            stream.tag(_TEXTS[name], _text(body))
    return stream


def read_avi(file: BinaryIO) -> Stream:
    """Length, size and texts of an AVI file."""
    stream = Stream()
    for name, body, _size in _walk(file, "little"):
        if name == b"avih" and len(body) >= 40:
            micros, frames = int.from_bytes(body[:4], "little"), int.from_bytes(body[16:20], "little")
            stream.lasts(micros * frames, 1_000_000)
            stream.measures(int.from_bytes(body[32:36], "little"), int.from_bytes(body[36:40], "little"))
        elif name in _TEXTS:
            stream.tag(_TEXTS[name], _text(body))
    return stream


def read_aiff(file: BinaryIO) -> Stream:
    """Length and texts of an AIFF file."""
    stream = Stream()
    for name, body, _size in _walk(file, "big"):
        if name == b"COMM" and len(body) >= 18:
            stream.lasts(int.from_bytes(body[2:6], "big"), _extended(body[8:18]))
        elif name in {b"NAME", b"AUTH", b"(c) "}:
            stream.tag({b"NAME": "title", b"AUTH": "artist", b"(c) ": "copyright"}[name], _text(body))
    return stream


def _walk(file: BinaryIO, order: Literal["little", "big"]) -> Iterator[tuple[bytes, bytes, int]]:
    """Each chunk's name, the beginning of its body and its size; lists of texts and headers are entered."""
    end = file.seek(0, os.SEEK_END)
    at, count = 12, 0
    while at + 8 <= end:
        count += 1
        if count > MAX_BLOCKS:
            raise DamagedStream
        file.seek(at)
        head = file.read(12)
        name, size = head[:4], int.from_bytes(head[4:8], order)
        if name == b"LIST" and head[8:12] in _LISTS:
            at += 12
            continue
        file.seek(at + 8)
        yield name, file.read(min(size, MAX_TAG_BYTES)), min(size, end - at - 8)
        at += 8 + size + size % 2


def _text(body: bytes) -> str:
    return body.split(b"\0")[0].decode("utf-8", "replace")


def _extended(ten: bytes) -> float:
    """An 80-bit float, as AIFF keeps the rate."""
    exponent = int.from_bytes(ten[:2], "big") & 0x7FFF
    return math.ldexp(int.from_bytes(ten[2:], "big"), exponent - 16_383 - 63) if exponent < 0x7FFF else 0.0

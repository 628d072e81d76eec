"""MP3: the length by its first frame, and ID3 tags. Source: ISO/IEC 11172-3; ID3v2.3 and 2.4; the Xing header."""

from __future__ import annotations

import os
from typing import BinaryIO

from assets.probe.streams.stream import MAX_COVER_BYTES, MAX_TAG_BYTES, Stream

_ID3_BYTES = 20 << 20
_SEARCHED_BYTES = 64 << 10
_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_KBITS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBITS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_TEXTS = {
    "TIT2": "title", "TPE1": "artist", "TALB": "album", "TCOP": "copyright", "TDRC": "date", "TYER": "date",
    "TCON": "genre", "TT2": "title", "TP1": "artist", "TAL": "album", "TCR": "copyright",
}  # fmt: skip
_ENCODINGS = {0: "latin-1", 1: "utf-16", 2: "utf-16-be", 3: "utf-8"}


def read_mp3(file: BinaryIO) -> Stream:
    """Length, texts and cover of an MP3 file."""
    stream = Stream()
    head = file.read(10)
    start = 0
    if head.startswith(b"ID3"):
        size = _synchsafe(head[6:10])
        start = 10 + size
        _read_id3(stream, file.read(min(size, _ID3_BYTES)), head[3])
    end = file.seek(0, os.SEEK_END)
    file.seek(start)
    _read_frame(stream, file.read(_SEARCHED_BYTES), end - start)
    return stream


def _synchsafe(four: bytes) -> int:
    return four[0] << 21 | four[1] << 14 | four[2] << 7 | four[3]


def _read_frame(stream: Stream, found: bytes, size: int) -> None:
    """By the number of frames in the Xing header, else by the first frame's rate, as if all were like it."""
    at = found.find(b"\xff")
    while 0 <= at < len(found) - 4:
        version, layer = found[at + 1] >> 3 & 3, found[at + 1] >> 1 & 3
        kbits, rate = found[at + 2] >> 4, found[at + 2] >> 2 & 3
        if found[at + 1] & 0xE0 == 0xE0 and version != 1 and layer == 1 and 0 < kbits < 15 and rate < 3:
            break
        at = found.find(b"\xff", at + 1)
    else:
        return
    samples, per_second = (1_152 if version == 3 else 576), _RATES[version][rate]
    for mark in (b"Xing", b"Info"):
        place = found.find(mark, at, at + 200)
        if place >= 0 and found[place + 7] & 1:
            stream.lasts(int.from_bytes(found[place + 8 : place + 12], "big") * samples, per_second)
            return
    stream.lasts((size - at) * 8, 1000 * (_KBITS_1 if version == 3 else _KBITS_2)[kbits])


def _read_id3(stream: Stream, body: bytes, version: int) -> None:
    at, name_bytes = 0, 3 if version == 2 else 4
    head_bytes = 6 if version == 2 else 10
    for _frame in range(500):
        if at + head_bytes > len(body) or not body[at]:
            return
        name = body[at : at + name_bytes].decode("latin-1")
        length = body[at + name_bytes : at + name_bytes + (3 if version == 2 else 4)]
        size = _synchsafe(length) if version == 4 else int.from_bytes(length, "big")
        content = body[at + head_bytes : at + head_bytes + size]
        if name in _TEXTS and content:
            stream.tag(_TEXTS[name], content[1:MAX_TAG_BYTES].decode(_ENCODINGS.get(content[0], "latin-1"), "replace"))
        elif name in {"APIC", "PIC"} and size <= MAX_COVER_BYTES and not stream.cover:
            stream.cover = _find_cover(content)
        at += head_bytes + size


def _find_cover(content: bytes) -> bytes:
    """The picture of an attached-picture frame begins with its own signature."""
    starts = [at for mark in (b"\xff\xd8\xff", b"\x89PNG\r\n") if (at := content.find(mark, 0, 4_096)) >= 0]
    return content[min(starts) :] if starts else b""

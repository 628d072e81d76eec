"""The beginning of a text file, for whoever wants a look without opening it."""

from __future__ import annotations

import codecs
from typing import BinaryIO

from assets.probe.formats import GLTF, JSON, OBJ, TEXTS, MediaType

MAX_LINES = 200
_READ_BYTES = 64 << 10
_MAX_LINE_CHARACTERS = 2_000
_READABLE = {*TEXTS.values(), JSON, GLTF, OBJ}


def read_first_lines(file: BinaryIO, media: MediaType, *, most: int = MAX_LINES) -> list[str]:
    """At most so many lines as plain text, without control characters; none of what is no text. To be escaped where shown."""
    if media not in _READABLE:
        return []
    file.seek(0)
    text = _decode(file.read(_READ_BYTES))
    lines = []
    for line in text.splitlines()[:most]:
        printable = "".join(character for character in line if character.isprintable() or character == "\t")
        lines.append(printable[:_MAX_LINE_CHARACTERS])
    return lines


def _decode(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        # What was cut off in the middle of a character is still UTF-8.
        return codecs.getincrementaldecoder("utf-8-sig")().decode(raw, final=len(raw) < _READ_BYTES)
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")

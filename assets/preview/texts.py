"""The beginning of a text file, for whoever wants a look without opening it."""

from __future__ import annotations

import codecs
from typing import BinaryIO

from assets.probe.formats import TEXTS

MAX_LINES = 200
_READ_BYTES = 64 << 10
_MAX_LINE_CHARACTERS = 2_000
TEXT_TYPES = frozenset(media.name for media in TEXTS.values())
"""Media types of files that are text from the first byte to the last."""


def read_first_lines(file: BinaryIO, *, most: int = MAX_LINES) -> list[str]:
    """At most so many lines of a text that is open at its beginning; where the file goes on, the last one is `…`.

    UTF-8 and UTF-16 by their marks, else UTF-8, else Windows-1252. Plain text without control characters, to be escaped
    where it is shown.
    """
    raw = file.read(_READ_BYTES + 1)
    every = _decode(raw[:_READ_BYTES]).splitlines()
    lines = [_printable(line) for line in every[:most]]
    return [*lines, "…"] if len(every) > most or len(raw) > _READ_BYTES else lines


def _printable(line: str) -> str:
    characters = (character for character in line if character.isprintable() or character == "\t")
    return "".join(characters)[:_MAX_LINE_CHARACTERS]


def _decode(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        # What was cut off in the middle of a character is still UTF-8.
        return codecs.getincrementaldecoder("utf-8-sig")().decode(raw, final=len(raw) < _READ_BYTES)
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")

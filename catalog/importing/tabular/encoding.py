"""Which encoding a text file has, and what in a line is no text."""

from __future__ import annotations

import codecs
import re
from typing import BinaryIO, Protocol, cast

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ESCAPED = re.compile(r"[\udc80-\udcff]")


class _Peekable(Protocol):
    def peek(self, size: int = 0, /) -> bytes: ...


def detect_encoding(stream: BinaryIO) -> str:
    """Look at the first bytes: a byte order mark, else the NULs of bare UTF-16, else UTF-8. Nothing is consumed.

    Single-byte encodings are never guessed: every file is valid in them, so a guess would be silent damage.
    """
    head = cast(_Peekable, stream).peek(4)[:4]
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    if len(head) >= 4 and head[1] == head[3] == 0 and head[0] and head[2]:
        return "utf-16-le"
    if len(head) >= 4 and head[0] == head[2] == 0 and head[1] and head[3]:
        return "utf-16-be"
    return "utf-8"


def find_fault(line: str) -> str:
    """The issue code of what makes a line unusable (`nul`, `encoding`, `surrogate`), or an empty text."""
    if "\0" in line:
        return "nul"
    if line.isascii():
        return ""
    try:
        line.encode()
    except UnicodeEncodeError:
        return "encoding" if _ESCAPED.search(line) else "surrogate"
    return ""

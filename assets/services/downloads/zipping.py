"""A ZIP written as it is sent: nothing on disk, one piece of one file in memory, however large it grows."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

MIN_PIECE_BYTES = 64 * 1024
_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The first moment that a ZIP can write down (APPNOTE 4.4.6)."""


@dataclass(slots=True)
class Member:
    """One file on its way into a ZIP. Its size may be a guess: it decides alone whether 32 bits are trusted.

    `sha256` and `sent_bytes` are known when it has been written.
    """

    path: str
    pieces: Iterator[bytes]
    size_bytes: int
    modified: datetime
    sha256: str = ""
    sent_bytes: int = 0


class _Sink(io.RawIOBase):
    """Where the ZIP is written to: kept only until it is taken. It cannot seek, so sizes follow their file."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0

    def writable(self) -> bool:
        return True

    def write(self, piece: bytes) -> int:  # type: ignore[override]
        self._pieces.append(bytes(piece))
        self._size += len(piece)
        return len(piece)

    def take(self, *, at_least: int = 0) -> bytes:
        """What was written since the last time, once there is so much of it."""
        if self._size < at_least:
            return b""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        self._size = 0
        return taken


def stream_zip(members: Iterable[Member]) -> Iterator[bytes]:
    """A ZIP of files that are stored, not compressed: pictures are already, and this costs no time.

    A member's pieces are closed when it has been sent, and when nobody reads on. ZIP64 where a file or the whole needs
    it (APPNOTE 4.3.9.2, 4.5.3).
    """
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for member in members:
            try:
                yield from _stream_member(archive, sink, member)
            finally:
                close = getattr(member.pieces, "close", None)
                if close is not None:
                    close()
    yield sink.take()


def _stream_member(archive: zipfile.ZipFile, sink: _Sink, member: Member) -> Iterator[bytes]:
    info = zipfile.ZipInfo(member.path, max(_EARLIEST, member.modified.timetuple()[:6]))
    info.compress_type = zipfile.ZIP_STORED
    info.external_attr = 0o644 << 16
    info.file_size = member.size_bytes
    digest = hashlib.sha256()
    with archive.open(info, "w") as target:
        for piece in member.pieces:
            target.write(piece)
            digest.update(piece)
            member.sent_bytes += len(piece)
            if ready := sink.take(at_least=MIN_PIECE_BYTES):
                yield ready
    member.sha256 = digest.hexdigest()

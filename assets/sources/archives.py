"""A ZIP archive that nobody trusts: what is in it is judged one by one and read as a stream, never unpacked by name."""

from __future__ import annotations

import stat
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, BinaryIO, cast

from django.utils.translation import gettext as _

from pim.errors import DomainError, Refused

MIB = 1024 * 1024
_CHUNK_BYTES = 1 << 20
_END = b"PK\x05\x06"
_END64 = b"PK\x06\x06"
_END64_LOCATOR = b"PK\x06\x07"
_END_BYTES = 22 + 65_535
_FULL = 0xFFFFFFFF
_ENCRYPTED = 0x1
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA})
_NESTED = frozenset(
    {"zip", "7z", "rar", "gz", "tgz", "bz2", "xz", "zst", "tar", "jar", "war", "apk", "cab", "iso", "dmg", "lzh", "arj"}
)
_NOISE = frozenset({".ds_store", "thumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """How much an archive may hold.

    `max_ratio` bounds what comes out by what goes in, for each file and for all of them; up to `free_bytes` it is not
    asked about, since small files may be nothing but white.
    """

    max_members: int = 5_000
    max_directory_bytes: int = 4 * MIB
    max_member_bytes: int = 512 * MIB
    max_total_bytes: int = 20 * 1024 * MIB
    max_ratio: int = 200
    free_bytes: int = 16 * MIB


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive: `name` as the archive calls it, `filename` and `path` (its folder) as the house does."""

    number: int
    name: str
    filename: str
    path: str
    size_bytes: int


class ArchiveBomb(Refused):
    """All that is in an archive is out of proportion to it; what is left is not read."""

    def __init__(self) -> None:
        super().__init__("archive_bomb", _("The archive grows too much when it is unpacked."))


class _Sips:
    """A file of which nobody reads much at once: an archive may have two ends that tell different lengths of its
    directory, and the one that we have measured need not be the one that is believed.
    """

    def __init__(self, file: BinaryIO, most_bytes: int) -> None:
        self._file, self._most_bytes = file, most_bytes
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        """Raises: zipfile.BadZipFile: that is too much."""
        content = self._file.read(min(size, self._most_bytes + 1) if size >= 0 else self._most_bytes + 1)
        if len(content) > self._most_bytes:
            raise zipfile.BadZipFile
        return content


class Archive:
    """An open archive. Members are judged when they are listed, and once more while they are read."""

    def __init__(self, archive: zipfile.ZipFile, size_bytes: int, limits: ArchiveLimits) -> None:
        self._archive, self._size_bytes, self._limits = archive, size_bytes, limits
        self._read_bytes = 0

    def members(self) -> list[Member | Refused]:
        """What is in it, in order; a refusal's pointer is the number of the member. Folders and litter are left out."""
        found: list[Member | Refused] = []
        for number, info in enumerate(self._archive.infolist()):
            if info.is_dir() or _is_noise(info.filename):
                continue
            refusal = self._judge(info)
            if refusal:
                found.append(Refused(*refusal, f"/{number}"))
                continue
            path, _slash, filename = info.filename.rpartition("/")
            found.append(Member(number, info.filename, filename, path, info.file_size))
        return found

    def name_of(self, number: int) -> str:
        """What the archive calls a member, fit to be shown."""
        return "".join(sign if sign.isprintable() else "�" for sign in self._archive.infolist()[number].filename)[:255]

    def copy(self, member: Member, target: IO[bytes]) -> int:
        """Read a member into a file; returns its length. What the archive says of its length is not believed.

        Raises:
            Refused: `member_too_large`, `archive_bomb`, `member_broken`.
            ArchiveBomb: all members together are too much.
        """
        info, read = self._archive.infolist()[member.number], 0
        bound = self._ratio_bound(info.compress_size)
        try:
            with self._archive.open(info) as source:
                while chunk := source.read(_CHUNK_BYTES):
                    read += len(chunk)
                    self._read_bytes += len(chunk)
                    if read > min(bound, self._limits.max_member_bytes):
                        raise Refused(*_too_large(is_bomb=read > bound))
                    if self._read_bytes > min(self._limits.max_total_bytes, self._ratio_bound(self._size_bytes)):
                        raise ArchiveBomb
                    target.write(chunk)
        except DomainError:
            raise
        except Exception as error:  # zlib, lzma and bz2 have no ancestor of their errors in common
            raise Refused("member_broken", _("This file of the archive is damaged.")) from error
        return read

    def _judge(self, info: zipfile.ZipInfo) -> tuple[str, str] | None:
        name = info.filename
        if is_unsafe(name):
            return "member_unsafe_name", _("Its name leads outside of the archive.")
        if stat.S_ISLNK(info.external_attr >> 16):
            return "member_is_link", _("It is a link to another file, not a file.")
        if info.flag_bits & _ENCRYPTED:
            return "member_encrypted", _("It is encrypted.")
        if info.compress_type not in _METHODS:
            return "member_method", _("It is compressed in a way that is not supported.")
        if name.rpartition(".")[2].lower() in _NESTED:
            return "member_is_archive", _("It is an archive itself; archives in archives are not unpacked.")
        if info.file_size > min(self._ratio_bound(info.compress_size), self._limits.max_member_bytes):
            return _too_large(is_bomb=info.file_size > self._ratio_bound(info.compress_size))
        return None

    def _ratio_bound(self, size_bytes: int) -> int:
        return max(self._limits.free_bytes, size_bytes * self._limits.max_ratio)


@contextmanager
def open_archive(file: BinaryIO, limits: ArchiveLimits | None = None) -> Iterator[Archive]:
    """Open an archive; the length of its directory is checked before the directory is read.

    Raises:
        Refused: `archive_broken`, `archive_too_many`, `archive_bomb`.
    """
    limits = limits or ArchiveLimits()
    file.seek(0, 2)
    size_bytes = file.tell()
    directory_bytes, count = _measure_directory(file, size_bytes)
    if directory_bytes > limits.max_directory_bytes or count > limits.max_members:
        raise Refused("archive_too_many", _("The archive holds more than %d files.") % limits.max_members)
    try:
        archive = zipfile.ZipFile(cast("IO[bytes]", _Sips(file, max(limits.max_directory_bytes, _CHUNK_BYTES))))
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, struct.error) as error:
        raise _broken() from error
    with archive:
        infos = archive.infolist()
        if len(infos) > limits.max_members:
            raise Refused("archive_too_many", _("The archive holds more than %d files.") % limits.max_members)
        opened = Archive(archive, size_bytes, limits)
        yield opened


def is_unsafe(name: str) -> bool:
    """Whether a member's name is no plain path below the archive: absolute, with `..`, a drive, a NUL."""
    plain = name.replace("\\", "/")
    parts = plain.split("/")
    return plain.startswith("/") or ".." in parts or "\x00" in name or (len(parts[0]) > 1 and parts[0][1] == ":")


def _measure_directory(file: BinaryIO, size_bytes: int) -> tuple[int, int]:
    """Length and number of entries of the central directory, as the end record says (APPNOTE.TXT 4.3.16, 4.3.14)."""
    start = max(0, size_bytes - _END_BYTES)
    file.seek(start)
    tail = file.read(_END_BYTES)
    place = tail.rfind(_END)
    if place < 0 or len(tail) < place + 22:
        raise _broken()
    _disk, _start, _here, count, length, offset, _comment = struct.unpack("<HHHHIIH", tail[place + 4 : place + 22])
    if _FULL in (length, offset) or count == 0xFFFF:
        locator = tail[place - 20 : place] if place >= 20 else b""
        if locator[:4] == _END64_LOCATOR:
            file.seek(struct.unpack("<Q", locator[8:16])[0])
            record = file.read(56)
            if len(record) == 56 and record[:4] == _END64:
                count, length = struct.unpack("<QQ", record[32:48])
    return length, count


def _is_noise(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return parts[0] == "__MACOSX" or parts[-1].lower() in _NOISE or parts[-1].startswith("._")


def _broken() -> Refused:
    return Refused("archive_broken", _("The archive is damaged or is no ZIP file."))


def _too_large(*, is_bomb: bool) -> tuple[str, str]:
    if is_bomb:
        return "archive_bomb", _("It grows too much when it is unpacked.")
    return "member_too_large", _("It is too large.")

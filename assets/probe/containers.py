"""Look into ZIP and OLE containers for what they hold; nothing is unpacked but two small members."""

from __future__ import annotations

import os
import zipfile
import zlib
from typing import BinaryIO

from assets.probe import formats
from assets.probe.formats import OFFICE_OLE, OFFICE_ZIP, MediaType

MAX_MEMBERS = 20_000
_DIRECTORY_BYTES = 8 << 20
_MIMETYPE_BYTES = 200
_PROGRAM_MEMBERS = {"META-INF/MANIFEST.MF", "AndroidManifest.xml", "classes.dex"}
_MACRO_MEMBERS = ("vbaProject.bin", "vbaData.xml")
_BY_FOLDER = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"))
_BY_MIMETYPE = {media.name: media for media in (*OFFICE_ZIP.values(), formats.IDML)}
_BY_EXTENSION = {"sketch": formats.SKETCH, "xd": formats.XD, "usdz": formats.USDZ}

_OLE_ENTRY_BYTES = 128
_OLE_MAX_ENTRIES = 4_096
_OLE_STREAMS = (
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("PowerPoint Document", "ppt"),
)
_OLE_MACROS = {"_VBA_PROJECT_CUR", "_VBA_PROJECT", "Macros", "VBA"}


def look_into_zip(file: BinaryIO, extension: str = "") -> MediaType | None:
    """Name what a ZIP holds by its members; None for programs, documents with macros, and what is no ZIP."""
    try:
        names = _list_members(file)
        if names is None or names & _PROGRAM_MEMBERS:
            return None
        if any(name.endswith(_MACRO_MEMBERS) for name in names):
            return None
        if "mimetype" in names:
            return _BY_MIMETYPE.get(_read_mimetype(file), formats.ZIP)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError, EOFError):
        return None
    if "[Content_Types].xml" in names:
        for folder, office in _BY_FOLDER:
            if any(name.startswith(folder) for name in names):
                return OFFICE_ZIP[office]
        if any(name.lower().startswith("3d/") for name in names):
            return formats.THREE_MF
    return _BY_EXTENSION.get(extension, formats.ZIP)


def _list_members(file: BinaryIO) -> set[str] | None:
    """The members' names; None where the directory is larger than any honest one."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - 66_000))
    tail = file.read()
    end = tail.rfind(b"PK\x05\x06")
    if end < 0:
        return None
    count = int.from_bytes(tail[end + 10 : end + 12], "little")
    directory_bytes = int.from_bytes(tail[end + 12 : end + 16], "little")
    # 0xFFFF and 0xFFFFFFFF stand for a ZIP64 directory, which no document needs.
    if count > MAX_MEMBERS or directory_bytes > _DIRECTORY_BYTES:
        return None
    with zipfile.ZipFile(file) as archive:
        return set(archive.namelist())


def _read_mimetype(file: BinaryIO) -> str:
    with zipfile.ZipFile(file) as archive, archive.open("mimetype") as member:
        return member.read(_MIMETYPE_BYTES).decode("ascii", "replace").strip()


def look_into_ole(file: BinaryIO) -> MediaType | None:
    """Name what a compound document holds by its streams; None for macros, installers and the unknown.

    Source: [MS-CFB], 2.2 (header), 2.3 (FAT), 2.6 (directory entry).
    """
    try:
        names = _list_streams(file)
    except (OSError, ValueError, IndexError):
        return None
    if names & _OLE_MACROS:
        return None
    return next((OFFICE_OLE[office] for stream, office in _OLE_STREAMS if stream in names), None)


def _list_streams(file: BinaryIO) -> set[str]:
    file.seek(0)
    head = file.read(512)
    shift = int.from_bytes(head[30:32], "little")
    if shift not in {9, 12}:
        raise ValueError(shift)
    sector_bytes = 1 << shift
    fat = _Fat(file, head, sector_bytes)
    names: set[str] = set()
    sector, seen = int.from_bytes(head[48:52], "little"), 0
    while sector < 0xFFFFFFFA and seen < _OLE_MAX_ENTRIES:
        file.seek((sector + 1) * sector_bytes)
        block = file.read(sector_bytes)
        for at in range(0, len(block) - _OLE_ENTRY_BYTES + 1, _OLE_ENTRY_BYTES):
            length = min(int.from_bytes(block[at + 64 : at + 66], "little"), 64)
            if length >= 2 and block[at + 66]:
                names.add(block[at : at + length - 2].decode("utf-16-le", "replace"))
        seen += sector_bytes // _OLE_ENTRY_BYTES
        sector = fat.next(sector)
    return names


class _Fat:
    """The chain of sectors, as far as the header's own table of 109 entries reaches."""

    def __init__(self, file: BinaryIO, head: bytes, sector_bytes: int) -> None:
        self._file, self._sector_bytes = file, sector_bytes
        self._tables = [int.from_bytes(head[at : at + 4], "little") for at in range(76, 512, 4)]

    def next(self, sector: int) -> int:
        """The sector after this one; 0xFFFFFFFE ends a chain."""
        each = self._sector_bytes // 4
        if sector // each >= len(self._tables):
            return 0xFFFFFFFE
        self._file.seek((self._tables[sector // each] + 1) * self._sector_bytes + sector % each * 4)
        entry = self._file.read(4)
        return int.from_bytes(entry, "little") if len(entry) == 4 else 0xFFFFFFFE

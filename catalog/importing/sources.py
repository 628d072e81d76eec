"""Where an import reads from: a folder or a ZIP, looked into without unpacking and without leaving it."""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import BinaryIO, Protocol, Self, cast

from django.utils.translation import gettext_lazy as _

from pim.errors import Refused

_JUNK_NAMES = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
_JUNK_FOLDERS = frozenset({"__MACOSX"})


class SourceRefused(Refused):
    """The folder or archive cannot be used as a whole."""


@dataclass(frozen=True, slots=True)
class SourceLimits:
    """What an archive may at most hold. A member below `ratio_floor_bytes` may be packed as tightly as it likes."""

    members: int = 200_000
    total_bytes: int = 20 * 1024**3
    member_bytes: int = 4 * 1024**3
    ratio: int = 200
    ratio_floor_bytes: int = 16 * 1024**2


DEFAULT_LIMITS = SourceLimits()


class ImportSource(Protocol):
    """Files by their `/`-separated name, relative to the folder that holds the tables."""

    @property
    def label(self) -> str:
        """How reports name the source."""
        ...

    def names(self) -> tuple[str, ...]:
        """All files, sorted."""
        ...

    def has(self, name: str) -> bool:
        """Whether there is such a file; the case matters, on every file system."""
        ...

    def size(self, name: str) -> int:
        """The unpacked size in bytes.

        Raises:
            KeyError: no such file.
        """
        ...

    def open(self, name: str) -> BinaryIO:
        """Open a file for reading; the caller closes it.

        Raises:
            KeyError: no such file.
        """
        ...

    def close(self) -> None:
        """Release the archive."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...


class _Source:
    """What folder and archive have in common: an index of names made once, and closing."""

    def __init__(self, path: Path, index: Mapping[str, str], sizes: Mapping[str, int]) -> None:
        self.path = path
        self._index = index
        self._sizes = sizes
        self._names = tuple(sorted(index))

    @property
    def label(self) -> str:
        return self.path.name

    def names(self) -> tuple[str, ...]:
        return self._names

    def has(self, name: str) -> bool:
        return name in self._index

    def size(self, name: str) -> int:
        return self._sizes[name]

    def close(self) -> None:
        """Nothing to release."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.close()


class FolderSource(_Source):
    """A folder on disk. Symbolic links and special files in it are left out, so it cannot lead outside."""

    def __init__(self, path: Path) -> None:
        sizes = dict(_walk(path))
        prefix = _find_prefix(sizes)
        super().__init__(
            path,
            {name[len(prefix) :]: name for name in sizes if name.startswith(prefix)},
            {name[len(prefix) :]: size for name, size in sizes.items() if name.startswith(prefix)},
        )

    def open(self, name: str) -> BinaryIO:
        """Open a file; refuses to follow a link that appeared after the folder was listed."""
        descriptor = os.open(self.path / self._index[name], os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        return os.fdopen(descriptor, "rb")


class ZipSource(_Source):
    """A ZIP archive, read in place. Names, links and sizes are checked before anything is unpacked.

    Raises:
        SourceRefused: `bad_archive`, `unsafe_archive` or `archive_too_large`.
    """

    def __init__(self, path: Path, limits: SourceLimits = DEFAULT_LIMITS) -> None:
        self._archive = open_archive(path, limits)
        members = {member.filename: member.file_size for member in _files_of(self._archive)}
        prefix = _find_prefix(members)
        super().__init__(
            path,
            {name[len(prefix) :]: name for name in members if name.startswith(prefix)},
            {name[len(prefix) :]: size for name, size in members.items() if name.startswith(prefix)},
        )

    def open(self, name: str) -> BinaryIO:
        """Open a member; what it yields is cut at the size that was checked."""
        return cast(BinaryIO, self._archive.open(self._index[name]))

    def close(self) -> None:
        """Close the archive."""
        self._archive.close()


def open_source(path: Path, limits: SourceLimits = DEFAULT_LIMITS) -> ImportSource:
    """Open a folder, a ZIP, or a single table file.

    Raises:
        SourceRefused: `no_source` where there is nothing, or what `ZipSource` raises.
    """
    if path.is_dir():
        return FolderSource(path)
    if path.suffix.lower() == ".zip" and path.is_file():
        return ZipSource(path, limits)
    if path.is_file():
        return SingleFileSource(path)
    raise SourceRefused("no_source", _("There is no file or folder %(path)s.") % {"path": path})


class SingleFileSource(_Source):
    """One table file on its own."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, {path.name: path.name}, {path.name: path.stat().st_size})

    def open(self, name: str) -> BinaryIO:
        """Open the file."""
        return (self.path.parent / self._index[name]).open("rb")


def open_archive(file: Path | BinaryIO, limits: SourceLimits = DEFAULT_LIMITS) -> zipfile.ZipFile:
    """Open a ZIP after looking at its directory only.

    Raises:
        SourceRefused: `bad_archive` (not a ZIP, or encrypted), `unsafe_archive` (absolute names, `..`, links, a name
            twice) or `archive_too_large` (members, bytes, or a ratio that only bombs have).
    """
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError) as error:
        raise SourceRefused("bad_archive", _("This is not a ZIP archive: %(reason)s.") % {"reason": error}) from error
    try:
        _check_archive(archive, limits)
    except SourceRefused:
        archive.close()
        raise
    return archive


def _check_archive(archive: zipfile.ZipFile, limits: SourceLimits) -> None:
    members = archive.infolist()
    total = sum(member.file_size for member in members)
    if len(members) > limits.members or total > limits.total_bytes:
        raise SourceRefused("archive_too_large", _("The archive holds more than an import may."))
    names: set[str] = set()
    for member in members:
        _check_member(member, limits)
        if member.filename in names:
            raise SourceRefused("unsafe_archive", _("%(name)s is in the archive twice.") % {"name": member.filename})
        names.add(member.filename)


def _check_member(member: zipfile.ZipInfo, limits: SourceLimits) -> None:
    name = {"name": member.filename}
    if not _is_safe(member.orig_filename) or stat.S_ISLNK(member.external_attr >> 16):
        raise SourceRefused("unsafe_archive", _("%(name)s leads out of the archive.") % name)
    if member.flag_bits & 0x1:
        raise SourceRefused("bad_archive", _("%(name)s is encrypted.") % name)
    if member.file_size > limits.member_bytes:
        raise SourceRefused("archive_too_large", _("%(name)s is too large.") % name)
    is_bomb = member.file_size > limits.ratio * max(member.compress_size, 1)
    if is_bomb and member.file_size > limits.ratio_floor_bytes:
        raise SourceRefused("archive_too_large", _("%(name)s is packed more tightly than data can be.") % name)


def _is_safe(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    has_drive = len(name) > 1 and name[1] == ":"
    return not (path.is_absolute() or has_drive or ".." in path.parts or "\0" in name)


def _files_of(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    for member in archive.infolist():
        if not member.is_dir() and not _is_junk(member.filename):
            yield member


def _is_junk(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return parts[-1] in _JUNK_NAMES or parts[-1].startswith("._") or not _JUNK_FOLDERS.isdisjoint(parts)


def _walk(root: Path) -> Iterator[tuple[str, int]]:
    for folder, folders, files in os.walk(root, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _JUNK_FOLDERS)
        for name in sorted(files):
            path = Path(folder, name)
            facts = path.lstat()
            if stat.S_ISREG(facts.st_mode) and not _is_junk(name):
                yield path.relative_to(root).as_posix(), facts.st_size


def _find_prefix(names: Mapping[str, int]) -> str:
    """The one top folder (with its `/`) around everything, or nothing; only where no table lies outside of it."""
    tops = {name.partition("/")[0] for name in names}
    if len(tops) != 1:
        return ""
    top = tops.pop() + "/"
    return top if all(name.startswith(top) for name in names) and top != "files/" else ""

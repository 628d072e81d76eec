"""Where an export is written: a folder or a ZIP."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol, TextIO

COPY_BYTES = 1 << 20


class ExportTarget(Protocol):
    """Takes files by their `/`-separated name, one after the other."""

    def open_text(self, name: str) -> AbstractContextManager[TextIO]:
        """Open a text file for writing; line ends are written as they are given."""
        ...

    def copy(self, name: str, source: BinaryIO) -> None:
        """Write a file from a stream."""
        ...


class FolderTarget:
    """A folder, made if there is none; files of the same names are replaced."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def open_text(self, name: str) -> Iterator[TextIO]:
        """Open a text file."""
        with (self._path / name).open("w", encoding="utf-8", newline="") as stream:
            yield stream

    def copy(self, name: str, source: BinaryIO) -> None:
        """Write a file."""
        path = self._path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as target:
            shutil.copyfileobj(source, target, COPY_BYTES)


class ZipTarget:
    """A ZIP archive: tables are compressed, media are stored as they are."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    @contextmanager
    def open_text(self, name: str) -> Iterator[TextIO]:
        """Open a text member."""
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED
        with (
            self._archive.open(info, "w", force_zip64=True) as member,
            io.TextIOWrapper(member, encoding="utf-8", newline="") as stream,
        ):
            yield stream

    def copy(self, name: str, source: BinaryIO) -> None:
        """Write a member."""
        with self._archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as member:
            shutil.copyfileobj(source, member, COPY_BYTES)


@contextmanager
def open_target(path: Path) -> Iterator[ExportTarget]:
    """A ZIP where the name ends so, else a folder. A ZIP that could not be finished is not left behind."""
    if path.suffix.lower() != ".zip":
        yield FolderTarget(path)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.new")
    try:
        with zipfile.ZipFile(unfinished, "w") as archive:
            yield ZipTarget(archive)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)

"""Parts on a disk: a folder for each upload, a file for each part, all of it joined at the end."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from assets.storage.files import MODE, local_path
from assets.storage.parts import Part, UploadGone

_NAME = re.compile(r"[0-9a-f]{32}")
_CHUNK_BYTES = 1 << 20


class LocalParts:
    """See `assets.storage.multipart`."""

    def begin(self, key: str) -> str:
        name = secrets.token_hex(16)
        _folder(name).mkdir(parents=True)
        return name

    def presign(self, key: str, upload: str, number: int, size_bytes: int, *, expires_s: int) -> str:
        raise NotADirectoryError(key)

    def write(self, key: str, upload: str, number: int, file: IO[bytes], size_bytes: int) -> Part:
        folder = _existing(upload)
        # A name of its own for each writer: two that send the same part at once do not mix their bytes.
        unfinished = folder / f".new-{number}-{secrets.token_hex(4)}"
        try:
            with unfinished.open("xb") as target:
                copied = _copy(file, target, size_bytes)
            if copied != size_bytes:
                raise ValueError(copied)
            unfinished.replace(folder / str(number))
        except FileNotFoundError as error:
            raise UploadGone(upload) from error
        finally:
            unfinished.unlink(missing_ok=True)
        return Part(number, size_bytes)

    def list(self, key: str, upload: str) -> dict[int, Part]:
        found = {}
        for path in _existing(upload).iterdir():
            if path.name.isdecimal():
                found[int(path.name)] = Part(int(path.name), path.stat().st_size)
        return dict(sorted(found.items()))

    def complete(self, key: str, upload: str, parts: Mapping[int, Part]) -> None:
        folder, path = _existing(upload), local_path(key)
        if path is None:
            raise UploadGone(upload)
        path.parent.mkdir(parents=True, exist_ok=True)
        joined = folder / ".joined"
        sources = [folder / str(number) for number in sorted(parts)]
        try:
            if len(sources) == 1:
                joined = sources[0]
            else:
                with joined.open("wb") as target:
                    for source in sources:
                        with source.open("rb") as file:
                            shutil.copyfileobj(file, target, _CHUNK_BYTES)
            joined.chmod(MODE)
            joined.replace(path)
        except FileNotFoundError as error:
            raise UploadGone(upload) from error
        shutil.rmtree(folder, ignore_errors=True)

    def abort(self, key: str, upload: str) -> None:
        if _NAME.fullmatch(upload):
            shutil.rmtree(_folder(upload), ignore_errors=True)


def _folder(name: str) -> Path:
    path = local_path(f"parts/{name}")
    if path is None:
        raise UploadGone(name)
    return path


def _existing(name: str) -> Path:
    """The folder of an upload; names are ours, so anything else leads nowhere."""
    if not _NAME.fullmatch(name) or not _folder(name).is_dir():
        raise UploadGone(name)
    return _folder(name)


def _copy(source: IO[bytes], target: IO[bytes], size_bytes: int) -> int:
    """Copy up to one byte more than is expected; returns how many there were."""
    copied = 0
    while copied <= size_bytes and (chunk := source.read(min(_CHUNK_BYTES, size_bytes + 1 - copied))):
        target.write(chunk)
        copied += len(chunk)
    return copied

"""Where bytes are kept: private, content-addressed, on a local disk or in an S3 bucket by the same calls."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import IO, BinaryIO, cast

from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage, storages

MODE = 0o640
UNFINISHED = ".new-"
"""How the name of a file begins that is still being written, on a local disk."""


def make_original_key(sha256: str, extension: str) -> str:
    """Where an original lives; equal files live once."""
    return f"originals/{sha256[:2]}/{sha256}.{extension}"


def make_quarantine_key() -> str:
    """Where a file waits that nobody has looked at; the name says nothing of it."""
    return f"quarantine/{uuid.uuid4().hex}"


def make_rendition_key(preset: str, digest: str, extension: str, *, is_guarded: bool) -> str:
    """Where a rendition lives; guarded ones lie apart, out of reach of an unsigned request."""
    return f"{'g' if is_guarded else 'r'}/{preset}/{digest[:2]}/{digest}.{extension}"


def store_file(key: str, file: IO[bytes], *, replace: bool = False) -> None:
    """Store a file under exactly this key; one that is there already is left alone unless it is to be replaced.

    Locally the file appears whole or not at all. Callers hold a lock on the key, or made it up.
    """
    if not replace and default_storage.exists(key):
        return
    file.seek(0)
    path = local_path(key)
    if path is None:
        if default_storage.save(key, File(file)) != key:
            raise FileExistsError(key)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    # One name for each key: what a killed writer left is written over by the next, and writers of a key take turns.
    unfinished = path.with_name(f"{UNFINISHED}{path.name}")
    try:
        with unfinished.open("wb") as target:
            shutil.copyfileobj(file, target, 1 << 20)
        unfinished.chmod(MODE)
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def open_file(key: str) -> BinaryIO:
    """Open a stored file for reading; the caller closes it.

    Raises:
        FileNotFoundError: there is none.
    """
    path = local_path(key)
    if path is not None:
        return path.open("rb")
    return cast("BinaryIO", default_storage.open(key, "rb"))


def open_ranges(key: str) -> BinaryIO:
    """Open a large file of which only some places are read; the caller closes it.

    Raises:
        FileNotFoundError: there is none.
    """
    path = local_path(key)
    if path is not None:
        return path.open("rb")
    # boto3 is an extra: where files lie on a disk it may be missing.
    from assets.storage import s3_ranges

    return s3_ranges.open_ranges(get_storage(), key)


def is_stored(key: str) -> bool:
    """Whether there is such a file; on S3 this is a request."""
    return default_storage.exists(key)


def delete_files(keys: Iterable[str]) -> None:
    """Delete files; those that are gone already are no error."""
    for key in keys:
        default_storage.delete(key)


def local_path(key: str) -> Path | None:
    """The path on disk, None where the storage has none. `path()` refuses keys that lead outside."""
    return Path(default_storage.path(key)) if isinstance(get_storage(), FileSystemStorage) else None


def get_storage() -> object:
    """`default_storage` is lazy: its class is not the storage's, and until its first use it has none."""
    return storages["default"]

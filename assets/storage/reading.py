"""Files read in pieces and listed in bulk, straight from the storage: nothing is copied, nothing is held in memory."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, cast

from assets.storage.files import UNFINISHED, get_storage, local_path

STREAM_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as the storage lists it."""

    key: str
    size_bytes: int
    modified: datetime


def stream_file(key: str) -> Iterator[bytes]:
    """The bytes of a file in pieces of `STREAM_BYTES`.

    The file is open when this returns; closing the iterator lets go of it.

    Raises:
        FileNotFoundError: there is none.
    """
    path = local_path(key)
    pieces = _read_pieces(path.open("rb") if path is not None else _open_object(key))
    next(pieces)
    return pieces


def walk_files(prefix: str) -> Iterator[StoredFile]:
    """Everything below a prefix that ends in a slash, in no order; what is still being written is left out.

    On S3 one request brings 1,000 files.
    """
    root = _local_folder(prefix)
    if root is None:
        yield from _list_objects(prefix)
        return
    base = cast("Path", _local_folder(""))
    for path in root.rglob("*"):
        try:
            facts = path.lstat()
        except FileNotFoundError:
            continue
        if not path.is_dir() and not path.name.startswith(UNFINISHED):
            modified = datetime.fromtimestamp(facts.st_mtime, tz=UTC)
            yield StoredFile(path.relative_to(base).as_posix(), facts.st_size, modified)


def list_folders(prefix: str) -> list[str]:
    """The folders right below a prefix that ends in a slash (or is empty), each ending in a slash, in order."""
    root = _local_folder(prefix)
    if root is not None:
        return sorted(f"{prefix}{path.name}/" for path in root.iterdir() if path.is_dir()) if root.is_dir() else []
    cut = len(_object_key(""))
    return sorted(
        folder["Prefix"][cut:] for page in _pages(prefix, Delimiter="/") for folder in page.get("CommonPrefixes", [])
    )


def _read_pieces(source: Any) -> Iterator[bytes]:
    """First nothing: only a generator that has begun closes its file when it is closed."""
    try:
        yield b""
        while piece := source.read(STREAM_BYTES):
            yield piece
    finally:
        source.close()


def _local_folder(prefix: str) -> Path | None:
    return local_path(prefix.rstrip("/") or ".")


def _open_object(key: str) -> Any:
    """The body of an object as it comes over the wire; the storage's own files are read whole before their first byte."""
    from botocore.exceptions import ClientError

    storage: Any = get_storage()
    try:
        return storage.bucket.Object(_object_key(key)).get()["Body"]
    except ClientError as error:
        if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == HTTPStatus.NOT_FOUND:
            raise FileNotFoundError(key) from error
        raise


def _list_objects(prefix: str) -> Iterator[StoredFile]:
    cut = len(_object_key(""))
    for page in _pages(prefix):
        for entry in page.get("Contents", []):
            yield StoredFile(entry["Key"][cut:], entry["Size"], entry["LastModified"])


def _pages(prefix: str, **more: str) -> Any:
    storage: Any = get_storage()
    paginator = storage.connection.meta.client.get_paginator("list_objects_v2")
    return paginator.paginate(Bucket=storage.bucket_name, Prefix=_object_key(prefix), **more)


def _object_key(key: str) -> str:
    """A key as the bucket has it, below the storage's own prefix."""
    storage: Any = get_storage()
    location = (storage.location or "").strip("/")
    return posixpath.join(location, key) if location else key

"""Large files come in by parts: one interface over part files on a disk and S3's multipart uploads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import IO, Protocol
from urllib.parse import urlsplit

from django.conf import settings

from assets.storage.files import get_storage, local_path
from assets.storage.local_parts import LocalParts
from assets.storage.parts import Part, UploadGone

__all__ = ["Part", "UploadGone"]

PRESIGNED_S = 3_600
"""How long an address for a part may be used: a slow line needs minutes, a stolen address should not need a day."""


class _Parts(Protocol):
    """What both kinds of storage can do."""

    def begin(self, key: str) -> str: ...

    def presign(self, key: str, upload: str, number: int, size_bytes: int, *, expires_s: int) -> str: ...

    def write(self, key: str, upload: str, number: int, file: IO[bytes], size_bytes: int) -> Part: ...

    def list(self, key: str, upload: str) -> dict[int, Part]: ...

    def complete(self, key: str, upload: str, parts: Mapping[int, Part]) -> None: ...

    def abort(self, key: str, upload: str) -> None: ...


@dataclass(frozen=True, slots=True)
class _Place:
    """The storage of this moment; `is_direct`: browsers send parts to it, past the app."""

    parts: _Parts
    is_direct: bool


def begin_multipart(key: str) -> str:
    """Announce a file; returns the name of the upload for the other calls."""
    return _place().parts.begin(key)


def presign_part(key: str, upload: str, number: int, size_bytes: int) -> str | None:
    """An address to which one part of exactly this size may be PUT; None: parts are sent through the app."""
    place = _place()
    return place.parts.presign(key, upload, number, size_bytes, expires_s=PRESIGNED_S) if place.is_direct else None


def write_part(key: str, upload: str, number: int, file: IO[bytes], size_bytes: int) -> Part:
    """Store one part, whole or not at all; the same part may come again.

    Args:
        number: from 1.
        file: read from where it stands; must hold exactly `size_bytes`.

    Raises:
        UploadGone: it was completed or aborted.
        ValueError: the file holds fewer or more bytes.
    """
    return _place().parts.write(key, upload, number, file, size_bytes)


def list_parts(key: str, upload: str) -> dict[int, Part]:
    """What has arrived: {number: part}. On S3 a request for each thousand parts.

    Raises:
        UploadGone: it was completed or aborted.
    """
    return _place().parts.list(key, upload)


def complete_multipart(key: str, upload: str, parts: Mapping[int, Part]) -> None:
    """Make the file of its parts, in the order of their numbers; then it is under its key, and the parts are gone.

    Raises:
        UploadGone: it was completed or aborted.
    """
    _place().parts.complete(key, upload, parts)


def abort_multipart(key: str, upload: str) -> None:
    """Delete what has arrived; what is gone already is no error."""
    _place().parts.abort(key, upload)


def direct_origin() -> str:
    """Scheme and host that browsers send parts to, for the content security policy; empty: to the app alone."""
    return _origin_of(get_storage()) if _place().is_direct else ""


@lru_cache(maxsize=4)
def _origin_of(_storage: object) -> str:
    """Signing takes a millisecond, and every page of the admin asks."""
    address = urlsplit(_place().parts.presign("quarantine/origin", "origin", 1, 1, expires_s=1))
    return f"{address.scheme}://{address.netloc}"


def _place() -> _Place:
    if local_path("quarantine") is not None:
        return _Place(LocalParts(), is_direct=False)
    # boto3 is an extra: where files lie on a disk it may be missing.
    from assets.storage.s3_parts import S3Parts

    return _Place(S3Parts(get_storage()), is_direct=settings.S3_UPLOADS == "direct")

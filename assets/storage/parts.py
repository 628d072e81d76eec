"""What both kinds of storage say of a part."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """A part that has arrived; `etag` is what S3 calls it, the MD5 of its bytes elsewhere."""

    number: int
    size_bytes: int
    etag: str = ""


class UploadGone(Exception):
    """The storage knows no such upload: it was completed, aborted, or swept away by a lifecycle rule."""

"""A file in a bucket, read in ranges where it is looked at: an archive of gigabytes is never downloaded as a whole."""

from __future__ import annotations

import io
import posixpath
from typing import Any, BinaryIO, cast

from botocore.exceptions import ClientError

BUFFER_BYTES = 4 * 1024 * 1024


class _Ranges(io.RawIOBase):
    """One object; each read that the buffer cannot answer is one request."""

    def __init__(self, storage: Any, key: str) -> None:
        self._client = storage.connection.meta.client
        self._at = {"Bucket": storage.bucket_name, "Key": posixpath.join(storage.location or "", key)}
        self._place = 0
        self._size = int(self._client.head_object(**self._at)["ContentLength"])

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        self._place = max(0, start + offset)
        return self._place

    def readinto(self, buffer: Any) -> int:
        last = min(self._place + len(buffer), self._size) - 1
        if last < self._place:
            return 0
        answer = self._client.get_object(**self._at, Range=f"bytes={self._place}-{last}")
        content = answer["Body"].read()
        buffer[: len(content)] = content
        self._place += len(content)
        return len(content)


def open_ranges(storage: Any, key: str) -> BinaryIO:
    """Raises: FileNotFoundError."""
    try:
        return cast("BinaryIO", io.BufferedReader(_Ranges(storage, key), BUFFER_BYTES))
    except ClientError as error:
        raise FileNotFoundError(key) from error

"""Parts in a bucket: S3's multipart uploads, sent to it by browsers with presigned addresses or by the app."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from typing import IO, Any, TypeVar, cast

from botocore.exceptions import ClientError

from assets.storage.parts import Part, UploadGone

Answer = TypeVar("Answer")


class S3Parts:
    """See `assets.storage.multipart`. The bucket's listing is what counts, not what a browser says it has sent."""

    def __init__(self, storage: Any) -> None:
        self._storage = storage
        self._client = storage.connection.meta.client

    def begin(self, key: str) -> str:
        answer = self._client.create_multipart_upload(**self._at(key), ContentType="application/octet-stream")
        return cast("str", answer["UploadId"])

    def presign(self, key: str, upload: str, number: int, size_bytes: int, *, expires_s: int) -> str:
        # The length is signed too: S3 refuses a part of any other size.
        parameters = {**self._at(key), "UploadId": upload, "PartNumber": number, "ContentLength": size_bytes}
        return cast("str", self._client.generate_presigned_url("upload_part", parameters, ExpiresIn=expires_s))

    def write(self, key: str, upload: str, number: int, file: IO[bytes], size_bytes: int) -> Part:
        content = file.read(size_bytes + 1)
        if len(content) != size_bytes:
            raise ValueError(len(content))
        answer = _asking(
            upload,
            lambda: self._client.upload_part(
                **self._at(key), UploadId=upload, PartNumber=number, Body=content, ContentLength=size_bytes
            ),
        )
        return Part(number, size_bytes, answer["ETag"])

    def list(self, key: str, upload: str) -> dict[int, Part]:
        pages = self._client.get_paginator("list_parts").paginate(**self._at(key), UploadId=upload)
        rows = _asking(upload, lambda: [row for page in pages for row in page.get("Parts", ())])
        return {row["PartNumber"]: Part(row["PartNumber"], row["Size"], row["ETag"]) for row in rows}

    def complete(self, key: str, upload: str, parts: Mapping[int, Part]) -> None:
        listed = [{"PartNumber": number, "ETag": parts[number].etag} for number in sorted(parts)]
        _asking(
            upload,
            lambda: self._client.complete_multipart_upload(
                **self._at(key), UploadId=upload, MultipartUpload={"Parts": listed}
            ),
        )

    def abort(self, key: str, upload: str) -> None:
        try:
            _asking(upload, lambda: self._client.abort_multipart_upload(**self._at(key), UploadId=upload))
        except UploadGone:
            return

    def _at(self, key: str) -> dict[str, str]:
        """django-storages keeps files below its `location`; so must we."""
        return {"Bucket": self._storage.bucket_name, "Key": posixpath.join(self._storage.location or "", key)}


def _asking(upload: str, call: Callable[[], Answer]) -> Answer:
    try:
        return call()
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in {"NoSuchUpload", "404", "NoSuchKey"}:
            raise UploadGone(upload) from error
        raise

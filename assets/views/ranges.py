"""Parts of a file, as players ask for them. Source: RFC 9110, section 14; one range a request is answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
PIECE_BYTES = 256 << 10


def read_range(header: str | None, size_bytes: int) -> tuple[int, int] | None:
    """First and last byte that are asked for; None where the whole file is, or what is asked is not understood.

    Raises:
        ValueError: there is no such part.
    """
    found = _RANGE.fullmatch((header or "").replace(" ", ""))
    if found is None or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:
        start, end = max(size_bytes - int(last), 0), size_bytes - 1
    else:
        start, end = int(first), min(int(last), size_bytes - 1) if last else size_bytes - 1
    if start > end or start >= size_bytes or (not first and not int(last)):
        raise ValueError(header)
    return start, end


def answer_range(file: BinaryIO, start: int, end: int, size_bytes: int, *, content_type: str) -> HttpResponseBase:
    """206 with these bytes; the file is closed when they are sent."""
    file.seek(start)
    response = StreamingHttpResponse(_pieces(file, end - start + 1), status=206, content_type=content_type)
    response["Content-Range"] = f"bytes {start}-{end}/{size_bytes}"
    response["Content-Length"] = str(end - start + 1)
    return response


def refuse_range(size_bytes: int) -> HttpResponseBase:
    """416: the file ends before."""
    return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size_bytes}"})


def _pieces(file: BinaryIO, left: int) -> Iterator[bytes]:
    with file:
        while left > 0 and (piece := file.read(min(left, PIECE_BYTES))):
            left -= len(piece)
            yield piece

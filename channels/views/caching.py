"""Answers that need not be sent twice: strong ETags made from the view's position."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_etags

from channels.views.access import Access

JSON = "application/json"


def make_etag(request: HttpRequest, access: Access, *, position: int | None = None, content: str = "") -> str:
    """The ETag of what this request is answered: position, structure and everything that shapes the answer.

    Args:
        position: that of the only product in the answer; None: the view's.
        content: the answer itself, where other products may change it without moving the position.
    """
    parts = (request.get_full_path(), request.headers.get("Accept", ""), access.structure.catalog.epoch, content)
    shape = hashlib.blake2b(repr(parts).encode(), digest_size=8).hexdigest()
    return f'"{access.reader.position if position is None else position}-{shape}"'


def not_modified(request: HttpRequest, access: Access, etag: str) -> HttpResponse | None:
    """304 where the consumer has this answer already."""
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if etag not in known and "*" not in known:
        return None
    return with_caching(HttpResponse(status=304), access, etag)


def with_caching(response: HttpResponse, access: Access, etag: str) -> HttpResponse:
    """Let the consumer's own cache keep an answer for as long as the view says."""
    response["ETag"] = etag
    response["Cache-Control"] = f"private, max-age={access.view.cache_age_s}"
    return response

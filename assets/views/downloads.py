"""A ZIP goes out to the account that asked for it."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from assets.services.downloads.tickets import fetch_download, zip_headers
from assets.views.answers import answer_plain
from pim.errors import DomainError, NotAllowed


@require_GET
@login_required
def download_zip(request: HttpRequest, token: str) -> HttpResponseBase:
    """Redeem a ticket: it works once, and only for who asked."""
    try:
        pieces = fetch_download(token, actor=request.user)
    except DomainError as error:
        return answer_plain(403 if isinstance(error, NotAllowed) else 404, str(error.message))
    return answer_zip(pieces)


def answer_zip(pieces: Iterator[bytes], name: str = "") -> StreamingHttpResponse:
    """A ZIP as it is made; when the visitor leaves, the making ends."""
    return StreamingHttpResponse(pieces, content_type="application/zip", headers=zip_headers(name))

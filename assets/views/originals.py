"""Originals go out to those who may have them."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from assets.services.originals import ORIGINAL_HEADERS, open_original
from assets.views.answers import answer_plain
from assets.views.ranges import answer_range, read_range, refuse_range
from pim.errors import DomainError, NotAllowed


@require_safe
@login_required
def download_original(request: HttpRequest, uuid: UUID, number: int) -> HttpResponseBase:
    """Serve an original as an attachment, or the part of it that a player asks for, to those who may download it and
    while its licence holds.
    """
    asked = request.headers.get("Range")
    try:
        file, version = open_original(uuid, number, actor=request.user, in_ranges=bool(asked))
    except DomainError as error:
        return answer_plain(403 if isinstance(error, NotAllowed) else 404, str(error.message))
    try:
        part = read_range(asked, version.size_bytes)
    except ValueError:
        file.close()
        return refuse_range(version.size_bytes)
    if part is None:
        response: HttpResponseBase = FileResponse(
            file, as_attachment=True, filename=version.filename, content_type=version.media_type
        )
    else:
        response = answer_range(file, *part, version.size_bytes, content_type=version.media_type)
    for name, value in ORIGINAL_HEADERS.items():
        response[name] = value
    response["Accept-Ranges"] = "bytes"
    return response

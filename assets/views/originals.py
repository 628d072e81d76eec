"""Originals go out to those who may have them."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from assets.services.originals import ORIGINAL_HEADERS, open_original
from assets.views.answers import answer_plain
from pim.errors import DomainError, NotAllowed


@require_safe
@login_required
def download_original(request: HttpRequest, uuid: UUID, number: int) -> HttpResponseBase:
    """Serve an original as an attachment, to those who may download it and while its licence holds."""
    try:
        file, version = open_original(uuid, number, actor=request.user)
    except DomainError as error:
        return answer_plain(403 if isinstance(error, NotAllowed) else 404, str(error.message))
    return FileResponse(
        file, as_attachment=True, filename=version.filename, content_type=version.media_type, headers=ORIGINAL_HEADERS
    )

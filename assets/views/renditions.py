"""Renditions go out to everybody who has their address, drawn when first wanted."""

from __future__ import annotations

import time
from typing import BinaryIO

from django.http import FileResponse, HttpRequest, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assets import storage
from assets.probe.sniffing import DOCUMENT_TYPES
from assets.render import FORMATS
from assets.services.renditions import ensure_rendition
from assets.services.renditions.urls import is_signed, make_path
from assets.views.answers import answer_plain, harden
from pim.errors import Conflict, DomainError, NotAllowed

YEAR_S = 31_536_000
SIGNED_S = 300
RETRY_AFTER_S = 60
_PICTURES = {fmt.extension: fmt.media_type for fmt in FORMATS.values()}
_MEDIA_TYPES = {media.extension: media.name for media in DOCUMENT_TYPES.values()} | _PICTURES


@require_safe
def serve_rendition(request: HttpRequest, preset: str, shard: str, digest: str, extension: str) -> HttpResponseBase:
    """Serve a rendition, drawing it if this is the first time anybody asks.

    One that is stored costs one file read, no query. A guarded one needs its signature, and none other is found with
    one: an address without signature only ever reaches what is open to everybody.
    """
    if shard != digest[:2] or extension not in _MEDIA_TYPES:
        return answer_plain(404, _("There is no such rendition."))
    signature, expires = request.GET.get("s", ""), request.GET.get("e", "")
    is_guarded = bool(signature or expires)
    if is_guarded and not _is_valid(make_path(preset, digest, extension), expires, signature):
        return answer_plain(403, _("This address is not valid, or not any more."))
    etag = f'"{digest}"'
    is_known = request.headers.get("If-None-Match") == etag
    if is_known and not is_guarded:
        return _cached(HttpResponseNotModified(), etag, expires)
    try:
        file = _open(preset, digest, extension, is_guarded=is_guarded)
    except NotAllowed as error:
        return answer_plain(403, str(error.message))
    except Conflict as error:
        answer = answer_plain(503, str(error.message))
        answer["Retry-After"] = str(RETRY_AFTER_S)
        return answer
    except (DomainError, FileNotFoundError):
        return answer_plain(404, _("There is no such rendition."))
    if is_known:  # and its right has not been withdrawn since
        file.close()
        return _cached(HttpResponseNotModified(), etag, expires)
    response = FileResponse(
        file,
        content_type=_MEDIA_TYPES[extension],
        as_attachment=extension not in _PICTURES,
        filename=f"{digest[:16]}.{extension}",
    )
    return _cached(response, etag, expires)


def _open(preset: str, digest: str, extension: str, *, is_guarded: bool) -> BinaryIO:
    key = storage.make_rendition_key(preset, digest, extension, is_guarded=is_guarded)
    try:
        return storage.open_file(key)
    except FileNotFoundError:
        row = ensure_rendition(preset, digest, extension, is_guarded=is_guarded)
        return storage.open_file(storage.make_rendition_key(row.preset, row.digest, extension, is_guarded=is_guarded))


def _is_valid(path: str, expires: str, signature: str) -> bool:
    """One address, one spelling: digits of other scripts and leading zeros are not what was signed."""
    if not (expires.isascii() and expires.isdecimal()) or len(expires) > 12 or expires.startswith("0"):
        return False
    return is_signed(path, int(expires), signature) and int(expires) > time.time()


def _cached(response: HttpResponseBase, etag: str, expires: str) -> HttpResponseBase:
    """What is signed may be withdrawn, so caches ask again after some minutes; the rest never changes."""
    if expires:
        response["Cache-Control"] = f"public, max-age={min(int(expires) - int(time.time()), SIGNED_S)}, must-revalidate"
    else:
        response["Cache-Control"] = f"public, max-age={YEAR_S}, immutable"
    response["ETag"] = etag
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    harden(response)
    return response

"""The pages of a document as pictures, for the preview over the grid."""

from __future__ import annotations

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from assets import storage
from assets.models import Asset
from assets.preview.made import media_of_key
from assets.probe.formats import MEDIA_TYPES
from assets.services.originals import ORIGINAL_HEADERS
from assets.services.previews import ensure_page
from assets.services.verdicts import judge_asset
from pim.errors import Refused

MOST_LEAVES = 60
"""Pages that are looked at without downloading the document."""


def list_leaves(asset: Asset) -> list[str]:
    """Addresses of a document's pages; none of what has no pages, or one."""
    version = asset.version
    media = MEDIA_TYPES.get(version.media_type) if version else None
    if version is None or media is None or media.preview != "pdf" or (version.pages or 0) < 2:
        return []
    count = min(version.pages or 0, MOST_LEAVES)
    return [reverse("admin:assets_asset_leaf", args=[asset.uuid, number]) for number in range(1, count + 1)]


def answer_leaf(asset: Asset, number: int) -> HttpResponseBase:
    """The picture of a page, while the asset may be used; a sentence where there is none."""
    verdict = judge_asset(asset)
    if not verdict.allowed:
        return _refuse(403, str(verdict.reasons[0].message))
    if asset.version is None or not 1 <= number <= MOST_LEAVES:
        return _refuse(404, "")
    try:
        key = ensure_page(asset.version, number)
        file = storage.open_file(key)
    except Refused as error:
        return _refuse(404, str(error.message))
    except FileNotFoundError:
        return _refuse(404, "")
    return FileResponse(
        file,
        content_type=media_of_key(key).name,
        headers={**ORIGINAL_HEADERS, "Cache-Control": "private, max-age=3600"},
    )


def _refuse(status: int, sentence: str) -> HttpResponse:
    return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")

"""Pictures of the pages of a document, for whoever leafs through it."""

from __future__ import annotations

from assets.models import Asset
from assets.services.renditions import declare_recipes
from assets.services.renditions.presets import PREVIEW, get_presets, recipes_for
from assets.services.renditions.urls import IssuedUrl, rendition_url

MAX_PAGES = 100
"""How many pages may be asked for at once."""


def issue_pages(asset: Asset, *, preset: str = PREVIEW, first: int = 1, count: int = 10) -> list[IssuedUrl]:
    """Addresses of some pages of a document, in order; each is drawn when it is first asked for.

    Pages count from 1; those that the document has not are left out. Two queries, whatever the number. The asset is
    loaded with `with_current()`.
    """
    chosen, version = get_presets().get(preset), asset.version
    if chosen is None or version is None or not version.is_picture:
        return []
    last = min(version.pages or 1, first + min(count, MAX_PAGES) - 1)
    pages = range(max(first, 1), last + 1)
    declare_recipes(recipe for page in pages if page > 1 for recipe in recipes_for(asset, [chosen], page=page))
    return [rendition_url(asset, chosen, page=page) for page in pages]

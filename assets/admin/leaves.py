"""The pages of a document as pictures, for those who leaf through it."""

from __future__ import annotations

from assets.models import Asset
from assets.services.renditions.pages import issue_pages

MOST_LEAVES = 60
"""Pages that are looked at without downloading the document."""


def list_leaves(asset: Asset) -> list[str]:
    """Addresses of a document's pages; none of what has no pages, or one."""
    if asset.version is None or (asset.version.pages or 0) < 2:
        return []
    return [issued.url for issued in issue_pages(asset, count=MOST_LEAVES) if issued.url]

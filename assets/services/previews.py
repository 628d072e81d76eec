"""Pictures of what is none: stored beside the originals, the first page when a file arrives, others when wanted."""

from __future__ import annotations

import io

from assets import storage
from assets.models import AssetVersion
from assets.preview import NoPreview, Preview, make_preview_key, render_page
from assets.probe.formats import MEDIA_TYPES
from pim.errors import Refused

PAGE_EXTENSION = "png"


def store_preview(sha256: str, preview: Preview | None) -> str:
    """Store what was made of a file and return its key; empty where nothing was. Callers hold the lock on the bytes."""
    if preview is None:
        return ""
    key = make_preview_key(sha256, preview.page, preview.extension)
    storage.store_file(key, io.BytesIO(preview.content))
    return key


def ensure_page(version: AssetVersion, page: int) -> str:
    """The key of one page's picture (from 1), drawn now if it was not before. Repeatable; takes up to a second.

    Raises:
        Refused: `no_preview`, with the sentence.
        FileNotFoundError: the original is gone.
    """
    if page == 1 and version.preview_key:
        return version.preview_key
    key = make_preview_key(version.sha256, page, PAGE_EXTENSION)
    if storage.is_stored(key):
        return key
    media = MEDIA_TYPES.get(version.media_type)
    if media is None or not 1 <= page <= (version.pages or 0):
        raise Refused("no_preview", "No preview: there is no such page.")
    try:
        with storage.open_file(version.storage_key) as file:
            preview = render_page(file, media, page)
    except NoPreview as none:
        raise Refused("no_preview", str(none)) from none
    storage.store_file(key, io.BytesIO(preview.content))
    return key


def preview_keys(version: AssetVersion) -> list[str]:
    """Everything that may lie in storage because of this file, besides the file and its renditions."""
    keys = [version.preview_key] if version.preview_key else []
    prefix = make_preview_key(version.sha256, 0, "").rpartition("-")[0] if version.sha256 else ""
    if prefix and (version.pages or 0) > 1:
        folder = prefix.rpartition("/")[0]
        keys += [file.key for file in storage.walk_files(f"{folder}/") if file.key.startswith(f"{prefix}-")]
    return sorted(set(keys))

"""The pictures that renditions are drawn from: originals, pictures made of what is none, and those of watermarks."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import Image

from assets import storage
from assets.choices import VersionState
from assets.models import AssetVersion
from assets.probe import PICTURE_TYPES, MediaType, sniff
from assets.probe.sniffing import SNIFF_BYTES
from assets.render import load_overlay
from assets.services.previews import ensure_page
from pim.errors import DomainError, Refused

_KEPT_OVERLAYS = 4


@contextmanager
def open_source(version: AssetVersion, page: int = 1) -> Iterator[tuple[BinaryIO, MediaType]]:
    """Open what renditions of a version are drawn from: its preview where it has one, else the file itself.

    Raises:
        Refused: `no_preview`: there is nothing to draw.
        FileNotFoundError: it is not there.
    """
    key = version.storage_key
    if page > 1:
        key = ensure_page(version, page)
    elif version.preview_key:
        key = version.preview_key
    with storage.open_file(key) as file:
        media = PICTURE_TYPES.get(version.media_type) if key == version.storage_key else sniff(file.read(SNIFF_BYTES))
        if media is None or media.name not in PICTURE_TYPES:
            raise Refused("no_preview", _("There is no picture of this file."))
        file.seek(0)
        yield file, media


def find_overlays(hashes: Collection[str]) -> dict[str, Image.Image]:
    """Pictures of watermarks by the SHA-256 of their files; those that are gone are left out."""
    found = {}
    for sha256 in set(hashes) - {""}:
        try:
            found[sha256] = _load(sha256)
        except (DomainError, OSError):
            continue
    return found


@lru_cache(maxsize=_KEPT_OVERLAYS)
def _load(sha256: str) -> Image.Image:
    version = AssetVersion.objects.filter(sha256=sha256, state=VersionState.READY).order_by("pk").first()
    if version is None:
        raise FileNotFoundError(sha256)
    with open_source(version) as (file, media):
        return load_overlay(file, media)

"""One file of an asset, as it is or in a preset, opened for whoever has been found to be allowed to have it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from assets import storage
from assets.choices import RenditionState, VersionState
from assets.models import Asset, Rendition
from assets.render import FORMATS, Recipe
from assets.services.downloads.naming import split_name
from assets.services.renditions import current_recipes, declare_renditions, ensure_rendition, file_key
from pim.errors import NotFound

ORIGINAL = ""
"""Stands for the file as it was uploaded, where a preset is named."""


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file that is open; closing `pieces` lets go of it. `size_bytes` is what the database says."""

    pieces: Iterator[bytes]
    filename: str
    media_type: str
    size_bytes: int
    modified: datetime


def find_recipe(asset: Asset, preset: str, fmt: str = "") -> Recipe | None:
    """The rendition of an asset in a preset, in its first format unless one is named. No query."""
    return next(
        (recipe for recipe in current_recipes(asset) if recipe.preset.code == preset and fmt in ("", recipe.fmt)), None
    )


def name_file(asset: Asset, recipe: Recipe | None) -> str:
    """How the file is called: like the original, with the extension of what it is now."""
    filename = asset.version.filename if asset.version else asset.code
    if recipe is None:
        return filename
    return f"{split_name(filename)[0]}.{recipe.extension}"


def open_file(asset: Asset, preset: str = ORIGINAL, fmt: str = "") -> OpenFile:
    """Open the original, or a rendition, which is drawn now if it has not been.

    Asks nobody whether it may leave; the caller has. The asset is loaded with `with_current()`.

    Raises:
        NotFound: `no_file`: it has not passed its check; `no_rendition`: it has none in this preset;
            `rendition_failed`; `file_gone`: it is not in the storage.
    """
    version = asset.version
    if version is None or version.state != VersionState.READY:
        raise NotFound("no_file", _("This file is still being checked."))
    if preset == ORIGINAL:
        return OpenFile(
            _stream(version.storage_key), version.filename, version.media_type, version.size_bytes, version.created
        )
    recipe = find_recipe(asset, preset, fmt)
    if recipe is None:
        raise NotFound("no_rendition", _("This file has no rendition in this preset."))
    row, pieces = _open_rendition(asset, recipe)
    known = FORMATS.get(recipe.fmt)
    media_type = known.media_type if known else version.media_type
    return OpenFile(pieces, name_file(asset, recipe), media_type, row.size_bytes or 0, row.updated)


def is_shown_inline(media_type: str) -> bool:
    """Pictures that our own engine has drawn are shown; everything else is saved."""
    return any(media_type == fmt.media_type for fmt in FORMATS.values())


def _open_rendition(asset: Asset, recipe: Recipe) -> tuple[Rendition, Iterator[bytes]]:
    row = Rendition.objects.filter(digest=recipe.digest).first()
    if row is not None and row.state == RenditionState.READY:
        try:
            return row, storage.stream_file(file_key(row))
        except FileNotFoundError:
            pass  # drawn again below
    if row is None:
        declare_renditions([asset], presets={recipe.preset.code})
    row = ensure_rendition(recipe.preset.code, recipe.digest, recipe.extension, is_guarded=recipe.is_guarded)
    return row, _stream(file_key(row))


def _stream(key: str) -> Iterator[bytes]:
    try:
        return storage.stream_file(key)
    except FileNotFoundError:
        raise NotFound("file_gone", _("The file is gone from the storage.")) from None

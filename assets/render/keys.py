"""The name of a rendition: a hash of everything that decides its bytes, so that its URL is known without any I/O."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from assets.render.credit import NO_CREDIT, Credit
from assets.render.geometry import FocalRectangle
from assets.render.presets import FORMATS, Fit, Preset, Watermark

ENGINE_REVISION = 2
"""Raise when the engine would draw other bytes from the same recipe; all renditions are then new files."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """One rendition of one source.

    `is_guarded` renditions are served with a signature only; they have their own digest, so that a URL handed out
    before a right got an end date does not open them. `rights` is the fingerprint of the terms it is given out under,
    empty where nothing limits its use; under other terms it is another file. `credit` is written into the file.
    `crop` is what somebody chose for this preset, and wins over the focal rectangle. `mark` is the watermark that rights
    ask for, and wins over the preset's. `page` counts from 1.
    """

    sha256: str
    preset: Preset
    fmt: str
    focal: FocalRectangle | None = None
    is_guarded: bool = False
    rights: str = ""
    credit: Credit = NO_CREDIT
    crop: FocalRectangle | None = None
    mark: Watermark | None = None
    page: int = 1

    @property
    def watermark(self) -> Watermark | None:
        """The mark that is drawn over it."""
        return self.mark or self.preset.watermark

    @property
    def is_drawn(self) -> bool:
        """Whether it is a picture; else it is the file as it came."""
        return self.fmt in FORMATS

    @property
    def digest(self) -> str:
        """See `digest_of`."""
        return digest_of(self)

    @property
    def extension(self) -> str:
        """Of the file, without the dot; `original` of a document keeps the document's own."""
        return FORMATS[self.fmt].extension if self.fmt in FORMATS else self.fmt


def digest_of(recipe: Recipe) -> str:
    """SHA-256 in hex over source, preset, crop, engine, format, terms, credit, watermark and page.

    The crop enters as the rectangle itself, the focal one only where the preset crops: two assets with the same file
    and different crops never meet, and going back to an earlier crop finds its files again.
    """
    crop = recipe.focal.canonical() if recipe.focal and recipe.preset.fit is Fit.COVER else ""
    if recipe.crop is not None:
        crop = f"crop {recipe.crop.canonical()}"
    mark = json.dumps(recipe.mark.canonical(), sort_keys=True) if recipe.mark else ""
    parts = (
        recipe.sha256,
        recipe.preset.canonical(recipe.fmt),
        crop,
        str(ENGINE_REVISION),
        recipe.fmt,
        "guarded" if recipe.is_guarded else "",
        recipe.rights,
        recipe.credit.canonical(),
        mark,
        str(recipe.page),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()

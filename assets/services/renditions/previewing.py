"""Draw one picture of the library by settings that nobody has saved; nothing is stored."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from assets.models import Asset
from assets.render import FORMATS, Fit, Preset, render
from assets.services.renditions.presets import recipes_for, with_house_mark
from assets.services.renditions.rows import order_of
from assets.services.renditions.sources import find_overlays, open_source
from pim.errors import NotFound

MAX_SIDE_PX = 1_600
"""No preview is larger: what would be is drawn smaller, and says so."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A drawn picture. `is_reduced` where the preset's own files are larger; then its bytes say nothing of theirs."""

    content: bytes
    media_type: str
    width_px: int
    height_px: int
    seconds: float
    is_reduced: bool


def draw_preview(asset: Asset, preset: Preset, fmt: str) -> Preview:
    """Draw an asset by a preset in one of its formats, with the asset's crop, focal rectangle, credit and watermark.

    Load the asset with `with_current()`.

    Raises:
        NotFound: `no_picture`: there is nothing to draw.
        Refused: as the engine refuses.
    """
    shown, is_reduced = _reduce(with_house_mark(preset))
    recipe = next((recipe for recipe in recipes_for(asset, [shown]) if recipe.fmt == fmt and recipe.is_drawn), None)
    if recipe is None or asset.version is None:
        raise NotFound("no_picture", _("There is no picture to draw."))
    order = order_of(recipe)
    overlays = find_overlays({order.watermark.picture} if order.watermark else set())
    started = time.perf_counter()
    with open_source(asset.version) as (file, media):
        drawn = render(file, media, [order], overlays=overlays)[0]
    return Preview(
        content=drawn.content,
        media_type=FORMATS[fmt].media_type,
        width_px=drawn.width_px,
        height_px=drawn.height_px,
        seconds=time.perf_counter() - started,
        is_reduced=is_reduced,
    )


def _reduce(preset: Preset) -> tuple[Preset, bool]:
    """The preset with a box that a preview may have."""
    if preset.fit is Fit.ORIGINAL:
        return replace(preset, fit=Fit.CONTAIN, width=MAX_SIDE_PX, height=MAX_SIDE_PX, max_bytes=None), True
    largest = max(preset.width or 0, preset.height or 0)
    if largest <= MAX_SIDE_PX:
        return preset, False
    width, height = (side and max(1, round(side * MAX_SIDE_PX / largest)) for side in (preset.width, preset.height))
    return replace(preset, width=width, height=height, max_bytes=None), True

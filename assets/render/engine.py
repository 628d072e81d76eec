"""Draw many renditions of one picture: one decode, a cascade of ever smaller copies, encoders side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image

from assets.probe import DEFAULT_LIMITS, Limits, MediaType
from assets.probe.facts import SIDEWAYS, open_picture, read_orientation
from assets.probe.modes import flatten_mode
from assets.render.colour import to_srgb
from assets.render.encode import Credit, encode
from assets.render.geometry import FocalRectangle, Plan, plan_geometry
from assets.render.presets import FORMATS, Preset

ENCODER_THREADS = 2
DRAFT_HEADROOM = 1.3
"""How much larger than the largest rendition a JPEG is decoded; below 1 the decoder's own scaling would show."""
CASCADE_HEADROOM = 2.0
"""A copy is drawn from a smaller copy only if that is still this much larger. At 2 the loss is above 50 dB PSNR."""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class Order:
    """One rendition that is wanted."""

    preset: Preset
    fmt: str
    focal: FocalRectangle | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """One rendition that was made."""

    order: Order
    content: bytes
    width_px: int
    height_px: int


def render(
    file: BinaryIO,
    media: MediaType,
    orders: Sequence[Order],
    *,
    credit: Credit | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> list[Rendered]:
    """Make all renditions of one picture, in the order asked for.

    Raises:
        Refused: `picture_too_large`, `picture_broken`.
    """
    with open_picture(file, media, limits=limits) as picture:
        orientation = read_orientation(picture)
        width, height = picture.size[::-1] if orientation in SIDEWAYS else picture.size
        plans = [plan_geometry(width, height, order.preset, focal=order.focal, fmt=order.fmt) for order in orders]
        largest = max((plan.scale for plan in plans), default=1.0)
        mezzanine = _make_mezzanine(picture, largest, orientation)
    levels = _Levels(mezzanine, (width, height))
    pictures = levels.draw_all(plans)
    with ThreadPoolExecutor(ENCODER_THREADS) as pool:
        contents = list(pool.map(_finish, orders, plans, pictures, [credit or Credit()] * len(orders)))
    return [
        Rendered(order, content, *plan.canvas) for order, plan, content in zip(orders, plans, contents, strict=True)
    ]


def _make_mezzanine(picture: Image.Image, scale: float, orientation: int) -> Image.Image:
    """The one picture all renditions come from: as seen, in sRGB, no larger than the largest of them needs."""
    size = tuple(max(1, math.ceil(side * scale)) for side in picture.size)
    profile = picture.info.get("icc_profile")
    picture.draft(picture.mode, (math.ceil(size[0] * DRAFT_HEADROOM), math.ceil(size[1] * DRAFT_HEADROOM)))
    picture.load()
    small = flatten_mode(picture)
    if small.size[0] > size[0] or small.size[1] > size[1]:
        small = small.resize((size[0], size[1]), Image.Resampling.LANCZOS, reducing_gap=3.0)
    small.info = {"icc_profile": profile} if profile else {}
    small = to_srgb(small)
    if orientation in _TURNS:
        small = small.transpose(_TURNS[orientation])
    small.info = {}
    return small


class _Levels:
    """Whole pictures in falling size, each a possible source of the next."""

    def __init__(self, mezzanine: Image.Image, source_size: tuple[int, int]) -> None:
        self._source_size = source_size
        self._levels = [mezzanine]

    def draw_all(self, plans: Sequence[Plan]) -> list[Image.Image]:
        """Draw the largest first, so that the smaller ones can be drawn from it; equal plans are drawn once."""
        drawn: dict[Plan, Image.Image] = {}
        for plan in sorted(set(plans), key=lambda plan: -plan.scale):
            drawn[plan] = self._draw(plan)
        return [drawn[plan] for plan in plans]

    def _draw(self, plan: Plan) -> Image.Image:
        level = next(
            (small for small in reversed(self._levels) if self._scale(small) >= CASCADE_HEADROOM * plan.scale),
            self._levels[0],
        )
        across, down = level.width / self._source_size[0], level.height / self._source_size[1]
        left, top, right, bottom = plan.box
        box = (
            left * across,
            top * down,
            min(right * across, float(level.width)),
            min(bottom * down, float(level.height)),
        )
        if plan.picture == level.size and box == (0.0, 0.0, float(level.width), float(level.height)):
            return level
        picture = level.resize(plan.picture, Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)
        if plan.box == (0.0, 0.0, float(self._source_size[0]), float(self._source_size[1])):
            self._levels.append(picture)
        return picture

    def _scale(self, level: Image.Image) -> float:
        return level.width / self._source_size[0]


def _finish(order: Order, plan: Plan, picture: Image.Image, credit: Credit) -> bytes:
    preset = order.preset
    keeps_alpha = FORMATS[order.fmt].has_alpha and not preset.background
    if plan.canvas != plan.picture:
        colour = preset.background or ("#ffffff" if not keeps_alpha else "#00000000")
        canvas = Image.new("RGBA" if keeps_alpha else "RGB", plan.canvas, colour)
        offset = ((plan.canvas[0] - plan.picture[0]) // 2, (plan.canvas[1] - plan.picture[1]) // 2)
        if keeps_alpha:
            canvas.paste(picture.convert("RGBA"), offset)
        else:
            canvas.paste(picture, offset, picture if picture.mode == "RGBA" else None)
        picture = canvas
    elif picture.mode == "RGBA" and not keeps_alpha:
        flat = Image.new("RGB", picture.size, preset.background or "#ffffff")
        flat.paste(picture, (0, 0), picture)
        picture = flat
    return encode(picture, order.fmt, quality=preset.quality_for(order.fmt), credit=credit, max_bytes=preset.max_bytes)

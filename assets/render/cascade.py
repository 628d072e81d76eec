"""Draw ever smaller pictures from one another; a picture is brought to sRGB once, when it is small."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from assets.render.colour import to_srgb
from assets.render.geometry import Box, Plan

REDUCING_GAP = 3.0
STRIP_PX = 1_000_000
"""How many pixels may wait at their new width and old height at once; four bytes each."""
HEADROOM = 1.25
"""A picture is drawn from a smaller copy only if that is still this much larger. At 1.25 the loss is above 51 dB PSNR."""


@dataclass(frozen=True, slots=True)
class _Level:
    """A picture of a part of the source."""

    picture: Image.Image
    box: Box
    scale: float

    def serves(self, plan: Plan) -> bool:
        """Whether the plan can be drawn from it without loss that shows."""
        left, top, right, bottom = self.box
        box = plan.box
        is_inside = left <= box[0] and top <= box[1] and box[2] <= right and box[3] <= bottom
        return is_inside and self.scale >= HEADROOM * plan.scale


class Cascade:
    """A decoded picture, as seen and in its own colours, and what has been drawn from it so far."""

    def __init__(self, root: Image.Image, source_size: tuple[int, int], profile: bytes) -> None:
        self._root = _Level(root, (0.0, 0.0, float(source_size[0]), float(source_size[1])), root.width / source_size[0])
        self._profile = profile
        self._levels: dict[bool, list[_Level]] = {False: [], True: []}

    def draw_all(self, plans: Sequence[Plan], keeps_profile: Sequence[bool]) -> list[Image.Image]:
        """Draw the largest first, so that the smaller ones can be drawn from it; equal plans are drawn once."""
        wanted = set(zip(plans, keeps_profile, strict=True))
        drawn = {
            (plan, keeps): self._draw(plan, keeps=keeps)
            for plan, keeps in sorted(wanted, key=lambda pair: (-pair[0].scale, pair[0].box, pair[0].canvas, pair[1]))
        }
        return [drawn[pair] for pair in zip(plans, keeps_profile, strict=True)]

    def draw_whole(self, scale: float) -> Image.Image:
        """The whole picture in sRGB at about this scale."""
        width, height = round(self._root.box[2]), round(self._root.box[3])
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        return self._draw(Plan(self._root.box, size, size), keeps=False)

    def _draw(self, plan: Plan, *, keeps: bool) -> Image.Image:
        levels = [level for level in self._levels[keeps] if level.serves(plan)]
        level = min(levels, key=lambda level: level.picture.width * level.picture.height, default=self._root)
        picture = _resample(level, plan)
        if level is self._root and not keeps:
            picture = to_srgb(picture, self._profile)
        self._levels[keeps].append(_Level(picture, plan.box, plan.scale))
        return picture


def _resample(level: _Level, plan: Plan) -> Image.Image:
    across = level.picture.width / (level.box[2] - level.box[0])
    down = level.picture.height / (level.box[3] - level.box[1])
    box = (
        max((plan.box[0] - level.box[0]) * across, 0.0),
        max((plan.box[1] - level.box[1]) * down, 0.0),
        min((plan.box[2] - level.box[0]) * across, float(level.picture.width)),
        min((plan.box[3] - level.box[1]) * down, float(level.picture.height)),
    )
    if plan.picture[0] * (box[3] - box[1]) <= STRIP_PX:
        return level.picture.resize(plan.picture, Image.Resampling.LANCZOS, box=box, reducing_gap=REDUCING_GAP)
    return _resample_in_strips(level.picture, plan.picture, box)


def _resample_in_strips(picture: Image.Image, size: tuple[int, int], box: Box) -> Image.Image:
    """The same picture as in one go: rows beyond a strip are looked at as they are at once.

    In one go, Pillow keeps every source row at its new width until all are done, a third of a large source once more.
    """
    strips = math.ceil(size[0] * (box[3] - box[1]) / STRIP_PX)
    step = (box[3] - box[1]) / size[1]
    result = Image.new(picture.mode, size)
    for number in range(strips):
        top, bottom = size[1] * number // strips, size[1] * (number + 1) // strips
        part = (box[0], box[1] + top * step, box[2], min(box[1] + bottom * step, float(picture.height)))
        drawn = picture.resize((size[0], bottom - top), Image.Resampling.LANCZOS, box=part, reducing_gap=REDUCING_GAP)
        result.paste(drawn, (0, top))
    return result

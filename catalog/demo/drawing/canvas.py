"""The canvas: antialiased shapes with gradients, round bodies and soft shadows, on Pillow alone.

Products are drawn in their own units: the origin is where they touch the floor, y grows downwards. `place` says where
that origin lies on the picture and how large the product is, so the same drawing serves a portrait, a group and a
close-up.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from catalog.demo.drawing.colours import Rgb, Stops, ramp_strip
from catalog.demo.drawing.shapes import Outline, Point, ellipse, ribbon

SIZE_PX = 800
OVERSAMPLING = 3
SOFT_STEPS_PX = ((36, 12), (16, 6), (6, 3))
"""Soft forms are painted small and enlarged: (from this blur, by this factor)."""


@dataclass(frozen=True, slots=True)
class Mask:
    """Coverage (0–255) of a shape, and where its upper left corner lies on the picture."""

    coverage: Image.Image
    left: int
    top: int


class Canvas:
    """A square picture that shapes are painted on, one over the other."""

    def __init__(self, backdrop: Image.Image) -> None:
        self.picture = backdrop.copy()
        self._scale, self._x, self._y = 1.0, 0.0, 0.0

    @contextmanager
    def place(self, x: float, y: float, scale: float = 1) -> Iterator[None]:
        """Draw inside the block with the origin at (x, y), enlarged by `scale`; blocks nest."""
        before = self._scale, self._x, self._y
        self._x, self._y = self._x + x * self._scale, self._y + y * self._scale
        self._scale *= scale
        try:
            yield
        finally:
            self._scale, self._x, self._y = before

    def shape(
        self,
        outline: Sequence[Point],
        paint: Rgb | Stops,
        *,
        opacity: float = 1,
        across: bool = False,
        within: Mask | None = None,
    ) -> Mask | None:
        """Paint an outline with a colour or a ramp (top to bottom, or left to right with `across`).

        Returns its mask, for shading within it; None where nothing of it lies on the picture.
        """
        mask = self._mask(self._pixels(outline))
        if mask is None:
            return None
        if isinstance(paint[0], int):
            ink: Image.Image | Rgb = paint
        else:
            strip = ramp_strip(paint)
            strip = strip if across else strip.transpose(Image.Transpose.ROTATE_270)
            ink = strip.resize(mask.coverage.size, Image.Resampling.BILINEAR)
        self._apply(mask, ink, opacity, within)
        return mask

    def lathe(self, profile: Sequence[Point], stops: Stops, tilt: float = 0.1) -> Mask | None:
        """Paint a turned body: `profile` is (radius, y) from top to bottom, the ramp runs across every slice.

        The lower edge bulges by `tilt` of its radius, as seen slightly from above.
        """
        radius, bottom = profile[-1]
        bulge = [(radius * math.cos(a), bottom + radius * tilt * math.sin(a)) for a in _half_turn()]
        outline = [(r, y) for r, y in profile] + bulge + [(-r, y) for r, y in reversed(profile)]
        mask = self._mask(self._pixels(outline))
        if mask is None:
            return None
        slices = [(self._scale * r, self._y + self._scale * y - mask.top) for r, y in profile]
        slices.append((slices[-1][0], float(mask.coverage.height)))
        self._apply(mask, _turned_texture(mask.coverage.size, slices, self._x - mask.left, stops), 1, None)
        return mask

    def soft(
        self, outline: Sequence[Point], colour: Rgb, blur: float, opacity: float, within: Mask | None = None
    ) -> None:
        """Paint a blurred form: a shadow, a highlight, a glow; clipped to `within` where given."""
        blur_px = blur * self._scale
        points = self._pixels(outline)
        margin = 2.5 * blur_px
        left, top, right, bottom = _bounds(points, margin)
        if right <= left or bottom <= top:
            return
        step = _step_for(blur_px)
        small = Image.new("L", ((right - left) // step + 1, (bottom - top) // step + 1))
        ImageDraw.Draw(small).polygon([((x - left) / step, (y - top) / step) for x, y in points], fill=255)
        small = small.filter(ImageFilter.GaussianBlur(blur_px / step))
        if step > 1:
            small = small.resize((small.width * step, small.height * step), Image.Resampling.BILINEAR)
        self._apply(Mask(small, left, top), colour, opacity, within)

    def tube(self, path: Sequence[Point], width: float, colours: tuple[Rgb, Rgb, Rgb]) -> None:
        """Paint a round bar along a path: (shade, body, light), light on the upper left, round ends."""
        shade, body, light = colours
        for x, y in (path[0], path[-1]):
            self.shape(ellipse(x, y, width / 2, width / 2), shade)
        self.shape(ribbon(path, width), shade)
        self.shape(ribbon(path, width * 0.66, width * 0.10), body)
        self.shape(ribbon(path, width * 0.22, width * 0.2), light, opacity=0.8)

    def mask(self, outline: Sequence[Point]) -> Mask | None:
        """The mask of an outline, painting nothing."""
        return self._mask(self._pixels(outline))

    def _pixels(self, outline: Sequence[Point]) -> Outline:
        return [(self._x + x * self._scale, self._y + y * self._scale) for x, y in outline]

    def _mask(self, points: Sequence[Point]) -> Mask | None:
        left, top, right, bottom = _bounds(points, 1)
        if right <= left or bottom <= top:
            return None
        size = ((right - left) * OVERSAMPLING, (bottom - top) * OVERSAMPLING)
        large = Image.new("L", size)
        corners = [((x - left) * OVERSAMPLING, (y - top) * OVERSAMPLING) for x, y in points]
        ImageDraw.Draw(large).polygon(corners, fill=255)
        return Mask(large.reduce(OVERSAMPLING), left, top)

    def _apply(self, mask: Mask, ink: Image.Image | Rgb, opacity: float, within: Mask | None) -> None:
        coverage = mask.coverage
        if within is not None:
            frame = Image.new("L", coverage.size)
            frame.paste(within.coverage, (within.left - mask.left, within.top - mask.top))
            coverage = ImageChops.multiply(coverage, frame)
        if opacity < 1:
            coverage = coverage.point([round(value * opacity) for value in range(256)])
        left, top = mask.left, mask.top
        if isinstance(ink, Image.Image):
            self.picture.paste(ink, (left, top), coverage)
        else:
            right, bottom = left + coverage.width, top + coverage.height
            self.picture.paste(ink, (left, top, right, bottom), coverage)


def _bounds(points: Sequence[Point], margin: float) -> tuple[int, int, int, int]:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    low, high = -SIZE_PX // 4, SIZE_PX * 5 // 4
    left, top = (math.floor(max(min(axis) - margin, low)) for axis in (xs, ys))
    right, bottom = (math.ceil(min(max(axis) + margin, high)) for axis in (xs, ys))
    return left, top, right, bottom


def _step_for(blur_px: float) -> int:
    return next((step for least, step in SOFT_STEPS_PX if blur_px >= least), 1)


def _half_turn() -> list[float]:
    return [math.pi * step / 24 for step in range(25)]


def _turned_texture(size: tuple[int, int], slices: Sequence[Point], axis: float, stops: Stops) -> Image.Image:
    """Stretch the ramp over every slice (radius, y) of a body whose axis lies at x = `axis`, in pixels."""
    source = Image.new("RGB", (768, 8))
    strip = ramp_strip(stops)
    source.paste(strip.crop((0, 0, 1, 1)).resize((256, 8)), (0, 0))
    source.paste(strip.resize((256, 8)), (256, 0))
    source.paste(strip.crop((255, 0, 256, 1)).resize((256, 8)), (512, 0))

    def position(x: float, radius: float) -> float:
        return 256 + (x - axis + radius) / (2 * max(radius, 0.5)) * 255

    mesh = []
    for (upper, y0), (lower, y1) in itertools.pairwise(slices):
        first, last = max(round(y0), 0), min(round(y1), size[1])
        if last > first:
            left = position(0, upper), position(0, lower)
            right = position(size[0], upper), position(size[0], lower)
            mesh.append(((0, first, size[0], last), (left[0], 1, left[1], 7, right[1], 7, right[0], 1)))
    return source.transform(size, Image.Transform.MESH, mesh, Image.Resampling.BILINEAR)

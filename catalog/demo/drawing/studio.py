"""The studio: wall, floor, light and the quiet forms behind a product."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageChops

from catalog.demo.drawing.canvas import SIZE_PX, Canvas
from catalog.demo.drawing.colours import Rgb, darken, lighten, mix, ramp_strip
from catalog.demo.drawing.shapes import ellipse, rounded

FLOOR_Y_PX = 560


@dataclass(frozen=True, slots=True)
class Set:
    """One studio set: the wall's and the floor's colour, and which form stands behind the product."""

    wall: Rgb
    floor: Rgb
    form: str


@lru_cache(maxsize=24)
def build_backdrop(scene: Set) -> Image.Image:
    """Paint a set without product: 800×800."""
    wall = ((0.0, lighten(scene.wall, 0.16)), (1.0, scene.wall))
    picture = ramp_strip(wall).transpose(Image.Transpose.ROTATE_270).resize((SIZE_PX, SIZE_PX))
    canvas = Canvas(picture)
    canvas.soft(ellipse(270, 210, 330, 270), lighten(scene.wall, 0.75), 130, 0.5)
    canvas.soft(ellipse(800, 420, 170, 400), darken(scene.wall, 0.5), 120, 0.16)
    FORMS[scene.form](canvas, scene)
    return ImageChops.add(canvas.picture, _grain(), 1, -3)


@lru_cache(maxsize=1)
def _grain() -> Image.Image:
    """Fine deterministic noise of 0–6 levels: keeps the gradients free of bands."""
    noise = random.Random(7).randbytes(SIZE_PX * SIZE_PX)  # noqa: S311  # grain, not a secret
    grey = Image.frombytes("L", (SIZE_PX, SIZE_PX), noise).point([value * 7 // 256 for value in range(256)])
    return Image.merge("RGB", (grey, grey, grey))


def _floor(canvas: Canvas, scene: Set) -> None:
    floor = ((0.0, darken(scene.floor, 0.07)), (0.25, scene.floor), (1.0, lighten(scene.floor, 0.14)))
    canvas.shape([(0, FLOOR_Y_PX), (SIZE_PX, FLOOR_Y_PX), (SIZE_PX, SIZE_PX), (0, SIZE_PX)], floor)
    canvas.soft(rounded(-100, FLOOR_Y_PX - 4, 900, FLOOR_Y_PX + 10, 2), darken(scene.wall, 0.6), 12, 0.16)


def _plain(canvas: Canvas, scene: Set) -> None:
    canvas.soft(rounded(-200, 600, 1000, 1000, 40), lighten(scene.floor, 0.1), 70, 0.9)


def _arch(canvas: Canvas, scene: Set) -> None:
    tone = mix(scene.wall, scene.floor, 0.75)
    outline = [*ellipse(400, 330, 235, 235, 180, 360), (635, FLOOR_Y_PX), (165, FLOOR_Y_PX)]
    mask = canvas.shape(outline, ((0.0, darken(tone, 0.16)), (0.6, tone), (1.0, lighten(tone, 0.12))))
    edge = [*ellipse(428, 352, 235, 235, 180, 360), (663, FLOOR_Y_PX + 40), (193, FLOOR_Y_PX + 40)]
    canvas.soft(edge, lighten(tone, 0.5), 16, 0.45, mask)
    _floor(canvas, scene)


def _disc(canvas: Canvas, scene: Set) -> None:
    tone = mix(scene.wall, scene.floor, 0.8)
    canvas.soft(ellipse(424, 352, 240, 240), darken(scene.wall, 0.5), 26, 0.2)
    canvas.shape(ellipse(400, 330, 240, 240), ((0.0, lighten(tone, 0.22)), (1.0, darken(tone, 0.08))))
    _floor(canvas, scene)


def _window(canvas: Canvas, scene: Set) -> None:
    _floor(canvas, scene)
    light = lighten(scene.wall, 0.85)
    for column in range(2):
        for row in range(3):
            x, y = 330 + column * 150, 60 + row * 150 + column * 46
            canvas.soft([(x, y), (x + 128, y + 40), (x + 128, y + 172), (x, y + 132)], light, 9, 0.42)


def _steps(canvas: Canvas, scene: Set) -> None:
    tone = mix(scene.wall, scene.floor, 0.7)
    for left, top, right in ((70, 300, 290), (510, 390, 740)):
        canvas.soft(rounded(left + 26, top + 20, right + 40, FLOOR_Y_PX, 8), darken(scene.wall, 0.6), 22, 0.2)
        face = ((0.0, lighten(tone, 0.18)), (1.0, darken(tone, 0.1)))
        canvas.shape([(left, top), (right, top), (right, FLOOR_Y_PX), (left, FLOOR_Y_PX)], face, across=True)
        top_face = [(left, top), (left + 14, top - 16), (right - 14, top - 16), (right, top)]
        canvas.shape(top_face, lighten(tone, 0.4))
    _floor(canvas, scene)


def _bare(canvas: Canvas, scene: Set) -> None:
    canvas.soft(ellipse(430, 430, 300, 320), lighten(scene.floor, 0.35), 90, 0.7)


def _halo(canvas: Canvas, scene: Set) -> None:
    tone = mix(scene.wall, scene.floor, 0.8)
    canvas.shape(ellipse(400, 430, 300, 300), ((0.0, lighten(tone, 0.22)), (1.0, darken(tone, 0.05))))


FORMS: dict[str, Callable[[Canvas, Set], None]] = {
    "plain": _plain,
    "arch": _arch,
    "disc": _disc,
    "window": _window,
    "steps": _steps,
    "bare": _bare,
    "halo": _halo,
}


def cast_shadow(canvas: Canvas, half_width: float, length: float, tone: Rgb, depth: float = 16) -> None:
    """The shadow of what stands at the origin: a dark contact line and a long soft one to the right."""
    deep = darken(tone, 0.85)
    reach = half_width + length
    canvas.soft(
        [(-half_width, -depth * 0.4), (half_width, -depth), (reach, -depth * 1.6), (reach, depth * 0.5), (0, depth)],
        deep, 16, 0.26,
    )  # fmt: skip
    canvas.soft(ellipse(length * 0.06, 1, half_width * 1.04, depth), deep, 9, 0.42)
    canvas.soft(ellipse(0, 0, half_width * 0.96, depth * 0.55), deep, 3, 0.5)

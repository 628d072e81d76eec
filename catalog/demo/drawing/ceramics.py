"""Ceramics: vases, mugs, bowls, plates, teapots, jugs and candle holders, turned and glazed."""

from __future__ import annotations

import random
from collections.abc import Sequence

from catalog.demo.drawing.canvas import Canvas, Mask
from catalog.demo.drawing.colours import WHITE, Rgb, darken, lighten, mix, round_ramp
from catalog.demo.drawing.look import Look, bar
from catalog.demo.drawing.shapes import Point, ellipse, mirrored, ribbon, spline
from catalog.demo.drawing.studio import cast_shadow

CLAY: Rgb = (214, 186, 156)
STEM: Rgb = (148, 138, 96)


def draw_bottle_vase(canvas: Canvas, look: Look) -> None:
    cast_shadow(canvas, 92, 200, look.main)
    for lean, height, bend in ((-1.0, 190, 30), (0.45, 230, -14), (1.25, 160, -34)):
        _draw_branch(canvas, (0, -300), lean, height, bend)
    profile = spline([(31, -318), (25, -296), (23, -250), (42, -206), (92, -142), (104, -84), (84, -20), (70, 0)])
    body = canvas.lathe(profile, round_ramp(look.main, 0.35))
    _draw_glaze(canvas, profile, look, body, -92)
    _draw_opening(canvas, 31, -318, look.main)
    _draw_gloss(canvas, body, (-48, -110), (13, 52))
    _draw_speckles(canvas, body, look, 104, -300, 0)


def draw_moon_vase(canvas: Canvas, look: Look) -> None:
    cast_shadow(canvas, 100, 170, look.main)
    _draw_grass(canvas, -250)
    profile = spline([(52, -268), (46, -250), (80, -226), (142, -150), (140, -76), (92, -14), (74, 0)])
    body = canvas.lathe(profile, round_ramp(look.main, 0.25))
    for offset in (-168, -150, -132):
        canvas.shape(_band(profile, offset, 5), look.second, opacity=0.75, within=body)
    _draw_opening(canvas, 52, -268, look.main)
    _draw_gloss(canvas, body, (-76, -150), (16, 56))
    _draw_speckles(canvas, body, look, 142, -250, 0)


def draw_mug(canvas: Canvas, look: Look) -> None:
    cast_shadow(canvas, 112, 180, look.main)
    handle = spline([(100, -176), (176, -178), (194, -112), (160, -58), (98, -56)])
    canvas.tube(handle, 27, bar(darken(look.main, 0.12)))
    profile = spline([(114, -222), (116, -140), (114, -50), (104, -8), (96, 0)])
    body = canvas.lathe(profile, round_ramp(look.main, 0.3), 0.12)
    canvas.shape(_band(profile, 18, 78), round_ramp(CLAY, 0.05), across=True, within=body)
    _draw_opening(canvas, 114, -222, look.main, tilt=0.2, fill=(92, 56, 36))
    _draw_gloss(canvas, body, (-62, -130), (13, 62))
    _draw_speckles(canvas, body, look, 112, -190, -40)


def draw_bowl(canvas: Canvas, look: Look) -> None:
    cast_shadow(canvas, 96, 200, look.main)
    profile = spline([(196, -162), (188, -116), (150, -56), (88, -14), (72, -8), (72, 0)])
    body = canvas.lathe(profile, round_ramp(look.main, 0.3), 0.1)
    _draw_opening(canvas, 196, -162, look.main, tilt=0.24, inside=lighten(look.second, 0.3))
    _draw_gloss(canvas, body, (-112, -84), (16, 34))
    _draw_speckles(canvas, body, look, 190, -120, -10)


def draw_plate(canvas: Canvas, look: Look) -> None:
    """A plate on edge against the wall, with a smaller one before it."""
    for x, radius, glaze in ((-40, 190, look.main), (96, 132, look.second)):
        y = -radius
        canvas.soft(ellipse(x + 34, y + 22, radius, radius), darken(look.main, 0.8), 18, 0.3)
        ramp = ((0.0, lighten(glaze, 0.3)), (0.5, glaze), (1.0, darken(glaze, 0.2)))
        rim = canvas.shape(ellipse(x, y, radius, radius), ramp)
        canvas.shape(ellipse(x, y, radius * 0.985, radius * 0.985), lighten(glaze, 0.1), opacity=0.35)
        canvas.soft(ellipse(x + 4, y + 6, radius * 0.72, radius * 0.72), darken(glaze, 0.5), 8, 0.5, rim)
        well = ((0.0, darken(glaze, 0.14)), (1.0, lighten(glaze, 0.22)))
        inner = canvas.shape(ellipse(x, y, radius * 0.69, radius * 0.69), well)
        canvas.soft(ellipse(x - radius * 0.3, y - radius * 0.36, radius * 0.3, radius * 0.16), WHITE, 18, 0.3, inner)
        _scatter(canvas, rim, mix(glaze, darken(glaze, 0.8), 0.6), (x - radius, y - radius, x + radius, y + radius), 90)
        canvas.soft(ellipse(x + 6, 0, radius * 0.4, 7), darken(look.main, 0.9), 5, 0.5)


def draw_teapot(canvas: Canvas, look: Look) -> None:
    cast_shadow(canvas, 120, 200, look.main)
    handle = spline([(-112, -56), (-196, -70), (-214, -150), (-160, -190), (-100, -170)])
    canvas.tube(handle, 24, bar(look.second))
    spout = spline([(96, -74), (160, -96), (186, -150), (222, -196)])
    canvas.shape(ribbon(spout, lambda t: 62 - 36 * t), darken(look.main, 0.25))
    canvas.shape(ribbon(spout, lambda t: 40 - 24 * t, 5), look.main)
    canvas.shape(ribbon(spout, lambda t: 12 - 6 * t, 12), lighten(look.main, 0.4), opacity=0.7)
    profile = spline([(62, -206), (96, -192), (140, -140), (142, -84), (108, -22), (84, 0)])
    body = canvas.lathe(profile, round_ramp(look.main, 0.4))
    lid = spline([(14, -228), (40, -222), (64, -206), (66, -198)])
    canvas.soft(ellipse(6, -192, 74, 12), darken(look.main, 0.8), 6, 0.4, body)
    canvas.lathe(lid, round_ramp(lighten(look.main, 0.05), 0.4), 0.16)
    canvas.lathe(spline([(10, -262), (19, -250), (12, -234), (14, -226)]), round_ramp(look.second, 0.4))
    _draw_gloss(canvas, body, (-78, -124), (16, 40))
    _draw_speckles(canvas, body, look, 140, -180, -10)


def draw_jug(canvas: Canvas, look: Look) -> None:
    cast_shadow(canvas, 98, 200, look.main)
    handle = spline([(62, -286), (150, -292), (170, -210), (130, -130), (92, -110)])
    canvas.tube(handle, 24, bar(darken(look.main, 0.14)))
    profile = spline([(76, -312), (62, -276), (64, -230), (102, -150), (112, -84), (94, -16), (84, 0)])
    body = canvas.lathe(profile, round_ramp(look.main, 0.32))
    canvas.shape(_band(profile, 16, 90), round_ramp(CLAY, 0.05), across=True, within=body)
    spout = [(-40, -320), (-74, -318), (-106, -326), (-92, -300), (-66, -262), (-50, -280)]
    canvas.shape(spline(spout, closed=True), ((0.0, lighten(look.main, 0.4)), (1.0, darken(look.main, 0.12))))
    _draw_opening(canvas, 76, -312, look.main, tilt=0.2)
    _draw_gloss(canvas, body, (-54, -140), (13, 56))
    _draw_speckles(canvas, body, look, 112, -290, -80)


def draw_candle_holders(canvas: Canvas, look: Look) -> None:
    """Three turned candle holders of different heights with lit candles."""
    for x, height, tone in ((-120, 110, look.main), (8, 190, look.second), (126, 66, lighten(look.main, 0.3))):
        profile = ((30.0, -height), (20.0, -height + 16), (17.0, -height / 2), (26.0, -24.0), (62.0, -8.0), (62.0, 0.0))
        _draw_candle(canvas, x, height, profile, tone)


def draw_tea_set(canvas: Canvas, look: Look) -> None:
    """The teapot with two mugs before it."""
    with canvas.place(-40, -30, 1.05):
        draw_teapot(canvas, look)
    for x, y, tone in ((210, -8, lighten(look.main, 0.3)), (96, 24, look.main)):
        with canvas.place(x, y, 0.55):
            draw_mug(canvas, Look(tone, look.second))


def _draw_candle(canvas: Canvas, x: float, height: float, profile: Sequence[Point], tone: Rgb) -> None:
    wax = lighten((236, 222, 198), 0.2)
    canvas.soft(ellipse(x + 40, 0, 96, 12), darken(tone, 0.85), 10, 0.36)
    top = -height - 130
    canvas.soft(ellipse(x, top - 26, 70, 76), (255, 214, 140), 34, 0.55)
    canvas.shape(
        [(x - 13, top), (x + 13, top), (x + 13, -height), (x - 13, -height)], round_ramp(wax, 0.1), across=True
    )
    canvas.shape(ellipse(x, top, 13, 4), lighten(wax, 0.5))
    canvas.shape([(x - 1.5, top - 10), (x + 1.5, top - 10), (x + 1.5, top), (x - 1.5, top)], (70, 54, 44))
    flame = spline(
        [(x, top - 50), (x + 10, top - 24), (x + 6, top - 8), (x - 6, top - 8), (x - 9, top - 24)], closed=True
    )
    canvas.shape(flame, ((0.0, (255, 236, 170)), (0.6, (255, 190, 92)), (1.0, (240, 140, 70))))
    half = spline([(r, y) for r, y in profile])
    foot = ellipse(x, 0, half[-1][0], 8, 0, 180)
    canvas.shape(
        mirrored([(x + r, y) for r, y in half], x)[: len(half)] + foot + [(x - r, y) for r, y in half[::-1]],
        round_ramp(tone, 0.35),
        across=True,
    )
    canvas.shape(ellipse(x, -height, 30, 7), lighten(tone, 0.35))


def _draw_opening(
    canvas: Canvas,
    radius: float,
    y: float,
    glaze: Rgb,
    tilt: float = 0.16,
    inside: Rgb | None = None,
    fill: Rgb | None = None,
) -> None:
    canvas.shape(ellipse(0, y, radius, radius * tilt), lighten(glaze, 0.42))
    hollow = inside or darken(glaze, 0.45)
    ramp = ((0.0, darken(hollow, 0.5)), (0.5, darken(hollow, 0.2)), (1.0, lighten(hollow, 0.12)))
    inner = canvas.shape(ellipse(0, y + 1, radius * 0.94, radius * tilt * 0.86), ramp)
    if fill is not None:
        canvas.shape(ellipse(0, y + radius * tilt * 0.42, radius * 0.88, radius * tilt * 0.62), fill, within=inner)
        canvas.soft(ellipse(-24, y + radius * tilt * 0.4, 30, 4), lighten(fill, 0.6), 4, 0.5, inner)


def _band(profile: Sequence[Point], lower: float, height: float) -> list[Point]:
    """A horizontal ring around a turned body: between `lower - height` and `lower`, curved as its slices."""
    radius = max(r for r, _ in profile)
    bulge = radius * 0.1
    bottom = [(x, y + bulge) for x, y in ellipse(0, lower - bulge, radius * 1.05, bulge, 0, 180)]
    top = [(x, y + bulge) for x, y in ellipse(0, lower - height - bulge, radius * 1.05, bulge, 180, 0)]
    return bottom + top


def _draw_glaze(canvas: Canvas, profile: Sequence[Point], look: Look, body: Mask | None, line: float) -> None:
    """The wavy line where the glaze of the neck ended, and the paler foot below it."""
    wide = max(r for r, _ in profile) * 1.1
    edge = spline([(wide - step * wide / 4, line + 13 * (-1) ** step + 5 * step % 9) for step in range(9)])
    foot = [(wide, 40), *edge, (-wide, 40)]
    canvas.shape(foot, round_ramp(look.second, 0.15), across=True, within=body)
    canvas.soft(foot, darken(look.main, 0.6), 3, 0.12, body)


def _draw_gloss(canvas: Canvas, body: Mask | None, centre: Point, radii: Point) -> None:
    canvas.soft(ellipse(*centre, *radii), WHITE, 7, 0.5, body)
    canvas.soft(
        ellipse(centre[0] - 2, centre[1] - radii[1] * 0.3, radii[0] * 0.35, radii[1] * 0.4), WHITE, 2.5, 0.5, body
    )


def _draw_speckles(canvas: Canvas, body: Mask | None, look: Look, radius: float, top: float, bottom: float) -> None:
    _scatter(canvas, body, darken(look.main, 0.55), (-radius, top, radius, bottom), 60)


def _scatter(
    canvas: Canvas, body: Mask | None, colour: Rgb, box: tuple[float, float, float, float], count: int
) -> None:
    """Iron specks in the glaze, the same for the same box."""
    dice = random.Random(f"{box}{count}")  # noqa: S311  # decoration, not a secret
    for _ in range(count):
        x, y, size = dice.uniform(box[0], box[2]), dice.uniform(box[1], box[3]), dice.uniform(0.7, 1.9)
        canvas.shape([(x - size, y), (x, y - size), (x + size, y), (x, y + size)], colour, opacity=0.5, within=body)


def _draw_branch(canvas: Canvas, start: Point, lean: float, height: float, bend: float) -> None:
    x, y = start
    path = spline(
        [(x, y + 40), (x + lean * 16, y), (x + lean * 50 + bend * 0.3, y - height * 0.55), (x + lean * 74, y - height)]
    )
    canvas.tube(path, 4, bar(STEM))
    for index, along in enumerate((0.42, 0.56, 0.68, 0.8, 0.9, 0.99)):
        px, py = path[min(int(along * len(path)), len(path) - 1)]
        side = -1 if index % 2 else 1
        leaf = [(0, 0), (side * 18, -20), (side * 40, -24), (side * 28, -4)]
        tone = mix((128, 142, 106), (176, 164, 116), index / 6)
        canvas.shape(
            [(px + dx, py + dy) for dx, dy in spline(leaf, closed=True)],
            ((0.0, lighten(tone, 0.2)), (1.0, darken(tone, 0.15))),
        )


def _draw_grass(canvas: Canvas, y: float) -> None:
    """Dried pampas grass."""
    for lean, height in ((-96, 190), (-40, 236), (26, 224), (84, 176)):
        path = spline([(lean * 0.1, y), (lean * 0.45, y - height * 0.5), (lean, y - height)])
        canvas.tube(path, 3, bar((190, 164, 120)))
        plume = (222, 200, 164)
        tip = path[-len(path) // 2 :]
        canvas.soft(ribbon(tip, lambda t: 30 * (1 - t) + 10), darken(plume, 0.3), 5, 0.55)
        canvas.soft(ribbon(tip, lambda t: 22 * (1 - t) + 5, 3), lighten(plume, 0.3), 4, 0.85)


DRAWINGS = {
    "bottle_vase": draw_bottle_vase,
    "moon_vase": draw_moon_vase,
    "mug": draw_mug,
    "bowl": draw_bowl,
    "plate": draw_plate,
    "teapot": draw_teapot,
    "jug": draw_jug,
    "tea_set": draw_tea_set,
    "candle_holders": draw_candle_holders,
}

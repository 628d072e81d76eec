"""Lamps: table, floor, desk and pendant lamps, lit."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.demo.drawing.canvas import Canvas
from catalog.demo.drawing.colours import INK, WHITE, Rgb, darken, lighten, mix, round_ramp
from catalog.demo.drawing.look import Look, bar, metal
from catalog.demo.drawing.shapes import Point, ellipse, ribbon, rounded, spline
from catalog.demo.drawing.studio import cast_shadow

GLOW: Rgb = (255, 220, 156)
PAPER: Rgb = (250, 238, 214)
CEILING = -1700


def draw_mushroom_lamp(canvas: Canvas, look: Look) -> None:
    _draw_light(canvas, (0, -190), 250, 200)
    cast_shadow(canvas, 96, 150, look.main)
    canvas.lathe(spline([(24, -250), (28, -180), (44, -90), (88, -14), (92, 0)]), round_ramp(look.second, 0.3))
    canvas.soft(ellipse(0, -206, 62, 60), GLOW, 18, 0.6)
    shade = spline([(14, -392), (70, -384), (138, -346), (176, -284), (184, -242)])
    _draw_underside(canvas, 184, -242, 0.16)
    body = canvas.lathe(shade, round_ramp(look.main, 0.3), 0.02)
    canvas.soft(ellipse(-78, -330, 16, 34), WHITE, 8, 0.5, body)
    canvas.soft(rounded(-190, -262, 190, -236, 10), lighten(GLOW, 0.3), 14, 0.5, body)


def draw_arc_lamp(canvas: Canvas, look: Look) -> None:
    _draw_light(canvas, (150, -320), 220, 260)
    cast_shadow(canvas, 84, 120, look.main, 14)
    canvas.soft(ellipse(160, 10, 150, 20), GLOW, 22, 0.4)
    canvas.lathe([(80, -22), (84, -16), (84, 0)], round_ramp(darken(look.second, 0.1), 0.3), 0.14)
    canvas.shape(ellipse(0, -22, 80, 12), lighten(look.second, 0.3))
    with_arc: list[Point] = [(-40, -26), (-44, -300), (-6, -500), (74, -560), (140, -520), (154, -450)]
    canvas.tube(spline(with_arc), 9, bar(look.second))
    _draw_shade(canvas, 154, -452, ((16, 0), (60, 10), (102, 46), (114, 88)), look.main)


def draw_dome_pendant(canvas: Canvas, look: Look) -> None:
    _draw_cable(canvas, 0, -470)
    _draw_light(canvas, (0, -220), 270, 300)
    canvas.soft(ellipse(0, 20, 230, 26), GLOW, 30, 0.5)
    canvas.lathe([(17, -474), (20, -470), (20, -428)], metal(look.second))
    _draw_shade(canvas, 0, -434, ((22, 0), (96, 18), (166, 78), (194, 150), (198, 168)), look.main)


def draw_cone_pendant(canvas: Canvas, look: Look) -> None:
    size = 0.72 if look.variation == "small" else 1.0
    _draw_cable(canvas, 0, -440)
    _draw_light(canvas, (0, -200), 240 * size, 280 * size)
    canvas.soft(ellipse(0, 20, 210 * size, 24), GLOW, 28, 0.45)
    canvas.lathe([(15, -452), (17, -448), (17, -398)], metal(look.second))
    profile = tuple((r * size, y * size) for r, y in ((24, 0), (34, 20), (150, 206), (156, 222)))
    _draw_shade(canvas, 0, -402, profile, look.main, smooth=False)


def draw_globe_lamp(canvas: Canvas, look: Look) -> None:
    _draw_light(canvas, (0, -270), 250, 250)
    cast_shadow(canvas, 92, 150, look.second)
    canvas.lathe([(84, -40), (90, -34), (90, 0)], round_ramp(look.second, 0.35), 0.12)
    canvas.shape(ellipse(0, -40, 84, 11), lighten(look.second, 0.35))
    canvas.lathe(spline([(46, -118), (30, -92), (30, -60), (50, -42)]), metal(look.second))
    ramp = ((0.0, (255, 252, 242)), (0.5, mix(look.main, PAPER, 0.6)), (1.0, mix(look.main, GLOW, 0.35)))
    globe = canvas.shape(ellipse(0, -262, 150, 150), ramp)
    canvas.soft(ellipse(0, -250, 84, 84), (255, 246, 220), 34, 0.95, globe)
    canvas.soft(ellipse(56, -180, 150, 120), darken(look.main, 0.3), 30, 0.0, globe)
    canvas.soft(ellipse(-66, -340, 26, 40), WHITE, 9, 0.8, globe)


def draw_desk_lamp(canvas: Canvas, look: Look) -> None:
    canvas.soft(ellipse(150, -60, 190, 150), GLOW, 60, 0.35)
    cast_shadow(canvas, 92, 140, look.main)
    canvas.soft(ellipse(190, 4, 130, 16), GLOW, 14, 0.75)
    canvas.lathe([(84, -26), (92, -18), (92, 0)], round_ramp(look.main, 0.3), 0.14)
    canvas.shape(ellipse(0, -26, 84, 12), lighten(look.main, 0.3))
    elbow, head = (-92.0, -220.0), (84.0, -372.0)
    canvas.tube([(-10, -30), elbow], 10, bar(look.second))
    canvas.tube([elbow, head], 10, bar(look.second))
    for x, y in (elbow, head, (-10, -34)):
        canvas.shape(ellipse(x, y, 15, 15), ((0.0, lighten(look.second, 0.5)), (1.0, darken(look.second, 0.4))))
        canvas.shape(ellipse(x, y, 6, 6), darken(look.second, 0.45))
    beam = [(90, -262), (206, -330), (330, 8), (70, 8)]
    canvas.soft(beam, lighten(GLOW, 0.3), 24, 0.42)
    shade = spline(
        [(62, -388), (94, -412), (132, -396), (214, -330), (176, -284), (104, -254), (84, -296)], closed=True
    )
    face = canvas.shape(shade, ((0.0, lighten(look.main, 0.28)), (0.5, look.main), (1.0, darken(look.main, 0.32))))
    canvas.soft(ribbon([(96, -390), (176, -342)], 14), WHITE, 6, 0.45, face)
    mouth = ribbon(spline([(98, -264), (158, -282), (206, -324)]), lambda t: 6 + 22 * (1 - abs(2 * t - 1)))
    canvas.shape(mouth, lighten(GLOW, 0.5))


def draw_lantern(canvas: Canvas, look: Look) -> None:
    _draw_light(canvas, (0, -150), 210, 200)
    cast_shadow(canvas, 88, 140, look.main)
    canvas.tube(spline([(-70, -262), (-62, -380), (0, -414), (62, -380), (70, -262)]), 9, bar(look.second))
    canvas.lathe([(84, -44), (92, -34), (92, 0)], round_ramp(look.main, 0.3), 0.12)
    canvas.shape(ellipse(0, -44, 84, 10), lighten(look.main, 0.3))
    glass = ((0.0, mix(GLOW, PAPER, 0.3)), (0.3, (255, 251, 236)), (0.7, GLOW), (1.0, darken(GLOW, 0.16)))
    body = canvas.lathe(spline([(62, -236), (78, -200), (84, -130), (76, -44)]), glass, 0.1)
    canvas.soft(ellipse(0, -120, 34, 56), (255, 255, 246), 18, 0.95, body)
    canvas.soft(ellipse(-50, -150, 7, 54), WHITE, 4, 0.9, body)
    canvas.lathe(spline([(22, -288), (58, -278), (78, -250), (80, -234)]), round_ramp(look.main, 0.3), 0.08)
    canvas.shape(ellipse(0, -288, 22, 4), lighten(look.main, 0.35))


def draw_paper_pendant(canvas: Canvas, look: Look) -> None:
    _draw_cable(canvas, 0, -470)
    _draw_light(canvas, (0, -300), 290, 260)
    ramp = (
        (0.0, darken(look.main, 0.16)), (0.2, mix(look.main, PAPER, 0.5)), (0.45, lighten(PAPER, 0.6)),
        (0.7, mix(look.main, PAPER, 0.5)), (1.0, darken(look.main, 0.24)),
    )  # fmt: skip
    globe = canvas.lathe([(r, y) for r, y in _oval(200, 160, -310)], ramp, 0.0)
    canvas.soft(ellipse(0, -300, 120, 96), (255, 248, 226), 40, 0.8, globe)
    for step in range(1, 16):
        y = -470 + step * 20
        curve = spline([(-210, y - 6), (0, y + 9), (210, y - 6)])
        canvas.shape(ribbon(curve, 2.2), darken(look.main, 0.35), opacity=0.4, within=globe)
    canvas.shape(ellipse(0, -468, 34, 6), darken(look.main, 0.4))


def _oval(rx: float, ry: float, y: float) -> list[Point]:
    quarter = ellipse(0, y, rx, ry, -86, 86)
    return [(max(x, 1), py) for x, py in quarter]


def _draw_cable(canvas: Canvas, x: float, y: float) -> None:
    canvas.shape([(x - 1.8, CEILING), (x + 1.8, CEILING), (x + 1.8, y), (x - 1.8, y)], mix(INK, (120, 110, 104), 0.4))


def _draw_light(canvas: Canvas, centre: Point, rx: float, ry: float) -> None:
    canvas.soft(ellipse(*centre, rx, ry), GLOW, 80, 0.4)
    canvas.soft(ellipse(*centre, rx * 0.5, ry * 0.5), lighten(GLOW, 0.4), 50, 0.4)


def _draw_underside(canvas: Canvas, radius: float, y: float, tilt: float, x: float = 0) -> None:
    canvas.shape(ellipse(x, y, radius, radius * tilt), ((0.0, GLOW), (0.5, lighten(GLOW, 0.7)), (1.0, GLOW)))


def _draw_shade(
    canvas: Canvas, x: float, y: float, profile: Sequence[Point], colour: Rgb, *, smooth: bool = True
) -> None:
    """A metal shade hanging from (x, y): lit inside, its lower rim seen from slightly below."""
    radius, depth = profile[-1]
    _draw_underside(canvas, radius, y + depth, 0.15, x)
    canvas.soft(ellipse(x, y + depth + 4, radius * 0.3, radius * 0.1), WHITE, 9, 0.9)
    outline = spline(list(profile)) if smooth else list(profile)
    right = [(x + r, y + dy) for r, dy in outline]
    left = [(x - r, y + dy) for r, dy in reversed(outline)]
    edge = ellipse(x, y + depth, radius, radius * 0.15, 0, -180)
    body = canvas.shape([*right, *edge, *left], round_ramp(colour, 0.3), across=True)
    canvas.soft(ellipse(x - radius * 0.46, y + depth * 0.55, radius * 0.07, depth * 0.24), WHITE, 7, 0.5, body)
    rim = ribbon(edge, 5)
    canvas.shape(rim, lighten(colour, 0.45), opacity=0.8)


DRAWINGS = {
    "mushroom_lamp": draw_mushroom_lamp,
    "arc_lamp": draw_arc_lamp,
    "dome_pendant": draw_dome_pendant,
    "cone_pendant": draw_cone_pendant,
    "globe_lamp": draw_globe_lamp,
    "desk_lamp": draw_desk_lamp,
    "lantern": draw_lantern,
    "paper_pendant": draw_paper_pendant,
}

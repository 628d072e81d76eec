"""Seats: chairs, stools, armchairs, a bench and a pouf, from the front and slightly above."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.demo.drawing.canvas import Canvas
from catalog.demo.drawing.colours import WHITE, Rgb, darken, flat_ramp, lighten, round_ramp
from catalog.demo.drawing.look import Look, bar
from catalog.demo.drawing.shapes import Point, ellipse, ribbon, rounded, spline
from catalog.demo.drawing.studio import cast_shadow


def draw_dining_chair(canvas: Canvas, look: Look) -> None:
    _draw_leg_shadow(canvas, 118, 170, look.second)
    _draw_legs(canvas, look.second, ((-78, -200, -92, -34), (78, -200, 92, -34)), 13)
    for side in (-1, 1):
        canvas.tube(spline([(side * 98, -210), (side * 100, -330), (side * 92, -430)]), 14, bar(look.second))
    back = spline(
        [(-118, -436), (0, -452), (118, -436), (124, -396), (116, -336), (0, -322), (-116, -336), (-124, -396)],
        closed=True,
    )
    canvas.soft([(x + 6, y + 12) for x, y in back], darken(look.main, 0.8), 9, 0.3)
    _draw_cushion(canvas, back, look.main)
    _draw_legs(canvas, look.second, ((-112, -196, -128, 2), (112, -196, 128, 2)), 16)
    canvas.tube([(-112, -192), (112, -192)], 18, bar(look.second))
    seat = spline(
        [(-104, -242), (0, -250), (104, -242), (136, -216), (134, -194), (0, -182), (-134, -194), (-136, -216)],
        closed=True,
    )
    canvas.soft([(x, y + 8) for x, y in seat], darken(look.main, 0.8), 6, 0.35)
    _draw_cushion(canvas, seat, look.main)


def draw_stool(canvas: Canvas, look: Look) -> None:
    _draw_leg_shadow(canvas, 108, 150, look.second)
    _draw_legs(canvas, look.second, ((-60, -280, -72, -30), (60, -280, 72, -30)), 13)
    canvas.tube([(-76, -100), (76, -100)], 10, bar(darken(look.second, 0.15)))
    _draw_legs(canvas, look.second, ((-84, -280, -118, 2), (84, -280, 118, 2)), 16)
    canvas.tube([(-104, -72), (104, -72)], 11, bar(look.second))
    body = canvas.lathe(spline([(116, -318), (124, -304), (122, -282), (112, -272)]), round_ramp(look.main, 0.16), 0.14)
    canvas.shape(ellipse(0, -318, 117, 24), flat_ramp(lighten(look.main, 0.1), 0.1))
    canvas.soft(ellipse(-30, -324, 60, 9), WHITE, 12, 0.3)
    canvas.soft(rounded(-130, -284, 130, -262, 8), darken(look.main, 0.7), 8, 0.3, body)


def draw_armchair(canvas: Canvas, look: Look) -> None:
    _draw_leg_shadow(canvas, 160, 170, look.second)
    _draw_legs(
        canvas, look.second, ((-130, -70, -142, 2), (130, -70, 142, 2), (-96, -70, -100, -26), (96, -70, 100, -26)), 16
    )
    back = spline(
        [(-140, -120), (-158, -290), (-128, -384), (0, -412), (128, -384), (158, -290), (140, -120)], closed=True
    )
    _draw_cushion(canvas, back, look.main)
    for x in (-78, 0, 78):
        seam = spline([(x * 0.86, -396 + abs(x) * 0.14), (x * 1.02, -290), (x * 1.0, -170)])
        canvas.shape(ribbon(seam, 2.4), darken(look.main, 0.4), opacity=0.45)
        canvas.soft(ribbon(seam, 8, -6), lighten(look.main, 0.5), 4, 0.35)
    cushion = spline(
        [(-132, -196), (0, -206), (132, -196), (146, -168), (140, -136), (0, -128), (-140, -136), (-146, -168)],
        closed=True,
    )
    canvas.soft([(x, y - 8) for x, y in cushion], darken(look.main, 0.8), 10, 0.4)
    front = canvas.shape(rounded(-150, -150, 150, -58, 22), flat_ramp(darken(look.main, 0.1), 0.3))
    canvas.soft(rounded(-150, -156, 150, -132, 8), darken(look.main, 0.8), 8, 0.35, front)
    _draw_cushion(canvas, cushion, lighten(look.main, 0.05))
    for side in (-1, 1):
        arm = spline(
            [
                (side * 128, -60),
                (side * 124, -214),
                (side * 150, -252),
                (side * 190, -238),
                (side * 196, -190),
                (side * 182, -62),
            ],
            closed=True,
        )
        canvas.soft([(x + 4, y + 6) for x, y in arm], darken(look.main, 0.8), 9, 0.3)
        canvas.shape(arm, round_ramp(look.main, 0.12), across=True)
        canvas.soft(ellipse(side * 158, -236, 22, 9), WHITE, 9, 0.35)


def draw_shell_chair(canvas: Canvas, look: Look) -> None:
    _draw_leg_shadow(canvas, 130, 170, look.second)
    _draw_legs(
        canvas, look.second, ((-40, -176, -76, -30), (40, -176, 76, -30), (-60, -176, -132, 2), (60, -176, 132, 2)), 14
    )
    shell = [(0, -436), (96, -424), (146, -352), (150, -262), (176, -214), (150, -176), (0, -158)]
    outline = spline([*shell, *[(-x, y) for x, y in shell[-2:0:-1]]], closed=True)
    body = canvas.shape(outline, round_ramp(look.main, 0.22), across=True)
    inner = [(0, -414), (80, -402), (122, -344), (124, -262), (128, -226), (100, -206), (0, -196)]
    hollow = spline([*inner, *[(-x, y) for x, y in inner[-2:0:-1]]], closed=True)
    canvas.soft(hollow, darken(look.main, 0.6), 12, 0.5, body)
    face = canvas.shape(
        hollow,
        (
            (0.0, lighten(look.main, 0.2)),
            (0.6, darken(look.main, 0.06)),
            (0.8, darken(look.main, 0.3)),
            (1.0, lighten(look.main, 0.12)),
        ),
    )
    canvas.soft(ellipse(-50, -350, 26, 56), WHITE, 20, 0.3, face)
    canvas.soft(ellipse(10, -206, 100, 14), WHITE, 14, 0.25, face)


def draw_bench(canvas: Canvas, look: Look) -> None:
    _draw_leg_shadow(canvas, 230, 100, look.second)
    _draw_legs(
        canvas,
        look.second,
        ((-170, -170, -178, -34), (170, -170, 178, -34), (-206, -170, -220, 2), (206, -170, 220, 2)),
        17,
    )
    canvas.tube([(-200, -158), (200, -158)], 16, bar(darken(look.second, 0.1)))
    seat = canvas.shape(rounded(-236, -206, 236, -166, 18), flat_ramp(look.main, 0.3))
    for x in range(-220, 240, 22):
        canvas.shape(ribbon([(x, -208), (x + 10, -164)], 2), darken(look.main, 0.4), opacity=0.4, within=seat)
        canvas.shape(ribbon([(x + 10, -208), (x, -164)], 2), lighten(look.main, 0.4), opacity=0.4, within=seat)
    canvas.soft(rounded(-230, -206, 230, -198, 4), WHITE, 5, 0.4, seat)


def draw_pouf(canvas: Canvas, look: Look) -> None:
    cast_shadow(canvas, 150, 160, look.main, 22)
    profile = spline([(120, -206), (160, -192), (186, -150), (190, -96), (176, -34), (150, 0)])
    body = canvas.lathe(profile, round_ramp(look.main, 0.12), 0.1)
    canvas.shape(ellipse(0, -204, 122, 20), flat_ramp(lighten(look.main, 0.12), 0.06))
    for x in (-150, -100, -36, 36, 100, 150):
        seam = spline([(x * 0.7, -204 + (20 - abs(x) * 0.08)), (x * 1.16, -140), (x * 1.18, -80), (x * 0.96, 14)])
        canvas.shape(ribbon(seam, 3), darken(look.main, 0.45), opacity=0.45, within=body)
        canvas.soft(ribbon(seam, 9, -7), lighten(look.main, 0.6), 4, 0.35, body)
    canvas.shape(ellipse(0, -204, 12, 4), darken(look.main, 0.3))
    canvas.tube([(176, -150), (190, -118)], 9, bar(look.second))


def draw_folding_stool(canvas: Canvas, look: Look) -> None:
    _draw_leg_shadow(canvas, 130, 150, look.second)
    for side in (1, -1):
        canvas.tube(
            [(side * -118, -250), (side * 118, 0)], 17, bar(look.second if side < 0 else darken(look.second, 0.18))
        )
    canvas.shape(ellipse(0, -124, 8, 8), darken(look.second, 0.5))
    sling = spline([(-136, -264), (-60, -246), (0, -242), (60, -246), (136, -264)])
    lower = spline([(136, -238), (60, -204), (0, -198), (-60, -204), (-136, -238)])
    face = canvas.shape([*sling, *lower], flat_ramp(look.main, 0.34))
    canvas.soft(ribbon(sling, 8, -6), WHITE, 4, 0.4, face)
    for x in (-126, 126):
        canvas.shape(ribbon([(x, -262), (x, -232)], 2), lighten(look.main, 0.6), opacity=0.8)
    canvas.tube([(-140, -256), (-116, -250)], 20, bar(look.second))
    canvas.tube([(116, -250), (140, -256)], 20, bar(look.second))


def _draw_leg_shadow(canvas: Canvas, half_width: float, length: float, wood: Rgb) -> None:
    """The shadow under something on legs: airy in the middle, dark at the feet."""
    deep = darken(wood, 0.85)
    canvas.soft(ellipse(length * 0.22, -14, half_width * 1.15, 20), deep, 18, 0.3)
    canvas.soft([(0, -22), (half_width + length, -34), (half_width + length, -6), (half_width, 6)], deep, 18, 0.2)
    for side in (-1, 1):
        canvas.soft(ellipse(side * half_width * 1.05 + 8, 2, 26, 5), deep, 4, 0.5)


def _draw_legs(canvas: Canvas, wood: Rgb, legs: Sequence[tuple[float, float, float, float]], width: float) -> None:
    """Tapered legs as (x, y) at the seat and (x, y) at the floor; those that end higher stand behind."""
    for top_x, top_y, foot_x, foot_y in legs:
        tone = darken(wood, 0.28) if foot_y < 0 else wood
        path: list[Point] = [(top_x, top_y), (foot_x, foot_y)]
        canvas.shape(ribbon(path, lambda t: width * (1.1 - 0.42 * t)), darken(tone, 0.28))
        canvas.shape(ribbon(path, lambda t: width * (0.76 - 0.3 * t), width * 0.1), tone)
        canvas.shape(ribbon(path, lambda t: width * (0.24 - 0.08 * t), width * 0.2), lighten(tone, 0.4), opacity=0.7)


def _draw_cushion(canvas: Canvas, outline: Sequence[Point], cloth: Rgb) -> None:
    body = canvas.shape(outline, ((0.0, lighten(cloth, 0.24)), (0.4, cloth), (1.0, darken(cloth, 0.32))))
    xs, ys = [x for x, _ in outline], [y for _, y in outline]
    middle, width, height = (min(xs) + max(xs)) / 2, max(xs) - min(xs), max(ys) - min(ys)
    canvas.soft(
        ellipse(max(xs), (min(ys) + max(ys)) / 2, width * 0.16, height * 0.5), darken(cloth, 0.6), 20, 0.35, body
    )
    canvas.soft(
        ellipse(middle - width * 0.16, min(ys) + height * 0.22, width * 0.28, height * 0.08), WHITE, 10, 0.3, body
    )


DRAWINGS = {
    "dining_chair": draw_dining_chair,
    "stool": draw_stool,
    "armchair": draw_armchair,
    "shell_chair": draw_shell_chair,
    "bench": draw_bench,
    "pouf": draw_pouf,
    "folding_stool": draw_folding_stool,
}

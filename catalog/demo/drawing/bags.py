"""Bags: tote, backpack, weekender, crossbody, pouch and sleeve, standing."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.demo.drawing.canvas import Canvas, Mask
from catalog.demo.drawing.colours import WHITE, Rgb, darken, lighten, round_ramp
from catalog.demo.drawing.look import BRASS, Look, bar
from catalog.demo.drawing.shapes import Point, ellipse, ribbon, rounded, spline
from catalog.demo.drawing.studio import cast_shadow


def draw_tote(canvas: Canvas, look: Look) -> None:
    cast_shadow(canvas, 140, 150, look.main)
    for dy, tone in ((-10.0, darken(look.second, 0.3)), (0.0, look.second)):
        handle = spline(
            [
                (-64, -250 + dy),
                (-60, -350),
                (-36, -424 + dy),
                (0, -440 + dy),
                (36, -424 + dy),
                (60, -350),
                (64, -250 + dy),
            ]
        )
        canvas.tube(handle, 13, bar(tone))
        if dy:
            canvas.shape([(-150, -300), (150, -300), (140, -284), (-140, -284)], darken(look.main, 0.5))
    body = _draw_face(
        canvas,
        [(-156, -296), (156, -296), (150, -140), (138, -10), (120, 0), (-120, 0), (-138, -10), (-150, -140)],
        look.main,
    )
    canvas.shape(
        [(-160, -74), (160, -74), (150, 10), (-150, 10)], round_ramp(look.second, 0.15), across=True, within=body
    )
    _draw_stitches(canvas, [(-150, -78), (150, -78)], lighten(look.main, 0.5), body)
    for side in (-1, 1):
        patch = rounded(side * 64 - 15, -268, side * 64 + 15, -214, 6)
        canvas.shape(patch, look.second)
        canvas.shape(ellipse(side * 64, -228, 5, 5), BRASS)
    _draw_stitches(canvas, [(-154, -284), (154, -284)], lighten(look.main, 0.5), body)


def draw_backpack(canvas: Canvas, look: Look) -> None:
    cast_shadow(canvas, 132, 160, look.main)
    canvas.tube(spline([(-26, -404), (-22, -440), (22, -440), (26, -404)]), 12, bar(look.second))
    body_line = [(0, -414), (78, -404), (126, -356), (142, -240), (146, -80), (128, -8), (100, 0)]
    body = _draw_face(canvas, _closed(body_line), look.main)
    flap_line = [(0, -414), (78, -404), (126, -356), (138, -270), (120, -226), (0, -216)]
    flap = _closed(flap_line)
    canvas.soft([(x, y + 12) for x, y in flap], darken(look.main, 0.85), 9, 0.4, body)
    face = canvas.shape(flap, round_ramp(lighten(look.main, 0.05), 0.16), across=True)
    canvas.soft(ellipse(-44, -370, 50, 22), WHITE, 16, 0.3, face)
    pocket = rounded(-104, -166, 104, -30, 24)
    canvas.soft([(x, y + 8) for x, y in pocket], darken(look.main, 0.85), 7, 0.35, body)
    canvas.shape(pocket, round_ramp(look.main, 0.14), across=True)
    canvas.shape(ribbon([(-96, -136), (96, -136)], 4), darken(look.main, 0.5))
    canvas.tube([(84, -136), (92, -112)], 5, bar(BRASS))
    for side in (-1, 1):
        canvas.shape(
            rounded(side * 56 - 13, -300, side * 56 + 13, -176, 6),
            ((0.0, lighten(look.second, 0.15)), (1.0, darken(look.second, 0.2))),
        )
        _draw_buckle(canvas, side * 56, -214)
    _draw_stitches(canvas, [(-92, -40), (92, -40)], lighten(look.main, 0.5), body)


def draw_weekender(canvas: Canvas, look: Look) -> None:
    cast_shadow(canvas, 210, 100, look.main, 18)
    for dy, tone in ((-14.0, darken(look.second, 0.35)), (0.0, look.second)):
        handle = spline(
            [
                (-92, -180),
                (-90, -270 + dy),
                (-56, -336 + dy),
                (0, -350 + dy),
                (56, -336 + dy),
                (90, -270 + dy),
                (92, -180),
            ]
        )
        canvas.tube(handle, 15, bar(tone))
    line = [(0, -250), (140, -246), (206, -224), (226, -130), (222, -30), (196, 0)]
    body = _draw_face(canvas, _closed(line), look.main)
    canvas.shape(ribbon(spline([(-196, -232), (0, -240), (196, -232)]), 6), darken(look.main, 0.55), within=body)
    canvas.tube([(150, -236), (168, -226)], 5, bar(BRASS))
    for side in (-1, 1):
        canvas.shape(
            rounded(side * 92 - 17, -240, side * 92 + 17, 4, 4), round_ramp(look.second, 0.2), across=True, within=body
        )
        _draw_buckle(canvas, side * 92, -170)
        corner = [(side * 230, 10), (side * 230, -70), (side * 190, -58), (side * 168, -20), (side * 160, 10)]
        canvas.shape(spline(corner, closed=True), round_ramp(look.second, 0.15), across=True, within=body)
    _draw_stitches(canvas, [(-70, -60), (70, -60)], lighten(look.main, 0.5), body)


def draw_crossbody(canvas: Canvas, look: Look) -> None:
    cast_shadow(canvas, 120, 140, look.main)
    strap = spline([(-128, -150), (-150, -320), (-60, -440), (60, -440), (150, -320), (128, -150)])
    canvas.soft([(x + 14, y + 12) for x, y in ribbon(strap, 10)], darken(look.main, 0.85), 8, 0.25)
    canvas.tube(strap, 10, bar(look.second))
    line = [(0, -196), (110, -192), (140, -160), (146, -80), (110, -14), (70, 0)]
    body = _draw_face(canvas, _closed(line), look.main)
    flap = _closed([(0, -198), (112, -194), (144, -160), (136, -104), (80, -66), (0, -56)])
    canvas.soft([(x, y + 10) for x, y in flap], darken(look.main, 0.85), 8, 0.4, body)
    face = canvas.shape(flap, round_ramp(lighten(look.main, 0.06), 0.25), across=True)
    canvas.soft(ellipse(-60, -160, 44, 14), WHITE, 10, 0.4, face)
    canvas.shape(ellipse(0, -72, 21, 21), ((0.0, lighten(BRASS, 0.5)), (1.0, darken(BRASS, 0.35))))
    canvas.shape(ellipse(0, -72, 13, 13), darken(BRASS, 0.1))
    for side in (-1, 1):
        canvas.shape(ribbon(ellipse(side * 130, -152, 14, 14), 6), BRASS)


def draw_pouch(canvas: Canvas, look: Look) -> None:
    size = 0.76 if look.variation == "small" else 1.0
    cast_shadow(canvas, 130 * size, 130, look.main)
    points = [(-140, -178), (140, -178), (150, -90), (134, -10), (110, 0), (-110, 0), (-134, -10), (-150, -90)]
    body = _draw_face(canvas, [(x * size, y * size) for x, y in points], look.main)
    canvas.shape(rounded(-144 * size, -184 * size, 144 * size, -166 * size, 6), look.second)
    canvas.shape(ribbon([(-134 * size, -175 * size), (134 * size, -175 * size)], 3), BRASS)
    canvas.tube(
        spline([(126 * size, -175 * size), (160 * size, -160 * size), (166 * size, -110 * size)]), 8, bar(look.second)
    )
    label = rounded(-36 * size, -110 * size, 36 * size, -66 * size, 4)
    canvas.shape(label, lighten(look.second, 0.15), within=body)
    canvas.shape(ribbon([(-20 * size, -88 * size), (20 * size, -88 * size)], 3), darken(look.second, 0.4), opacity=0.7)


def draw_sleeve(canvas: Canvas, look: Look) -> None:
    cast_shadow(canvas, 190, 110, look.main)
    canvas.shape(rounded(-176, -292, 176, -120, 12), ((0.0, (206, 208, 212)), (1.0, (150, 152, 160))))
    canvas.shape(ribbon([(-170, -288), (170, -288)], 3), WHITE, opacity=0.8)
    body = _draw_face(canvas, rounded(-196, -252, 196, 0, 20), look.main)
    band = canvas.shape(rounded(-34, -262, 34, -120, 8), round_ramp(look.second, 0.2), across=True)
    canvas.soft(rounded(-30, -140, 30, -122, 6), darken(look.second, 0.6), 5, 0.4, band)
    canvas.shape(ellipse(0, -142, 9, 9), BRASS)
    for y in (-236, -14):
        _draw_stitches(canvas, [(-180, y), (180, y)], lighten(look.main, 0.5), body)


def _closed(right: Sequence[Point]) -> list[Point]:
    half = spline(list(right), 8)
    return [*half, *[(-x, y) for x, y in reversed(half)]]


def _draw_face(canvas: Canvas, outline: Sequence[Point], colour: Rgb) -> Mask | None:
    ramp = ((0.0, darken(colour, 0.16)), (0.2, lighten(colour, 0.16)), (0.55, colour), (1.0, darken(colour, 0.34)))
    body = canvas.shape(outline, ramp, across=True)
    xs, ys = [x for x, _ in outline], [y for _, y in outline]
    width, top, height = max(xs) - min(xs), min(ys), max(ys) - min(ys)
    canvas.soft(
        rounded(min(xs), max(ys) - height * 0.16, max(xs), max(ys) + 12, 8), darken(colour, 0.7), 16, 0.34, body
    )
    canvas.soft(ellipse(min(xs) + width * 0.3, top + height * 0.36, width * 0.12, height * 0.2), WHITE, 22, 0.24, body)
    return body


def _draw_stitches(canvas: Canvas, path: tuple[Point, Point] | list[Point], colour: Rgb, body: Mask | None) -> None:
    (x0, y0), (x1, y1) = path
    steps = int(abs(x1 - x0) // 11)
    for step in range(steps):
        x, y = x0 + (x1 - x0) * step / steps, y0 + (y1 - y0) * step / steps
        canvas.shape([(x, y - 0.9), (x + 6, y - 0.9), (x + 6, y + 0.9), (x, y + 0.9)], colour, opacity=0.7, within=body)


def _draw_buckle(canvas: Canvas, x: float, y: float) -> None:
    canvas.shape(ribbon(rounded(x - 17, y - 13, x + 17, y + 13, 5), 5), BRASS)
    canvas.shape(ribbon([(x, y - 13), (x, y + 13)], 3.4), lighten(BRASS, 0.4))


DRAWINGS = {
    "tote": draw_tote,
    "backpack": draw_backpack,
    "weekender": draw_weekender,
    "crossbody": draw_crossbody,
    "pouch": draw_pouch,
    "sleeve": draw_sleeve,
}

"""Garments: shirts, knitwear and accessories, hanging against the wall."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from catalog.demo.drawing.canvas import Canvas, Mask
from catalog.demo.drawing.colours import WHITE, Rgb, darken, lighten, luminance, mix, round_ramp
from catalog.demo.drawing.look import BRASS, Look, bar
from catalog.demo.drawing.shapes import Outline, Point, ellipse, ribbon, rounded, spline

WOOD: Rgb = (196, 154, 108)


def draw_tee(canvas: Canvas, look: Look) -> None:
    wide = 1.14 if look.variation == "relaxed" else 1.0
    _draw_hanger(canvas, -500)
    body = _both_sides(
        [
            (40, -492),
            (86, -478),
            (128, -460),
            (186 * wide, -352),
            (140 * wide, -318),
            (112 * wide, -352),
            (116 * wide, -160),
            (112 * wide, -110),
        ],
        wide,
    )
    cloth = _draw_cloth(canvas, body, look.main)
    for side in (-1, 1):
        canvas.shape(
            ribbon([(side * 112 * wide, -352), (side * 124, -452)], 2),
            darken(look.main, 0.4),
            opacity=0.5,
            within=cloth,
        )
        canvas.shape(
            ribbon([(side * 182 * wide, -340), (side * 140 * wide, -310)], 2),
            darken(look.main, 0.35),
            opacity=0.4,
            within=cloth,
        )
    canvas.shape(
        ribbon(spline([(-112 * wide, -122), (0, -114), (112 * wide, -122)]), 2),
        darken(look.main, 0.35),
        opacity=0.45,
        within=cloth,
    )
    _draw_neck(canvas, look.main, 44, -494, 34)
    canvas.shape(rounded(34, -404, 72, -358, 4), darken(look.main, 0.12), opacity=0.7)
    canvas.shape(rounded(34, -404, 72, -400, 1), lighten(look.main, 0.3), opacity=0.8)


def draw_sweater(canvas: Canvas, look: Look) -> None:
    _draw_hanger(canvas, -506)
    for side in (-1, 1):
        sleeve = [
            (side * 122, -470),
            (side * 172, -424),
            (side * 196, -300),
            (side * 208, -160),
            (side * 158, -152),
            (side * 132, -290),
            (side * 118, -380),
        ]
        arm = _draw_cloth(canvas, spline(sleeve, closed=True), darken(look.main, 0.05))
        canvas.shape(ribbon([(side * 156, -166), (side * 210, -172)], 34), darken(look.main, 0.14), within=arm)
    body = _both_sides([(46, -500), (96, -488), (134, -464), (140, -380), (136, -200), (130, -110)], 1)
    cloth = _draw_cloth(canvas, body, look.main)
    _draw_knit(canvas, cloth, look.main, (-150, -500, 150, -140))
    for top in (-400, -372):
        _draw_pattern(canvas, cloth, look.second, top)
    canvas.shape(rounded(-150, -146, 150, -100, 2), darken(look.main, 0.1), within=cloth)
    for x in range(-140, 146, 9):
        canvas.shape(ribbon([(x, -146), (x, -100)], 2), darken(look.main, 0.35), opacity=0.45, within=cloth)
    _draw_neck(canvas, look.main, 54, -502, 26, band=20)


def draw_shirt(canvas: Canvas, look: Look) -> None:
    _draw_hanger(canvas, -506)
    for side in (-1, 1):
        sleeve = [
            (side * 116, -470),
            (side * 168, -420),
            (side * 186, -290),
            (side * 186, -166),
            (side * 140, -164),
            (side * 128, -290),
            (side * 112, -380),
        ]
        arm = _draw_cloth(canvas, spline(sleeve, closed=True), darken(look.main, 0.06))
        canvas.shape(
            rounded(min(side * 136, side * 190), -198, max(side * 136, side * 190), -158, 4),
            lighten(look.main, 0.12),
            within=arm,
        )
        canvas.shape(ribbon([(side * 136, -198), (side * 190, -198)], 2), darken(look.main, 0.4), opacity=0.5)
    hem = spline([(124, -124), (96, -96), (40, -104), (0, -108), (-40, -104), (-96, -96), (-124, -124)])
    side_line = [(34, -502), (92, -486), (130, -464), (128, -360), (124, -200)]
    cloth = _draw_cloth(canvas, [*spline(side_line), *hem, *[(-x, y) for x, y in spline(side_line)[::-1]]], look.main)
    canvas.shape(rounded(-15, -486, 15, -90, 1), lighten(look.main, 0.1), within=cloth)
    for x in (-15, 15):
        canvas.shape(ribbon([(x, -480), (x, -104)], 1.6), darken(look.main, 0.4), opacity=0.5)
    for y in range(-440, -120, 62):
        canvas.shape(ellipse(0, y, 5, 5), look.second)
        canvas.shape(ellipse(-1, y - 1, 2.4, 2.4), lighten(look.second, 0.5))
    pocket = canvas.shape(
        [(38, -396), (98, -396), (98, -334), (68, -320), (38, -334)], lighten(look.main, 0.06), within=cloth
    )
    canvas.soft(ribbon([(38, -394), (98, -394)], 4), darken(look.main, 0.5), 2, 0.5, pocket)
    canvas.shape(ellipse(0, -496, 38, 20), darken(look.main, 0.5))
    for side in (-1, 1):
        collar = [(side * 44, -520), (side * 8, -486), (side * 34, -436), (side * 76, -474)]
        canvas.soft([(x + 2, y + 6) for x, y in collar], darken(look.main, 0.8), 5, 0.35)
        canvas.shape(collar, ((0.0, lighten(look.main, 0.3)), (1.0, darken(look.main, 0.08))))


def draw_scarf(canvas: Canvas, look: Look) -> None:
    _draw_peg(canvas, -500)
    for points, shift in (
        ([(-8, -492), (58, -470), (92, -330), (84, -120), (20, -116), (22, -330), (-18, -440)], 0.1),
        ([(10, -498), (-66, -470), (-96, -320), (-92, -190), (-26, -182), (-24, -330), (22, -450)], 0.0),
    ):
        cloth = _draw_cloth(canvas, spline(points, closed=True), darken(look.main, shift))
        for y in (-230, -206, -160, -370, -346, -300):
            canvas.shape(ribbon(spline([(-110, y), (0, y + 8), (110, y)]), 11), look.second, opacity=0.85, within=cloth)
        for x in range(-100, 104, 26):
            canvas.shape(ribbon([(x, -500), (x + 4, -100)], 5), look.second, opacity=0.28, within=cloth)
    for left, right, top in ((-90, -28, -186), (24, 84, -122)):
        for x in range(left, right, 7):
            canvas.shape(ribbon([(x, top), (x + 1 + (x % 3), top + 34)], 2.6), mix(look.main, look.second, 0.3))


def draw_beanie(canvas: Canvas, look: Look) -> None:
    canvas.soft(ellipse(60, -4, 170, 16), darken(look.main, 0.85), 12, 0.35)
    canvas.soft(ellipse(0, -2, 140, 9), darken(look.main, 0.85), 4, 0.45)
    dome = spline([(-142, -96), (-136, -190), (-84, -276), (0, -304), (84, -276), (136, -190), (142, -96)])
    body = canvas.shape(dome, round_ramp(look.main, 0.1), across=True)
    for step in range(-9, 10):
        rib = spline([(step * 4, -304), (step * 13, -220), (step * 16, -90)])
        canvas.shape(ribbon(rib, 3.4), darken(look.main, 0.35), opacity=0.45, within=body)
        canvas.soft(ribbon(rib, 4, -5), lighten(look.main, 0.6), 2, 0.28, body)
    canvas.soft(rounded(-150, -122, 150, -100, 8), darken(look.main, 0.8), 8, 0.45, body)
    cuff = canvas.shape(rounded(-150, -112, 150, 0, 26), round_ramp(lighten(look.main, 0.04), 0.12), across=True)
    for x in range(-142, 146, 12):
        canvas.shape(ribbon([(x, -112), (x, 0)], 3.4), darken(look.main, 0.35), opacity=0.45, within=cuff)
    canvas.shape(rounded(58, -72, 104, -42, 4), look.second)
    canvas.shape(rounded(66, -60, 96, -56, 1), darken(look.second, 0.4), opacity=0.8)


def draw_apron(canvas: Canvas, look: Look) -> None:
    _draw_peg(canvas, -530)
    canvas.shape(
        ribbon(spline([(-56, -430), (-30, -500), (0, -530), (30, -500), (56, -430)]), 9), darken(look.second, 0.1)
    )
    side = [(64, -440), (70, -380), (96, -340), (146, -308), (150, -200), (144, -96)]
    cloth = _draw_cloth(canvas, [*spline(side), *[(-x, y) for x, y in spline(side)[::-1]]], look.main)
    pocket = canvas.shape(rounded(-84, -250, 84, -160, 8), lighten(look.main, 0.1), within=cloth)
    canvas.soft(rounded(-84, -252, 84, -242, 3), darken(look.main, 0.6), 4, 0.4, pocket)
    canvas.shape(ribbon([(0, -248), (0, -162)], 2), darken(look.main, 0.4), opacity=0.6)
    for x, y in ((-56, -430), (56, -430), (-80, -246), (80, -246)):
        canvas.shape(ellipse(x, y, 5, 5), BRASS)
    for side_sign in (-1, 1):
        tie = spline(
            [(side_sign * 146, -300), (side_sign * 182, -260), (side_sign * 168, -190), (side_sign * 190, -130)]
        )
        canvas.shape(ribbon(tie, 8), darken(look.second, 0.08))


def _both_sides(right: Sequence[Point], wide: float) -> Outline:
    half = spline(list(right), 8)
    return [*half, *[(-x, y) for x, y in reversed(half)]]


def _draw_cloth(canvas: Canvas, outline: Outline, colour: Rgb) -> Mask | None:
    """Cloth with soft folds and a shadow on the wall behind it."""
    canvas.soft([(x + 16, y + 20) for x, y in outline], darken(colour, 0.85), 16, 0.28)
    canvas.soft([(x + 4, y + 5) for x, y in outline], darken(colour, 0.85), 4, 0.3)
    ramp = ((0.0, darken(colour, 0.14)), (0.25, lighten(colour, 0.12)), (0.6, colour), (1.0, darken(colour, 0.24)))
    body = canvas.shape(outline, ramp, across=True)
    xs, ys = [x for x, _ in outline], [y for _, y in outline]
    left, top, width, height = min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)
    strength = 0.22 if luminance(colour) > 0.75 else 0.34
    for x, bend, size in ((0.3, 0.06, 0.05), (0.55, -0.05, 0.06), (0.76, -0.04, 0.05)):
        fold = spline(
            [
                (left + width * (x + bend), top + height * 0.3),
                (left + width * (x + bend * 0.2), top + height * 0.65),
                (left + width * x, top + height),
            ]
        )
        canvas.soft(ribbon(fold, _swelling(width * size)), darken(colour, 0.6), 9, strength, body)
        canvas.soft(ribbon(fold, width * 0.03, width * 0.06), WHITE, 8, 0.16, body)
    canvas.soft(
        rounded(left, top + height * 0.93, left + width, top + height + 10, 4), darken(colour, 0.6), 12, 0.2, body
    )
    return body


def _swelling(width: float) -> Callable[[float], float]:
    """A width that grows along a fold."""
    return lambda along: width * (0.3 + along)


def _draw_neck(canvas: Canvas, colour: Rgb, radius: float, y: float, depth: float, band: float = 11) -> None:
    canvas.shape([*ellipse(0, y, radius, 8, 180, 360), *ellipse(0, y, radius, depth, 0, 180)], darken(colour, 0.45))
    canvas.shape(ribbon(ellipse(0, y, radius, depth, 0, 180), band), darken(colour, 0.1))
    canvas.shape(ribbon(ellipse(0, y, radius, depth, 0, 180), 1.6, -band * 0.45), darken(colour, 0.4), opacity=0.5)


def _draw_hanger(canvas: Canvas, y: float) -> None:
    hook = spline([(0, y), (0, y - 34), (14, y - 46), (18, y - 64), (0, y - 78), (-16, y - 66)])
    canvas.soft([(px + 10, py + 10) for px, py in ribbon(hook, 5)], (70, 60, 60), 5, 0.3)
    canvas.tube(hook, 5, bar(BRASS))
    canvas.tube(spline([(-120, y + 44), (-50, y + 8), (0, y - 4), (50, y + 8), (120, y + 44)]), 14, bar(WOOD))


def _draw_peg(canvas: Canvas, y: float) -> None:
    canvas.soft(ellipse(14, y + 16, 22, 20), (60, 52, 52), 7, 0.4)
    canvas.shape(ellipse(0, y, 20, 20), ((0.0, lighten(WOOD, 0.4)), (1.0, darken(WOOD, 0.35))))
    canvas.shape(ellipse(-2, y - 2, 13, 13), WOOD)


def _draw_knit(canvas: Canvas, cloth: Mask | None, colour: Rgb, box: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = box
    for y in range(top, bottom, 8):
        rows = [(x, y + (3 if (x - left) // 10 % 2 else -3)) for x in range(left, right + 10, 10)]
        canvas.shape(ribbon(rows, 1.8), darken(colour, 0.4), opacity=0.22, within=cloth)


def _draw_pattern(canvas: Canvas, cloth: Mask | None, colour: Rgb, top: float) -> None:
    """A Fair-Isle band: diamonds and dots."""
    for x in range(-156, 160, 24):
        diamond = [(x, top - 10), (x + 8, top), (x, top + 10), (x - 8, top)]
        canvas.shape(diamond, colour, opacity=0.9, within=cloth)
        canvas.shape(ellipse(x + 12, top, 3, 3), colour, opacity=0.9, within=cloth)


DRAWINGS = {
    "tee": draw_tee,
    "sweater": draw_sweater,
    "shirt": draw_shirt,
    "scarf": draw_scarf,
    "beanie": draw_beanie,
    "apron": draw_apron,
}

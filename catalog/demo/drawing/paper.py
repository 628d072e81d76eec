"""Paper goods: notebooks, planners, pens, pencils, cards, a desk calendar and a pen cup."""

from __future__ import annotations

from catalog.demo.drawing.canvas import Canvas
from catalog.demo.drawing.colours import INK, WHITE, Rgb, darken, lighten, mix, round_ramp
from catalog.demo.drawing.look import BRASS, Look, bar, metal
from catalog.demo.drawing.shapes import ellipse, ribbon, rounded, spline, turned
from catalog.demo.drawing.studio import cast_shadow

PAGE: Rgb = (247, 240, 226)
WOOD: Rgb = (222, 184, 136)


def draw_notebook(canvas: Canvas, look: Look) -> None:
    """A bound notebook leaning a little, with an elastic band and a ribbon."""
    cast_shadow(canvas, 150, 150, look.main)
    _draw_book(canvas, look, -6, 0)
    ruling = look.variation
    page = [(196.0, -8.0), (330.0, -20.0), (352.0, -2.0), (214.0, 12.0)]
    if ruling:
        canvas.soft([(x + 10, y + 6) for x, y in page], darken(look.main, 0.8), 6, 0.2)


def draw_planner(canvas: Canvas, look: Look) -> None:
    cast_shadow(canvas, 160, 150, look.main)
    for x in range(-140, 150, 20):
        canvas.shape(ribbon(ellipse(x, -404, 7, 17), 4), metal(BRASS))
    for step in range(4):
        canvas.shape(
            rounded(-158 + step, -398 + step, 164 + step * 2, -2 + step * 0.6, 8), darken(PAGE, 0.12 - step * 0.03)
        )
    ramp = ((0.0, lighten(look.main, 0.16)), (0.5, look.main), (1.0, darken(look.main, 0.2)))
    cover = canvas.shape(rounded(-162, -400, 158, 0, 12), ramp)
    canvas.soft(rounded(-150, -390, -60, -20, 20), WHITE, 36, 0.25, cover)
    canvas.shape(ellipse(0, -226, 92, 92), lighten(look.second, 0.1), within=cover)
    canvas.shape([*ellipse(0, -226, 92, 92, 0, 180)], look.second, within=cover)
    canvas.shape(
        spline([(-92, -226), (-46, -250), (0, -226), (46, -202), (92, -226), (92, -134), (-92, -134)], 8),
        mix(look.second, look.main, 0.5),
        within=canvas.mask(ellipse(0, -226, 92, 92)),
    )
    canvas.shape(rounded(-60, -86, 60, -80, 3), lighten(look.main, 0.6), opacity=0.9)
    canvas.shape(rounded(-34, -66, 34, -61, 2), lighten(look.main, 0.6), opacity=0.7)
    for x in range(-140, 150, 20):
        canvas.shape(ellipse(x, -388, 4.5, 4.5), darken(look.main, 0.5))
        canvas.tube([(x, -388), (x, -412)], 4.4, bar(BRASS))


def draw_pen(canvas: Canvas, look: Look) -> None:
    """A fountain pen lying across its cap."""
    tilt = -24
    shadow = turned(rounded(-206, -148, 214, -112, 16), tilt, 0, -150)
    canvas.soft([(x + 14, y + 26) for x, y in shadow], darken(look.main, 0.85), 12, 0.4)
    barrel = turned(
        spline([(-40, -166), (120, -170), (204, -160), (214, -150), (204, -140), (120, -130), (-40, -134)], 10),
        tilt,
        0,
        -150,
    )
    canvas.shape(barrel, look.main)
    _draw_lengthwise(canvas, look.main, (-40, 212), 20, tilt)
    grip = turned([(-120, -163), (-40, -166), (-40, -134), (-120, -137)], tilt, 0, -150)
    canvas.shape(grip, darken(look.main, 0.5))
    _draw_lengthwise(canvas, darken(look.main, 0.5), (-120, -40), 15, tilt)
    for x in (-44, -126, 196):
        canvas.shape(
            turned(rounded(x, -168 + (5 if x < -100 else 0), x + 9, -132 - (5 if x < -100 else 0), 2), tilt, 0, -150),
            ((0.0, lighten(BRASS, 0.6)), (1.0, darken(BRASS, 0.3))),
        )
    nib = turned(spline([(-124, -164), (-160, -162), (-212, -150), (-160, -138), (-124, -136)], 6), tilt, 0, -150)
    canvas.shape(nib, ((0.0, lighten(look.second, 0.6)), (0.6, look.second), (1.0, darken(look.second, 0.3))))
    canvas.shape(turned(ribbon([(-206, -150), (-160, -150)], 1.6), tilt, 0, -150), darken(look.second, 0.6))
    canvas.shape(turned(ellipse(-158, -150, 4, 4), tilt, 0, -150), darken(look.second, 0.6))
    stroke = spline([(-196 + step * 22, -26 + 12 * (-1) ** step * (1 - step / 14)) for step in range(13)])
    canvas.shape(ribbon(stroke, lambda t: 5 - 3.4 * t), mix(look.main, INK, 0.35), opacity=0.8)


def draw_pencils(canvas: Canvas, look: Look) -> None:
    """Seven coloured pencils in a fan."""
    tones = (look.main, (217, 164, 65), (127, 156, 134), look.second, (91, 109, 140), (201, 143, 138), (60, 72, 88))
    canvas.soft(ellipse(30, -6, 200, 18), darken(look.main, 0.85), 12, 0.35)
    for index, tone in enumerate(tones):
        tilt, x = (index - 3) * 9.0, (index - 3) * 34.0
        shadow = turned(rounded(x - 13, -330, x + 13, 0, 2), tilt, x, 0)
        canvas.soft([(px + 10, py + 8) for px, py in shadow], darken(look.main, 0.85), 7, 0.25)
        for left, right, shade in ((-14, -5, lighten(tone, 0.25)), (-5, 5, tone), (5, 14, darken(tone, 0.25))):
            canvas.shape(
                turned([(x + left, -330), (x + right, -330), (x + right, 0), (x + left, 0)], tilt, x, 0), shade
            )
        canvas.shape(
            turned([(x - 14, -330), (x, -396), (x + 14, -330), (x + 5, -336), (x - 5, -336)], tilt, x, 0), WOOD
        )
        canvas.shape(turned([(x - 5, -373), (x, -396), (x + 5, -373)], tilt, x, 0), darken(tone, 0.1))
        canvas.shape(turned(rounded(x - 14, -24, x + 14, 0, 3), tilt, x, 0), BRASS)


def draw_cards(canvas: Canvas, look: Look) -> None:
    """Greeting cards with an envelope: a sun, hills and a leaf."""
    cast_shadow(canvas, 170, 130, look.second)
    for tilt, x, kind in ((-9, -96, "leaf"), (8, 92, "sun")):
        card = turned(rounded(x - 104, -330, x + 104, -40, 6), tilt, x, -180)
        canvas.soft([(px + 10, py + 12) for px, py in card], darken(look.main, 0.85), 10, 0.32)
        face = canvas.shape(card, ((0.0, lighten(PAGE, 0.4)), (1.0, PAGE)))
        if kind == "sun":
            canvas.shape(ellipse(x + 8, -226, 58, 58), look.main, within=face)
            for index, tone in enumerate((lighten(look.second, 0.3), look.second, darken(look.second, 0.25))):
                y = -176 + index * 40
                canvas.shape(
                    [
                        *spline([(x - 130, y), (x - 40, y - 30), (x + 50, y + 6), (x + 140, y - 16)]),
                        (x + 140, 0),
                        (x - 130, 0),
                    ],
                    tone,
                    within=face,
                )
        else:
            stem = spline([(x + 20, -80), (x - 4, -180), (x - 30, -296)])
            canvas.shape(ribbon(stem, 4), look.second, within=face)
            for index in range(5):
                px, py = stem[3 + index * 4]
                for side in (-1, 1):
                    leaf = spline(
                        [(px, py), (px + side * 26, py - 34), (px + side * 52, py - 30), (px + side * 34, py - 6)],
                        closed=True,
                    )
                    canvas.shape(leaf, look.main if (index + side) % 3 else lighten(look.second, 0.2), within=face)
    envelope = rounded(-128, -126, 128, 0, 6)
    canvas.soft([(px, py - 5) for px, py in envelope], darken(look.main, 0.85), 9, 0.35)
    canvas.shape(envelope, ((0.0, lighten(look.second, 0.5)), (1.0, lighten(look.second, 0.28))))
    canvas.soft([(-128, -122), (0, -40), (128, -122)], darken(look.second, 0.6), 5, 0.35)
    canvas.shape([(-126, -126), (0, -46), (126, -126)], lighten(look.second, 0.58))
    canvas.shape(ellipse(0, -58, 17, 17), ((0.0, lighten(look.main, 0.2)), (1.0, darken(look.main, 0.2))))


def draw_calendar(canvas: Canvas, look: Look) -> None:
    cast_shadow(canvas, 170, 150, look.main)
    canvas.shape([(-176, 0), (-150, -276), (176, -276), (204, -4)], darken(look.second, 0.3))
    face = canvas.shape(rounded(-176, -280, 176, 0, 6), ((0.0, lighten(PAGE, 0.5)), (1.0, PAGE)))
    canvas.shape([(-176, -280), (176, -280), (176, -190), (-176, -190)], look.main, within=face)
    canvas.shape(
        [*spline([(-176, -206), (-80, -240), (20, -210), (110, -250), (176, -226)]), (176, -190), (-176, -190)],
        lighten(look.main, 0.3),
        within=face,
    )
    canvas.shape(ellipse(108, -246, 17, 17), look.second, within=face)
    for index in range(31):
        x, y = -144 + index % 7 * 48, -164 + index // 7 * 33
        marked = index == 16
        canvas.shape(
            ellipse(x, y, 13 if marked else 5, 13 if marked else 5), look.main if marked else mix(INK, PAGE, 0.45)
        )
    for x in range(-150, 160, 25):
        canvas.tube([(x, -272), (x, -294)], 5, bar(BRASS))


def draw_pen_cup(canvas: Canvas, look: Look) -> None:
    cast_shadow(canvas, 92, 150, look.main)
    for x, lean, length, tone in (
        (-44, -16, 200, look.second),
        (-8, -4, 240, (217, 164, 65)),
        (30, 12, 214, (91, 109, 140)),
        (54, 22, 178, (60, 72, 88)),
    ):
        path = [(x, -120.0), (x + lean * 2.4, -130.0 - length)]
        canvas.tube(path, 17, bar(tone))
        tip = path[1]
        canvas.shape([(tip[0] - 9, tip[1] + 4), (tip[0] + lean * 0.3, tip[1] - 34), (tip[0] + 9, tip[1] + 4)], WOOD)
    body = canvas.lathe([(92, -196), (94, -100), (92, 0)], round_ramp(look.main, 0.2), 0.13)
    for x in range(-88, 92, 11):
        canvas.shape(ribbon([(x, -196), (x, 20)], 3), darken(look.main, 0.35), opacity=0.3, within=body)
    canvas.shape(ribbon(ellipse(0, -196, 91, 17, 0, 180), 7), lighten(look.main, 0.35))
    canvas.soft(ellipse(-46, -110, 9, 56), WHITE, 7, 0.4, body)


def _draw_lengthwise(canvas: Canvas, tone: Rgb, span: tuple[float, float], radius: float, tilt: float) -> None:
    """Light and shade along a barrel that lies at y = -150, turned about (0, -150)."""
    barrel = canvas.mask(turned(rounded(span[0], -150 - radius, span[1], -150 + radius, 4), tilt, 0, -150))
    dark = turned(
        ribbon([(span[0], -150 + radius * 0.7), (span[1], -150 + radius * 0.55)], radius * 0.8), tilt, 0, -150
    )
    light = turned(
        ribbon([(span[0], -150 - radius * 0.4), (span[1], -150 - radius * 0.3)], radius * 0.34), tilt, 0, -150
    )
    canvas.soft(dark, darken(tone, 0.9), 4, 0.5, barrel)
    canvas.soft(light, WHITE, 2, 0.6, barrel)


def _draw_book(canvas: Canvas, look: Look, tilt: float, x: float) -> None:
    pivot = (x, 0.0)

    def lean(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
        return turned(points, tilt, *pivot)

    outline = lean(rounded(x - 132, -378, x + 140, -4, 10))
    canvas.soft([(px + 22, py + 10) for px, py in outline], darken(look.main, 0.85), 16, 0.34)
    canvas.shape(lean(rounded(x - 124, -372, x + 152, 2, 10)), darken(look.main, 0.35))
    for step in range(3):
        canvas.shape(lean(rounded(x - 120, -370 + step, x + 148 - step * 3, -2, 6)), darken(PAGE, 0.12 - step * 0.04))
    canvas.shape(lean([(x + 60, -6), (x + 70, -6), (x + 72, 26), (x + 64, 18), (x + 58, 26)]), look.second)
    ramp = ((0.0, lighten(look.main, 0.14)), (0.5, look.main), (1.0, darken(look.main, 0.2)))
    cover = canvas.shape(outline, ramp)
    canvas.soft(lean(rounded(x - 100, -360, x - 10, -30, 20)), WHITE, 34, 0.22, cover)
    canvas.shape(lean(rounded(x - 132, -378, x - 96, -4, 4)), look.second, within=cover)
    canvas.soft(lean(rounded(x - 98, -378, x - 92, -4, 1)), darken(look.main, 0.8), 3, 0.5, cover)
    canvas.shape(lean(rounded(x - 40, -306, x + 68, -240, 4)), lighten(PAGE, 0.2))
    canvas.shape(lean(rounded(x - 22, -284, x + 50, -280, 1)), mix(INK, PAGE, 0.4))
    canvas.shape(lean(rounded(x - 22, -266, x + 24, -263, 1)), mix(INK, PAGE, 0.6))
    canvas.soft(lean(rounded(x + 103, -378, x + 118, -4, 2)), darken(look.main, 0.8), 4, 0.4, cover)
    canvas.shape(lean(rounded(x + 100, -379, x + 111, -3, 1)), darken(look.second, 0.1))


DRAWINGS = {
    "notebook": draw_notebook,
    "planner": draw_planner,
    "pen": draw_pen,
    "pencils": draw_pencils,
    "cards": draw_cards,
    "calendar": draw_calendar,
    "pen_cup": draw_pen_cup,
}

"""What a drawing may vary: the colours of one product and the options of its form."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.demo.drawing.colours import Rgb, Stops, darken, lighten

BRASS: Rgb = (201, 160, 92)


@dataclass(frozen=True, slots=True)
class Look:
    """One product as it is drawn: body colour, second colour (frame, base, lining) and a variation of the form."""

    main: Rgb
    second: Rgb = BRASS
    variation: str = ""


def bar(colour: Rgb) -> tuple[Rgb, Rgb, Rgb]:
    """The three tones of a round bar, for `Canvas.tube`."""
    return darken(colour, 0.32), colour, lighten(colour, 0.42)


def metal(colour: Rgb) -> Stops:
    """A polished ramp, for rings, stems and fittings."""
    return (
        (0.0, darken(colour, 0.35)),
        (0.22, lighten(colour, 0.7)),
        (0.36, colour),
        (0.7, darken(colour, 0.42)),
        (1.0, darken(colour, 0.15)),
    )

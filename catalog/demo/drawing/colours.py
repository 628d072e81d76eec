"""Colour arithmetic of the illustrations: mixing, shading and the ramps that make flat shapes look round."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from PIL import Image

Rgb = tuple[int, int, int]
Stops = tuple[tuple[float, Rgb], ...]

WHITE: Rgb = (255, 255, 255)
INK: Rgb = (28, 26, 30)


def rgb(text: str) -> Rgb:
    """Read "#rrggbb"."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def mix(first: Rgb, second: Rgb, share: float) -> Rgb:
    """Mix two colours; `share` (0–1) is the part of the second."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def lighten(colour: Rgb, share: float) -> Rgb:
    """Move a colour towards a warm white."""
    return mix(colour, (255, 251, 243), share)


def darken(colour: Rgb, share: float) -> Rgb:
    """Move a colour towards a deep tone of itself, never to plain black."""
    deep = mix((22, 18, 34), colour, 0.18)
    return mix(colour, deep, share)


def luminance(colour: Rgb) -> float:
    """Perceived brightness, 0–1 (ITU-R BT.601 weights)."""
    return (0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]) / 255


def round_ramp(base: Rgb, gloss: float = 0.3) -> Stops:
    """The brightness across a round body lit from the upper left; `gloss` is 0 (matt) to 1 (mirror)."""
    return (
        (0.0, darken(base, 0.30)),
        (0.10, darken(base, 0.10)),
        (0.27, lighten(base, 0.10 + 0.45 * gloss)),
        (0.42, lighten(base, 0.04)),
        (0.58, darken(base, 0.08)),
        (0.82, darken(base, 0.36)),
        (0.95, darken(base, 0.50)),
        (1.0, darken(base, 0.42)),
    )


def flat_ramp(base: Rgb, depth: float = 0.22) -> Stops:
    """A calm ramp for large plain faces: light at the start, `depth` darker at the end."""
    return ((0.0, lighten(base, 0.12)), (0.45, base), (1.0, darken(base, depth)))


@lru_cache(maxsize=512)
def ramp_strip(stops: Stops, length: int = 256) -> Image.Image:
    """A picture of `length`×1 pixels that runs through the stops (positions 0–1, ascending)."""
    strip = Image.new("RGB", (length, 1))
    strip.putdata([colour_at(stops, index / (length - 1)) for index in range(length)])
    return strip


def colour_at(stops: Sequence[tuple[float, Rgb]], position: float) -> Rgb:
    """The colour of a ramp at a position between 0 and 1."""
    before = stops[0]
    for after in stops:
        if position <= after[0]:
            span = after[0] - before[0]
            return mix(before[1], after[1], (position - before[0]) / span) if span else after[1]
        before = after
    return stops[-1][1]

"""Names of colours: which of a dozen words people would use for a colour, and how far two colours are apart."""

from __future__ import annotations

import colorsys
import math
from collections.abc import Mapping

SWATCHES: Mapping[str, int] = {
    "black": 0x111111,
    "grey": 0x8A8A8A,
    "white": 0xFFFFFF,
    "red": 0xD32F2F,
    "orange": 0xF57C00,
    "brown": 0x795548,
    "yellow": 0xFBC02D,
    "green": 0x388E3C,
    "turquoise": 0x00ACC1,
    "blue": 0x1976D2,
    "purple": 0x7B1FA2,
    "pink": 0xEC407A,
}
"""What a person picks from: {name: colour as 0xRRGGBB}."""

_HUES = ((15, "red"), (40, "orange"), (70, "yellow"), (165, "green"), (200, "turquoise"), (255, "blue"), (290, "purple"), (345, "pink"), (361, "red"))  # fmt: skip


def name_colour(rgb: int) -> str:
    """The swatch that a colour (0xRRGGBB) belongs to."""
    red, green, blue = (rgb >> 16 & 255) / 255, (rgb >> 8 & 255) / 255, (rgb & 255) / 255
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    chroma = max(red, green, blue) - min(red, green, blue)
    if lightness < 0.09:
        return "black"
    if lightness > 0.94 and chroma < 0.1:
        return "white"
    if chroma < 0.09 or saturation < 0.12:
        return "black" if lightness < 0.16 else "white" if lightness > 0.88 else "grey"
    degrees = hue * 360
    name = next(name for bound, name in _HUES if degrees < bound)
    if name in {"orange", "red", "yellow"} and lightness < 0.4 and 12 <= degrees < 50 and saturation < 0.85:
        return "brown"
    return "pink" if name == "red" and lightness > 0.72 else name


def is_grey(rgb: int) -> bool:
    """Whether a colour has so little of a hue that nobody would name it."""
    parts = (rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255)
    return max(parts) - min(parts) < 24


def to_lab(rgb: int) -> tuple[float, float, float]:
    """CIE L*a*b* (D65) of an sRGB colour. Source: IEC 61966-2-1 and CIE 15:2004."""
    linear = [_linear((rgb >> shift & 255) / 255) for shift in (16, 8, 0)]
    x = (0.4124 * linear[0] + 0.3576 * linear[1] + 0.1805 * linear[2]) / 0.95047
    y = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    z = (0.0193 * linear[0] + 0.1192 * linear[1] + 0.9505 * linear[2]) / 1.08883
    fx, fy, fz = _cube(x), _cube(y), _cube(z)
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def colour_distance(first: int, second: int) -> float:
    """ΔE*ab (CIE 1976) of two sRGB colours: about 2 is the least that is seen."""
    return math.dist(to_lab(first), to_lab(second))


def _linear(part: float) -> float:
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)


def _cube(part: float) -> float:
    return float(part ** (1 / 3) if part > 216 / 24389 else (24389 / 27 * part + 16) / 116)

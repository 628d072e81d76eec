"""Draw a watermark onto a finished picture."""

from __future__ import annotations

import io
import math
from functools import lru_cache
from importlib.resources import files

from PIL import Image, ImageDraw, ImageFont

from assets.render.presets import Position, Watermark

_MARGIN = 0.03
"""Between mark and edge, as a share of the picture's shorter side."""
_MEASURED_AT = 200
_TILT_DEGREES = 30
_GAP = 0.6
"""Between tiles, as a share of a tile's longer side."""
# The admin's own typeface (SIL Open Font License): Latin, Greek and Cyrillic letters, the same on every machine.
_TYPEFACE = files("unfold") / "static/unfold/fonts/inter/Inter-SemiBold.woff2"

_PLACES: dict[Position, tuple[float, float]] = {
    Position.TOP_LEFT: (0.0, 0.0),
    Position.TOP: (0.5, 0.0),
    Position.TOP_RIGHT: (1.0, 0.0),
    Position.LEFT: (0.0, 0.5),
    Position.CENTRE: (0.5, 0.5),
    Position.RIGHT: (1.0, 0.5),
    Position.BOTTOM_LEFT: (0.0, 1.0),
    Position.BOTTOM: (0.5, 1.0),
    Position.BOTTOM_RIGHT: (1.0, 1.0),
}


def draw_mark(picture: Image.Image, mark: Watermark, overlay: Image.Image | None) -> Image.Image:
    """A copy of the picture with the mark on it; `overlay` is the mark's picture, RGBA, where it has one.

    The picture may be RGB, RGBA, L, LA or CMYK and stays what it is.
    """
    stamp = _make_stamp(mark, overlay, picture.size)
    layer = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    for place in _tiled(stamp.size, picture.size) if mark.is_tiled else [_placed(mark, stamp.size, picture.size)]:
        layer.paste(stamp, place)
    strength = layer.getchannel("A").point([round(alpha * mark.opacity / 100) for alpha in range(256)])
    if picture.mode == "RGBA":
        layer.putalpha(strength)
        return Image.alpha_composite(picture, layer)
    if picture.mode == "LA":
        grey = picture.getchannel("L")
        grey.paste(layer.convert("L"), (0, 0), strength)
        return Image.merge("LA", (grey, picture.getchannel("A")))
    marked = picture.copy()
    marked.paste(layer.convert("RGB").convert(picture.mode), (0, 0), strength)
    return marked


def _make_stamp(mark: Watermark, overlay: Image.Image | None, size: tuple[int, int]) -> Image.Image:
    """The mark once, as wide as it says but never higher than the picture; tilted where it is tiled and a text."""
    width = max(1, round(size[0] * mark.size / 100))
    if overlay is not None:
        height = overlay.height * width / overlay.width
        if height > size[1]:
            width, height = max(1, round(width * size[1] / height)), size[1]
        return overlay.resize((width, max(1, round(height))), Image.Resampling.LANCZOS, reducing_gap=3.0)
    stamp = _write(mark.text, width, size[1])
    return stamp.rotate(_TILT_DEGREES, Image.Resampling.BICUBIC, expand=True) if mark.is_tiled else stamp


def _write(text: str, width: int, highest: int) -> Image.Image:
    """White letters with a dark edge, so that they show on any ground."""
    length = _load_typeface(_MEASURED_AT).getlength(text) or 1.0
    height = max(6, min(round(_MEASURED_AT * width / length), round(highest * 0.8)))
    typeface, edge = _load_typeface(height), max(1, height // 30)
    left, top, right, bottom = typeface.getbbox(text, stroke_width=edge)
    stamp = Image.new("RGBA", (max(1, math.ceil(right - left)), max(1, math.ceil(bottom - top))), (0, 0, 0, 0))
    ImageDraw.Draw(stamp).text(
        (-left, -top), text, font=typeface, fill="white", stroke_width=edge, stroke_fill=(0, 0, 0, 200)
    )
    return stamp


@lru_cache(maxsize=16)
def _load_typeface(height_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(io.BytesIO(_TYPEFACE.read_bytes()), height_px)


def _placed(mark: Watermark, stamp: tuple[int, int], size: tuple[int, int]) -> tuple[int, int]:
    margin = round(min(size) * _MARGIN)
    across, down = _PLACES[mark.position]
    left = margin + (size[0] - stamp[0] - 2 * margin) * across
    top = margin + (size[1] - stamp[1] - 2 * margin) * down
    return round(left), round(top)


def _tiled(stamp: tuple[int, int], size: tuple[int, int]) -> list[tuple[int, int]]:
    """Every second row begins half a step earlier, so that no crop between the tiles is large."""
    gap = round(max(stamp) * _GAP)
    across, down = stamp[0] + gap, stamp[1] + gap
    return [
        (left - (across // 2 if row % 2 else 0), top)
        for row, top in enumerate(range(gap // 2, size[1], down))
        for left in range(gap // 2, size[0] + across // 2, across)
    ]

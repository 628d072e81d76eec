"""Find the product in a picture of it: the box of what is not background."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter

LOOKED_AT_PX = 512
"""The longer side of the picture that is looked at; a box is exact to about a 500th of the picture."""
UNIFORM_SHARE = 0.75
"""How much of the border must have one colour for it to count as background."""
_SOLID = 8
"""Alpha from which a pixel counts as there."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Subject:
    """Where the product is, as fractions 0–1 of the picture (left, top, right, bottom), and what it stands on.

    `background` is None where the picture is cut out, or where nothing tells background from product; then the box is
    that of what can be seen.
    """

    box: Box
    background: tuple[int, int, int] | None


def find_subject(picture: Image.Image, tolerance: int) -> Subject:
    """Find the product on a plain background.

    The picture is RGB or RGBA in sRGB. `tolerance` 0–255 is how far a band may be from the background and still be
    background. A picture whose border has no one colour is its own subject.
    """
    small = picture.copy()
    small.thumbnail((LOOKED_AT_PX, LOOKED_AT_PX), Image.Resampling.BOX)
    if small.mode == "RGBA" and small.getchannel("A").getextrema()[0] < _SOLID:  # type: ignore[operator]  # one band
        mask = small.getchannel("A").point(lambda alpha: 255 if alpha >= _SOLID else 0)
        return Subject(_fractions(mask.getbbox(), small.size, spread=0), None)
    small = small.convert("RGB")
    background = _border_colour(small)
    mask = _far_from(small, background, tolerance)
    if _border_share(mask) > 1 - UNIFORM_SHARE:
        return Subject((0.0, 0.0, 1.0, 1.0), None)
    return Subject(_fractions(mask.getbbox(), small.size, spread=1), background)


def _border_colour(picture: Image.Image) -> tuple[int, int, int]:
    """The median of each band along the four edges."""
    edge = _border(picture)
    red, green, blue = (_median(edge.getchannel(band)) for band in range(3))
    return red, green, blue


def _border(picture: Image.Image) -> Image.Image:
    """The outermost pixels as one row."""
    width, height = picture.size
    sides = (
        picture.crop((0, 0, width, 1)),
        picture.crop((0, height - 1, width, height)),
        picture.crop((0, 0, 1, height)).transpose(Image.Transpose.ROTATE_90),
        picture.crop((width - 1, 0, width, height)).transpose(Image.Transpose.ROTATE_90),
    )
    row = Image.new(picture.mode, (2 * (width + height), 1))
    offset = 0
    for side in sides:
        row.paste(side, (offset, 0))
        offset += side.width
    return row


def _median(band: Image.Image) -> int:
    half, seen = band.width / 2, 0
    for value, count in enumerate(band.histogram()):
        seen += count
        if seen >= half:
            return value
    return 255


def _far_from(picture: Image.Image, colour: tuple[int, int, int], tolerance: int) -> Image.Image:
    """White where any band is further from the colour than the tolerance; single specks are noise and go."""
    red, green, blue = ImageChops.difference(picture, Image.new("RGB", picture.size, colour)).split()
    furthest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    mask = furthest.point(lambda distance: 255 if distance > tolerance else 0)
    return mask.filter(ImageFilter.MedianFilter(3)) if min(mask.size) >= 3 else mask


def _border_share(mask: Image.Image) -> float:
    edge = _border(mask)
    return edge.histogram()[255] / edge.width


def _fractions(box: tuple[int, int, int, int] | None, size: tuple[int, int], *, spread: int) -> Box:
    """Pixels of the small picture as fractions, a little wider on every side; the whole where there is nothing."""
    if box is None:
        return 0.0, 0.0, 1.0, 1.0
    left, top, right, bottom = box
    width, height = size
    return (
        max(left - spread, 0) / width,
        max(top - spread, 0) / height,
        min(right + spread, width) / width,
        min(bottom + spread, height) / height,
    )

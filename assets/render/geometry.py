"""The arithmetic of renditions: which part of the source lands where, known without opening the file."""

from __future__ import annotations

from dataclasses import dataclass

from assets.render.presets import FORMATS, Fit, Preset

MIN_FOCAL_SIDE = 0.01


@dataclass(frozen=True, slots=True)
class FocalRectangle:
    """The part of a picture that must stay visible, as fractions 0–1 of the width and height as seen."""

    left: float
    top: float
    width: float
    height: float

    @property
    def is_valid(self) -> bool:
        """Whether the rectangle lies inside the picture and is large enough to be meant."""
        return (
            self.left >= 0
            and self.top >= 0
            and self.width >= MIN_FOCAL_SIDE
            and self.height >= MIN_FOCAL_SIDE
            and self.left + self.width <= 1.000001
            and self.top + self.height <= 1.000001
        )

    def canonical(self) -> str:
        """The same text for the same rectangle."""
        return f"{self.left:.4f},{self.top:.4f},{self.width:.4f},{self.height:.4f}"


@dataclass(frozen=True, slots=True)
class Plan:
    """Scale the `box` (left, top, right, bottom, in source pixels as seen) to `picture`, place it on `canvas`.

    The picture is centred; where canvas and picture are equal there is nothing to fill.
    """

    box: tuple[float, float, float, float]
    picture: tuple[int, int]
    canvas: tuple[int, int]

    @property
    def scale(self) -> float:
        """Output pixels for each source pixel; at most 1."""
        return self.picture[0] / (self.box[2] - self.box[0])


def plan_geometry(
    width: int, height: int, preset: Preset, *, focal: FocalRectangle | None = None, fmt: str = "webp"
) -> Plan:
    """Work out a rendition's geometry.
    Width and height are the source's as seen, in pixels. The focal rectangle is used by `cover` only; without it the
    crop is centred.
    """
    whole = (0.0, 0.0, float(width), float(height))
    limit = FORMATS[fmt].max_side_px
    if preset.fit is Fit.COVER and preset.width and preset.height:
        box = _crop_box(width, height, preset.width / preset.height, focal)
        size = _shrink(box[2] - box[0], box[3] - box[1], preset.width, preset.height)
        if box[2] - box[0] >= preset.width and box[3] - box[1] >= preset.height:
            size = (preset.width, preset.height)
        return Plan(box, size, size)
    max_width = min(preset.width or limit, limit)
    max_height = min(preset.height or limit, limit)
    size = _shrink(width, height, max_width, max_height)
    canvas = (preset.width, preset.height) if preset.fit is Fit.PAD and preset.width and preset.height else size
    return Plan(whole, size, canvas)


def _shrink(width: float, height: float, max_width: int, max_height: int) -> tuple[int, int]:
    scale = min(max_width / width, max_height / height, 1.0)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _crop_box(width: int, height: int, ratio: float, focal: FocalRectangle | None) -> tuple[float, float, float, float]:
    """The largest box of this ratio, centred on the focal rectangle as far as the edges allow."""
    crop_width, crop_height = (
        (float(width), width / ratio) if width / height < ratio else (height * ratio, float(height))
    )
    centre_x, centre_y = width / 2, height / 2
    if focal is not None:
        centre_x = (focal.left + focal.width / 2) * width
        centre_y = (focal.top + focal.height / 2) * height
    left = min(max(centre_x - crop_width / 2, 0.0), width - crop_width)
    top = min(max(centre_y - crop_height / 2, 0.0), height - crop_height)
    return left, top, left + crop_width, top + crop_height

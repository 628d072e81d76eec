"""The arithmetic of renditions: which part of the source lands where, known without opening the file."""

from __future__ import annotations

from dataclasses import dataclass

from assets.render.presets import FORMATS, Fit, Preset, Trim

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


Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Scale the `box` (in source pixels as seen) to `picture` pixels, and place that at `offset` on the `canvas`.

    Where canvas and picture are equal there is nothing to fill.
    """

    box: Box
    picture: tuple[int, int]
    canvas: tuple[int, int]
    offset: tuple[int, int] = (0, 0)

    @property
    def scale(self) -> float:
        """Output pixels for each source pixel; at most 1."""
        return self.picture[0] / (self.box[2] - self.box[0])


def plan_geometry(
    width: int,
    height: int,
    preset: Preset,
    *,
    focal: FocalRectangle | None = None,
    crop: FocalRectangle | None = None,
    subject: Box | None = None,
    fmt: str = "webp",
) -> Plan:
    """Work out a rendition's geometry.

    Args:
        width: of the source as seen, in pixels; so is `height`.
        focal: what must stay visible, used by `cover` only; without it the crop is centred.
        crop: what somebody chose to be seen instead of the whole; for every fit.
        subject: where the product is, as fractions 0–1, for `trim`; without it only the canvas can be relied on.
        fmt: its largest side is kept.
    """
    box = (0.0, 0.0, float(width), float(height))
    if crop is not None:
        box = (
            crop.left * width,
            crop.top * height,
            min((crop.left + crop.width) * width, float(width)),
            min((crop.top + crop.height) * height, float(height)),
        )
    if preset.fit is Fit.TRIM and preset.width and preset.height and crop is None and subject is not None:
        return _set_subject(box, subject, preset)
    if preset.fit is Fit.COVER and preset.width and preset.height:
        box = _crop_box(box, preset.width / preset.height, _centre_of(focal, width, height) if crop is None else None)
        size = _shrink(box, preset.width, preset.height)
        if box[2] - box[0] >= preset.width and box[3] - box[1] >= preset.height:
            size = (preset.width, preset.height)
        return Plan(box, size, size)
    limit = FORMATS[fmt].max_side_px if fmt in FORMATS else 65_000
    size = _shrink(box, min(preset.width or limit, limit), min(preset.height or limit, limit))
    if preset.fit in {Fit.PAD, Fit.TRIM} and preset.width and preset.height:
        canvas = (preset.width, preset.height)
        return Plan(box, size, canvas, ((canvas[0] - size[0]) // 2, (canvas[1] - size[1]) // 2))
    return Plan(box, size, size)


def _shrink(box: Box, max_width: int, max_height: int) -> tuple[int, int]:
    width, height = box[2] - box[0], box[3] - box[1]
    scale = min(max_width / width, max_height / height, 1.0)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _centre_of(focal: FocalRectangle | None, width: int, height: int) -> tuple[float, float] | None:
    if focal is None:
        return None
    return (focal.left + focal.width / 2) * width, (focal.top + focal.height / 2) * height


def _crop_box(within: Box, ratio: float, centre: tuple[float, float] | None) -> Box:
    """The largest box of this ratio, centred on a point as far as the edges allow."""
    width, height = within[2] - within[0], within[3] - within[1]
    crop_width, crop_height = (width, width / ratio) if width / height < ratio else (height * ratio, height)
    centre_x, centre_y = centre or (within[0] + width / 2, within[1] + height / 2)
    left = min(max(centre_x - crop_width / 2, within[0]), within[2] - crop_width)
    top = min(max(centre_y - crop_height / 2, within[1]), within[3] - crop_height)
    return left, top, left + crop_width, top + crop_height


def _set_subject(whole: Box, subject: Box, preset: Preset) -> Plan:
    """The product as large as canvas and padding allow, in the middle; what stands around it is shown as far as the
    picture goes, so that shadows are not cut.
    """
    canvas = (preset.width or 1, preset.height or 1)
    padding = min(canvas) * (preset.trim or Trim()).padding / 100
    width, height = whole[2], whole[3]
    left, top, right, bottom = subject[0] * width, subject[1] * height, subject[2] * width, subject[3] * height
    inner = (max(canvas[0] - 2 * padding, 1.0), max(canvas[1] - 2 * padding, 1.0))
    scale = min(inner[0] / (right - left), inner[1] / (bottom - top), 1.0)
    shown_left = (left + right) / 2 - canvas[0] / scale / 2
    shown_top = (top + bottom) / 2 - canvas[1] / scale / 2
    box = (
        max(shown_left, 0.0),
        max(shown_top, 0.0),
        min(shown_left + canvas[0] / scale, width),
        min(shown_top + canvas[1] / scale, height),
    )
    size = (
        min(max(1, round((box[2] - box[0]) * scale)), canvas[0]),
        min(max(1, round((box[3] - box[1]) * scale)), canvas[1]),
    )
    offset = (
        min(round((box[0] - shown_left) * scale), canvas[0] - size[0]),
        min(round((box[1] - shown_top) * scale), canvas[1] - size[1]),
    )
    return Plan(box, size, canvas, offset)

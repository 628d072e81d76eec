"""What a rendition preset may say, and its one canonical form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

MAX_SIDE_PX = 8_000
MAX_BYTES_FLOOR = 1_000


class Fit(StrEnum):
    """How a picture meets the box of its preset. Nothing is ever enlarged."""

    CONTAIN = "contain"
    COVER = "cover"
    PAD = "pad"
    TRIM = "trim"
    WIDTH = "width"
    HEIGHT = "height"
    ORIGINAL = "original"


class Position(StrEnum):
    """Where a watermark stands."""

    TOP_LEFT = "top_left"
    TOP = "top"
    TOP_RIGHT = "top_right"
    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"
    BOTTOM_LEFT = "bottom_left"
    BOTTOM = "bottom"
    BOTTOM_RIGHT = "bottom_right"


@dataclass(frozen=True, slots=True)
class Format:
    """One output format: its file extension, media type, and the quality used where a preset names none."""

    extension: str
    media_type: str
    quality: int | None
    has_alpha: bool
    max_side_px: int


FORMATS: Mapping[str, Format] = {
    "jpeg": Format("jpg", "image/jpeg", 82, has_alpha=False, max_side_px=65_000),
    "png": Format("png", "image/png", None, has_alpha=True, max_side_px=65_000),
    "webp": Format("webp", "image/webp", 80, has_alpha=True, max_side_px=16_383),
    "avif": Format("avif", "image/avif", 60, has_alpha=True, max_side_px=16_384),
}
SLOW_FORMATS = frozenset({"avif"})
"""Those whose encoder takes many times what the others take; they wait in a queue of their own."""

NEEDS_WIDTH = {Fit.CONTAIN, Fit.COVER, Fit.PAD, Fit.TRIM, Fit.WIDTH}
NEEDS_HEIGHT = {Fit.CONTAIN, Fit.COVER, Fit.PAD, Fit.TRIM, Fit.HEIGHT}


@dataclass(frozen=True, slots=True)
class Trim:
    """How the product is found and set: what counts as background (0–255 a band), and the free edge in percent of the
    canvas's shorter side.
    """

    tolerance: int = 16
    padding: int = 5


@dataclass(frozen=True, slots=True)
class Watermark:
    """What is drawn over a picture: a text, or the picture with this SHA-256.

    `size` is the mark's width in percent of the picture's; `opacity` is in percent; a tiled mark has no position.
    `asset` is the uuid of the asset that the picture was taken from: for people, it decides nothing.
    """

    text: str = ""
    picture: str = ""
    position: Position = Position.BOTTOM_RIGHT
    size: int = 25
    opacity: int = 50
    is_tiled: bool = False
    asset: str = ""

    def canonical(self) -> dict[str, object]:
        """Everything that decides how it looks."""
        said = asdict(self)
        del said["asset"]
        if self.is_tiled:
            del said["position"]
        return said


@dataclass(frozen=True, slots=True)
class Preset:
    """One named recipe for renditions; lives outside its database row, so that it can be hashed and compared.

    `background` is `#rrggbb`, or empty: white where the format has no transparency, and what the product stands on
    where it is trimmed. `max_bytes` lowers the quality until the file fits; it is a wish, not a promise, below quality
    30. `keeps_profile` is for print: colours stay as they came, with their profile, CMYK too where the format is JPEG.
    `mark_by_rights` is the house's watermark, for pictures whose rights ask for one; it is no setting of the preset.
    """

    code: str
    fit: Fit
    width: int | None = None
    height: int | None = None
    background: str = ""
    formats: tuple[str, ...] = ("webp",)
    quality: tuple[tuple[str, int], ...] = ()
    max_bytes: int | None = None
    trim: Trim | None = None
    watermark: Watermark | None = None
    keeps_profile: bool = False
    dpi: int | None = None
    mark_by_rights: Watermark | None = None

    def quality_for(self, fmt: str) -> int | None:
        """Quality 1–100 of one format, None where it has no such thing."""
        return dict(self.quality).get(fmt, FORMATS[fmt].quality) if fmt in FORMATS else None

    def canonical(self, fmt: str) -> str:
        """Everything that decides the bytes of one format, and nothing else, as JSON with sorted keys."""
        quality = self.quality_for(fmt)
        said = {
            "background": self.background.lower(),
            "dpi": self.dpi,
            "fit": str(self.fit),
            "height": self.height if self.fit in NEEDS_HEIGHT else None,
            "keeps_profile": self.keeps_profile or None,
            "max_bytes": self.max_bytes if quality is not None else None,
            "quality": quality,
            "trim": asdict(self.trim or Trim()) if self.fit is Fit.TRIM else None,
            "watermark": self.watermark.canonical() if self.watermark else None,
            "width": self.width if self.fit in NEEDS_WIDTH else None,
        }
        told = {name: value for name, value in said.items() if value is not None}
        return json.dumps(told, sort_keys=True, separators=(",", ":"))


def dump_preset(preset: Preset) -> dict[str, object]:
    """The JSON that `parse_preset` reads back to the same preset."""
    return {
        "fit": str(preset.fit),
        "width": preset.width,
        "height": preset.height,
        "background": preset.background,
        "formats": list(preset.formats),
        "quality": dict(preset.quality),
        "max_bytes": preset.max_bytes,
        "trim": asdict(preset.trim) if preset.trim else None,
        "watermark": dump_watermark(preset.watermark),
        "keeps_profile": preset.keeps_profile,
        "dpi": preset.dpi,
    }


def dump_watermark(mark: Watermark | None) -> dict[str, object] | None:
    """The JSON that `parse_watermark` reads back to the same mark."""
    return {**asdict(mark), "position": str(mark.position)} if mark else None

"""What a rendition preset may say, and its one canonical form."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from pim.errors import Problem, Refused

MAX_SIDE_PX = 8_000
MAX_BYTES_FLOOR = 1_000
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\Z")


class Fit(StrEnum):
    """How a picture meets the box of its preset. Nothing is ever enlarged."""

    CONTAIN = "contain"
    COVER = "cover"
    PAD = "pad"
    WIDTH = "width"
    HEIGHT = "height"
    ORIGINAL = "original"


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
_NEEDS_WIDTH = {Fit.CONTAIN, Fit.COVER, Fit.PAD, Fit.WIDTH}
_NEEDS_HEIGHT = {Fit.CONTAIN, Fit.COVER, Fit.PAD, Fit.HEIGHT}


@dataclass(frozen=True, slots=True)
class Preset:
    """One named recipe for renditions; lives outside its database row, so that it can be hashed and compared.

    `background` is `#rrggbb`, or empty: white where the format has no transparency. `max_bytes` lowers the quality
    until the file fits; it is a wish, not a promise, below quality 30.
    """

    code: str
    fit: Fit
    width: int | None = None
    height: int | None = None
    background: str = ""
    formats: tuple[str, ...] = ("webp",)
    quality: tuple[tuple[str, int], ...] = ()
    max_bytes: int | None = None

    def quality_for(self, fmt: str) -> int | None:
        """Quality 1–100 of one format, None where it has no such thing."""
        return dict(self.quality).get(fmt, FORMATS[fmt].quality)

    def canonical(self, fmt: str) -> str:
        """Everything that decides the bytes of one format, and nothing else, as JSON with sorted keys."""
        return json.dumps(
            {
                "background": self.background.lower(),
                "fit": str(self.fit),
                "height": self.height if self.fit in _NEEDS_HEIGHT else None,
                "max_bytes": self.max_bytes,
                "quality": self.quality_for(fmt) if fmt in FORMATS else None,
                "width": self.width if self.fit in _NEEDS_WIDTH else None,
            },
            sort_keys=True,
            separators=(",", ":"),
        )


def parse_preset(code: str, data: Mapping[str, object]) -> Preset:
    """Read a preset from its stored or posted JSON.
    `data` is {"fit", "width", "height", "background", "formats": [...], "quality": {format: 1..100}, "max_bytes"}.

    Raises:
        Refused: `preset_invalid`, with one problem per fault and its pointer.
    """
    problems: list[Problem] = []

    def fault(message: str, pointer: str) -> None:
        problems.append(Problem("preset_invalid", message, pointer))

    for unknown in sorted(set(data) - {"fit", "width", "height", "background", "formats", "quality", "max_bytes"}):
        fault(_("This field is not known."), f"/{unknown}")
    try:
        fit = Fit(str(data.get("fit", "")))
    except ValueError:
        fit = Fit.ORIGINAL
        fault(_("Choose one of: %s.") % ", ".join(Fit), "/fit")
    width = _read_int(data, "width", MAX_SIDE_PX, fault, needed=fit in _NEEDS_WIDTH)
    height = _read_int(data, "height", MAX_SIDE_PX, fault, needed=fit in _NEEDS_HEIGHT)
    background = data.get("background") or ""
    if not isinstance(background, str) or (background and not _COLOUR.match(background)):
        fault(_("Write the colour as #rrggbb."), "/background")
        background = ""
    formats = data.get("formats") or ["webp"]
    if not isinstance(formats, list | tuple) or any(fmt not in FORMATS for fmt in formats):
        fault(_("Choose from: %s.") % ", ".join(FORMATS), "/formats")
        formats = ["webp"]
    quality = data.get("quality") or {}
    if not isinstance(quality, Mapping) or any(
        fmt not in FORMATS or not isinstance(value, int) or not 1 <= value <= 100 for fmt, value in quality.items()
    ):
        fault(_("Quality is a number from 1 to 100 for each format."), "/quality")
        quality = {}
    max_bytes = _read_int(data, "max_bytes", 1 << 30, fault, lowest=MAX_BYTES_FLOOR)
    if problems:
        raise Refused("preset_invalid", problems[0].message, problems[0].pointer, problems=problems)
    return Preset(
        code=code,
        fit=fit,
        width=width if fit in _NEEDS_WIDTH else None,
        height=height if fit in _NEEDS_HEIGHT else None,
        background=background.lower(),
        formats=tuple(dict.fromkeys(str(fmt) for fmt in formats)),
        quality=tuple(sorted((str(fmt), int(value)) for fmt, value in quality.items())),
        max_bytes=max_bytes,
    )


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
    }


def _read_int(
    data: Mapping[str, object],
    name: str,
    highest: int,
    fault: Callable[[str, str], None],
    *,
    needed: bool = False,
    lowest: int = 1,
) -> int | None:
    value = data.get(name)
    if value is None:
        if needed:
            fault(_("This fit needs a number here."), f"/{name}")
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
        fault(_("Write a whole number from %(low)d to %(high)d.") % {"low": lowest, "high": highest}, f"/{name}")
        return None
    return value

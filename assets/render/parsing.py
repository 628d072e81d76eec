"""Read a preset from its stored or posted JSON, with a pointer to every fault."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from assets.render.presets import (
    FORMATS,
    MAX_BYTES_FLOOR,
    MAX_SIDE_PX,
    NEEDS_HEIGHT,
    NEEDS_WIDTH,
    Fit,
    Position,
    Preset,
    Trim,
    Watermark,
)
from pim.errors import Problem, Refused

MAX_TEXT = 100
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\Z")
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
_FIELDS = {"fit", "width", "height", "background", "formats", "quality", "max_bytes"}
_FIELDS |= {"trim", "watermark", "keeps_profile", "dpi"}
_TRIM_FIELDS = {"tolerance", "padding"}
_MARK_FIELDS = {"text", "picture", "position", "size", "opacity", "is_tiled", "asset"}

Fault = Callable[[str, str], None]


def parse_preset(code: str, data: Mapping[str, object]) -> Preset:
    """Read a preset from its stored or posted JSON.
    `data` is {"fit", "width", "height", "background", "formats": [...], "quality": {format: 1..100}, "max_bytes",
    "trim": {"tolerance", "padding"}, "watermark": {"text" or "picture", "position", "size", "opacity", "is_tiled",
    "asset"}, "keeps_profile", "dpi"}.

    Raises:
        Refused: `preset_invalid`, with one problem per fault and its pointer.
    """
    problems: list[Problem] = []

    def fault(message: str, pointer: str) -> None:
        problems.append(Problem("preset_invalid", message, pointer))

    _find_strangers(data, _FIELDS, "", fault)
    try:
        fit = Fit(str(data.get("fit", "")))
    except ValueError:
        fit = Fit.ORIGINAL
        fault(_("Choose one of: %s.") % ", ".join(Fit), "/fit")
    width = _read_int(data, "width", MAX_SIDE_PX, fault, needed=fit in NEEDS_WIDTH)
    height = _read_int(data, "height", MAX_SIDE_PX, fault, needed=fit in NEEDS_HEIGHT)
    preset = Preset(
        code=code,
        fit=fit,
        width=width if fit in NEEDS_WIDTH else None,
        height=height if fit in NEEDS_HEIGHT else None,
        background=_read_colour(data, fault),
        formats=_read_formats(data, fault),
        quality=_read_quality(data, fault),
        max_bytes=_read_int(data, "max_bytes", 1 << 30, fault, lowest=MAX_BYTES_FLOOR),
        trim=_read_trim(data.get("trim"), fault) if fit is Fit.TRIM else None,
        watermark=_read_watermark(data.get("watermark"), fault),
        keeps_profile=_read_bool(data, "keeps_profile", "", fault),
        dpi=_read_int(data, "dpi", 2_400, fault),
    )
    if problems:
        raise Refused("preset_invalid", problems[0].message, problems[0].pointer, problems=problems)
    return preset


def parse_watermark(data: Mapping[str, object]) -> Watermark | None:
    """Read a watermark alone; None where there is none.

    Raises:
        Refused: `preset_invalid`.
    """
    problems: list[Problem] = []
    mark = _read_watermark(data, lambda message, pointer: problems.append(Problem("preset_invalid", message, pointer)))
    if problems:
        raise Refused("preset_invalid", problems[0].message, problems[0].pointer, problems=problems)
    return mark


def _find_strangers(data: Mapping[str, object], known: set[str], pointer: str, fault: Fault) -> None:
    for unknown in sorted(set(data) - known):
        fault(_("This field is not known."), f"{pointer}/{unknown}")


def _read_colour(data: Mapping[str, object], fault: Fault) -> str:
    colour = data.get("background") or ""
    if not isinstance(colour, str) or (colour and not _COLOUR.match(colour)):
        fault(_("Write the colour as #rrggbb."), "/background")
        return ""
    return colour.lower()


def _read_formats(data: Mapping[str, object], fault: Fault) -> tuple[str, ...]:
    formats = data.get("formats") or ["webp"]
    if not isinstance(formats, list | tuple) or any(fmt not in FORMATS for fmt in formats):
        fault(_("Choose from: %s.") % ", ".join(FORMATS), "/formats")
        return ("webp",)
    return tuple(dict.fromkeys(str(fmt) for fmt in formats))


def _read_quality(data: Mapping[str, object], fault: Fault) -> tuple[tuple[str, int], ...]:
    quality = data.get("quality") or {}
    if not isinstance(quality, Mapping) or any(
        fmt not in FORMATS or isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 100
        for fmt, value in quality.items()
    ):
        fault(_("Quality is a number from 1 to 100 for each format."), "/quality")
        return ()
    return tuple(sorted((str(fmt), int(value)) for fmt, value in quality.items()))


def _read_trim(data: object, fault: Fault) -> Trim:
    if data is None:
        return Trim()
    if not isinstance(data, Mapping):
        fault(_("An object is expected."), "/trim")
        return Trim()
    _find_strangers(data, _TRIM_FIELDS, "/trim", fault)
    plain = Trim()
    tolerance = _read_int(data, "tolerance", 128, fault, lowest=0, pointer="/trim")
    padding = _read_int(data, "padding", 40, fault, lowest=0, pointer="/trim")
    return Trim(
        tolerance=plain.tolerance if tolerance is None else tolerance,
        padding=plain.padding if padding is None else padding,
    )


def _read_watermark(data: object, fault: Fault) -> Watermark | None:
    if not data:
        return None
    if not isinstance(data, Mapping):
        fault(_("An object is expected."), "/watermark")
        return None
    _find_strangers(data, _MARK_FIELDS, "/watermark", fault)
    text, picture, asset = (str(data.get(name) or "").strip() for name in ("text", "picture", "asset"))
    if bool(text) == bool(picture):
        fault(_("A watermark is a text or a picture."), "/watermark/text")
    if len(text) > MAX_TEXT or not text.isprintable():
        fault(_("A text of at most %d characters is expected.") % MAX_TEXT, "/watermark/text")
    if picture and not _SHA256.match(picture):
        fault(_("A picture is named by the SHA-256 of its file."), "/watermark/picture")
    position = str(data.get("position") or Position.BOTTOM_RIGHT)
    if position not in set(Position):
        fault(_("Choose one of: %s.") % ", ".join(Position), "/watermark/position")
        position = Position.BOTTOM_RIGHT
    plain = Watermark()
    return Watermark(
        text=text,
        picture=picture,
        position=Position(position),
        size=_read_int(data, "size", 100, fault, pointer="/watermark") or plain.size,
        opacity=_read_int(data, "opacity", 100, fault, pointer="/watermark") or plain.opacity,
        is_tiled=_read_bool(data, "is_tiled", "/watermark", fault),
        asset=asset if picture else "",
    )


def _read_bool(data: Mapping[str, object], name: str, pointer: str, fault: Fault) -> bool:
    value = data.get(name)
    if value is not None and not isinstance(value, bool):
        fault(_("Say true or false."), f"{pointer}/{name}")
    return value is True


def _read_int(
    data: Mapping[str, object],
    name: str,
    highest: int,
    fault: Fault,
    *,
    needed: bool = False,
    lowest: int = 1,
    pointer: str = "",
) -> int | None:
    value = data.get(name)
    if value is None:
        if needed:
            fault(_("This fit needs a number here."), f"{pointer}/{name}")
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
        fault(
            _("Write a whole number from %(low)d to %(high)d.") % {"low": lowest, "high": highest}, f"{pointer}/{name}"
        )
        return None
    return value

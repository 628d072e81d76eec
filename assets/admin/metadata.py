"""What a file says about itself, in groups and in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MAX_LINES = 400
MAX_TEXT = 500
_WORD_ENDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_")

GROUPS = {
    "": gettext_lazy("File"),
    "exif": gettext_lazy("Camera (EXIF)"),
    "gps": gettext_lazy("Place (GPS)"),
    "iptc": gettext_lazy("Caption and credit (IPTC)"),
    "xmp": gettext_lazy("Editing and rights (XMP)"),
}
NAMES = {
    "mode": gettext_lazy("Colour mode"),
    "icc": gettext_lazy("Colour profile"),
    "alpha": gettext_lazy("Transparency"),
    "animated": gettext_lazy("Animated"),
    "orientation": gettext_lazy("Turned when shown"),
    "dpi": gettext_lazy("Dots per inch"),
    "copyright": gettext_lazy("Copyright"),
    "artist": gettext_lazy("Creator"),
    "Make": gettext_lazy("Camera maker"),
    "Model": gettext_lazy("Camera"),
    "LensModel": gettext_lazy("Lens"),
    "DateTimeOriginal": gettext_lazy("Taken"),
    "DateTimeDigitized": gettext_lazy("Digitised"),
    "DateTime": gettext_lazy("Changed"),
    "ExposureTime": gettext_lazy("Exposure time"),
    "FNumber": gettext_lazy("Aperture"),
    "ISOSpeedRatings": "ISO",
    "PhotographicSensitivity": "ISO",
    "FocalLength": gettext_lazy("Focal length"),
    "FocalLengthIn35mmFilm": gettext_lazy("Focal length (35 mm)"),
    "ImageDescription": gettext_lazy("Description"),
    "Software": gettext_lazy("Software"),
    "by_line": gettext_lazy("Creator"),
    "object_name": gettext_lazy("Title"),
    "date_created": gettext_lazy("Created"),
    "CreateDate": gettext_lazy("Created"),
    "ModifyDate": gettext_lazy("Changed"),
    "CreatorTool": gettext_lazy("Software"),
    "subject": gettext_lazy("Keywords"),
    "rights": gettext_lazy("Rights"),
    "creator": gettext_lazy("Creator"),
    "UsageTerms": gettext_lazy("Usage terms"),
    "WebStatement": gettext_lazy("Web statement of rights"),
    "DigitalSourceType": gettext_lazy("Digital source"),
}
"""By the tag's own name; what is not here is taken apart at its capitals: `SceneCaptureType` → “Scene capture type”."""


@dataclass(frozen=True, slots=True)
class MetadataLine:
    """One fact: in words, and as the file calls it."""

    name: str
    tag: str
    value: str


@dataclass(slots=True)
class MetadataGroup:
    """Facts of one block of the file."""

    code: str
    label: str
    lines: list[MetadataLine] = field(default_factory=list)


def group_metadata(metadata: Mapping[str, Any]) -> list[MetadataGroup]:
    """Blocks in order, the file's own facts first; at most `MAX_LINES` lines in all."""
    groups: dict[str, MetadataGroup] = {}
    for number, (block, tag, value) in enumerate(_flatten(metadata)):
        if number >= MAX_LINES:
            break
        label = str(GROUPS.get(block) or block.upper())
        group = groups.setdefault(block, MetadataGroup(block, label))
        group.lines.append(MetadataLine(name_of(tag), tag, value))
    order = {code: number for number, code in enumerate(GROUPS)}
    return sorted(groups.values(), key=lambda group: (order.get(group.code, len(order)), group.code))


def name_of(tag: str) -> str:
    """What people call a tag."""
    known = NAMES.get(tag) or NAMES.get(tag.rpartition(" · ")[2])
    if known:
        return str(known)
    words = [word for word in _WORD_ENDS.split(tag) if word]
    spoken = [word if word.isupper() and len(word) > 1 else word.lower() for word in words]
    joined = " ".join(spoken)
    return joined[:1].upper() + joined[1:]


def write_fact(tag: str, value: Any) -> str:
    """A value as people write it; empty for what says nothing."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(write_fact(tag, item) for item in value)[:MAX_TEXT]
    if isinstance(value, int | float):
        return _write_number(tag, float(value), value)
    return str(value)[:MAX_TEXT]


def _write_number(tag: str, number: float, value: float) -> str:
    match tag:
        case "ExposureTime" if 0 < number < 1:
            return _("%s s") % f"1/{round(1 / number)}"
        case "ExposureTime":
            return _("%s s") % f"{number:g}"
        case "FNumber" | "MaxApertureValue":
            return f"f/{number:g}"
        case "FocalLength" | "FocalLengthIn35mmFilm":
            return f"{number:g} mm"
        case "latitude" | "longitude":
            return f"{number:.6f}°"
        case _:
            return str(value) if isinstance(value, int) else f"{number:g}"


def _flatten(metadata: Mapping[str, Any], block: str = "", path: str = "") -> Iterator[tuple[str, str, str]]:
    for name, value in metadata.items():
        if isinstance(value, Mapping):
            inner = (block, f"{path}{name} · ") if block else (name, "")
            yield from _flatten(value, *inner)
        elif text := write_fact(name, value):
            yield block, f"{path}{name}", text

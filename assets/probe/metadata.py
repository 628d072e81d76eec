"""Embedded metadata as plain JSON: EXIF, GPS, IPTC, XMP; untrusted text, so capped and cleaned."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import SupportsFloat
from xml.etree import ElementTree as ET

from PIL import ExifTags, Image, ImageFile, IptcImagePlugin

from pim.values.specs import Json

MAX_TEXT = 2_000
MAX_ITEMS = 200
MAX_XMP_BYTES = 1 << 20

_IPTC_NAMES = {
    (2, 5): "object_name",
    (2, 25): "keywords",
    (2, 55): "date_created",
    (2, 80): "by_line",
    (2, 90): "city",
    (2, 101): "country",
    (2, 105): "headline",
    (2, 110): "credit",
    (2, 115): "source",
    (2, 116): "copyright",
    (2, 120): "caption",
}
_SKIPPED_EXIF = {"MakerNote", "UserComment", "PrintImageMatching", "XMLPacket", "ImageResources", "InterColorProfile"}
_SKIPPED_TIFF = {"StripOffsets", "StripByteCounts", "TileOffsets", "TileByteCounts", "JPEGTables", "ColorMap"}
_GPS_IFD, _EXIF_IFD = ExifTags.IFD.GPSInfo, ExifTags.IFD.Exif
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"


def read_metadata(picture: Image.Image) -> dict[str, Json]:
    """Collect what the file says about itself; a malformed block is left out, never an error."""
    found: dict[str, Json] = {}
    for name, reader in (("exif", _read_exif), ("gps", _read_gps), ("iptc", _read_iptc), ("xmp", _read_xmp)):
        try:
            block = reader(picture)
        except (ValueError, TypeError, SyntaxError, OSError, KeyError, IndexError, ZeroDivisionError, OverflowError):
            continue
        if block:
            found[name] = block
    if dpi := _read_dpi(picture):
        found["dpi"] = dpi
    if rights := _find_rights(found):
        found["copyright"] = rights
    if artist := _find_artist(found):
        found["artist"] = artist
    return found


def _read_exif(picture: Image.Image) -> dict[str, Json]:
    exif = picture.getexif()
    tags = {**dict(exif), **exif.get_ifd(_EXIF_IFD)}
    block: dict[str, Json] = {}
    for number, value in list(tags.items())[:MAX_ITEMS]:
        name = ExifTags.TAGS.get(number)
        if name and name not in _SKIPPED_EXIF and name not in _SKIPPED_TIFF and not name.endswith("IFD"):
            cleaned = clean(value)
            if cleaned not in (None, "", []):
                block[name] = cleaned
    block.pop("GPSInfo", None)
    block.pop("ExifOffset", None)
    return block


def _read_gps(picture: Image.Image) -> dict[str, Json]:
    gps = picture.getexif().get_ifd(_GPS_IFD)
    latitude = _degrees(gps.get(2), str(gps.get(1, "N")), negative="S")
    longitude = _degrees(gps.get(4), str(gps.get(3, "E")), negative="W")
    return {} if latitude is None or longitude is None else {"latitude": latitude, "longitude": longitude}


def _degrees(parts: object, hemisphere: str, *, negative: str) -> float | None:
    if not isinstance(parts, tuple) or len(parts) != 3:
        return None
    degrees, minutes, seconds = (float(part) for part in parts)
    total = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(total) or abs(total) > 180:
        return None
    return round(-total if hemisphere.upper().startswith(negative) else total, 6)


def _read_iptc(picture: Image.Image) -> dict[str, Json]:
    block: dict[str, Json] = {}
    for key, value in (_iptc_of(picture)).items():
        if name := _IPTC_NAMES.get(key):
            block[name] = clean(value)
    return block


def _iptc_of(picture: Image.Image) -> dict[tuple[int, int], bytes | list[bytes]]:
    return (IptcImagePlugin.getiptcinfo(picture) if isinstance(picture, ImageFile.ImageFile) else None) or {}


def _read_xmp(picture: Image.Image) -> dict[str, Json]:
    packet = picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp") or b""
    raw = packet.encode() if isinstance(packet, str) else bytes(packet)
    ascii_of = raw.replace(b"\0", b"")  # UTF-16 and UTF-32 hide a DTD between zeros
    if not raw or len(raw) > MAX_XMP_BYTES or b"<!DOCTYPE" in ascii_of or b"<!ENTITY" in ascii_of:
        return {}
    root = ET.fromstring(raw.strip(b"\x00 \r\n\t"))  # noqa: S314  no DTD, so no entities: checked above
    block: dict[str, Json] = {}
    for description in root.iter(f"{_RDF}Description"):
        for name, text in description.attrib.items():
            if not name.startswith(_RDF):
                block[_local(name)] = clean(text)
        for child in description:
            items = [clean(item.text) for item in child.iter(f"{_RDF}li") if item.text]
            value: Json = items[:MAX_ITEMS] if items else clean(child.text)
            if value not in (None, "", []):
                block[_local(child.tag)] = value
        if len(block) > MAX_ITEMS:
            break
    return block


def _local(name: str) -> str:
    return name.rpartition("}")[2][:100]


def _read_dpi(picture: Image.Image) -> int | None:
    try:
        density = float(picture.info["dpi"][0])
    except (KeyError, TypeError, ValueError, IndexError, ZeroDivisionError):
        return None
    return round(density) if 1 < density < 100_000 else None


def _find_rights(found: Mapping[str, Json]) -> str:
    return _first(found, (("exif", "Copyright"), ("iptc", "copyright"), ("xmp", "rights")))


def _find_artist(found: Mapping[str, Json]) -> str:
    return _first(found, (("exif", "Artist"), ("iptc", "by_line"), ("xmp", "creator")))


def _first(found: Mapping[str, Json], paths: tuple[tuple[str, str], ...]) -> str:
    for block_name, name in paths:
        block = found.get(block_name)
        value = block.get(name) if isinstance(block, dict) else None
        if isinstance(value, list):
            value = value[0] if value else None
        if isinstance(value, str) and value.strip():
            return value.strip()[:500]
    return ""


def clean(value: object) -> Json:
    """Make a tag's value safe JSON: bytes become text, NUL and lone surrogates go, long text is cut."""
    match value:
        case bool() | None:
            cleaned: Json = value
        case bytes():
            cleaned = clean(value.decode("utf-8", "replace")) if len(value) <= MAX_TEXT else None
        case str():
            cleaned = "".join(char for char in value[:MAX_TEXT] if char.isprintable() or char in "\n\t").strip()
        case int():
            cleaned = value if abs(value) < 1 << 53 else str(value)
        case list() | tuple():
            cleaned = [clean(item) for item in value[:MAX_ITEMS]]
        case dict():
            cleaned = {str(key)[:100]: clean(item) for key, item in list(value.items())[:MAX_ITEMS]}
        case SupportsFloat():
            cleaned = _number(value)
        case _:
            cleaned = None
    return cleaned


def _number(value: SupportsFloat) -> Json:
    """Fractions of a broken file may divide by zero."""
    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return round(number, 6) if math.isfinite(number) else None

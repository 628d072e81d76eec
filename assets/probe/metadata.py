"""What a picture says about itself: EXIF, GPS, IPTC, XMP as plain JSON; untrusted text, so capped and cleaned."""

from __future__ import annotations

import math
from collections.abc import Mapping

from PIL import ExifTags, Image, ImageFile, IptcImagePlugin

from assets.probe.cleaning import MAX_ITEMS, bound, clean, decode
from assets.probe.xmp import read_xmp_packet
from pim.values.specs import Json

_IPTC_NAMES = {
    5: "object_name", 7: "edit_status", 10: "urgency", 12: "subject_reference", 15: "category", 20: "categories",
    25: "keywords", 30: "release_date", 35: "release_time", 37: "expiration_date", 38: "expiration_time",
    40: "instructions", 55: "date_created", 60: "time_created", 62: "digital_date", 63: "digital_time",
    65: "program", 70: "program_version", 80: "by_line", 85: "by_line_title", 90: "city", 92: "sublocation",
    95: "state", 100: "country_code", 101: "country", 103: "transmission_reference", 105: "headline", 110: "credit",
    115: "source", 116: "copyright", 118: "contact", 120: "caption", 122: "caption_writer",
}  # fmt: skip
"""Record 2 of the Information Interchange Model. Source: IPTC-NAA IIM 4.2, chapter 6."""

_SKIPPED_EXIF = {"MakerNote", "PrintImageMatching", "XMLPacket", "ImageResources", "InterColorProfile", "IPTCNAA"}
_SKIPPED_TIFF = {"StripOffsets", "StripByteCounts", "TileOffsets", "TileByteCounts", "JPEGTables", "ColorMap"}
_GPS_IFD, _EXIF_IFD = ExifTags.IFD.GPSInfo, ExifTags.IFD.Exif
_COMMENT_CHARSETS = {b"ASCII\0\0\0": "latin-1", b"UNICODE\0": "utf-16", b"JIS\0\0\0\0\0": "iso2022_jp"}
_RIGHTS = (("exif", "Copyright"), ("iptc", "copyright"), ("xmp", "rights"), ("media", "copyright"))
_MAKERS = (("exif", "Artist"), ("iptc", "by_line"), ("xmp", "creator"), ("pdf", "Author"), ("media", "artist"))
_READ_ERRORS = (
    *(ValueError, TypeError, SyntaxError, OSError, KeyError, IndexError, ZeroDivisionError, OverflowError),
    *(AttributeError, RuntimeError, MemoryError),
)


def read_metadata(picture: Image.Image) -> dict[str, Json]:
    """Collect what the file says about itself; a malformed block is left out, never an error."""
    found: dict[str, Json] = {}
    for name, reader in (("exif", _read_exif), ("gps", _read_gps), ("iptc", _read_iptc), ("xmp", _read_xmp)):
        try:
            block = reader(picture)
        except _READ_ERRORS:
            continue
        if block:
            found[name] = block
    found = bound(found)
    if dpi := _read_dpi(picture):
        found["dpi"] = dpi
    return found | find_credit(found)


def find_credit(found: Mapping[str, Json]) -> dict[str, Json]:
    """Who holds the rights and who made it: what every rendition carries again."""
    credit: dict[str, Json] = {}
    if rights := first_text(found, _RIGHTS):
        credit["copyright"] = rights
    if artist := first_text(found, _MAKERS):
        credit["artist"] = artist
    return credit


def _read_exif(picture: Image.Image) -> dict[str, Json]:
    exif = picture.getexif()
    tags = {**dict(exif), **exif.get_ifd(_EXIF_IFD)}
    block: dict[str, Json] = {}
    for number, value in list(tags.items())[:MAX_ITEMS]:
        name = ExifTags.TAGS.get(number)
        if name and name not in _SKIPPED_EXIF and name not in _SKIPPED_TIFF and not name.endswith("IFD"):
            cleaned = clean(_comment(value) if name == "UserComment" else _wide(name, value))
            if cleaned not in (None, "", []):
                block[name] = cleaned
    block.pop("GPSInfo", None)
    block.pop("ExifOffset", None)
    return block


def _comment(value: object) -> object:
    """A comment begins with the name of its character set."""
    if not isinstance(value, bytes) or len(value) < 8:
        return value
    charset = _COMMENT_CHARSETS.get(value[:8])
    return value[8:].decode(charset, "replace") if charset else value[8:].strip(b"\0 ")


def _wide(name: str, value: object) -> object:
    """Windows writes its own tags (XPTitle, XPKeywords, …) in UTF-16; everybody else writes UTF-8 where the standard
    has ASCII, and Pillow hands that over as Latin-1.
    """
    if isinstance(value, str) and not value.isascii():
        try:
            return decode(value.encode("latin-1"))
        except UnicodeEncodeError:
            return value
    return value.decode("utf-16-le", "replace") if name.startswith("XP") and isinstance(value, bytes) else value


def _read_gps(picture: Image.Image) -> dict[str, Json]:
    gps = picture.getexif().get_ifd(_GPS_IFD)
    latitude = _degrees(gps.get(2), str(gps.get(1, "N")), negative="S")
    longitude = _degrees(gps.get(4), str(gps.get(3, "E")), negative="W")
    if latitude is None or longitude is None:
        return {}
    block: dict[str, Json] = {"latitude": latitude, "longitude": longitude}
    altitude = clean(gps.get(6))
    if isinstance(altitude, float):
        block["altitude_m"] = -altitude if gps.get(5) in {1, b"\x01"} else altitude
    return block


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
    for (record, number), value in _iptc_of(picture).items():
        if record == 2 and (name := _IPTC_NAMES.get(number)):
            block[name] = clean(value)
    return block


def _iptc_of(picture: Image.Image) -> dict[tuple[int, int], bytes | list[bytes]]:
    return (IptcImagePlugin.getiptcinfo(picture) if isinstance(picture, ImageFile.ImageFile) else None) or {}


def _read_xmp(picture: Image.Image) -> dict[str, Json]:
    packet = picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp") or b""
    return read_xmp_packet(packet.encode() if isinstance(packet, str) else bytes(packet))


def _read_dpi(picture: Image.Image) -> int | None:
    try:
        density = float(picture.info["dpi"][0])
    except (KeyError, TypeError, ValueError, IndexError, ZeroDivisionError):
        return None
    return round(density) if 1 < density < 100_000 else None


def first_text(found: Mapping[str, Json], paths: tuple[tuple[str, str], ...], *, longest: int = 500) -> str:
    """The first of these (block, name) that says anything, as one line of text."""
    for block_name, name in paths:
        block = found.get(block_name)
        value = block.get(name) if isinstance(block, dict) else None
        if isinstance(value, list):
            value = next((item for item in value if isinstance(item, str) and item.strip()), None)
        if isinstance(value, str) and value.strip():
            return value.strip()[:longest]
    return ""

"""Tell a file's format by its bytes; the name only parts formats that begin alike."""

from __future__ import annotations

from typing import BinaryIO

from django.utils.translation import gettext as _

from assets.probe import formats
from assets.probe.containers import look_into_ole, look_into_zip
from assets.probe.formats import (
    AVIF,
    DOCUMENT_TYPES,
    GIF,
    JPEG,
    MEDIA_TYPES,
    OFFICE_OLE,
    OFFICE_ZIP,
    PDF,
    PICTURE_TYPES,
    PNG,
    TIFF,
    WEBP,
    MediaType,
    extension_of,
)
from pim.errors import Refused

__all__ = [
    "AVIF",
    "DOCUMENT_TYPES",
    "GIF",
    "JPEG",
    "MEDIA_TYPES",
    "OFFICE_OLE",
    "OFFICE_ZIP",
    "PDF",
    "PICTURE_TYPES",
    "PNG",
    "TIFF",
    "WEBP",
    "MediaType",
    "identify",
    "sniff",
]

SNIFF_BYTES = 4096
"""How much of a file's beginning `sniff` wants to see."""

_SIGNATURES: tuple[tuple[bytes, MediaType], ...] = (
    (b"\xff\xd8\xff", formats.JPEG),
    (b"\x89PNG\r\n\x1a\n", formats.PNG),
    (b"GIF87a", formats.GIF),
    (b"GIF89a", formats.GIF),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", formats.JP2),
    (b"\xff\x4f\xff\x51", formats.JP2),
    (b"\xff\x0a", formats.JXL),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", formats.JXL),
    (b"\x00\x00\x01\x00", formats.ICO),
    (b"8BPS\x00", formats.PSD),
    (b"\x06\x06\xed\xf5\xd8\x1d\x46\xe5\xbd\x31\xef\xe7\xfe\x74\xb7\x1d", formats.INDD),
    (b"{\\rtf", formats.RTF),
    (b"ID3", formats.MP3),
    (b"fLaC", formats.FLAC),
    (b"glTF", formats.GLB),
    (b"Kaydara FBX Binary", formats.FBX),
    (b"\x00\x01\x00\x00\x00", formats.TTF),
    (b"OTTO", formats.OTF),
    (b"wOFF", formats.WOFF),
    (b"wOF2", formats.WOFF2),
)
_TIFF = (b"II*\x00", b"MM\x00*")
_RAW_EXTENSIONS = formats.ALIASES["raw"]
_AVIF_BRANDS = {b"avif", b"avis"}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"mif2", b"mif3"}
_M4A_BRANDS, _M4V_BRANDS = {b"M4A ", b"M4B "}, {b"M4V ", b"M4VH", b"M4VP"}
_OLD_MOVIE = {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROGRAMS = (
    *(b"MZ", b"\x7fELF", b"\xfe\xed\xfa", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe"),
    *(b"#!", b"dex\n", b"\x00asm", b"L\x00\x00\x00\x01\x14\x02\x00", b"MSCF"),
)
_ARCHIVES = (b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
_SCRIPTS = {
    *("js", "mjs", "ts", "py", "sh", "bat", "cmd", "ps1", "vbs", "wsf", "hta", "php", "pl", "rb", "jsp", "asp", "aspx"),
    *(
        "html",
        "htm",
        "xhtml",
        "shtml",
        "xml",
        "xsl",
        "xslt",
        "xsd",
        "dtd",
        "rss",
        "swf",
        "css",
        "reg",
        "url",
        "desktop",
    ),
}
_CONTROLS = {127, *range(32)} - set(b"\t\n\r\f\x1b")
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def identify(file: BinaryIO, filename: str = "") -> MediaType:
    """Name the format of a file, looking into containers whose beginning does not tell.

    Raises:
        Refused: `format_not_allowed`, with a sentence that says what it is instead.
    """
    file.seek(0)
    head = file.read(SNIFF_BYTES)
    extension = extension_of(filename)
    media: MediaType | None
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        media = look_into_zip(file, extension)
    elif head.startswith(_OLE):
        media = look_into_ole(file)
    else:
        media = sniff(head, filename)
    file.seek(0)
    if media is None:
        raise Refused("format_not_allowed", _explain(head, extension))
    return media


def sniff(head: bytes, filename: str = "") -> MediaType | None:
    """Name the format of a file by its first bytes; None where it is not on the allow-list.

    `head` is the first SNIFF_BYTES of the file. What is in a ZIP or OLE container is believed of the name here;
    `identify` looks.
    """
    extension = extension_of(filename)
    if head.startswith(_TIFF):
        is_raw = extension in _RAW_EXTENSIONS or head[8:10] == b"CR"
        return formats.RAW if is_raw else formats.TIFF
    for signature, media in _SIGNATURES:
        if head.startswith(signature):
            return media
    if head.startswith(b"%PDF-"):
        return formats.AI if extension == "ai" else formats.PDF
    if head.startswith(b"PK\x03\x04"):
        return OFFICE_ZIP.get(extension)
    if head.startswith(_OLE):
        return OFFICE_OLE.get(extension)
    return (
        _sniff_riff(head)
        or _sniff_boxes(head, extension)
        or _sniff_streams(head)
        or _sniff_by_name(head, extension)
        or _sniff_text(head, extension)
    )


def _sniff_riff(head: bytes) -> MediaType | None:
    if head[:4] == b"RIFF":
        return {b"WEBP": formats.WEBP, b"WAVE": formats.WAV, b"AVI ": formats.AVI}.get(head[8:12])
    if head[:4] == b"FORM" and head[8:12] in {b"AIFF", b"AIFC"}:
        return formats.AIFF
    return None


def _sniff_boxes(head: bytes, extension: str) -> MediaType | None:
    """ISO base media: the brands say what the boxes hold. Source: ISO/IEC 14496-12, 4.3."""
    if head[4:8] in _OLD_MOVIE and extension in {"mov", "qt"}:
        return formats.MOV
    if head[4:8] != b"ftyp":
        return None
    size = min(int.from_bytes(head[:4], "big"), 256)
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, size - 3, 4))}
    major = head[8:12]
    if major in _AVIF_BRANDS or (major in {b"mif1", b"msf1"} and brands & _AVIF_BRANDS):
        return formats.AVIF
    if major in _HEIC_BRANDS:
        return formats.HEIC
    if major == b"crx ":
        return formats.RAW
    if major == b"qt  ":
        return formats.MOV
    if major in _M4A_BRANDS:
        return formats.M4A
    return formats.M4V if major in _M4V_BRANDS else formats.MP4


def _sniff_streams(head: bytes) -> MediaType | None:
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        if b"webm" in head[:64]:
            return formats.WEBM
        return formats.MKV if b"matroska" in head[:64] else None
    if head.startswith(b"OggS"):
        return formats.OGV if b"theora" in head[:256] else formats.OGG
    return None


def _sniff_by_name(head: bytes, extension: str) -> MediaType | None:
    """Formats whose first bytes alone are too weak a sign, or that are taken only under their own name."""
    if extension == "mp3" and head[:1] == b"\xff" and len(head) > 3 and head[1] & 0xE6 == 0xE2:
        return formats.MP3
    if extension in {"bmp", "dib"} and head.startswith(b"BM"):
        return formats.BMP
    if extension in {"eps", "epsf", "epsi", "ai"} and (
        head.startswith(b"\xc5\xd0\xd3\xc6") or (head.startswith(b"%!PS-Adobe") and b"EPSF" in head[:40])
    ):
        return formats.EPS
    if extension == "stl" and len(head) >= 84 and not head.lstrip().startswith(b"<"):
        return formats.STL
    if extension == "svg" and _root_name(head) == "svg":
        return formats.SVG
    return None


def _sniff_text(head: bytes, extension: str) -> MediaType | None:
    """Plain text is text that nothing takes for markup or a program."""
    allowed = formats.TEXTS | {
        "gltf": formats.GLTF,
        "obj": formats.OBJ,
        "stl": formats.STL,
        "markdown": formats.MARKDOWN,
    }
    media = allowed.get("txt" if extension in formats.ALIASES["txt"] else extension)
    if media is None or not head:
        return None
    body = _strip_bom(head)
    if _CONTROLS & set(body) or body.startswith((*_PROGRAMS[:1], b"#!", b"%!")) or _is_markup(body, extension):
        return None
    if media is formats.GLTF and b'"asset"' not in body and not body.startswith(b"{"):
        return None
    return media


def _strip_bom(head: bytes) -> bytes:
    """Text without the mark that says its encoding; UTF-16 becomes UTF-8, as far as it goes."""
    if head.startswith(_BOMS[0]):
        head = head[3:]
    elif head.startswith(_BOMS[1:]):
        head = head.decode("utf-16", "replace").encode()
    return head.lstrip(b" \t\r\n\f")


def _is_markup(body: bytes, extension: str) -> bool:
    """Whether a browser that guesses would take it for a page. Markdown may begin with a comment or a picture."""
    start = body[:32].lower()
    pages = (b"<!doctype", b"<html", b"<head", b"<body", b"<script", b"<iframe", b"<svg", b"<?xml", b"<?php")
    if extension in {"md", "markdown"}:
        return start.startswith(pages)
    return start.startswith(
        (*pages, b"<!--", b"<a", b"<div", b"<font", b"<table", b"<title", b"<h1", b"<br", b"<p", b"<b")
    )


def _root_name(head: bytes) -> str:
    """The name of an XML document's outermost element, without its prefix; empty where the beginning does not show it."""
    rest = _strip_bom(head)
    while rest.startswith((b"<?", b"<!")):
        if rest.startswith(b"<!--"):
            end = rest.find(b"-->", 4) + 3
        elif rest.startswith(b"<!"):
            subset, end = rest.find(b"["), rest.find(b">") + 1
            if 0 <= subset < end:
                end = rest.find(b"]>") + 2
        else:
            end = rest.find(b"?>", 2) + 2
        if end <= 3:
            return ""
        rest = rest[end:].lstrip()
    if not rest.startswith(b"<"):
        return ""
    name = rest[1:65].replace(b"/", b" ").replace(b">", b" ").split()
    return name[0].rpartition(b":")[2].decode("ascii", "replace") if name else ""


def _explain(head: bytes, extension: str) -> str:
    """Why this is not taken, in a sentence."""
    if head.startswith(_PROGRAMS):
        return _("Programs and scripts are not accepted.")
    if head.startswith((b"PK\x03\x04", _OLE)):
        return _("Programs, and documents with macros, are not accepted.")
    if head.startswith(_ARCHIVES):
        return _("Archives of this kind are not accepted; send the files themselves, or a ZIP.")
    body = _strip_bom(head)
    if body.startswith(b"<"):
        if _root_name(head) == "svg":
            return _("A drawing (SVG) under another name is not accepted; name it .svg.")
        return _("Web pages and XML files are not accepted.")
    if body.startswith((b"%!", b"\xc5\xd0\xd3\xc6")):
        return _("PostScript is not accepted, but as an .eps file.")
    return _explain_name(extension)


def _explain_name(extension: str) -> str:
    if extension in _SCRIPTS:
        return _("Web pages, scripts and XML files are not accepted.")
    if extension:
        return (
            _("Files of this format are not accepted: the bytes are not those of a .%s file that the library takes.")
            % (extension[:20])
        )
    return _("Files of this format are not accepted.")

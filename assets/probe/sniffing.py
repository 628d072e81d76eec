"""The allow-list of file formats, told apart by their bytes, never by their name."""

from __future__ import annotations

from dataclasses import dataclass

SNIFF_BYTES = 4096
"""How much of a file's beginning `sniff` wants to see."""


@dataclass(frozen=True, slots=True)
class MediaType:
    """One accepted format; `pillow` names the only decoder that may open it."""

    name: str
    kind: str
    extension: str
    pillow: str = ""


JPEG = MediaType("image/jpeg", "image", "jpg", "JPEG")
PNG = MediaType("image/png", "image", "png", "PNG")
WEBP = MediaType("image/webp", "image", "webp", "WEBP")
AVIF = MediaType("image/avif", "image", "avif", "AVIF")
GIF = MediaType("image/gif", "image", "gif", "GIF")
TIFF = MediaType("image/tiff", "image", "tif", "TIFF")
PDF = MediaType("application/pdf", "document", "pdf")
RTF = MediaType("application/rtf", "document", "rtf")
TEXT = MediaType("text/plain", "document", "txt")
CSV = MediaType("text/csv", "document", "csv")

_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
OFFICE_ZIP = {
    "docx": MediaType(f"{_OOXML}wordprocessingml.document", "document", "docx"),
    "xlsx": MediaType(f"{_OOXML}spreadsheetml.sheet", "document", "xlsx"),
    "pptx": MediaType(f"{_OOXML}presentationml.presentation", "document", "pptx"),
    "odt": MediaType(f"{_ODF}text", "document", "odt"),
    "ods": MediaType(f"{_ODF}spreadsheet", "document", "ods"),
    "odp": MediaType(f"{_ODF}presentation", "document", "odp"),
    "epub": MediaType("application/epub+zip", "document", "epub"),
}
OFFICE_OLE = {
    "doc": MediaType("application/msword", "document", "doc"),
    "xls": MediaType("application/vnd.ms-excel", "document", "xls"),
    "ppt": MediaType("application/vnd.ms-powerpoint", "document", "ppt"),
}
PICTURE_TYPES = {media.name: media for media in (JPEG, PNG, WEBP, AVIF, GIF, TIFF)}
DOCUMENT_TYPES = {media.name: media for media in (PDF, RTF, TEXT, CSV, *OFFICE_ZIP.values(), *OFFICE_OLE.values())}
MEDIA_TYPES = PICTURE_TYPES | DOCUMENT_TYPES

_SIGNATURES: tuple[tuple[bytes, MediaType], ...] = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"%PDF-", PDF),
    (b"{\\rtf", RTF),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CONTROLS = {127, *range(32)} - set(b"\t\n\r\f")
_MARKUP = (b"%!ps", b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script", b"<body", b"<!--")


def sniff(head: bytes, filename: str = "") -> MediaType | None:
    """Name the format of a file by its first bytes; None where it is not on the allow-list.

    The filename only tells formats apart that share a container (ZIP or OLE office files, text and CSV).
    `head` is the first SNIFF_BYTES of the file.
    """
    for signature, media in _SIGNATURES:
        if head.startswith(signature):
            return media
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp" and head[8:12] in {b"avif", b"avis"}:
        return AVIF
    extension = filename.rpartition(".")[2].lower()
    if head.startswith(b"PK\x03\x04"):
        return OFFICE_ZIP.get(extension)
    if head.startswith(_OLE):
        return OFFICE_OLE.get(extension)
    return _sniff_text(head, extension)


def _sniff_text(head: bytes, extension: str) -> MediaType | None:
    """Plain text is text that nothing takes for markup or a program."""
    if extension not in {"txt", "csv", "md"} or not head or _CONTROLS & set(head):
        return None
    if any(tag in head.lower() for tag in _MARKUP):
        return None
    return CSV if extension == "csv" else TEXT

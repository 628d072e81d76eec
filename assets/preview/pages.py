"""Pages of PDF files, by PDFium: no script of a file is run, no form filled, no link followed."""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from typing import BinaryIO

import pypdfium2
from django.utils.translation import gettext as _
from PIL import Image

from assets.preview.pictures import NoPreview
from assets.probe.cleaning import clean
from assets.probe.xmp import MAX_XMP_BYTES, read_xmp_packet
from pim.values.specs import Json

MAX_PAGES = 100_000
MIN_SIDE_POINTS = 0.01
_SEARCHED_BYTES = 256 << 20
_MAX_PACKETS = 50
_KEPT = ("Title", "Author", "Subject", "Keywords", "Creator", "Producer", "CreationDate", "ModDate")


@dataclass(frozen=True, slots=True)
class Document:
    """What a PDF says about itself, and the picture of one of its pages; `refusal` where there is no picture."""

    pages: int | None
    metadata: dict[str, Json]
    picture: Image.Image | None
    refusal: str = ""


def read_document(file: BinaryIO, *, page: int, max_side_px: int) -> Document:
    """Open a PDF and draw one page (from 1), so many pixels along its longer side."""
    metadata: dict[str, Json] = {}
    if xmp := _find_xmp(file):
        metadata["xmp"] = xmp
    file.seek(0)
    try:
        document = pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as error:
        return Document(None, metadata, None, _explain(str(error)))
    try:
        pages = len(document)
        described = document.get_metadata_dict()
        block = {name: clean(described[name]) for name in _KEPT if described.get(name)}
        if block:
            metadata["pdf"] = dict(block)
        try:
            return Document(pages, metadata, _draw(document, page, pages, max_side_px))
        except NoPreview as none:
            return Document(pages, metadata, None, str(none))
    finally:
        document.close()


def _draw(document: pypdfium2.PdfDocument, number: int, pages: int, max_side_px: int) -> Image.Image:
    if not pages:
        raise NoPreview(_("No preview: the PDF has no pages."))
    if pages > MAX_PAGES:
        raise NoPreview(_("No preview: the PDF claims to have %d pages.") % pages)
    if not 1 <= number <= pages:
        raise NoPreview(_("No preview: the PDF has only %d pages.") % pages)
    try:
        page = document[number - 1]
        width, height = page.get_size()
        if not (MIN_SIDE_POINTS < width < 1e7 and MIN_SIDE_POINTS < height < 1e7):
            raise NoPreview(_("No preview: the page has no sensible size."))
        # The box is what the file says; only the bitmap costs, and that is ours to bound.
        bitmap = page.render(
            scale=max_side_px / max(width, height), fill_color=(255, 255, 255, 255), rev_byteorder=True
        )
        return bitmap.to_pil().convert("RGB")
    except (pypdfium2.PdfiumError, ValueError, OSError) as error:
        raise NoPreview(_("No preview: the page cannot be drawn.")) from error


def _explain(error: str) -> str:
    if "password" in error.lower():
        return _("No preview: the PDF opens with a password only.")
    return _("No preview: the PDF is damaged.")


def _find_xmp(file: BinaryIO) -> dict[str, Json]:
    """The packet that describes the document: it is not compressed, so that programs like this one find it.

    Source: ISO 32000-1, 14.3.2. Embedded pictures have packets of their own; the document's names a producer, or comes last.
    """
    try:
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return _search(content)
    except (OSError, ValueError):
        file.seek(0)
        return _search(file.read(_SEARCHED_BYTES))


def _search(content: mmap.mmap | bytes) -> dict[str, Json]:
    found: dict[str, Json] = {}
    at = 0
    for _packet in range(_MAX_PACKETS):
        start = content.find(b"<x:xmpmeta", at, _SEARCHED_BYTES)
        if start < 0:
            break
        end = content.find(b"</x:xmpmeta>", start, start + MAX_XMP_BYTES)
        if end < 0:
            break
        packet = read_xmp_packet(bytes(content[start : end + 12]))
        if packet:
            found = packet
        if "Producer" in packet:
            break
        at = end
    return found

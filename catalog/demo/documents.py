"""Writes small PDF pages: a headline, paragraphs in a standard font and one picture (ISO 32000-1, no compression)."""

from __future__ import annotations

from collections.abc import Sequence

PAGE_WIDTH_PT, PAGE_HEIGHT_PT = 595, 842
MARGIN_PT = 56
LINE_CHARACTERS = 84
PICTURE_PT = 210


def write_document(title: str, paragraphs: Sequence[str], picture: bytes) -> bytes:
    """One A4 page with a square JPEG of 800×800 pixels at its head. The same input gives the same bytes."""
    content = _draw_page(title, paragraphs)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents 4 0 R /Resources << /Font << /F1 5 0 R "
        b"/F2 6 0 R >> /XObject << /P 7 0 R >> >> >>" % (PAGE_WIDTH_PT, PAGE_HEIGHT_PT),
        _stream(b"", content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
        _stream(
            b"/Type /XObject /Subtype /Image /Width 800 /Height 800 /ColorSpace /DeviceRGB /BitsPerComponent 8 "
            b"/Filter /DCTDecode ",
            picture,
        ),
        b"<< /Title (%s) /Producer (Vitrine demo) >>" % _escape(title),
    ]
    return _assemble(objects)


def _draw_page(title: str, paragraphs: Sequence[str]) -> bytes:
    top = PAGE_HEIGHT_PT - MARGIN_PT - PICTURE_PT
    parts = [
        b"q %d 0 0 %d %d %d cm /P Do Q" % (PICTURE_PT, PICTURE_PT, MARGIN_PT, top),
        b"0.79 0.44 0.31 rg %d %d 36 3 re f 0.16 0.15 0.18 rg" % (MARGIN_PT, top - 34),
        b"BT /F2 22 Tf %d %d Td (%s) Tj ET" % (MARGIN_PT, top - 64, _escape(title)),
    ]
    y = top - 100
    for paragraph in paragraphs:
        for line in _wrap(paragraph):
            parts.append(b"BT /F1 11 Tf %d %d Td (%s) Tj ET" % (MARGIN_PT, y, _escape(line)))
            y -= 16
        y -= 8
    return b"\n".join(parts)


def _wrap(text: str) -> list[str]:
    lines, line = [], ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > LINE_CHARACTERS:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line]


def _escape(text: str) -> bytes:
    encoded = text.encode("cp1252", "replace")
    return encoded.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _stream(entries: bytes, data: bytes) -> bytes:
    return b"<< %s/Length %d >>\nstream\n%s\nendstream" % (entries, len(data), data)


def _assemble(objects: Sequence[bytes]) -> bytes:
    body = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    body += b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        len(objects),
        start,
    )
    return bytes(body)

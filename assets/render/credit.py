"""What a rendition says about rights, and the blocks of a file that say it: EXIF, XMP, IPTC-IIM."""

from __future__ import annotations

import struct
from dataclasses import astuple, dataclass
from xml.sax.saxutils import escape, quoteattr

from PIL import Image

_COPYRIGHT_TAG, _ARTIST_TAG = 0x8298, 0x013B
_X_RESOLUTION_TAG, _Y_RESOLUTION_TAG, _RESOLUTION_UNIT_TAG = 0x011A, 0x011B, 0x0128
_INCH = 2
_SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
}
_UTF_8 = b"\x1b%G"
# IIM 4.2: record 2 data sets and how many bytes each may hold.
_BY_LINE, _CREDIT, _COPYRIGHT_NOTICE = (80, 32), (110, 32), (116, 128)
_APP13 = b"\xff\xed"


@dataclass(frozen=True, slots=True)
class Credit:
    """What a rendition says about rights: the licence's words, else the file's own.

    `digital_source` is a code of the IPTC vocabulary (see `assets.choices.DigitalSource`).
    """

    copyright: str = ""
    artist: str = ""
    credit: str = ""
    usage_terms: str = ""
    statement_url: str = ""
    licensor_url: str = ""
    digital_source: str = ""

    def canonical(self) -> str:
        """All of it in one form, empty where there is nothing to say; part of a rendition's digest."""
        return "" if self == NO_CREDIT else "\x1f".join(astuple(self))

    def to_exif(self, dpi: int | None = None) -> bytes:
        """An EXIF block with copyright and artist, UTF-8, and the resolution; empty where there is nothing to say."""
        exif = Image.Exif()
        for tag, text in ((_COPYRIGHT_TAG, self.copyright), (_ARTIST_TAG, self.artist)):
            if text:
                exif[tag] = text.encode()
        if dpi:
            exif[_X_RESOLUTION_TAG] = exif[_Y_RESOLUTION_TAG] = dpi
            exif[_RESOLUTION_UNIT_TAG] = _INCH
        return exif.tobytes() if len(exif) else b""

    def to_xmp(self) -> bytes:
        """An XMP packet; empty where there is nothing to say.

        Sources: ISO 16684-1; IPTC Photo Metadata Standard 2023.2; PLUS licence data format 2.0.
        """
        parts = [
            _alternatives("dc:rights", self.copyright),
            _list("dc:creator", "Seq", f"<rdf:li>{_clean(self.artist)}</rdf:li>" if self.artist else ""),
            _simple("photoshop:Credit", self.credit),
            _alternatives("xmpRights:UsageTerms", self.usage_terms),
            _simple("xmpRights:WebStatement", self.statement_url),
            _simple("xmpRights:Marked", "True" if self.copyright else ""),
            _simple("Iptc4xmpExt:DigitalSourceType", self.digital_source and _SOURCE_TYPES + self.digital_source),
            _list("plus:Licensor", "Seq", _licensor(self.licensor_url)),
        ]
        said = "".join(parts)
        if not said:
            return b""
        spaces = "".join(f" xmlns:{name}={quoteattr(uri)}" for name, uri in _NAMESPACES.items() if f"{name}:" in said)
        return (
            '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
            '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
            f'<rdf:Description rdf:about=""{spaces}>{said}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
        ).encode()

    def to_iptc(self) -> bytes:
        """The APP13 segment of a JPEG file with the IIM data sets; empty where there is nothing to say.

        Sources: IPTC-IIM 4.2; Adobe Photoshop File Formats, image resource 0x0404.
        """
        said = ((_BY_LINE, self.artist), (_CREDIT, self.credit), (_COPYRIGHT_NOTICE, self.copyright))
        sets = b"".join(_data_set(2, number, _cut(text, most)) for (number, most), text in said if text)
        if not sets:
            return b""
        records = _data_set(1, 90, _UTF_8) + sets
        block = b"8BIM" + struct.pack(">HHI", 0x0404, 0, len(records)) + records + bytes(len(records) % 2)
        segment = b"Photoshop 3.0\x00" + block
        return _APP13 + struct.pack(">H", len(segment) + 2) + segment


NO_CREDIT = Credit()


def _simple(name: str, text: str) -> str:
    return f"<{name}>{_clean(text)}</{name}>" if text else ""


def _alternatives(name: str, text: str) -> str:
    return _list(name, "Alt", f'<rdf:li xml:lang="x-default">{_clean(text)}</rdf:li>' if text else "")


def _list(name: str, kind: str, items: str) -> str:
    return f"<{name}><rdf:{kind}>{items}</rdf:{kind}></{name}>" if items else ""


def _licensor(url: str) -> str:
    named = _simple("plus:LicensorURL", url)
    return f'<rdf:li rdf:parseType="Resource">{named}</rdf:li>' if named else ""


def _clean(text: str) -> str:
    """Text that XML 1.0 can hold."""
    return escape("".join(letter for letter in text if letter.isprintable() or letter in "\n\t"))


def _cut(text: str, most: int) -> bytes:
    """The beginning of a text in UTF-8, no letter cut in two."""
    return text.encode()[:most].decode(errors="ignore").encode()


def _data_set(record: int, number: int, content: bytes) -> bytes:
    return struct.pack(">BBBH", 0x1C, record, number, len(content)) + content

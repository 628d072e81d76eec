"""Write one finished picture in one format, with nothing of the source's metadata but its copyright."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image

from assets.render.presets import FORMATS

LOWEST_QUALITY = 30
_COPYRIGHT_TAG, _ARTIST_TAG = 0x8298, 0x013B


@dataclass(frozen=True, slots=True)
class Credit:
    """What is put back into every rendition."""

    copyright: str = ""
    artist: str = ""

    def to_exif(self) -> bytes:
        """An EXIF block with these two tags, UTF-8; empty where there is nothing to say."""
        exif = Image.Exif()
        for tag, text in ((_COPYRIGHT_TAG, self.copyright), (_ARTIST_TAG, self.artist)):
            if text:
                exif[tag] = text.encode()
        return exif.tobytes() if len(exif) else b""


def encode(
    picture: Image.Image, fmt: str, *, quality: int | None, credit: Credit, max_bytes: int | None = None
) -> bytes:
    """Encode; where `max_bytes` is given, with the best quality that fits, but not below LOWEST_QUALITY.
    The picture is RGB or RGBA in sRGB; its info is not looked at.
    """
    written = _write(picture, fmt, quality, credit)
    if max_bytes is None or quality is None or len(written) <= max_bytes:
        return written
    low, high, best = min(LOWEST_QUALITY, quality), quality - 1, b""
    while low <= high:
        middle = (low + high) // 2
        written = _write(picture, fmt, middle, credit)
        if len(written) <= max_bytes:
            best, low = written, middle + 1
        else:
            high = middle - 1
    return best or _write(picture, fmt, min(LOWEST_QUALITY, quality), credit)


def _write(picture: Image.Image, fmt: str, quality: int | None, credit: Credit) -> bytes:
    out = io.BytesIO()
    exif = credit.to_exif()
    tags = {"exif": exif} if exif else {}
    if fmt == "jpeg":
        picture.save(out, "JPEG", quality=quality, optimize=True, progressive=True, **tags)
    elif fmt == "webp":
        picture.save(out, "WEBP", quality=quality, method=4, **tags)
    elif fmt == "avif":
        picture.save(out, "AVIF", quality=quality, speed=8, max_threads=1, **tags)
    else:
        picture.save(out, FORMATS[fmt].extension.upper(), **tags)
    return out.getvalue()

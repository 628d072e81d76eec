"""Open a picture with its one decoder, within limits that are checked on its header."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from assets.probe.formats import TIFF, WEBP, MediaType
from assets.probe.limits import DEFAULT_LIMITS, Limits
from pim.errors import Refused

ORIENTATION_TAG = 0x0112
SIDEWAYS = {5, 6, 7, 8}
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What each EXIF orientation asks for, so that a picture is as it is meant to be seen."""

_DECODE_ERRORS = (
    *(OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError, KeyError, AttributeError),
    *(RuntimeError, ArithmeticError, AssertionError, struct.error, zlib.error),  # the first is the AVIF decoder's
)


class UnreadableFormat(Refused):
    """The file is whole, as far as one can tell; the decoder does not know this variety of its format."""


@contextmanager
def open_picture(file: BinaryIO, media: MediaType, *, limits: Limits = DEFAULT_LIMITS) -> Iterator[Image.Image]:
    """Open a picture with its one decoder, limits checked on the header; decoding errors inside become refusals.

    Raises:
        Refused: `picture_too_large`, `picture_broken`; `picture_unreadable` (UnreadableFormat).
    """
    file.seek(0)
    try:
        if media == WEBP:
            # Pillow's WebP reader allocates the whole canvas when it opens, so the header is read by hand first.
            limits.check_dimensions(*read_webp_size(file.read(32)))
            file.seek(0)
        with Image.open(file, formats=[media.pillow]) as picture:
            limits.check_dimensions(*picture.size, is_progressive=bool(picture.info.get("progressive")))
            yield picture
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("picture_too_large", _("The picture has too many pixels.")) from error
    except MemoryError as error:
        raise Refused("picture_too_large", _("The picture takes more memory than it may.")) from error
    except UnidentifiedImageError as error:
        if media == TIFF:
            raise UnreadableFormat("picture_unreadable", _("This variety of TIFF cannot be read.")) from error
        raise Refused("picture_broken", _("The picture cannot be read: its header is damaged.")) from error
    except _DECODE_ERRORS as error:
        raise Refused("picture_broken", _("The picture is truncated or damaged.")) from error


def read_webp_size(head: bytes) -> tuple[int, int]:
    """Canvas size in a WebP header. Source: RFC 9649, sections 2.5 to 2.7.

    Raises:
        ValueError: no known chunk follows the RIFF header.
    """
    match head[12:16]:
        case b"VP8X":
            return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
        case b"VP8L":
            bits = int.from_bytes(head[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8 ":
            width, height = int.from_bytes(head[26:28], "little"), int.from_bytes(head[28:30], "little")
            return width & 0x3FFF, height & 0x3FFF
        case _:
            raise ValueError(head[12:16])


def read_orientation(picture: Image.Image) -> int:
    """EXIF orientation 1–8; 1 where there is none or it makes no sense."""
    try:
        value = picture.getexif().get(ORIENTATION_TAG, 1)
    except (SyntaxError, ValueError, TypeError, OSError, KeyError, IndexError, AttributeError, struct.error):
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def oriented_size(picture: Image.Image) -> tuple[int, int]:
    """Width and height as a person sees them."""
    width, height = picture.size
    return (height, width) if read_orientation(picture) in SIDEWAYS else (width, height)

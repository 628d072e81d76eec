"""Everything the house needs to know about a file, learned once when it arrives."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from assets.probe.hashing import difference_hash, hash_file
from assets.probe.limits import DEFAULT_LIMITS, Limits
from assets.probe.metadata import read_metadata
from assets.probe.sniffing import PICTURE_TYPES, SNIFF_BYTES, WEBP, MediaType, sniff
from pim.errors import Refused
from pim.values.specs import Json

ORIENTATION_TAG = 0x0112
SIDEWAYS = {5, 6, 7, 8}
_DECODE_ERRORS = (
    *(OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError, KeyError, MemoryError),
    *(RuntimeError, ArithmeticError, struct.error),  # the first is what the AVIF decoder raises
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What one file is. Width and height are as seen, after its EXIF orientation; None for what is not a picture."""

    media: MediaType
    sha256: str
    size_bytes: int
    width_px: int | None = None
    height_px: int | None = None
    dhash: int | None = None
    metadata: dict[str, Json] = field(default_factory=dict)


def probe(file: BinaryIO, filename: str = "", *, limits: Limits = DEFAULT_LIMITS) -> Facts:
    """Learn the facts of a file: real type, hashes, dimensions, metadata.

    Raises:
        Refused: `file_empty`, `file_too_large`, `format_not_allowed`, `picture_too_large` (before decoding),
            `picture_broken` (truncated or corrupt).
    """
    file.seek(0)
    head = file.read(SNIFF_BYTES)
    sha256, size_bytes = hash_file(file)
    if not size_bytes:
        raise Refused("file_empty", _("The file is empty."))
    if size_bytes > limits.max_bytes:
        raise Refused(
            "file_too_large",
            _("The file has %(size)d MB; at most %(bound)d MB are accepted.")
            % {"size": size_bytes >> 20, "bound": limits.max_bytes >> 20},
        )
    media = sniff(head, filename)
    if media is None:
        raise Refused("format_not_allowed", _("Files of this format are not accepted."))
    if media.kind != "image":
        return Facts(media, sha256, size_bytes)
    with open_picture(file, media, limits=limits) as picture:
        width, height = oriented_size(picture)
        metadata = describe(picture)
        # Decoding small is enough to see that the file is whole, and is several times faster for a JPEG.
        picture.draft("RGB", (256, 256))
        dhash = difference_hash(picture)
    return Facts(media, sha256, size_bytes, width, height, dhash, metadata)


@contextmanager
def open_picture(file: BinaryIO, media: MediaType, *, limits: Limits = DEFAULT_LIMITS) -> Iterator[Image.Image]:
    """Open a picture with its one decoder, limits checked on the header; decoding errors inside become refusals.

    Raises:
        Refused: `picture_too_large`, `picture_broken`.
    """
    file.seek(0)
    try:
        if media == WEBP:
            # Pillow's WebP reader allocates the whole canvas when it opens, so the header is read by hand first.
            limits.check_dimensions(*read_webp_size(file.read(32)))
            file.seek(0)
        with Image.open(file, formats=[PICTURE_TYPES[media.name].pillow]) as picture:
            limits.check_dimensions(*picture.size, is_progressive=bool(picture.info.get("progressive")))
            yield picture
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("picture_too_large", _("The picture has too many pixels.")) from error
    except UnidentifiedImageError as error:
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
    except (SyntaxError, ValueError, TypeError, OSError, KeyError, IndexError):
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def oriented_size(picture: Image.Image) -> tuple[int, int]:
    """Width and height as a person sees them."""
    width, height = picture.size
    return (height, width) if read_orientation(picture) in SIDEWAYS else (width, height)


def describe(picture: Image.Image) -> dict[str, Json]:
    """Metadata and the technical facts a channel asks for (colour mode, alpha, animation, ICC profile)."""
    facts: dict[str, Json] = dict(read_metadata(picture))
    facts["mode"] = picture.mode
    if picture.has_transparency_data:
        facts["alpha"] = True
    if getattr(picture, "is_animated", False):
        facts["animated"] = True
    if picture.info.get("icc_profile"):
        facts["icc"] = True
    if (orientation := read_orientation(picture)) != 1:
        facts["orientation"] = orientation
    return facts

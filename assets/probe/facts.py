"""Everything the house needs to know about a file, learned once when it arrives."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import Image

from assets.probe import formats
from assets.probe.animation import count_frames
from assets.probe.cleaning import bound, clean
from assets.probe.formats import MediaType, extension_of, is_mislabelled
from assets.probe.hashing import difference_hash, hash_content, hash_file
from assets.probe.limits import DEFAULT_LIMITS, Limits
from assets.probe.measures import MEASURED_SIDE_PX, bits_of_channel, colour_space, look_at
from assets.probe.metadata import find_credit, read_metadata
from assets.probe.modes import flatten_mode
from assets.probe.opening import SIDEWAYS as SIDEWAYS  # noqa: PLC0414  renditions look for these here
from assets.probe.opening import TURNS, UnreadableFormat, open_picture, oriented_size, read_orientation
from assets.probe.sniffing import identify
from assets.probe.streams import Stream, read_stream
from assets.probe.streams.boxes import find_location
from assets.probe.xmp import read_xmp_packet
from pim.errors import Refused
from pim.values.specs import Json

__all__ = [
    "SIDEWAYS",
    "Facts",
    "open_picture",
    "oriented_size",
    "probe",
    "read_orientation",
    "study_file",
    "study_picture",
]

MAX_PAGES = 10_000
REDUCED_SIDE_PX = 480
"""How large a JPEG is decoded at least, along its longer side: what a thumbnail takes, with room."""
_HASHED_SIDE_PX = 2 * MEASURED_SIDE_PX
_TIFF_BITS = 258


@dataclass(frozen=True, slots=True)
class Facts:
    """What one file is. Width and height are as seen, after its EXIF orientation; None for what is not a picture.

    `content_sha256` is equal for copies of a picture that differ in metadata alone, empty where that is not known.
    `palette` and `measures` are as in `assets.probe.measures`.
    """

    media: MediaType
    sha256: str
    size_bytes: int
    width_px: int | None = None
    height_px: int | None = None
    duration_ms: int | None = None
    pages: int | None = None
    dhash: int | None = None
    content_sha256: str = ""
    palette: tuple[int, ...] = ()
    measures: dict[str, Json] = field(default_factory=dict)
    metadata: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Studied:
    """Facts, and the small copy that they were taken of: as seen, in the picture's own colours; None of what is none."""

    facts: Facts
    copy: Image.Image | None = None
    profile: bytes = b""


def probe(file: BinaryIO, filename: str = "", *, limits: Limits = DEFAULT_LIMITS) -> Facts:
    """Learn the facts of a file: real type, hashes, dimensions, length, metadata. Rasterises nothing.

    Raises:
        Refused: `file_empty`, `file_too_large`, `format_not_allowed`, `picture_too_large` (before decoding),
            `picture_broken` (truncated or corrupt).
    """
    return study_file(file, filename, limits=limits).facts


def study_file(file: BinaryIO, filename: str = "", *, limits: Limits = DEFAULT_LIMITS) -> Studied:
    """As `probe`, and keep the small copy of a picture that was made on the way."""
    sha256, size_bytes = hash_file(file)
    if not size_bytes:
        raise Refused("file_empty", _("The file is empty."))
    if size_bytes > limits.max_bytes:
        raise Refused(
            "file_too_large",
            _("The file has %(size)d MB; at most %(bound)d MB are accepted.")
            % {"size": size_bytes >> 20, "bound": limits.max_bytes >> 20},
        )
    media = identify(file, filename)
    facts = Facts(media, sha256, size_bytes)
    if is_mislabelled(media, filename):
        facts.measures["mislabelled"] = str(clean(extension_of(filename)[:20]))
    if media.pillow:
        try:
            return _probe_picture(file, facts, limits)
        except UnreadableFormat:
            facts.measures["no_preview"] = _("No preview: this variety of %s cannot be read here.") % media.pillow
            return Studied(facts)
    if media.kind in {"video", "audio"}:
        return Studied(_probe_stream(file, facts))
    return Studied(facts)


def _probe_picture(file: BinaryIO, facts: Facts, limits: Limits) -> Studied:
    frames = count_frames(file, facts.media)
    with open_picture(file, facts.media, limits=limits) as picture:
        if facts.media == formats.AVIF:
            frames = getattr(picture, "n_frames", 1)
        limits.check_frames(frames, *picture.size)
        declared = _declared_bits(file, facts.media, picture)
        pages = _count_pages(picture) if facts.media == formats.TIFF else None
        # Decoding small is enough to see that the file is whole, and is several times faster for a JPEG.
        studied = study_picture(picture, facts, declared_bits=declared, is_drafted=True)
    if frames > 1:
        studied.facts.measures["frames"] = frames
    known = replace(studied.facts, content_sha256=hash_content(file, facts.media), pages=pages)
    return replace(studied, facts=known)


def study_picture(
    picture: Image.Image, facts: Facts, *, declared_bits: object = None, is_drafted: bool = False
) -> Studied:
    """Add what an opened picture says and shows; its pixels are decoded here."""
    width, height = oriented_size(picture)
    metadata = describe(picture)
    measures: dict[str, Json] = {"colour_space": colour_space(picture)}
    mode, profile, orientation = picture.mode, picture.info.get("icc_profile") or b"", read_orientation(picture)
    if is_drafted:
        scale = min(1.0, REDUCED_SIDE_PX / max(picture.size))
        picture.draft(mode, (math.ceil(picture.width * scale), math.ceil(picture.height * scale)))
    picture.load()
    measures["bits"] = bits_of_channel(picture, declared_bits) if declared_bits else (16 if ";16" in mode else 8)
    small = flatten_mode(picture)
    if max(small.size) > _HASHED_SIDE_PX:
        scale = _HASHED_SIDE_PX / max(small.size)
        size = max(1, round(small.width * scale)), max(1, round(small.height * scale))
        small = small.resize(size, Image.Resampling.BOX)
    look = look_at(small)
    dhash = difference_hash(small)
    if orientation in TURNS:
        small = small.transpose(TURNS[orientation])
    learned = replace(
        facts,
        width_px=width,
        height_px=height,
        dhash=dhash,
        palette=look.palette,
        measures={**facts.measures, **measures, **look.measures},
        metadata={**facts.metadata, **metadata},
    )
    return Studied(learned, small, profile)


def _declared_bits(file: BinaryIO, media: MediaType, picture: Image.Image) -> object:
    if media == formats.PNG:
        file.seek(24)
        depth, kind = file.read(2)
        return 8 if kind == 3 else depth
    if media == formats.TIFF:
        found = getattr(picture, "tag_v2", {}).get(_TIFF_BITS)
        return found[0] if isinstance(found, tuple) and found else found
    return None


def _count_pages(picture: Image.Image) -> int:
    """Pages of a TIFF; the chain of directories may be long, or go round in circles."""
    pages = 1
    try:
        while pages < MAX_PAGES:
            picture.seek(pages)
            pages += 1
    except (EOFError, OSError, SyntaxError, ValueError, KeyError, TypeError):
        pass
    picture.seek(0)
    return pages


def _probe_stream(file: BinaryIO, facts: Facts) -> Facts:
    stream = read_stream(file, facts.media)
    is_video = facts.media.kind == "video"
    measures = dict(facts.measures)
    if is_video and stream.width_px and stream.height_px:
        measures["video_width_px"], measures["video_height_px"] = stream.width_px, stream.height_px
    return replace(
        facts,
        duration_ms=stream.duration_ms,
        measures=measures,
        metadata={**facts.metadata, **_describe_stream(stream)},
    )


def _describe_stream(stream: Stream) -> dict[str, Json]:
    found: dict[str, Json] = {}
    tags = dict(stream.tags)
    if place := find_location(tags.pop("location", "")):
        found["gps"] = {"latitude": place[0], "longitude": place[1]}
    if tags:
        found["media"] = {name: clean(text) for name, text in tags.items()}
    if stream.xmp and (xmp := read_xmp_packet(stream.xmp)):
        found["xmp"] = xmp
    found = bound(found)
    return found | find_credit(found)


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

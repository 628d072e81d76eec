"""One picture out of a film, by ffmpeg where it is installed, and the cover that sound brings with it."""

from __future__ import annotations

import io
import subprocess
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import Image

from assets.preview.pictures import NoPreview
from assets.probe import formats
from assets.probe.formats import JPEG, PNG, MediaType
from assets.probe.limits import Limits
from assets.probe.opening import open_picture
from assets.probe.streams import read_stream
from pim.errors import Refused

DEMUXERS = {
    formats.MP4: "mov",
    formats.MOV: "mov",
    formats.M4V: "mov",
    formats.WEBM: "matroska",
    formats.MKV: "matroska",
    formats.AVI: "avi",
    formats.OGV: "ogg",
}
"""What ffmpeg is asked about, and nothing else."""
_LATEST_S = 10.0
_TIMEOUT_S = 20
_MAX_COVER_PIXELS = 40_000_000
_BLACK = 12


def take_poster(
    file: BinaryIO, media: MediaType, *, duration_ms: int | None, max_side_px: int, ffmpeg: str
) -> Image.Image:
    """A frame from the first tenth of a film; its very first one where that one cannot be had.

    Raises:
        NoPreview: there is no ffmpeg, or no frame that it can read.
    """
    if not ffmpeg:
        raise NoPreview(_("No preview: ffmpeg is not installed, so no frame can be taken of a film."))
    if media not in DEMUXERS:
        raise NoPreview(_("No preview: no frame can be taken of this format."))
    later = min(_LATEST_S, (duration_ms or 0) / 10_000)
    best: Image.Image | None = None
    for second in dict.fromkeys((later, 0.0)):
        picture = _take_frame(file, DEMUXERS[media], second, max_side_px, ffmpeg)
        if picture is None:
            continue
        best = best or picture
        extrema = picture.convert("L").getextrema()
        if isinstance(extrema[1], int | float) and extrema[1] > _BLACK:
            return picture
    if best is None:
        raise NoPreview(_("No preview: no frame of the film can be read."))
    return best


def _take_frame(file: BinaryIO, demuxer: str, second: float, max_side_px: int, ffmpeg: str) -> Image.Image | None:
    """The demuxer is named and only the file itself may be read: a playlist or a reference leads nowhere."""
    command = [
        *(ffmpeg, "-v", "quiet", "-nostdin", "-threads", "1", "-protocol_whitelist", "file"),
        *("-ss", f"{second:.3f}", "-f", demuxer, "-i", "file:/dev/stdin"),
        *("-map", "0:v:0", "-an", "-sn", "-dn", "-frames:v", "1"),
        *("-vf", f"scale='min({max_side_px},iw)':'min({max_side_px},ih)':force_original_aspect_ratio=decrease"),
        *("-f", "image2pipe", "-c:v", "png", "-threads", "1", "pipe:1"),
    ]
    file.seek(0)
    try:
        done = subprocess.run(command, stdin=file, capture_output=True, timeout=_TIMEOUT_S, check=False)
        if not done.stdout:
            return None
        with Image.open(io.BytesIO(done.stdout), formats=["PNG"]) as picture:
            return picture.convert("RGB")
    except (OSError, subprocess.TimeoutExpired, ValueError, SyntaxError):
        return None


def take_cover(file: BinaryIO, media: MediaType, *, max_side_px: int) -> Image.Image:
    """The cover in the tags of a sound file.

    Raises:
        NoPreview: it has none.
    """
    cover = read_stream(file, media).cover
    found = next((kind for mark, kind in ((b"\xff\xd8\xff", JPEG), (b"\x89PNG", PNG)) if cover.startswith(mark)), None)
    if found is None:
        raise NoPreview(_("No preview: it is sound, and brings no cover."))
    limits = Limits(max_pixels=_MAX_COVER_PIXELS, max_progressive_pixels=_MAX_COVER_PIXELS)
    try:
        with open_picture(io.BytesIO(cover), found, limits=limits) as picture:
            picture.draft("RGB", (max_side_px, max_side_px))
            small = picture.convert("RGB")
    except Refused as refused:
        raise NoPreview(_("No preview: it is sound, and its cover is damaged.")) from refused
    small.thumbnail((max_side_px, max_side_px))
    return small

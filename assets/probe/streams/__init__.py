"""Headers of video and audio: length, size and tags, read in bounded steps; no decoder is involved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import BinaryIO

from assets.probe import formats
from assets.probe.formats import MediaType
from assets.probe.streams.boxes import read_boxes
from assets.probe.streams.frames import read_mp3
from assets.probe.streams.matroska import read_matroska
from assets.probe.streams.ogg import read_flac, read_ogg
from assets.probe.streams.riff import read_aiff, read_avi, read_wav
from assets.probe.streams.stream import DamagedStream, Stream

__all__ = ["DamagedStream", "Stream", "read_stream"]

_READERS: Mapping[MediaType, Callable[[BinaryIO], Stream]] = {
    formats.MP4: read_boxes,
    formats.MOV: read_boxes,
    formats.M4V: read_boxes,
    formats.M4A: read_boxes,
    formats.WEBM: read_matroska,
    formats.MKV: read_matroska,
    formats.AVI: read_avi,
    formats.WAV: read_wav,
    formats.AIFF: read_aiff,
    formats.MP3: read_mp3,
    formats.FLAC: read_flac,
    formats.OGG: read_ogg,
    formats.OGV: read_ogg,
}


def read_stream(file: BinaryIO, media: MediaType) -> Stream:
    """Read what the header tells; a damaged one tells less, and is never an error."""
    reader = _READERS.get(media)
    if reader is None:
        return Stream()
    file.seek(0)
    try:
        return reader(file)
    except (DamagedStream, OSError, ValueError, IndexError, ArithmeticError, RecursionError):
        return Stream()

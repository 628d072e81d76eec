"""Facts and preview of one file, in one go: what the confined process does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import Image

from assets.preview.films import take_cover, take_poster
from assets.preview.pages import read_document
from assets.preview.photographs import open_heif
from assets.preview.pictures import MAX_SIDE_PX, NoPreview, Preview, encode_preview
from assets.preview.svg import rasterise_svg
from assets.probe import formats
from assets.probe.cleaning import bound
from assets.probe.facts import Facts, study_file, study_picture
from assets.probe.formats import MediaType
from assets.probe.limits import DEFAULT_LIMITS, Limits
from assets.probe.metadata import find_credit
from assets.probe.modes import flatten_mode
from pim.errors import Refused

MAX_SVG_BYTES = 32 << 20


@dataclass(frozen=True, slots=True)
class Examined:
    """What was learned of a file, and the picture that was made of it where it is none itself.

    `copy` is the picture as seen, small, in its own colours, with its profile: a thumbnail can be drawn of it.
    """

    facts: Facts
    preview: Preview | None = None
    copy: Image.Image | None = None
    profile: bytes = b""


def examine(
    file: BinaryIO,
    filename: str = "",
    *,
    limits: Limits = DEFAULT_LIMITS,
    ffmpeg: str = "",
    makes_preview: bool = True,
) -> Examined:
    """Learn everything about a file; where no picture can be made of it, `measures["no_preview"]` says why.

    Raises:
        Refused: as `probe` does.
    """
    studied = study_file(file, filename, limits=limits)
    facts = studied.facts
    if facts.media.pillow or "no_preview" in facts.measures:
        return Examined(facts, None, studied.copy, studied.profile)
    if not facts.media.preview:
        facts.measures["no_preview"] = explain_kept(facts.media)
        return Examined(facts)
    if not makes_preview:
        return Examined(facts)
    try:
        return _make(file, facts, limits, ffmpeg)
    except NoPreview as none:
        facts.measures["no_preview"] = str(none)
    except Refused as refused:
        facts.measures["no_preview"] = _("No preview: %s") % refused.message
    return Examined(facts)


def draw_page(file: BinaryIO, media: MediaType, *, page: int, max_side_px: int = MAX_SIDE_PX) -> Preview:
    """One page of a document or of a TIFF, from 1, always as PNG: its name is known before it is drawn.

    Raises:
        NoPreview: it cannot be drawn, or there is no such page.
    """
    if media.preview == "pdf":
        document = read_document(file, page=page, max_side_px=max_side_px)
        if document.picture is None:
            raise NoPreview(document.refusal)
        return encode_preview(document.picture, page=page, as_png=True)
    if media == formats.TIFF:
        return _draw_tiff(file, page, max_side_px)
    raise NoPreview(_("No preview: this format has no pages."))


def explain_kept(media: MediaType) -> str:
    """Why there is no picture of a format that is never opened."""
    kinds = {
        "image": _("No preview: pictures of this format are kept as they are and not opened."),
        "audio": _("No preview: it is sound."),
        "3d": _("No preview: 3D models are kept as they are and not opened."),
        "design": _("No preview: design files are kept as they are and never opened; add a PDF or picture of it."),
        "other": _("No preview: the file is kept as it is and not opened."),
    }
    if media == formats.RAW:
        return _("No preview: camera raw files are kept, but not developed.")
    if media == formats.ZIP:
        return _("No preview: an archive stays closed.")
    if media in formats.TEXTS.values():
        return _("No preview: it is text.")
    return kinds.get(media.kind, _("No preview: documents of this format are kept as they are and not opened."))


def _make(file: BinaryIO, facts: Facts, limits: Limits, ffmpeg: str) -> Examined:
    media = facts.media
    if media.preview == "heif":
        return _develop(file, facts, limits)
    if media.preview == "pdf":
        document = read_document(file, page=1, max_side_px=MAX_SIDE_PX)
        known = bound({**facts.metadata, **document.metadata})
        facts = replace(facts, pages=document.pages, metadata={**known, **find_credit(known)})
        if document.picture is None:
            facts.measures["no_preview"] = document.refusal
            return Examined(facts)
        picture = document.picture
    elif media.preview == "svg":
        file.seek(0)
        picture = rasterise_svg(file.read(MAX_SVG_BYTES + 1), max_side_px=MAX_SIDE_PX)
    elif media.preview == "video":
        picture = take_poster(
            file, media, duration_ms=facts.duration_ms, max_side_px=MAX_SIDE_PX, ffmpeg=ffmpeg
        )  # fmt: skip
    else:
        picture = take_cover(file, media, max_side_px=MAX_SIDE_PX)
    return _finish(facts, picture)


def _finish(facts: Facts, picture: Image.Image) -> Examined:
    """Width, height, hash and measures are those of the picture that was made."""
    known = facts.metadata
    studied = study_picture(picture, facts)
    preview = encode_preview(picture)
    return Examined(replace(studied.facts, metadata=known), preview, studied.copy, studied.profile)


def _develop(file: BinaryIO, facts: Facts, limits: Limits) -> Examined:
    """A photograph keeps its size and its profile: its renditions are to be as good as those of any other."""
    with open_heif(file, limits=limits) as picture:
        depth = picture.info.get("bit_depth")
        studied = study_picture(picture, facts, declared_bits=depth)
        preview = encode_preview(picture, is_photograph=True)
        return Examined(studied.facts, preview, studied.copy, studied.profile)


def _draw_tiff(file: BinaryIO, page: int, max_side_px: int) -> Preview:
    file.seek(0)
    try:
        with Image.open(file, formats=["TIFF"]) as picture:
            picture.seek(page - 1)
            DEFAULT_LIMITS.check_dimensions(*picture.size)
            flat = flatten_mode(picture)
            flat.thumbnail((max_side_px, max_side_px))
            return encode_preview(flat, page=page, as_png=True)
    except Refused as refused:
        raise NoPreview(_("No preview: %s") % refused.message) from refused
    except (EOFError, OSError, SyntaxError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise NoPreview(_("No preview: the page cannot be drawn.")) from error

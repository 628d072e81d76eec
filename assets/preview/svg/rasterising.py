"""Drawings become pictures, by resvg, which runs no script and loads nothing; only what was sanitised reaches it."""

from __future__ import annotations

import io

import resvg_py
from django.utils.translation import gettext as _
from PIL import Image

from assets.preview.pictures import NoPreview
from assets.preview.svg.sanitising import sanitise_svg
from assets.probe.markup import UnsafeMarkup

MAX_ASPECT = 200.0


def rasterise_svg(raw: bytes, *, max_side_px: int) -> Image.Image:
    """Draw at so many pixels along the longer side; a drawing has no size of its own.

    Raises:
        NoPreview: it cannot be read, or may not.
    """
    try:
        drawing = sanitise_svg(raw)
    except UnsafeMarkup as unsafe:
        raise NoPreview(_explain(unsafe.reason)) from unsafe
    width, height = drawing.view_box[2:]
    if max(width / height, height / width) > MAX_ASPECT:
        raise NoPreview(_("No preview: the drawing is a line, far longer than it is wide."))
    scale = max_side_px / max(width, height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    try:
        png = resvg_py.svg_to_bytes(svg_string=drawing.sized(*size))
    except ValueError as error:
        raise NoPreview(_("No preview: the drawing is damaged.")) from error
    with Image.open(io.BytesIO(bytes(png)), formats=["PNG"]) as picture:
        picture.load()
        return picture.copy()


def _explain(reason: str) -> str:
    return {
        "entities": _("No preview: the drawing declares entities, which can be used to attack who reads it."),
        "too_large": _("No preview: the drawing has too many parts."),
        "no_drawing": _("No preview: there is no drawing in the file."),
    }.get(reason, _("No preview: the drawing is damaged."))

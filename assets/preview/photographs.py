"""Photographs whose decoder is too young to be let near anything else: HEIC and its kin, by libheif."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import pillow_heif
from django.utils.translation import gettext as _
from PIL import Image

from assets.preview.pictures import NoPreview
from assets.probe.limits import Limits

pillow_heif.register_heif_opener(thumbnails=False)
pillow_heif.options.DEPTH_IMAGES = False
pillow_heif.options.AUX_IMAGES = False


@contextmanager
def open_heif(file: BinaryIO, *, limits: Limits) -> Iterator[Image.Image]:
    """Open the primary picture, turned as it is meant; limits are checked before it is decoded.

    Raises:
        NoPreview: this variety is not known here, or the file is damaged.
        Refused: `picture_too_large`.
    """
    file.seek(0)
    try:
        with Image.open(file, formats=["HEIF"]) as picture:
            limits.check_dimensions(*picture.size)
            yield picture
    except (OSError, SyntaxError, ValueError, RuntimeError, EOFError, KeyError, TypeError) as error:
        raise NoPreview(
            _("No preview: this HEIC file is damaged, or of a variety that cannot be read here.")
        ) from error

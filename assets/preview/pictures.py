"""A picture made of what is none, and the way it is kept: `previews/<aa>/<sha256>-<page>.<extension>`."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image

from assets.probe.formats import JPEG, PNG, WEBP, MediaType

MAX_SIDE_PX = 2_000
"""Of pages, drawings and posters; a photograph keeps its size."""

MAX_PREVIEW_BYTES = 200 << 20
MEDIA = {media.extension: media for media in (JPEG, PNG, WEBP)}
_FEW_COLOURS = 4_096


class NoPreview(Exception):
    """There is nothing to see of this file; the message is the sentence that says why."""


@dataclass(frozen=True, slots=True)
class Preview:
    """The finished file of one page. `extension` is `jpg`, `png` or `webp`."""

    content: bytes
    extension: str
    width_px: int
    height_px: int
    page: int = 1

    @property
    def media(self) -> MediaType:
        """Its format."""
        return MEDIA[self.extension]


def make_preview_key(sha256: str, page: int, extension: str) -> str:
    """Where the picture of one page lies."""
    return f"previews/{sha256[:2]}/{sha256}-{page}.{extension}"


def encode_preview(
    picture: Image.Image, *, page: int = 1, is_photograph: bool = False, as_png: bool = False
) -> Preview:
    """Write a picture in the format that keeps it best: flat colours and transparency as PNG, the rest as fine JPEG.

    The colour profile stays, all other metadata goes: what matters of it is in the version's own.
    """
    profile = picture.info.get("icc_profile")
    options = {"icc_profile": profile} if profile else {}
    picture.info = {}
    out = io.BytesIO()
    has_alpha = picture.mode in {"RGBA", "LA", "PA"} and _is_transparent(picture)
    if not has_alpha and picture.mode not in {"L", "RGB", "CMYK"}:
        picture = picture.convert("RGB")
    is_flat = not is_photograph and (has_alpha or picture.getcolors(_FEW_COLOURS) is not None)
    if picture.mode == "CMYK" and as_png:
        picture = picture.convert("RGB")
    if has_alpha or is_flat or as_png:
        picture.save(out, "PNG", compress_level=6 if not is_photograph else 1, **options)
        extension = "png"
    else:
        picture.save(out, "JPEG", quality=95, subsampling=0, **options)
        extension = "jpg"
    return Preview(out.getvalue(), extension, picture.width, picture.height, page)


def _is_transparent(picture: Image.Image) -> bool:
    return bool(picture.getchannel("A").histogram()[255] < picture.width * picture.height)

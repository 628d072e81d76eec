"""Bring any decoded picture to sRGB, by its profile where it has one."""

from __future__ import annotations

import io
from functools import lru_cache

from PIL import Image, ImageCms

from assets.probe.modes import flatten_mode
from assets.render.cmyk import build_cmyk_profile

_PROFILE_MODES = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK"}


def to_srgb(picture: Image.Image, profile: bytes | None = None) -> Image.Image:
    """The picture as RGB or RGBA in sRGB; call it on the small picture, it costs per pixel.

    The profile is the one given, else the picture's own. Ink without a usable profile is read as coated offset print.
    """
    profile = picture.info.get("icc_profile") or b"" if profile is None else profile
    picture = flatten_mode(picture)
    alpha = None
    if picture.mode in {"RGBA", "LA"}:
        alpha = picture.getchannel("A")
        picture = picture.convert("RGB" if picture.mode == "RGBA" else "L")
    colours = _convert(picture, profile) if profile else None
    if colours is None and picture.mode == "CMYK":
        colours = _convert(picture, build_cmyk_profile())
    result = colours or (picture if picture.mode == "RGB" else picture.convert("RGB"))
    if alpha is not None:
        result.putalpha(alpha)
    result.info = {}
    return result


def _convert(picture: Image.Image, profile: bytes) -> Image.Image | None:
    """None where there is nothing to convert: the profile is sRGB, broken, or made for another kind of picture."""
    try:
        mode, transform = _build_transform(profile, picture.mode)
        if transform is None:
            return None
        return ImageCms.applyTransform(picture if mode == picture.mode else picture.convert(mode), transform)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None


@lru_cache(maxsize=64)
def _build_transform(profile: bytes, mode: str) -> tuple[str, ImageCms.ImageCmsTransform | None]:
    """The transform and the mode it takes; a grey picture may carry the profile of a colour one."""
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    wanted = _PROFILE_MODES.get(source.profile.xcolor_space)
    if wanted is None or (wanted != mode and (mode, wanted) != ("L", "RGB")):
        return mode, None
    if wanted == "RGB" and "sRGB" in (source.profile.profile_description or ""):
        return mode, None
    intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
    flags = ImageCms.Flags.BLACKPOINTCOMPENSATION
    return wanted, ImageCms.buildTransform(source, _srgb(), wanted, "RGB", renderingIntent=intent, flags=flags)


@lru_cache(maxsize=1)
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))

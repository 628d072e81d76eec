"""Bring any decoded picture to sRGB, by its profile where it has one."""

from __future__ import annotations

import io
from functools import lru_cache

from PIL import Image, ImageCms

from assets.probe.modes import flatten_mode
from assets.render.cmyk import build_cmyk_profile

_PROFILE_MODES = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK"}


def to_srgb(picture: Image.Image) -> Image.Image:
    """Return the picture as RGB or RGBA in sRGB; call it on the small picture, it costs per pixel."""
    picture = flatten_mode(picture)
    profile = picture.info.get("icc_profile") or b""
    alpha = None
    if picture.mode in {"RGBA", "LA"}:
        alpha = picture.getchannel("A")
        picture = picture.convert("RGB" if picture.mode == "RGBA" else "L")
    if picture.mode == "CMYK" and not profile:
        profile = build_cmyk_profile()
    colours = _convert(picture, profile) if profile else None
    if colours is None and picture.mode == "CMYK":
        colours = _convert(picture, build_cmyk_profile())
    result = colours if colours is not None else picture.convert("RGB")
    if alpha is not None:
        result.putalpha(alpha)
    return result


def _convert(picture: Image.Image, profile: bytes) -> Image.Image | None:
    """None where the profile is broken or made for another kind of picture."""
    try:
        transform = _build_transform(profile, picture.mode)
        return None if transform is None else ImageCms.applyTransform(picture, transform)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None


@lru_cache(maxsize=64)
def _build_transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    if _PROFILE_MODES.get(source.profile.xcolor_space) != mode:
        return None
    if mode == "RGB" and "sRGB" in (source.profile.profile_description or ""):
        return None
    intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
    flags = ImageCms.Flags.BLACKPOINTCOMPENSATION
    return ImageCms.buildTransform(source, _srgb(), mode, "RGB", renderingIntent=intent, flags=flags)


@lru_cache(maxsize=1)
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))

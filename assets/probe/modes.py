"""Bring the many ways a decoder hands over pixels down to the few that can be resampled."""

from __future__ import annotations

from PIL import Image, ImageCms

RESAMPLED_MODES = {"RGB", "RGBA", "L", "LA", "CMYK"}


def flatten_mode(picture: Image.Image) -> Image.Image:
    """Bring palettes, bit maps and deep pictures to a mode that can be resampled; the profile stays with it."""
    profile = picture.info.get("icc_profile")
    if picture.mode in RESAMPLED_MODES and "transparency" not in picture.info:
        return picture
    if picture.mode.startswith(("I", "F")):
        flat = _to_eight_bits(picture)
    elif picture.has_transparency_data:
        flat = picture.convert("RGBA")
    elif picture.mode == "LAB":
        flat = _from_lab(picture)
    elif picture.mode == "1":
        flat = picture.convert("L")
    else:
        flat = picture.convert("RGB")
    if profile and picture.mode in {"P", "RGB"}:
        flat.info["icc_profile"] = profile
    else:
        flat.info.pop("icc_profile", None)
    return flat


def _from_lab(picture: Image.Image) -> Image.Image:
    """CIELAB, as TIFF may hold it, in sRGB."""
    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    transform = ImageCms.buildTransform(lab, srgb, "LAB", "RGB")
    return ImageCms.applyTransform(picture, transform) or picture.convert("RGB")


def _to_eight_bits(picture: Image.Image) -> Image.Image:
    """16-bit grey by its full range; wider modes say nothing of theirs, so it is the smallest that holds the values:
    0–1 for floating point, else 8 bits, else 16.
    """
    deep = picture.convert("F")
    highest = float(deep.getextrema()[1])  # type: ignore[arg-type]  # one band, so one pair
    scale = 1 / 257 if picture.mode.startswith("I;16") or highest > 255 else 1.0
    if picture.mode == "F" and highest <= 1:
        scale = 255.0
    return deep.point(lambda value: value * scale + 0.0).convert("L")

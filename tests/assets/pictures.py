"""Small pictures and files, drawn for the tests."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageDraw

GPS_IFD = 0x8825
ORIENTATION = 0x0112
COPYRIGHT = 0x8298


def draw_scene(width: int = 120, height: int = 80, *, seed: int = 0) -> Image.Image:
    """Red top left, green top right, blue bottom left, white bottom right: every turn shows."""
    picture = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(picture)
    half = (width // 2, height // 2)
    pen.rectangle((0, 0, half[0] - 1, half[1] - 1), fill=(220, 30 + seed % 200, 30))
    pen.rectangle((half[0], 0, width, half[1] - 1), fill=(30, 200, 40))
    pen.rectangle((0, half[1], half[0] - 1, height), fill=(30, 60, 210))
    return picture


def as_bytes(picture: Image.Image, fmt: str = "JPEG", **options: Any) -> bytes:
    if fmt == "JPEG":
        options = {"quality": 95, "subsampling": 0, **options}
    out = io.BytesIO()
    picture.save(out, fmt, **options)
    return out.getvalue()


def as_file(picture: Image.Image, fmt: str = "JPEG", **options: Any) -> io.BytesIO:
    return io.BytesIO(as_bytes(picture, fmt, **options))


def make_exif(*, orientation: int | None = None, gps: bool = False, copyright_line: str = "") -> Image.Exif:
    exif = Image.Exif()
    if orientation:
        exif[ORIENTATION] = orientation
    if copyright_line:
        exif[COPYRIGHT] = copyright_line
    if gps:
        exif.get_ifd(GPS_IFD).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
    return exif

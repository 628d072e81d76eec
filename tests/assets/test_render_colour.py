"""Whatever colours a file comes in, a rendition is sRGB that looks the same (CIELAB difference)."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image, ImageCms

from assets.probe import MediaType
from assets.probe.sniffing import JPEG, PNG, TIFF
from assets.render import Order, parse_preset, render
from assets.render.cmyk import build_cmyk_profile
from tests.assets.pictures import as_bytes
from tests.assets.profiles import (
    ADOBE_RGB,
    DISPLAY_P3,
    PROPHOTO,
    Space,
    delta_e,
    grey_profile,
    grey_to_lab,
    srgb_to_lab,
)

Pixel = tuple[int, int, int]

# Colours that sRGB can show, as seen through each of the wide spaces.
COLOURS: list[Pixel] = [(128, 128, 128), (200, 150, 120), (90, 120, 160), (110, 130, 90), (240, 235, 220), (30, 30, 35)]
JUST_NOTICEABLE = 2.3


def render_one(content: bytes, media: MediaType, fmt: str = "png", **settings: Any) -> Image.Image:
    preset = parse_preset("p", {"fit": "original", "formats": [fmt], **settings})
    made = render(io.BytesIO(content), media, [Order(preset, fmt)])[0]
    return Image.open(io.BytesIO(made.content))


def pixel_of(picture: Image.Image) -> Pixel:
    found = picture.convert("RGB").getpixel((4, 4))
    assert isinstance(found, tuple)
    return int(found[0]), int(found[1]), int(found[2])


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("space", [ADOBE_RGB, DISPLAY_P3, PROPHOTO], ids=lambda space: space.name)
@pytest.mark.parametrize(("source", "media"), [("PNG", PNG), ("JPEG", JPEG), ("TIFF", TIFF)])
def test_wide_colours_come_out_as_they_looked(source: str, media: MediaType, space: Space, colour: Pixel) -> None:
    content = as_bytes(Image.new("RGB", (9, 9), colour), source, icc_profile=space.profile())

    made = render_one(content, media)

    assert "icc_profile" not in made.info
    assert delta_e(srgb_to_lab(pixel_of(made)), space.to_lab(colour)) < JUST_NOTICEABLE


@pytest.mark.parametrize("fmt", ["jpeg", "webp", "avif"])
def test_wide_colours_are_converted_in_every_format(fmt: str) -> None:
    content = as_bytes(Image.new("RGB", (32, 32), (200, 150, 120)), "PNG", icc_profile=PROPHOTO.profile())

    made = render_one(content, PNG, fmt, quality={fmt: 95})

    assert delta_e(srgb_to_lab(pixel_of(made)), PROPHOTO.to_lab((200, 150, 120))) < 3
    assert "icc_profile" not in made.info


@pytest.mark.parametrize("mode", ["L", "LA"])
@pytest.mark.parametrize("value", [16, 90, 128, 220])
def test_grey_with_a_profile_keeps_its_lightness(mode: str, value: int) -> None:
    picture = Image.new(mode, (9, 9), value if mode == "L" else (value, 255))
    content = as_bytes(picture, "PNG", icc_profile=grey_profile(1.8))

    made = render_one(content, PNG)

    assert delta_e(srgb_to_lab(pixel_of(made)), grey_to_lab((value / 255) ** 1.8)) < JUST_NOTICEABLE


def test_a_grey_picture_with_the_profile_of_a_coloured_one_is_read_by_it() -> None:
    content = as_bytes(Image.new("L", (9, 9), 120), "JPEG", icc_profile=PROPHOTO.profile())

    made = render_one(content, JPEG)

    assert delta_e(srgb_to_lab(pixel_of(made)), PROPHOTO.to_lab((120, 120, 120))) < JUST_NOTICEABLE


@pytest.mark.parametrize("value", [4_000, 32_768, 60_000])
@pytest.mark.parametrize(("source", "media"), [("PNG", PNG), ("TIFF", TIFF)])
def test_sixteen_bits_of_grey_use_their_whole_range(source: str, media: MediaType, value: int) -> None:
    content = as_bytes(Image.new("I;16", (9, 9), value), source)

    assert pixel_of(render_one(content, media)) == pytest.approx((round(value / 257),) * 3, abs=1)


def test_sixteen_bits_of_grey_keep_their_profile() -> None:
    content = as_bytes(Image.new("I;16", (9, 9), 90 * 257), "TIFF", icc_profile=grey_profile(1.8))

    made = render_one(content, TIFF)

    assert delta_e(srgb_to_lab(pixel_of(made)), grey_to_lab((90 / 255) ** 1.8)) < JUST_NOTICEABLE


@pytest.mark.parametrize("value", [0.1, 0.5, 0.9])
def test_floating_point_grey_from_0_to_1_is_not_black(value: float) -> None:
    content = as_bytes(Image.new("F", (9, 9), value), "TIFF")

    assert pixel_of(render_one(content, TIFF)) == pytest.approx((round(value * 255),) * 3, abs=1)


def test_lab_becomes_the_colour_it_names() -> None:
    content = as_bytes(Image.new("LAB", (9, 9), (round(60 * 2.55), 128 + 20, 128 + 30)), "TIFF")

    made = render_one(content, TIFF)

    assert delta_e(srgb_to_lab(pixel_of(made)), (60.0, 20.0, 30.0)) < JUST_NOTICEABLE


@pytest.mark.parametrize("has_alpha", [False, True])
def test_sixteen_bit_colour_is_read_by_its_high_bytes_and_its_profile(has_alpha: bool) -> None:
    content = make_deep_png((200, 150, 120), ADOBE_RGB.profile(), has_alpha=has_alpha)

    made = render_one(content, PNG)

    assert delta_e(srgb_to_lab(pixel_of(made)), ADOBE_RGB.to_lab((200, 150, 120))) < JUST_NOTICEABLE


def test_a_palette_is_read_by_its_profile_and_keeps_its_transparency() -> None:
    picture = Image.new("P", (9, 9), 1)
    picture.putpalette([0, 0, 0, 200, 150, 120])
    picture.putpixel((0, 0), 0)
    content = as_bytes(picture, "PNG", icc_profile=ADOBE_RGB.profile(), transparency=0)

    made = render_one(content, PNG)

    corner = made.getpixel((0, 0))
    assert isinstance(corner, tuple)
    assert (made.mode, corner[3]) == ("RGBA", 0)
    assert delta_e(srgb_to_lab(pixel_of(made)), ADOBE_RGB.to_lab((200, 150, 120))) < JUST_NOTICEABLE


INKS = [(0, 0, 0, 0), (255, 0, 0, 0), (0, 255, 0, 0), (0, 0, 255, 0), (40, 60, 80, 20), (0, 0, 0, 255)]


@pytest.mark.parametrize("inks", INKS)
@pytest.mark.parametrize("is_tagged", [True, False])
@pytest.mark.parametrize(("source", "media"), [("JPEG", JPEG), ("TIFF", TIFF)])
def test_ink_becomes_the_colour_that_it_prints(
    source: str, media: MediaType, is_tagged: bool, inks: tuple[int, int, int, int]
) -> None:
    """JPEG holds ink inverted, as Adobe writes it; TIFF does not."""
    tags = {"icc_profile": build_cmyk_profile()} if is_tagged else {}
    content = as_bytes(Image.new("CMYK", (16, 16), inks), source, **tags)

    made = render_one(content, media)

    assert delta_e(srgb_to_lab(pixel_of(made)), srgb_to_lab(by_little_cms(inks))) < JUST_NOTICEABLE


def test_ink_under_another_profile_becomes_another_colour() -> None:
    """A profile that swaps nothing but black for white shows that the picture's own profile was asked."""
    plain = as_bytes(Image.new("CMYK", (16, 16), (0, 0, 0, 0)), "TIFF", icc_profile=build_cmyk_profile())
    broken = as_bytes(Image.new("CMYK", (16, 16), (0, 0, 0, 0)), "TIFF", icc_profile=b"not a profile at all" * 9)

    assert pixel_of(render_one(plain, TIFF)) == (255, 255, 255)
    assert pixel_of(render_one(broken, TIFF)) == (255, 255, 255)


@pytest.mark.parametrize("profile", [b"rubbish", grey_profile(2.2), build_cmyk_profile()])
def test_a_profile_that_does_not_fit_is_left_out(profile: bytes) -> None:
    content = as_bytes(Image.new("RGB", (9, 9), (200, 150, 120)), "PNG", icc_profile=profile)

    assert pixel_of(render_one(content, PNG)) == (200, 150, 120)


@pytest.mark.parametrize("fmt", ["jpeg", "png", "webp", "avif"])
def test_a_preset_for_print_keeps_colours_and_profile(fmt: str) -> None:
    content = as_bytes(Image.new("RGB", (64, 64), (200, 150, 120)), "PNG", icc_profile=ADOBE_RGB.profile())

    made = render_one(content, PNG, fmt, keeps_profile=True, quality={fmt: 95}, dpi=300)

    assert made.info["icc_profile"] == ADOBE_RGB.profile()
    assert pixel_of(made) == pytest.approx((200, 150, 120), abs=3)
    if fmt != "png":
        assert made.getexif()[0x011A] == 300
    if fmt in {"jpeg", "png"}:
        assert made.info["dpi"] == pytest.approx((300, 300), abs=0.01)


def test_a_preset_for_print_keeps_ink_where_the_format_holds_ink() -> None:
    content = as_bytes(Image.new("CMYK", (64, 64), (40, 60, 80, 20)), "TIFF", icc_profile=build_cmyk_profile())

    jpeg = render_one(content, TIFF, "jpeg", keeps_profile=True, quality={"jpeg": 95}, watermark={"text": "x"})
    webp = render_one(content, TIFF, "webp", keeps_profile=True)

    assert (jpeg.mode, webp.mode) == ("CMYK", "RGB")
    assert jpeg.info["icc_profile"] == build_cmyk_profile()
    assert jpeg.getpixel((4, 4)) == pytest.approx((40, 60, 80, 20), abs=3)
    assert "icc_profile" not in webp.info


@pytest.mark.parametrize(("mode", "fill"), [("L", 120), ("LA", (120, 200))])
def test_a_preset_for_print_keeps_grey_grey(mode: str, fill: Any) -> None:
    content = as_bytes(Image.new(mode, (64, 64), fill), "PNG", icc_profile=grey_profile(1.8))

    png = render_one(content, PNG, "png", keeps_profile=True)
    jpeg = render_one(content, PNG, "jpeg", keeps_profile=True)
    webp = render_one(content, PNG, "webp", keeps_profile=True)

    assert (png.mode, jpeg.mode) == (mode, "L")
    assert png.info["icc_profile"] == jpeg.info["icc_profile"] == grey_profile(1.8)
    assert "icc_profile" not in webp.info


def by_little_cms(inks: tuple[int, int, int, int]) -> Pixel:
    transform = ImageCms.buildTransform(
        ImageCms.ImageCmsProfile(io.BytesIO(build_cmyk_profile())),
        ImageCms.createProfile("sRGB"),
        "CMYK",
        "RGB",
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    return pixel_of(ImageCms.applyTransform(Image.new("CMYK", (9, 9), inks), transform))


def make_deep_png(colour: Pixel, profile: bytes, *, has_alpha: bool) -> bytes:
    """A 16-bit PNG of one colour, which Pillow cannot write. Source: ISO/IEC 15948."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    pixel = struct.pack(">3H", *(part * 257 for part in colour)) + (b"\xff\xff" if has_alpha else b"")
    rows = (b"\x00" + pixel * 9) * 9
    header = struct.pack(">2I5B", 9, 9, 16, 6 if has_alpha else 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"iCCP", b"p\x00\x00" + zlib.compress(profile))
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )

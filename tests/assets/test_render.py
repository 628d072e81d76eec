from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from assets.probe import MediaType
from assets.probe.sniffing import AVIF, JPEG, PICTURE_TYPES, PNG, WEBP
from assets.render import Credit, FocalRectangle, Order, Preset, Recipe, parse_preset, plan_geometry, render
from assets.render.presets import dump_preset
from pim.errors import Refused
from tests.assets.pictures import COPYRIGHT, GPS_IFD, ORIENTATION, as_file, draw_scene, make_exif
from tests.shared_data import shared_data

FORMATS = ["jpeg", "png", "webp", "avif"]
PRESETS: dict[str, dict[str, Any]] = {
    "contain": {"fit": "contain", "width": 60, "height": 60},
    "cover": {"fit": "cover", "width": 40, "height": 60},
    "pad": {"fit": "pad", "width": 90, "height": 90, "background": "#ffeedd"},
    "width": {"fit": "width", "width": 60},
    "height": {"fit": "height", "height": 60},
    "original": {"fit": "original"},
}


def preset(name: str, fmt: str = "png", **more: Any) -> Preset:
    return parse_preset(name, {**PRESETS[name], "formats": [fmt], **more})


def draw(file: io.BytesIO, media: MediaType, chosen: Preset, fmt: str, **more: Any) -> Image.Image:
    made = render(file, media, [Order(chosen, fmt, **more)])[0]
    picture = Image.open(io.BytesIO(made.content))
    assert picture.size == (made.width_px, made.height_px)
    return picture


def difference(left: Image.Image, right: Image.Image) -> float:
    """Mean distance of two pictures, 0–255."""
    return max(ImageStat.Stat(ImageChops.difference(left.convert("RGB"), right.convert("RGB"))).mean)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", PRESETS)
def test_every_orientation_gives_the_picture_as_seen(name: str, orientation: int) -> None:
    seen = draw_scene()
    turned = {
        1: seen,
        2: seen.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        3: seen.transpose(Image.Transpose.ROTATE_180),
        4: seen.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
        5: seen.transpose(Image.Transpose.TRANSPOSE),
        6: seen.transpose(Image.Transpose.ROTATE_90),
        7: seen.transpose(Image.Transpose.TRANSVERSE),
        8: seen.transpose(Image.Transpose.ROTATE_270),
    }[orientation]

    expected = draw(as_file(seen, "PNG"), PNG, preset(name), "png")
    found = draw(as_file(turned, "PNG", exif=make_exif(orientation=orientation)), PNG, preset(name), "png")

    assert found.size == expected.size
    assert difference(found, expected) < 1
    assert ORIENTATION not in found.getexif()


@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize("source", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
def test_no_rendition_keeps_where_the_picture_was_taken(source: str, fmt: str) -> None:
    options: dict[str, Any] = {"exif": make_exif(gps=True, copyright_line="Studio Nord")}
    if source == "JPEG":
        options["comment"] = b"taken at home"
    file = as_file(draw_scene(), source, **options)

    made = draw(file, PICTURE_TYPES[f"image/{source.lower()}"], preset("contain", fmt), fmt, credit=Credit("© Nord"))

    assert made.getexif().get_ifd(GPS_IFD) == {}
    assert not {"comment", "icc_profile"} & set(made.info)
    assert made.getexif()[COPYRIGHT] in ("© Nord", "© Nord".encode().decode("latin-1"))


@pytest.mark.parametrize("fmt", FORMATS)
def test_real_photographs_with_gps_lose_it(fmt: str) -> None:
    root = shared_data("07_photos", "cameras_free_use", "jpg")
    with_gps = 0
    for path in sorted(root.glob("*.[jJ][pP][gG]")):
        with Image.open(path) as source:
            try:
                if not source.getexif().get_ifd(GPS_IFD):
                    continue
            except Exception:
                continue
        with_gps += 1
        made = draw(io.BytesIO(path.read_bytes()), JPEG, preset("contain", fmt), fmt)
        assert made.getexif().get_ifd(GPS_IFD) == {}

    assert with_gps >= 10


def test_the_cascade_looks_like_single_renditions() -> None:
    scene = Image.effect_mandelbrot((900, 600), (-3, -2.5, 2, 2.5), 100).convert("RGB")
    presets = [
        parse_preset(f"w{side}", {"fit": "width", "width": side, "formats": ["png"]}) for side in (450, 200, 90, 40)
    ]

    together = render(as_file(scene, "PNG"), PNG, [Order(chosen, "png") for chosen in presets])
    alone = [render(as_file(scene, "PNG"), PNG, [Order(chosen, "png")])[0] for chosen in presets]

    for left, right in zip(together, alone, strict=True):
        assert difference(Image.open(io.BytesIO(left.content)), Image.open(io.BytesIO(right.content))) < 2.5


def test_cmyk_without_a_profile_is_printed_ink_and_not_a_negative() -> None:
    inks = {(255, 0, 0, 0): (0, 160, 228), (0, 255, 0, 0): (230, 12, 128), (0, 0, 255, 0): (255, 238, 0)}
    for ink, expected in inks.items():
        made = draw(
            as_file(Image.new("CMYK", (20, 20), ink), "TIFF"), PICTURE_TYPES["image/tiff"], preset("contain"), "png"
        )
        pixel = made.getpixel((5, 5))
        assert isinstance(pixel, tuple)
        assert max(abs(a - b) for a, b in zip(pixel, expected, strict=False)) < 12

    paper = draw(
        as_file(Image.new("CMYK", (9, 9), (0, 0, 0, 0)), "TIFF"), PICTURE_TYPES["image/tiff"], preset("contain"), "png"
    )
    assert paper.getpixel((1, 1)) == (255, 255, 255)


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_real_cmyk_photograph_becomes_srgb(fmt: str) -> None:
    path = shared_data("07_photos", "sharp_fixtures_apache2", "Channel_digital_image_CMYK_color_no_profile.jpg")

    made = draw(io.BytesIO(path.read_bytes()), JPEG, preset("contain", fmt), fmt)

    assert made.mode == "RGB"
    red, green, blue = ImageStat.Stat(made).mean
    assert 60 < red < 180
    assert 60 < green < 180
    assert 40 < blue < 180


@pytest.mark.parametrize(("fmt", "keeps"), [("png", True), ("webp", True), ("avif", True), ("jpeg", False)])
def test_transparency_stays_where_the_format_has_it(fmt: str, keeps: bool) -> None:
    picture = Image.new("RGBA", (50, 50), (0, 0, 0, 0))

    made = draw(as_file(picture, "PNG"), PNG, preset("contain", fmt), fmt)

    assert (made.mode == "RGBA") is keeps
    corner = made.convert("RGBA").getpixel((0, 0))
    assert isinstance(corner, tuple)
    assert corner[3] == (0 if keeps else 255)
    if not keeps:
        assert corner[:3] == (255, 255, 255)


def test_cover_follows_the_focal_rectangle() -> None:
    scene = draw_scene(200, 100)
    square = parse_preset("s", {"fit": "cover", "width": 50, "height": 50, "formats": ["png"]})

    left = draw(as_file(scene, "PNG"), PNG, square, "png", focal=FocalRectangle(0, 0, 0.1, 0.1))
    right = draw(as_file(scene, "PNG"), PNG, square, "png", focal=FocalRectangle(0.9, 0, 0.1, 0.1))

    assert left.getpixel((2, 2)) == (220, 30, 30)
    assert right.getpixel((47, 2)) == (30, 200, 40)
    assert right.getpixel((47, 47)) == (255, 255, 255)


def test_max_bytes_lowers_the_quality() -> None:
    noise = Image.effect_noise((400, 400), 90).convert("RGB")
    free = parse_preset("a", {"fit": "original", "formats": ["jpeg"]})
    small = parse_preset("b", {"fit": "original", "formats": ["jpeg"], "max_bytes": 60_000})

    large = render(as_file(noise, "PNG"), PNG, [Order(free, "jpeg")])[0]
    bound = render(as_file(noise, "PNG"), PNG, [Order(small, "jpeg")])[0]

    assert len(large.content) > 60_000
    assert 40_000 < len(bound.content) <= 60_000


def test_a_truncated_source_is_refused() -> None:
    noise = as_file(Image.effect_noise((300, 300), 90).convert("RGB"))
    cut = io.BytesIO(noise.getvalue()[:9_000])

    with pytest.raises(Refused) as refused:
        render(cut, JPEG, [Order(preset("contain"), "png")])

    assert refused.value.code == "picture_broken"


sizes = st.integers(1, 5_000)


@given(width=sizes, height=sizes, name=st.sampled_from(sorted(PRESETS)), x=st.floats(0, 0.9), y=st.floats(0, 0.9))
@settings(max_examples=200, deadline=None)
def test_geometry_stays_inside_the_picture_and_never_enlarges(
    width: int, height: int, name: str, x: float, y: float
) -> None:
    plan = plan_geometry(width, height, preset(name), focal=FocalRectangle(x, y, 0.1, 0.1))

    left, top, right, bottom = plan.box
    assert -1e-6 <= left < right <= width + 1e-6
    assert -1e-6 <= top < bottom <= height + 1e-6
    assert plan.picture[0] <= max(1, round(right - left))
    assert plan.canvas >= (1, 1)
    if name == "pad":
        assert plan.canvas == (90, 90)


@pytest.mark.parametrize(
    ("data", "pointer"),
    [
        ({"fit": "stretch"}, "/fit"),
        ({"fit": "cover", "width": 10}, "/height"),
        ({"fit": "width", "width": 0}, "/width"),
        ({"fit": "width", "width": 90_000}, "/width"),
        ({"fit": "original", "formats": ["bmp"]}, "/formats"),
        ({"fit": "original", "background": "red"}, "/background"),
        ({"fit": "original", "quality": {"webp": 101}}, "/quality"),
        ({"fit": "original", "blur": 3}, "/blur"),
    ],
)
def test_a_preset_that_makes_no_sense_is_refused_with_a_pointer(data: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_preset("p", data)

    assert pointer in {problem.pointer for problem in refused.value.problems}


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_survives_its_stored_form(name: str) -> None:
    chosen = preset(name, "webp", quality={"webp": 70})

    assert parse_preset(name, dump_preset(chosen)) == chosen


def test_the_digest_names_what_decides_the_bytes_and_nothing_else() -> None:
    cover, contain = preset("cover", "webp"), preset("contain", "webp")
    focal = FocalRectangle(0.1, 0.1, 0.2, 0.2)
    base = Recipe("ab" * 32, cover, "webp").digest

    assert Recipe("ab" * 32, parse_preset("other_name", dump_preset(cover)), "webp").digest == base
    assert Recipe("ab" * 32, cover, "webp", focal).digest != base
    assert Recipe("cd" * 32, cover, "webp").digest != base
    assert Recipe("ab" * 32, cover, "webp", is_guarded=True).digest != base
    assert Recipe("ab" * 32, contain, "webp", focal).digest == Recipe("ab" * 32, contain, "webp").digest


def test_renditions_of_real_avif_and_webp_sources() -> None:
    sources = (("avif_cc_by_sa", "kimono.rotate90.avif", AVIF), ("cameras_free_use/webp", "Nikon D1X.webp", WEBP))
    for folder, name, media in sources:
        path = shared_data("07_photos", folder, name)
        made = draw(io.BytesIO(path.read_bytes()), media, preset("contain"), "png")
        assert max(made.size) == 60

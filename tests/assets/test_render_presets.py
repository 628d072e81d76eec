"""What presets can ask of the engine: trim, crop, watermark, bounds; and what never leaves with a file."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from PIL import ExifTags, Image, ImageDraw, IptcImagePlugin

from assets.probe import MediaType
from assets.probe.sniffing import JPEG, PNG, TIFF, WEBP
from assets.render import Credit, FocalRectangle, Order, Preset, Recipe, load_overlay, parse_preset, render
from assets.render.subject import find_subject
from pim.errors import Refused
from tests.assets.pictures import COPYRIGHT, GPS_IFD, as_bytes, draw_scene, make_exif

FORMATS = ["jpeg", "png", "webp", "avif"]
FITS: dict[str, dict[str, Any]] = {
    "contain": {"fit": "contain", "width": 60, "height": 60},
    "cover": {"fit": "cover", "width": 40, "height": 60},
    "pad": {"fit": "pad", "width": 90, "height": 90, "background": "#ffeedd"},
    "trim": {"fit": "trim", "width": 70, "height": 70},
    "width": {"fit": "width", "width": 60},
    "height": {"fit": "height", "height": 60},
    "original": {"fit": "original"},
    "marked": {"fit": "contain", "width": 60, "height": 60, "watermark": {"text": "©", "is_tiled": True}},
    "print": {"fit": "contain", "width": 60, "height": 60, "keeps_profile": True, "dpi": 300},
}
EVERYTHING = Credit(
    copyright="© Studio Nord <GmbH> & Co.",
    artist="Anna Ö.",
    credit="Nord/agency",
    usage_terms="Editorial use only",
    statement_url="https://example.com/rights?a=1&b=2",
    licensor_url="https://example.com/buy",
    digital_source="digitalCapture",
)


def preset_of(fmt: str = "png", **settings: Any) -> Preset:
    return parse_preset("p", {**settings, "formats": [fmt]})


def render_bytes(picture: Image.Image | bytes, chosen: Preset, media: MediaType = PNG, **more: Any) -> bytes:
    content = picture if isinstance(picture, bytes) else as_bytes(picture, media.pillow)
    overlays = more.pop("overlays", None)
    order = Order(chosen, chosen.formats[0], watermark=chosen.watermark, **more)
    made = render(io.BytesIO(content), media, [order], overlays=overlays)[0]
    with Image.open(io.BytesIO(made.content)) as opened:
        assert opened.size == (made.width_px, made.height_px)
    return made.content


def render_one(picture: Image.Image | bytes, chosen: Preset, media: MediaType = PNG, **more: Any) -> Image.Image:
    return Image.open(io.BytesIO(render_bytes(picture, chosen, media, **more)))


def draw_product(size: tuple[int, int], box: tuple[int, int, int, int], ground: Any = "white") -> Image.Image:
    picture = Image.new("RGB", size, ground)
    ImageDraw.Draw(picture).rectangle((box[0], box[1], box[2] - 1, box[3] - 1), fill=(180, 30, 30))
    return picture


def box_of_red(picture: Image.Image) -> tuple[int, int, int, int]:
    green = picture.convert("RGB").getchannel("G").point(lambda value: 255 if value < 130 else 0)
    found = green.getbbox()
    assert found is not None
    return found


@pytest.mark.parametrize("box", [(100, 100, 300, 500), (10, 20, 60, 40), (0, 0, 400, 200)])
def test_trim_sets_the_product_in_the_middle_with_its_padding(box: tuple[int, int, int, int]) -> None:
    product = draw_product((1_000, 800), box)
    wide, high = box[2] - box[0], box[3] - box[1]

    made = render_one(product, preset_of(fit="trim", width=200, height=200, trim={"padding": 10}))

    found = box_of_red(made)
    scale = min(160 / wide, 160 / high, 1)
    assert made.size == (200, 200)
    assert (found[2] - found[0], found[3] - found[1]) == pytest.approx((wide * scale, high * scale), abs=3)
    assert ((found[0] + found[2]) / 2, (found[1] + found[3]) / 2) == pytest.approx((100, 100), abs=2.5)
    assert made.convert("RGB").getpixel((1, 198)) == (255, 255, 255)


@pytest.mark.parametrize(("noise", "tolerance", "is_found"), [(6, 16, True), (6, 2, False), (0, 0, True)])
def test_the_tolerance_says_what_counts_as_background(noise: int, tolerance: int, is_found: bool) -> None:
    ground = Image.new("RGB", (800, 800), (238, 238, 236))
    if noise:
        pixels = Image.effect_noise((64, 64), 3).resize((800, 800), Image.Resampling.NEAREST)
        ground = Image.merge("RGB", [pixels.point(lambda value: 238 + (value - 128))] * 3)
    ImageDraw.Draw(ground).rectangle((200, 300, 399, 599), fill=(180, 30, 30))

    subject = find_subject(ground, tolerance)

    found = subject.box == pytest.approx((0.25, 0.375, 0.5, 0.75), abs=0.006)
    assert found is is_found


def test_a_picture_without_a_plain_background_is_its_own_subject() -> None:
    chosen = preset_of(fit="trim", width=100, height=100, trim={"padding": 0}, background="#0000ff")

    made = render_one(draw_scene(200, 100), chosen)

    assert made.size == (100, 100)
    assert made.convert("RGB").getpixel((50, 10)) == (0, 0, 255)
    assert made.convert("RGB").getpixel((10, 30)) == (220, 30, 30)
    assert made.convert("RGB").getpixel((90, 30)) == (30, 200, 40)


def test_trim_fills_with_what_the_product_stands_on() -> None:
    product = draw_product((400, 400), (0, 150, 100, 250), ground=(20, 40, 60))

    own = render_one(product, preset_of(fit="trim", width=200, height=200))
    chosen = render_one(product, preset_of(fit="trim", width=200, height=200, background="#00ff00"))

    assert own.convert("RGB").getpixel((3, 3)) == (20, 40, 60)
    assert chosen.convert("RGB").getpixel((3, 3)) == (0, 255, 0)


def test_trim_of_a_cut_out_product_stays_cut_out() -> None:
    picture = Image.new("RGBA", (600, 600), (0, 0, 0, 0))
    ImageDraw.Draw(picture).rectangle((400, 100, 499, 199), fill=(180, 30, 30, 255))

    cut_out = render_one(picture, preset_of("webp", fit="trim", width=100, height=100, trim={"padding": 10}))
    flat = render_one(picture, preset_of("jpeg", fit="trim", width=100, height=100, trim={"padding": 10}))

    corner, middle = (cut_out.convert("RGBA").getpixel(place) for place in ((2, 2), (50, 50)))
    assert isinstance(corner, tuple)
    assert isinstance(middle, tuple)
    assert (corner[3], middle[3]) == (0, 255)
    assert box_of_red(flat) == pytest.approx((10, 10, 90, 90), abs=2)


def test_trim_of_a_large_jpeg_finds_the_product_before_it_decodes_it_large() -> None:
    product = draw_product((3_000, 2_000), (100, 200, 500, 600))

    made = render_one(product, preset_of("png", fit="trim", width=400, height=400, trim={"padding": 0}), JPEG)

    found = box_of_red(made)
    assert (found[2] - found[0], found[3] - found[1]) == pytest.approx((392, 392), abs=10)


@pytest.mark.parametrize("name", FITS)
def test_a_crop_wins_over_the_whole_and_over_the_focal_rectangle(name: str) -> None:
    crop = FocalRectangle(0.5, 0.0, 0.5, 0.5)
    chosen = preset_of(**{**FITS[name], "watermark": None, "keeps_profile": False})

    made = render_one(draw_scene(400, 400), chosen, crop=crop, focal=FocalRectangle(0, 0.9, 0.1, 0.1)).convert("RGB")

    assert made.getpixel((made.width // 2, made.height // 2)) == (30, 200, 40)
    assert (220, 30, 30) not in {colour for _count, colour in made.getcolors(1 << 16) or []}


def test_a_crop_decides_the_digest_and_the_focal_rectangle_only_where_the_preset_crops() -> None:
    contain, crop = preset_of(fit="contain", width=9, height=9), FocalRectangle(0, 0, 0.5, 0.5)
    focal = FocalRectangle(0.1, 0.1, 0.2, 0.2)
    base = Recipe("ab" * 32, contain, "png").digest

    assert Recipe("ab" * 32, contain, "png", crop=crop).digest != base
    assert (
        Recipe("ab" * 32, contain, "png", focal, crop=crop).digest
        == Recipe("ab" * 32, contain, "png", crop=crop).digest
    )
    assert Recipe("ab" * 32, contain, "png", focal).digest == base
    assert Recipe("ab" * 32, contain, "png", page=2).digest != base


PLACES = {
    "top_left": (0, 0), "top": (1, 0), "top_right": (2, 0), "left": (0, 1), "centre": (1, 1), "right": (2, 1),
    "bottom_left": (0, 2), "bottom": (1, 2), "bottom_right": (2, 2),
}  # fmt: skip


@pytest.mark.parametrize("position", PLACES)
def test_a_text_stands_where_it_was_put(position: str) -> None:
    ground = Image.new("RGB", (300, 300), (90, 90, 90))
    mark = {"text": "Größe ©", "position": position, "size": 25, "opacity": 100}

    made = render_one(ground, preset_of(fit="original", watermark=mark)).convert("L")

    left, top, right, bottom = made.point(lambda value: 255 if abs(value - 90) > 20 else 0).getbbox() or (0, 0, 0, 0)
    assert ((left + right) // 2 // 100, (top + bottom) // 2 // 100) == PLACES[position]
    assert right - left == pytest.approx(75, abs=5)


@pytest.mark.parametrize(("opacity", "expected"), [(100, 255), (50, 172), (10, 106)])
def test_opacity_is_how_much_of_the_ground_is_covered(opacity: int, expected: int) -> None:
    ground = Image.new("RGB", (200, 200), (90, 90, 90))
    overlay = Image.new("RGBA", (10, 10), (255, 255, 255, 255))
    mark = {"picture": "ab" * 32, "position": "centre", "size": 50, "opacity": opacity}

    made = render_one(ground, preset_of(fit="original", watermark=mark), overlays={"ab" * 32: overlay})

    assert made.convert("L").getpixel((100, 100)) == pytest.approx(expected, abs=2)
    assert made.convert("L").getpixel((10, 10)) == 90


def test_tiles_cover_the_whole_picture() -> None:
    ground = Image.new("RGB", (400, 400), (90, 90, 90))

    made = render_one(ground, preset_of(fit="original", watermark={"text": "Preview", "size": 20, "is_tiled": True}))

    quarters = [made.convert("L").crop((x, y, x + 200, y + 200)) for x in (0, 200) for y in (0, 200)]
    assert all((quarter.getextrema()[1] or 0) > 120 for quarter in quarters)  # type: ignore[operator]  # one band


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_mark_leaves_transparency_where_there_is_none_of_it(fmt: str) -> None:
    ground = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    overlay = Image.new("RGBA", (10, 10), (255, 0, 0, 255))
    mark = {"picture": "ab" * 32, "position": "centre", "size": 20, "opacity": 100}

    made = render_one(ground, preset_of(fmt, fit="original", watermark=mark), overlays={"ab" * 32: overlay})

    middle, corner = (made.convert("RGBA").getpixel(place) for place in ((100, 100), (5, 5)))
    assert middle == pytest.approx((255, 0, 0, 255), abs=6)
    assert isinstance(corner, tuple)
    assert corner[3] == (255 if fmt == "jpeg" else 0)


def test_a_mark_whose_picture_is_gone_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        render_one(draw_scene(), preset_of(fit="original", watermark={"picture": "ab" * 32}))

    assert refused.value.code == "watermark_gone"


def test_an_overlay_is_read_as_it_is_seen_and_no_larger_than_needed() -> None:
    logo = as_bytes(Image.new("RGB", (3_000, 1_000), "navy"), "PNG", exif=make_exif(orientation=6))

    overlay = load_overlay(io.BytesIO(logo), PNG)

    assert (overlay.mode, overlay.size) == ("RGBA", (667, 2_000))


def test_a_mark_decides_the_digest_and_its_asset_does_not() -> None:
    one = preset_of(fit="original", watermark={"picture": "ab" * 32, "asset": "a"})
    same = preset_of(fit="original", watermark={"picture": "ab" * 32, "asset": "b"})
    other = preset_of(fit="original", watermark={"picture": "cd" * 32, "asset": "a"})

    assert one.canonical("png") == same.canonical("png")
    assert one.canonical("png") != other.canonical("png")
    marked = Recipe("ab" * 32, one, "png", mark=other.watermark)
    assert marked.digest != Recipe("ab" * 32, one, "png").digest
    assert marked.watermark == other.watermark


@pytest.mark.parametrize("fmt", ["jpeg", "webp", "avif"])
def test_max_bytes_finds_the_best_quality_that_fits(fmt: str) -> None:
    noise = Image.effect_noise((300, 300), 60).convert("RGB")
    sizes = [len(render_bytes(noise, preset_of(fmt, fit="original", quality={fmt: each}))) for each in (30, 90)]
    bound = sum(sizes) // 2

    kept = render_bytes(noise, preset_of(fmt, fit="original", quality={fmt: 90}, max_bytes=bound))

    better = [
        quality
        for quality in range(30, 90)
        if len(kept) < len(render_bytes(noise, preset_of(fmt, fit="original", quality={fmt: quality}))) <= bound
    ]
    assert bound * 0.7 < len(kept) <= bound
    assert better == [] or fmt != "jpeg"


def test_a_bound_that_no_quality_meets_gives_the_smallest_file_that_is_still_fit_to_look_at() -> None:
    noise = Image.effect_noise((300, 300), 60).convert("RGB")

    kept = render_bytes(noise, preset_of("jpeg", fit="original", max_bytes=1_000))

    assert kept == render_bytes(noise, preset_of("jpeg", fit="original", quality={"jpeg": 30}))


@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize("name", FITS)
@pytest.mark.parametrize(("source", "media"), [("JPEG", JPEG), ("PNG", PNG), ("TIFF", TIFF), ("WEBP", WEBP)])
def test_where_and_with_what_a_picture_was_taken_leaves_with_no_rendition(
    source: str, media: MediaType, name: str, fmt: str
) -> None:
    exif = make_exif(gps=True, copyright_line="camera owner")
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = "SecretCam", "SecretModel"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.BodySerialNumber] = "SecretSerial"
    options: dict[str, Any] = {"exif": exif}
    if source in {"JPEG", "WEBP"}:
        options["xmp"] = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">SecretPlace</x:xmpmeta>'
    if source == "JPEG":
        options["comment"] = b"SecretComment"

    content = render_bytes(
        as_bytes(draw_scene(), source, **options), preset_of(fmt, **FITS[name]), media, credit=EVERYTHING
    )

    made = Image.open(io.BytesIO(content))
    assert made.getexif().get_ifd(GPS_IFD) == {}
    assert made.getexif().get_ifd(ExifTags.IFD.Exif) == {}
    assert set(made.getexif()) <= {COPYRIGHT, ExifTags.Base.Artist, 0x011A, 0x011B, 0x0128}
    assert b"Secret" not in content
    assert "comment" not in made.info
    assert "camera owner" not in str(made.info)


@pytest.mark.parametrize("fmt", FORMATS)
def test_what_is_said_about_rights_goes_out_with_the_file(fmt: str) -> None:
    made = render_one(draw_scene(), preset_of(fmt, fit="original"), credit=EVERYTHING)

    exif = {tag: _text(made.getexif()[tag]) for tag in (COPYRIGHT, ExifTags.Base.Artist)}
    assert exif == {COPYRIGHT: "© Studio Nord <GmbH> & Co.", ExifTags.Base.Artist: "Anna Ö."}
    packet = made.info.get("xmp") or made.info["XML:com.adobe.xmp"]
    text = packet if isinstance(packet, str) else packet.decode()
    assert '<rdf:li xml:lang="x-default">© Studio Nord &lt;GmbH&gt; &amp; Co.</rdf:li>' in text
    assert "<photoshop:Credit>Nord/agency</photoshop:Credit>" in text
    assert "<xmpRights:WebStatement>https://example.com/rights?a=1&amp;b=2</xmpRights:WebStatement>" in text
    assert "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture" in text
    assert "<plus:LicensorURL>https://example.com/buy</plus:LicensorURL>" in text
    if fmt == "jpeg":
        assert isinstance(made, Image.Image)
        iptc = IptcImagePlugin.getiptcinfo(made)  # type: ignore[arg-type]  # an opened file
        assert iptc is not None
        assert iptc[2, 116] == "© Studio Nord <GmbH> & Co.".encode()
        assert iptc[2, 80] == "Anna Ö.".encode()
        assert iptc[2, 110] == b"Nord/agency"


def test_the_rights_that_went_out_are_read_back_by_our_own_probe() -> None:
    from assets.probe.metadata import read_metadata

    for fmt in FORMATS:
        found = read_metadata(render_one(draw_scene(), preset_of(fmt, fit="original"), credit=EVERYTHING))
        assert found["xmp"]["UsageTerms"] in ("Editorial use only", ["Editorial use only"]), fmt  # type: ignore[index,call-overload]
        assert found["copyright"] == "© Studio Nord <GmbH> & Co."


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_file_about_which_nothing_is_said_says_nothing(fmt: str) -> None:
    made = render_one(draw_scene(), preset_of(fmt, fit="original"))

    assert dict(made.getexif()) == {}
    assert not {"xmp", "XML:com.adobe.xmp", "photoshop"} & set(made.info)


def test_letters_that_xml_cannot_hold_are_left_out() -> None:
    packet = Credit(copyright="a\x00b\x0bc").to_xmp().decode()

    assert "abc" in packet
    assert re.search(r"[\x00-\x08\x0b]", packet) is None


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", FITS)
def test_all_orientations_give_the_very_same_pixels(name: str, orientation: int) -> None:
    seen = Image.effect_mandelbrot((211, 137), (-2, -1.2, 1, 1.2), 60).convert("RGB")
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
    focal = FocalRectangle(0.7, 0.1, 0.2, 0.2)

    expected = render_bytes(as_bytes(seen, "PNG"), preset_of(**FITS[name]), focal=focal)
    found = render_bytes(
        as_bytes(turned, "PNG", exif=make_exif(orientation=orientation)), preset_of(**FITS[name]), focal=focal
    )

    assert found == expected


@pytest.mark.parametrize(
    ("data", "pointer"),
    [
        ({"fit": "trim", "width": 9}, "/height"),
        ({"fit": "trim", "width": 9, "height": 9, "trim": {"padding": 41}}, "/trim/padding"),
        ({"fit": "trim", "width": 9, "height": 9, "trim": {"edge": 1}}, "/trim/edge"),
        ({"fit": "original", "watermark": {"text": "a", "picture": "ab" * 32}}, "/watermark/text"),
        ({"fit": "original", "watermark": {"size": 5}}, "/watermark/text"),
        ({"fit": "original", "watermark": {"picture": "../../etc/passwd"}}, "/watermark/picture"),
        ({"fit": "original", "watermark": {"text": "a", "opacity": 0}}, "/watermark/opacity"),
        ({"fit": "original", "watermark": {"text": "a", "position": "middle"}}, "/watermark/position"),
        ({"fit": "original", "watermark": {"text": "a" * 101}}, "/watermark/text"),
        ({"fit": "original", "dpi": 0}, "/dpi"),
        ({"fit": "original", "keeps_profile": "yes"}, "/keeps_profile"),
        ({"fit": "original", "quality": {"webp": True}}, "/quality"),
    ],
)
def test_a_preset_that_makes_no_sense_is_refused_with_a_pointer(data: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_preset("p", data)

    assert pointer in {problem.pointer for problem in refused.value.problems}


def _text(value: Any) -> str:
    """Bytes in UTF-8, which Pillow hands over as Latin-1 for some formats."""
    if isinstance(value, bytes):
        return value.decode()
    try:
        return str(value).encode("latin-1").decode()
    except (UnicodeEncodeError, UnicodeDecodeError):
        return str(value)

"""The DAM's acceptance table, row by row, through the doors that people and programs use, on a disk and in a bucket."""

from __future__ import annotations

import io
import json
import struct
import time
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape
from PIL import Image, ImageChops, ImageCms, ImageStat

from assets.models import Asset, AssetVersion, Rendition
from assets.probe.sniffing import PICTURE_TYPES
from assets.probe.swatches import colour_distance
from assets.render import Order, parse_preset, render
from assets.services.downloads.requests import DownloadRequest, Use
from assets.services.downloads.tickets import ask_download
from assets.services.ingest import ingest_version, replace_file, upload_asset
from assets.services.renditions import current_recipes, drawing, ensure_rendition
from assets.services.renditions.presets import get_presets
from assets.services.renditions.urls import rendition_url
from assets.services.rights.verdicts import judge_asset, today
from assets.services.writing import AssetChange, write_assets
from assets.sources.fetching import FetchPolicy
from assets.sources.fetching import fetch as fetch_url
from pim.choices import Origin
from pim.errors import Refused
from pim.models import User
from tests.assets.pictures import GPS_IFD, ORIENTATION, as_bytes, as_file, draw_scene, make_exif
from tests.factories.assets import make_asset, make_license, make_preset, make_release
from tests.shared_data import shared_data

pytestmark = pytest.mark.django_db

FITS: dict[str, dict[str, Any]] = {
    "contain": {"fit": "contain", "width": 90, "height": 90},
    "cover": {"fit": "cover", "width": 60, "height": 80},
    "pad": {"fit": "pad", "width": 90, "height": 90, "background": "#ffeedd"},
    "width": {"fit": "width", "width": 70},
    "height": {"fit": "height", "height": 70},
    "original": {"fit": "original"},
}
FORMATS = ["jpeg", "png", "webp", "avif"]


def take_in(content: bytes | Path, name: str = "picture.jpg") -> Asset:
    """Upload and check a file, as the browser and the worker do."""
    file = io.BytesIO(content if isinstance(content, bytes) else content.read_bytes())
    upload = upload_asset(file, name if isinstance(content, bytes) else content.name, actor=None, origin="admin")
    ingest_version(upload.version.pk)
    return Asset.objects.with_current().get(pk=upload.asset.pk)


def fetch(client: Client, url: str) -> tuple[int, bytes, Any]:
    response: Any = client.get(url)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return response.status_code, body, response


def rendition(client: Client, asset: Asset, preset: str, fmt: str | None = None) -> Image.Image:
    issued = rendition_url(asset, get_presets().get(preset), fmt)
    status, body, _response = fetch(client, issued.url)
    assert status == 200
    picture = Image.open(io.BytesIO(body))
    assert picture.size == (issued.width, issued.height)
    return picture


def distance(left: Image.Image, right: Image.Image) -> float:
    assert left.size == right.size
    return max(ImageStat.Stat(ImageChops.difference(left.convert("RGB"), right.convert("RGB"))).mean)


# Orientation 1-8 × every preset: the picture is the one of orientation 1, and no orientation is left.


def test_all_orientations_give_the_same_picture_in_every_preset(client: Client) -> None:
    for name, settings in FITS.items():
        make_preset(name, **settings, formats=["png"])
    upright = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    seen = draw_scene(240, 160)
    drawn: dict[str, list[Image.Image]] = {name: [] for name in FITS}

    for orientation, turn in upright.items():
        stored = seen if turn is None else seen.transpose(turn)
        content = as_bytes(stored, "PNG", exif=make_exif(orientation=orientation))
        asset = take_in(content, f"turned {orientation}.png")
        assert asset.version is not None
        assert (asset.version.width_px, asset.version.height_px) == seen.size
        for name in FITS:
            drawn[name].append(rendition(client, asset, name, "png"))

    for pictures in drawn.values():
        assert [ImageChops.difference(pictures[0].convert("RGB"), other.convert("RGB")).getbbox() for other in pictures] == [None] * 8  # fmt: skip
        assert all(ORIENTATION not in picture.getexif() for picture in pictures)


def test_real_photos_in_eight_orientations_look_alike(client: Client) -> None:
    """The photos differ by the digit that is painted on them."""
    folder = shared_data("07_photos", "exif_orientation_mit")
    make_preset("box", fit="cover", width=64, height=64, formats=["png"])

    pictures = [rendition(client, take_in(folder / f"Landscape_{number}.jpg"), "box") for number in range(1, 9)]

    assert max(distance(pictures[0], other) for other in pictures[1:]) < 10
    assert distance(pictures[0], pictures[1].transpose(Image.Transpose.ROTATE_90)) > 30


# Metadata extraction: raw JSON stored, mapped fields filled, malformed EXIF never raises.


def test_every_camera_file_is_stored_with_what_it_says(client: Client) -> None:
    files = sorted(path for path in shared_data("07_photos", "cameras_free_use", "jpg").iterdir() if path.is_file())

    assets = [take_in(path) for path in files]

    ready = [asset for asset in assets if asset.version is not None]
    assert len(ready) == len(files)
    makes = {asset.version.metadata.get("exif", {}).get("Make", "").strip() for asset in ready if asset.version}
    assert {"Canon", "SONY", "FUJIFILM", "NIKON"} <= {make.split(" ")[0] for make in makes if make}


# GPS and maker data: in no rendition of any preset and format; the copyright is put back.


def test_no_rendition_says_where_or_with_what_a_picture_was_taken(client: Client) -> None:
    for name, settings in FITS.items():
        make_preset(name, **settings, formats=FORMATS)
    exif = make_exif(gps=True, copyright_line="Studio Nord")
    exif[0x010F], exif[0x0110] = "Maker", "Model 7"
    asset = take_in(as_bytes(draw_scene(240, 160), exif=exif, comment=b"taken at home"))

    for name in FITS:
        for fmt in FORMATS:
            picture = rendition(client, asset, name, fmt)
            found = picture.getexif()
            assert found.get_ifd(GPS_IFD) == {}
            assert not {0x010F, 0x0110} & set(found)
            assert "comment" not in picture.info
            raw = b"".join(value for value in picture.info.values() if isinstance(value, bytes))
            assert not any(word in raw for word in (b"GPS", b"taken at home", b"Model 7"))
            assert "Studio Nord" in str(found.get(0x8298, "")) or b"Studio Nord" in raw


# Colour: every kind of source comes out as correct sRGB.

COLOURS = [0xC81E1E, 0x1EA03C, 0x1E3CC8, 0x808080]


def _patches(mode: str = "RGB") -> Image.Image:
    picture = Image.new("RGB", (160, 160))
    for number, colour in enumerate(COLOURS):
        box = (number % 2 * 80, number // 2 * 80)
        picture.paste((colour >> 16, colour >> 8 & 255, colour & 255), (*box, box[0] + 80, box[1] + 80))
    return picture.convert(mode)


def _sources() -> Iterator[tuple[str, bytes, list[int]]]:
    yield "plain.png", as_bytes(_patches(), "PNG"), COLOURS
    yield "palette.png", as_bytes(_patches().quantize(16), "PNG"), COLOURS
    alpha = _patches("RGBA")
    yield "alpha.webp", as_bytes(alpha, "WEBP", lossless=True), COLOURS
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    yield "profile.png", as_bytes(_patches(), "PNG", icc_profile=lab), COLOURS
    yield (
        "grey.png",
        as_bytes(_patches("L"), "PNG"),
        [
            value * 0x010101
            for value in (_patches("L").getpixel(at) for at in ((40, 40), (120, 40), (40, 120), (120, 120)))  # type: ignore[operator]
        ],
    )


@pytest.mark.parametrize("fmt", FORMATS)
def test_pictures_come_out_in_their_colours(client: Client, fmt: str) -> None:
    make_preset(
        "small", fit="contain", width=80, height=80, formats=FORMATS, quality={"jpeg": 95, "webp": 95, "avif": 95}
    )

    for name, content, expected in _sources():
        picture = rendition(client, take_in(content, name), "small", fmt).convert("RGB")
        for colour, at in zip(expected, ((20, 20), (60, 20), (20, 60), (60, 60)), strict=True):
            red, green, blue = picture.getpixel(at)  # type: ignore[misc]
            assert colour_distance(int(red) << 16 | int(green) << 8 | int(blue), colour) < 5, (name, fmt)  # type: ignore[arg-type]
        assert "icc_profile" not in picture.info


def test_sixteen_bit_and_wide_gamut_files_are_shown_as_they_look(client: Client) -> None:
    folder = shared_data("07_photos", "sharp_fixtures_apache2")
    make_preset("small", fit="contain", width=120, height=120, formats=["png"])

    eight = rendition(client, take_in(folder / "Flag_of_the_Netherlands.png"), "small")
    sixteen = rendition(client, take_in(folder / "Flag_of_the_Netherlands-16bit.png"), "small")
    wide = [rendition(client, take_in(folder / name), "small") for name in ("p3.png", "prophoto.png")]
    print_file = rendition(client, take_in(folder / "Channel_digital_image_CMYK_color_no_profile.jpg"), "small")

    assert distance(eight, sixteen) < 2
    assert all(picture.mode in {"RGB", "RGBA"} for picture in (*wide, print_file))


# Bombs: refused before they are decoded; the listing still renders.


def _png_header(width: int, height: int) -> bytes:
    body = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + body
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk)) + b"\x00" * 64


def _truncated() -> bytes:
    return as_bytes(Image.effect_noise((400, 400), 80).convert("RGB"))[:20_000]


def _gif_bomb() -> bytes:
    frames = [Image.new("P", (1_000, 1_000), number % 2) for number in range(2)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    content = out.getvalue()
    frame = content[content.index(b"\x2c", 800) : -1]
    return content[:-1] + frame * 10_000 + b"\x3b"


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("huge.png", lambda: _png_header(30_000, 30_000)),
        ("wide.png", lambda: _png_header(2_000_000, 8)),
        ("frames.gif", _gif_bomb),
        ("cut.jpg", _truncated),
        ("markup.jpg", lambda: b"<html><script>alert(1)</script></html>"),
    ],
)
def test_a_bomb_is_refused_with_a_sentence_and_the_library_still_lists(
    admin_client: Client, name: str, make: Any
) -> None:
    started = time.monotonic()

    upload = upload_asset(io.BytesIO(make()), name, actor=None, origin="admin")
    ingest_version(upload.version.pk)

    version = AssetVersion.objects.get(pk=upload.version.pk)
    assert version.state == "failed" or (version.width_px is None and version.measures.get("no_preview"))
    assert version.error or version.measures["no_preview"]
    assert time.monotonic() - started < 20
    assert admin_client.get("/admin/assets/asset/").status_code == 200


# Replace file: a new address, the old one still answers.


def test_a_replaced_file_has_a_new_address_and_the_old_one_still_answers(client: Client) -> None:
    asset = make_asset("mug.png")
    old = rendition_url(asset, get_presets().get("thumb"))
    assert fetch(client, old.url)[0] == 200

    upload = replace_file(asset, as_file(draw_scene(90, 90)), "mug.png", actor=None, origin="admin")
    ingest_version(upload.version.pk)

    now = Asset.objects.with_current().get(pk=asset.pk)
    new = rendition_url(now, get_presets().get("thumb"))
    assert new.url != old.url
    assert now.updated > asset.updated
    assert fetch(client, old.url)[0] == fetch(client, new.url)[0] == 200


# Remote I/O: a list of 200 asks the storage nothing, and the thumbnails cost at most three queries.


def test_a_page_of_two_hundred_asks_the_storage_nothing(admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for _number in range(200):
        make_asset()
    admin_client.get("/admin/assets/asset/")
    asked: list[str] = []
    backend: Any = default_storage._wrapped  # type: ignore[attr-defined]
    for name in ("exists", "size", "open", "url", "_open", "listdir"):
        monkeypatch.setattr(backend, name, lambda *_args, _name=name, **_options: asked.append(_name))

    with CaptureQueriesContext(connection) as queries:
        response = admin_client.get("/admin/assets/asset/?size=200")

    assert response.status_code == 200
    assert response.content.count(b"/media/r/thumb/") >= 200
    assert asked == []
    about_pictures = [q["sql"] for q in queries if "assets_rendition" in q["sql"] or "assets_assetversion" in q["sql"]]
    assert len(about_pictures) <= 3


# Concurrency: twenty at once, one encode, one object.


@pytest.mark.django_db(transaction=True)
def test_twenty_who_want_the_same_missing_rendition_have_it_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asset = make_asset()
    recipe = next(recipe for recipe in current_recipes(asset) if recipe.preset.code == "preview")
    drawn: list[object] = []
    real = drawing.render
    monkeypatch.setattr(drawing, "render", lambda *args, **options: drawn.append(args) or real(*args, **options))

    def want(_number: int) -> str:
        try:
            return ensure_rendition("preview", recipe.digest, recipe.extension).state
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as pool:
        states = list(pool.map(want, range(20)))

    assert states == ["ready"] * 20
    assert len(drawn) == 1
    assert Rendition.objects.filter(digest=recipe.digest).count() == 1


# Signature: any other character, segment, preset or moment is refused before any work.


def _guarded(asset: Asset) -> str:
    code = make_license(valid_until=(today() + timedelta(days=3)).isoformat()).code
    write_assets([AssetChange(asset.code, {"license": code})], actor=None, origin=Origin.SYSTEM).raise_first()
    loaded = Asset.objects.with_current().get(pk=asset.pk)
    return rendition_url(loaded, get_presets().get("thumb")).url


def test_a_changed_signature_is_refused_and_no_work_is_done(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    url = _guarded(make_asset())
    monkeypatch.setattr(drawing, "render", lambda *args, **options: pytest.fail("work was done"))
    path, query = url.split("?")
    end = dict(part.split("=") for part in query.split("&"))
    changed = [
        *(
            f"{path}?{query[:at]}{'0' if query[at] != '0' else '1'}{query[at + 1 :]}"
            for at in range(2, len(query), 7)
            if query[at] not in "=&es"
        ),
        f"{path}?e={int(end['e']) + 1}&s={end['s']}",
        f"{path}?e={int(end['e']) - 10**9}&s={end['s']}",
        f"{path.replace('/thumb/', '/preview/')}?{query}",
        f"{path.replace('.webp', '.jpg')}?{query}",
        f"{path}?e={end['e']}&s=",
        path,
    ]

    statuses = {fetch(client, one)[0] for one in changed}

    assert statuses <= {403, 404}
    assert fetch(client, f"{path}/extra?{query}")[0] in {403, 404}


def test_a_signed_address_ends_with_its_right(client: Client) -> None:
    asset = make_asset()
    url = _guarded(asset)
    assert fetch(client, url)[0] == 200
    path, query = url.split("?")
    moment = int(query.split("&")[0].removeprefix("e="))

    assert moment - time.time() < 4 * 86_400
    assert fetch(client, f"{path}?e=1000000000&s={query.split('s=')[1]}")[0] == 403


# SSRF: no address of our own network is fetched, by whatever name.


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1", "::ffff:127.0.0.1",
        "2002:7f00:1::", "64:ff9b::7f00:1", "2001:0:7f00:1::", "fc00::1", "fe80::1",
    ],
)  # fmt: skip
def test_no_address_of_our_own_network_is_fetched(address: str) -> None:
    policy = FetchPolicy(resolve=lambda _host, _port: [ip_address(address)])

    with pytest.raises(Refused):
        fetch_url("https://pictures.example/a.jpg", io.BytesIO(), policy)


# SVG: drawn from what is harmless; the file itself only ever goes out as an attachment that may do nothing.


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<rect onload="alert(1)" width="1" height="1"/>',
        "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'><script>alert(1)</script></body></foreignObject>",
        '<use href="data:image/svg+xml;base64,PHN2Zy8+#x"/>',
        "<style>@import url(https://evil.example/a.css);</style>",
        '<filter id="f"><feImage href="https://evil.example/a.png"/></filter>',
    ],
)
def test_nothing_of_a_drawing_is_executed_or_fetched(admin_client: Client, inside: str) -> None:
    drawing_file = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="10" height="10" fill="#c81e1e"/>'
        f"{inside}</svg>"
    )
    asset = take_in(drawing_file.encode(), "logo.svg")

    shown = rendition(admin_client, asset, "thumb").convert("RGB")
    status, body, response = fetch(admin_client, f"/media/original/{asset.uuid}/1/")

    assert shown.getpixel((shown.width // 2, shown.height // 2))[0] > 150  # type: ignore[index]
    assert status == 200
    assert body == drawing_file.encode()
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Content-Type"] == "image/svg+xml"


@pytest.mark.parametrize("name", ["xmlbomb.xml", "quadratic.xml", "external_file.xml"])
def test_a_drawing_with_entities_is_refused_or_kept_undrawn(name: str) -> None:
    bomb = shared_data("10_hostile_basic", "xml_bombs_psf", name).read_bytes()
    content = bomb.replace(b"<root", b'<svg xmlns="http://www.w3.org/2000/svg"').replace(b"</root", b"</svg")

    upload = upload_asset(io.BytesIO(content), "bomb.svg", actor=None, origin="admin")
    ingest_version(upload.version.pk)

    version = AssetVersion.objects.get(pk=upload.version.pk)
    assert version.state == "failed" or (version.width_px is None and version.measures["no_preview"])


# Rights: the same verdict, with the same reason, on all five ways out.

WRONGS: dict[str, Callable[[], dict[str, Any]]] = {
    "license_expired": lambda: {"license": make_license(valid_until=str(today() - timedelta(days=1))).code},
    "release_withdrawn": lambda: {"releases": [make_release(withdrawn=f"{today()}T00:00:00+00:00").code]},
    "license_excludes_territory": lambda: {"license": make_license(territories=["DE"]).code},
}


@pytest.mark.parametrize("code", WRONGS)
def test_five_ways_out_give_one_verdict(admin_client: Client, code: str) -> None:
    asset = make_asset("mug.png")
    write_assets([AssetChange(asset.code, WRONGS[code]())], actor=None, origin=Origin.SYSTEM).raise_first()
    asset = Asset.objects.with_current().get(pk=asset.pk)
    territory = "FR" if code == "license_excludes_territory" else ""
    asked = {"territory": territory} if territory else {}
    verdict = judge_asset(asset, territory=territory or None)
    sentence = str(verdict.reasons[0].message)

    issued = rendition_url(asset, get_presets().get("preview"), **asked)  # type: ignore[arg-type]
    rest = admin_client.get(f"/api/v1/assets/{asset.uuid}/verdict/", asked).json()
    query = """query ($key: String!, $territory: String) {
        asset(key: $key) { verdict(territory: $territory) { allowed reasons { code message } } } }"""
    body = {"query": query, "variables": {"key": str(asset.uuid), **asked}}
    graphql = admin_client.post("/graphql/", json.dumps(body), content_type="application/json").json()
    request = DownloadRequest((asset.uuid,), use=Use(territory=territory))
    with pytest.raises(Refused) as zipped:
        ask_download(request, actor=User.objects.get(username="admin"))
    page = admin_client.get(f"/admin/assets/asset/{asset.uuid}/change/").content.decode()

    assert (issued.url, list(issued.verdict.codes)) == ("", [code])
    assert [(reason["code"], reason["message"]) for reason in rest["reasons"]] == [(code, sentence)]
    found = graphql["data"]["asset"]["verdict"]["reasons"]
    assert [(reason["code"], reason["message"]) for reason in found] == [(code, sentence)]
    assert [(problem.code, str(problem.message)) for problem in zipped.value.problems] == [(code, sentence)]
    if not territory:
        assert escape(sentence) in page


# Throughput: ten sizes of 24 megapixels from one decode cost less than half of drawing each by itself.


def test_ten_sizes_of_a_large_photo_cost_less_than_half_of_drawing_each_alone() -> None:
    source = Image.effect_noise((1_500, 1_000), 60).convert("RGB").resize((6_000, 4_000))
    file = as_file(source, quality=88)
    sizes = [2048, 1600, 1200, 1024, 800, 640, 512, 400, 256, 100]
    orders = [
        Order(parse_preset(f"s{side}", {"fit": "contain", "width": side, "height": side, "formats": ["jpeg"]}), "jpeg")
        for side in sizes
    ]

    started = time.process_time()
    drawn = render(file, PICTURE_TYPES["image/jpeg"], orders)
    together = time.process_time() - started
    started = time.process_time()
    for side in sizes:
        file.seek(0)
        with Image.open(file) as picture:
            picture.resize((side, side * 2 // 3), Image.Resampling.LANCZOS).save(io.BytesIO(), "JPEG", quality=82)
    alone = time.process_time() - started

    assert [max(one.width_px, one.height_px) for one in drawn] == sizes
    assert together < alone / 2

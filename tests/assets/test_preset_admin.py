"""The page of a rendition preset: settings as fields, a picture drawn by them, and what a change costs."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from assets.models import Asset, License, Rendition, RenditionPreset
from assets.services.renditions import build_renditions, current_recipes
from assets.services.rights.verdicts import today
from pim.models import Job, User
from tests.assets.pictures import as_bytes, draw_scene
from tests.factories.assets import make_asset, make_license, make_preset

pytestmark = pytest.mark.django_db

LIST = "/admin/assets/renditionpreset/"
FULL: dict[str, Any] = {
    "fit": "trim",
    "width": 80,
    "height": 80,
    "background": "#ffffff",
    "formats": ["webp", "jpeg"],
    "quality": {"jpeg": 70},
    "max_bytes": 50_000,
    "trim": {"tolerance": 20, "padding": 8},
    "watermark": {"text": "Nord", "position": "top", "size": 30, "opacity": 40, "is_tiled": False},
    "keeps_profile": True,
    "dpi": 300,
}


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("boss"))
    return client


def fields_of(client: Client, preset: RenditionPreset) -> dict[str, Any]:
    """What a browser would post back unchanged."""
    form = client.get(address(preset)).context["form"]
    posted: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        if value in (None, "", False):
            continue
        if isinstance(value, dict):
            posted |= {f"{bound.html_name}_{locale}": text for locale, text in value.items()}
        else:
            posted[bound.html_name] = "on" if value is True else value
    return posted


def address(preset: RenditionPreset, page: str = "change") -> str:
    return reverse(f"admin:assets_renditionpreset_{page}", args=[preset.uuid])


def draw_all(asset: Asset) -> None:
    loaded = Asset.objects.with_current().get(pk=asset.pk)
    build_renditions([recipe.digest for recipe in current_recipes(loaded)])


def test_saving_what_was_shown_changes_nothing(boss: Client) -> None:
    preset = make_preset("card", **FULL)

    answer = boss.post(address(preset), {**fields_of(boss, preset), "_continue": ""})

    preset.refresh_from_db()
    assert answer.status_code == 302
    assert (preset.revision, preset.settings["formats"]) == (1, ["webp", "jpeg"])


def test_every_setting_has_its_field(boss: Client) -> None:
    preset = make_preset("card", **FULL)
    changed = {
        "fit": "cover", "width": "90", "height": "60", "background": "", "formats": ["jpeg", "png"], "quality_jpeg": "55",
        "max_bytes": "", "keeps_profile": "", "dpi": "", "mark_kind": "text", "mark_text": "Süd", "mark_position": "left",
        "mark_size": "50", "mark_opacity": "90", "mark_is_tiled": "on",
    }  # fmt: skip

    answer = boss.post(address(preset), {**fields_of(boss, preset), **changed, "_continue": ""})

    preset.refresh_from_db()
    assert answer.status_code == 302
    assert preset.settings == {
        "fit": "cover", "width": 90, "height": 60, "background": "", "formats": ["jpeg", "png"],
        "quality": {"jpeg": 55}, "max_bytes": None, "trim": None, "keeps_profile": False, "dpi": None,
        "watermark": {
            "text": "Süd", "picture": "", "position": "left", "size": 50, "opacity": 90, "is_tiled": True, "asset": "",
        },
    }  # fmt: skip


def test_a_watermark_of_an_asset_keeps_its_file_until_another_is_named(boss: Client) -> None:
    logo = make_asset("logo.png")
    assert logo.version is not None
    preset = make_preset("card", fit="original", watermark={"asset": logo.code})
    Asset.objects.filter(pk=logo.pk).update(version=None)

    posted = fields_of(boss, preset)
    boss.post(address(preset), {**posted, "width": "", "mark_opacity": "70", "_continue": ""})

    preset.refresh_from_db()
    assert posted["mark_asset"] == str(logo.uuid)
    assert preset.settings["watermark"]["picture"] == logo.version.sha256
    assert preset.settings["watermark"]["opacity"] == 70


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"width": ""}, "width"),
        ({"background": "red"}, "background"),
        ({"trim_padding": "60"}, "trim_padding"),
        ({"mark_kind": "text", "mark_text": ""}, "mark_text"),
        ({"mark_kind": "picture", "mark_asset": "nowhere"}, "mark_asset"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(boss: Client, change: dict[str, Any], field: str) -> None:
    preset = make_preset("card", **FULL)

    answer = boss.post(address(preset), {**fields_of(boss, preset), **change})

    preset.refresh_from_db()
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert preset.revision == 1


def test_a_picture_is_drawn_by_what_is_not_saved(boss: Client) -> None:
    asset = make_asset(content=as_bytes(draw_scene(400, 300), "PNG"))
    preset = make_preset("card", fit="cover", width=60, height=60, formats=["webp", "jpeg"])
    posted = {**fields_of(boss, preset), "width": "200", "sample": asset.uuid, "sample_format": "jpeg"}

    answer = boss.post(f"{LIST}preview/", {**posted, "preset_code": "card"})

    picture = Image.open(io.BytesIO(answer.content))
    preset.refresh_from_db()
    assert (answer.status_code, answer.headers["Content-Type"], picture.format) == (200, "image/jpeg", "JPEG")
    assert picture.size == (200, 60)
    assert unquote(answer.headers["X-Preview"]).startswith("200 × 60 · ")
    assert "no-store" in answer.headers["Cache-Control"]
    assert (preset.settings["width"], Rendition.objects.filter(state="ready").count()) == (60, 0)


def test_a_preview_says_what_is_wrong(boss: Client) -> None:
    asset = make_asset()

    answer = boss.post(f"{LIST}preview/", {"code": "new", "fit": "cover", "formats": ["webp"], "sample": asset.uuid})

    assert answer.status_code == 422
    assert answer.json()["message"]


@pytest.mark.parametrize("page", ["preview", "cost"])
def test_nonsense_is_answered_with_a_sentence(boss: Client, page: str) -> None:
    posted = {"code": "a\0b", "fit": "cover", "width": "9" * 40, "formats": ["bmp"], "sample": "\0", "mark_kind": "x"}

    answer = boss.post(f"{LIST}{page}/", posted)

    assert answer.status_code == 422
    assert answer.json()["message"]


@pytest.mark.parametrize("page", ["preview", "cost"])
def test_only_those_who_may_write_presets_have_pictures_drawn(client: Client, page: str) -> None:
    asset = make_asset()
    posted = {"code": "new", "fit": "original", "formats": ["webp"], "sample": asset.uuid}
    client.force_login(User.objects.create_user("clerk", is_staff=True))

    assert client.post(f"{LIST}{page}/", posted).status_code == 403
    assert client.get(f"{LIST}{page}/").status_code == 405


def test_a_picture_that_may_not_be_used_is_not_drawn(boss: Client) -> None:
    asset = make_asset()
    terms = make_license()
    License.objects.filter(pk=terms.pk).update(valid_until=today().replace(year=2020))
    Asset.objects.filter(pk=asset.pk).update(license=terms)

    posted = {"code": "new", "fit": "original", "formats": ["webp"], "sample": asset.uuid}

    assert boss.post(f"{LIST}preview/", posted).status_code == 403
    assert boss.get(f"{LIST}add/").context["samples"] == []


def test_the_cost_is_told_before_saving(boss: Client) -> None:
    preset = make_preset("card", fit="cover", width=60, height=60, formats=["webp", "jpeg"])
    draw_all(make_asset())

    same = boss.post(f"{LIST}cost/", {**fields_of(boss, preset), "preset_code": "card"}).json()
    other = boss.post(f"{LIST}cost/", {**fields_of(boss, preset), "preset_code": "card", "quality_jpeg": "50"}).json()

    assert (same["files"], same["shares"]) == (0, [])
    assert other["files"] == 1
    assert [share["format"] for share in other["shares"]] == ["JPEG"]


def test_a_change_that_waits_can_be_stopped_resumed_and_discarded(boss: Client) -> None:
    preset = make_preset("card", fit="cover", width=60, height=60, formats=["webp"])
    draw_all(make_asset())
    boss.post(address(preset), {**fields_of(boss, preset), "width": "70"})

    page = boss.get(address(preset)).content.decode()
    boss.post(address(preset, "waiting"), {"do": "stop"})
    stopped = Job.objects.get(kind="redraw_preset").state
    boss.post(address(preset, "waiting"), {"do": "resume"})
    boss.post(address(preset, "waiting"), {"do": "discard"})

    preset.refresh_from_db()
    assert "Cover 60 × 60" in page
    assert stopped == "cancelled"
    assert Job.objects.filter(kind="redraw_preset").count() == 2
    assert (preset.settings["width"], preset.in_force) == (60, None)


def test_new_settings_can_be_used_before_their_files_are_there(boss: Client) -> None:
    preset = make_preset("card", fit="cover", width=60, height=60, formats=["webp"])
    draw_all(make_asset())
    boss.post(address(preset), {**fields_of(boss, preset), "width": "70"})

    boss.post(address(preset, "waiting"), {"do": "use"})

    preset.refresh_from_db()
    assert (preset.settings["width"], preset.in_force) == (70, None)


def test_the_list_tells_files_and_storage_in_a_fixed_number_of_queries(
    boss: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        make_preset(f"card{number}", fit="cover", width=60 + number, height=60, formats=["webp"])
    draw_all(make_asset())
    size = Rendition.objects.get(preset="card0").size_bytes
    boss.get(LIST)

    with django_assert_max_num_queries(16):
        page = boss.get(LIST).content.decode()

    assert f"{size}\xa0bytes" in page
    assert "thumb" in page


def test_a_preset_of_the_house_is_replaced_with_its_own_settings_to_begin_with(boss: Client) -> None:
    form = boss.get(f"{LIST}add/?code=thumb").context["form"]

    assert (form["code"].value(), form["fit"].value(), form["width"].value()) == ("thumb", "contain", 320)

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from assets import extensions
from assets.models import Asset, License, RenditionPreset
from assets.services.ingest import ingest_version, upload_asset
from assets.services.rights.verdicts import today
from assets.services.writing import AssetChange, write_assets
from pim.choices import Origin
from pim.models import User
from pim.services.structure import StructureChange, write_structure
from tests.assets.pictures import as_bytes, draw_scene
from tests.assets.s3_server import S3Server
from tests.factories.assets import make_asset, make_license, make_upload

pytestmark = pytest.mark.django_db
LIBRARY = "/admin/assets/asset/"


@pytest.fixture
def browser(client: Client) -> Client:
    write_structure("locale", [StructureChange("en_US", {"code": "en_US"})], actor=None, origin=Origin.SYSTEM)
    client.force_login(User.objects.create_superuser("boss"))
    return client


def page_of(asset: Asset) -> str:
    return reverse("admin:assets_asset_change", args=[asset.uuid])


def test_the_library_shows_thumbnails_with_the_same_queries_for_one_and_for_thirty(
    browser: Client, django_assert_max_num_queries: Any
) -> None:
    make_asset("first.png")
    browser.get(LIBRARY)

    with django_assert_max_num_queries(25) as one:
        assert b"/media/r/thumb/" in browser.get(LIBRARY).content
    for number in range(30):
        make_asset(f"more_{number}.png")
    browser.get(LIBRARY)
    with django_assert_max_num_queries(25) as many:
        page = browser.get(LIBRARY).content.decode()

    assert page.count("as-card-link") == 31
    assert "31 assets" in page
    assert len(many) == len(one)


def test_a_grid_needs_nothing_of_the_storage(browser: Client, settings: Settings) -> None:
    for number in range(5):
        make_asset(f"p{number}.png")
    nobody = S3Server("http://127.0.0.1:9", Path())
    answers_nothing = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": nobody.storage_options("x")}
    settings.STORAGES = {**settings.STORAGES, "default": answers_nothing}

    page = browser.get(LIBRARY).content.decode()

    assert page.count("/media/r/thumb/") == 5


def test_the_library_is_searched_filtered_and_paged(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assets.admin.state.SIZES", (2,))
    for name in ("red mug.png", "blue mug.png", "poster.png"):
        make_asset(name)

    found = browser.get(LIBRARY, {"q": "mug", "kind": "image", "sort": "code"}).context
    first = browser.get(LIBRARY, {"sort": "code", "size": "2"}).context
    second = browser.get(LIBRARY + first["next_url"]).context
    back = browser.get(LIBRARY + second["previous_url"]).context

    assert [card.code for card in found["cards"]] == ["blue_mug", "red_mug"]
    assert [card.code for card in first["cards"]] == ["blue_mug", "poster"]
    assert [card.code for card in second["cards"]] == ["red_mug"]
    assert [card.code for card in back["cards"]] == ["blue_mug", "poster"]
    assert second["next_url"] == ""


def test_an_address_of_another_list_is_told_and_shows_the_first_page(browser: Client) -> None:
    make_asset("mug.png")

    response = browser.get(LIBRARY, {"page": "nonsense"})

    assert len(response.context["problems"]) == 1
    assert len(response.context["cards"]) == 1


def test_the_asset_picker_of_a_product_takes_a_file_and_gets_its_card(browser: Client) -> None:
    picker = browser.get("/admin/catalog/product/assets/")
    address = picker.context["upload_url"]
    made = browser.post(address, {"file": make_upload("new.jpg")})
    refused = browser.post(address, {"file": SimpleUploadedFile("empty.jpg", b"")})

    assert f'data-upload="{address}"' in picker.content.decode()
    assert (made.status_code, b'data-state="waiting"' in made.content) == (201, True)
    assert str(Asset.objects.get(code="new").uuid) in made.content.decode()
    assert (browser.post(address).json()["code"], refused.status_code) == ("file_missing", 422)


def test_who_may_not_add_assets_sends_none_to_the_picker(client: Client) -> None:
    client.force_login(User.objects.create_user("visitor", is_staff=True))

    assert client.post(f"{LIBRARY}upload/", {"file": make_upload("new.jpg")}).status_code == 403
    assert not Asset.objects.exists()


def test_a_card_is_asked_for_again_until_its_file_is_checked(browser: Client) -> None:
    asset = upload_asset(make_upload("new.jpg"), "new.jpg", actor=None, origin=Origin.ADMIN).asset
    address = f"{LIBRARY}{asset.uuid}/card/"
    waiting = browser.get(address)

    ingest_version(asset.versions.get().pk)

    assert b'data-state="waiting"' in waiting.content
    assert b'data-state="ready"' in browser.get(address).content


def test_a_refused_file_shows_its_sentence_in_the_list(browser: Client) -> None:
    upload = upload_asset(make_upload("bad.jpg"), "bad.jpg", actor=None, origin="admin")
    upload.version.state, upload.version.error = "failed", "The picture is truncated or damaged."
    upload.version.save()

    listed = browser.get(LIBRARY)
    page = browser.get(page_of(upload.asset))

    assert b"truncated or damaged" in listed.content
    assert b"truncated or damaged" in page.content


def test_uses_stand_on_the_page_and_stop_a_deletion(browser: Client) -> None:
    asset = make_asset("mug.png")

    class Products:
        label = "Products"

        def find(self, asset_uuid: Any, *, limit: int) -> list[extensions.Usage]:
            return [extensions.Usage("Mug, red", "/admin/x/", "main picture")]

        def count(self, asset_uuids: Any) -> dict[Any, int]:
            return dict.fromkeys(asset_uuids, 1)

    with extensions.usage_finders.registered("products", Products()):
        page = browser.get(page_of(asset)).content
        refused = browser.post(f"{LIBRARY}{asset.uuid}/delete/")
    deleted = browser.post(f"{LIBRARY}{asset.uuid}/delete/")

    assert b"Mug, red" in page
    assert b"used in 1 places" in refused.content
    assert deleted.status_code == 302
    assert not Asset.objects.exists()


def test_an_ended_licence_takes_the_picture_off_the_screen_with_its_reason(browser: Client) -> None:
    asset = make_asset("mug.png")
    code = make_license(valid_until=(today() - timedelta(days=1)).isoformat()).code
    write_assets([AssetChange(asset.code, {"license": code})], actor=None, origin="admin").raise_first()

    for page in (browser.get(LIBRARY), browser.get(page_of(asset))):
        assert b"/media/r/" not in page.content
        assert f"The licence {code} ended".encode() in page.content


def test_licences_and_presets_are_edited_in_forms(browser: Client) -> None:
    browser.post(
        "/admin/assets/license/add/", {"code": "stock", "holder": "Studio", "valid_until": "2030-01-31", "revision": 0}
    )
    browser.post(
        "/admin/assets/renditionpreset/add/",
        {"code": "card", "fit": "cover", "width": 300, "height": 200, "formats": ["webp", "jpeg"], "quality_webp": 70},
    )

    assert License.objects.get().valid_until is not None
    settings = RenditionPreset.objects.get().settings
    assert (settings["width"], settings["formats"], settings["quality"]) == (300, ["webp", "jpeg"], {"webp": 70})
    preset = RenditionPreset.objects.get()
    address = reverse("admin:assets_renditionpreset_change", args=[preset.uuid])
    assert browser.get(address).status_code == 200
    refused = browser.post(address, {"revision": 1, "fit": "cover", "width": 300, "formats": ["webp"]})
    assert refused.status_code == 200
    assert b"needs a number" in refused.content


@pytest.mark.parametrize("address", ["", "facets/"])
def test_visitors_see_nothing(client: Client, address: str) -> None:
    client.force_login(User.objects.create_user("visitor", is_staff=True))
    make_asset("mug.png", content=as_bytes(draw_scene()))

    response = client.get(LIBRARY + address)

    assert response.status_code == 403

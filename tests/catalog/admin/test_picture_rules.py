"""The product's page says what a channel has against a picture; the form of a rule keeps what it is told."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from assets.models import PictureRule
from pim.models import User
from tests.assets.pictures import as_bytes, draw_scene
from tests.factories.assets import make_asset
from tests.factories.catalog import make_product
from tests.factories.linking import make_picture_rule, make_picture_structure
from tests.factories.structure import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Client:
    make_picture_structure()
    client.force_login(User.objects.create_superuser("root"))
    return client


def test_the_panel_names_the_file_and_what_is_wrong_with_it(desk: Client) -> None:
    make("family", shoe={"requirements": {"web": ["image", "gallery"]}})
    asset = make_asset("front.png", content=as_bytes(draw_scene(300, 200), "PNG"))
    product = make_product("A", values={"image": str(asset.uuid)})
    address = reverse("admin:catalog_product_change", args=[product.uuid]) + "?channel=web&locale=en_US"
    content = desk.get(address).content.decode()
    assert "front.png: " not in content

    make_picture_rule("wide", min_width_px=1_000)
    content = desk.get(address).content.decode()

    assert content.count("front.png: 300 pixels wide; at least 1000 are asked.") == 1


def test_the_form_keeps_sizes_to_the_byte(desk: Client) -> None:
    filled = {
        "code": "shop", "channel": "web", "aspect": "8:6", "aspect_tolerance": "3", "min_width_px": "1000",
        "attributes": ["image"], "media_types": ["image/jpeg"], "colour_spaces": ["srgb", "gray"], "max_mib": "1.5",
        "_save": "",
    }  # fmt: skip

    added = desk.post(reverse("admin:assets_picturerule_add"), filled)
    rule = PictureRule.objects.get()
    make("picture_rule", shop={"max_bytes": 1_234_567})
    page = reverse("admin:assets_picturerule_change", args=[rule.uuid])
    shown = desk.get(page).context["form"]["max_mib"].value()
    saved = desk.post(page, {**filled, "max_mib": str(shown), "min_width_px": "", "revision": "2"})

    rule.refresh_from_db()
    assert (added.status_code, saved.status_code) == (302, 302)
    assert (rule.aspect, rule.aspect_tolerance, rule.min_width_px, rule.max_bytes) == ("4:3", 3, None, 1_234_567)
    assert (rule.colour_spaces, rule.media_types) == (["gray", "srgb"], ["image/jpeg"])
    assert "4:3" in desk.get(reverse("admin:assets_picturerule_changelist")).content.decode()

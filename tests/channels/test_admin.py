"""The pages of views and publications."""

from __future__ import annotations

import pytest
from django.test import Client

from channels.models import ChannelView
from pim.models import User
from tests.factories.channels import make_shoes, make_shop, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    make_shop()
    make_shoes("boot")
    make_shoes("poor", values={"name:en_US": "Poor"})
    publish()
    client = Client()
    client.force_login(User.objects.create_superuser("admin", password="demo"))
    return client


def test_a_view_is_edited_through_the_structure_door(browser: Client) -> None:
    view = ChannelView.objects.get(code="web")
    page = f"/admin/channels/channelview/{view.uuid}/change/"
    shown = browser.get(page)
    assert shown.status_code == 200
    assert "1 live, 1 withheld, 0 withdrawn." in shown.content.decode()
    form = shown.context["form"]
    sent = {
        name: value
        for name, value in form.initial.items()
        if name in form.fields and value not in (None, False, {}, [])
    }

    saved = browser.post(page, {**sent, "selection": "{}", "completeness": 50, "revision": view.revision})

    assert saved.status_code == 302, saved.context["form"].errors
    assert ChannelView.objects.get(code="web").completeness == 50
    publish()
    assert "2 live" in browser.get(page).content.decode()


def test_a_refusal_stands_beside_its_field(browser: Client) -> None:
    page = "/admin/channels/channelview/add/"
    sent = {"code": "b2b", "channel": "print", "currencies": ["USD"], "image_preset": "preview", "locale_rule": "any",
            "completeness": 100, "page_limit": 100, "cache_age_s": 60, "selection": ""}  # fmt: skip

    answer = browser.post(page, sent)

    assert answer.status_code == 200
    assert answer.context["form"].errors == {"currencies": ["The channel does not have “USD”."]}
    assert not ChannelView.objects.filter(code="b2b").exists()


def test_the_preview_shows_the_document_or_the_reasons(browser: Client) -> None:
    page = f"/admin/channels/channelview/{ChannelView.objects.get(code='web').uuid}/preview/"

    live = browser.get(page, {"sku": "BOOT"}).content.decode()
    poor = browser.get(page, {"sku": "poor"}).content.decode()
    unknown = browser.get(page, {"sku": "nope"}).content.decode()

    assert "boot is live in web" in live
    assert "&quot;price&quot;" in live
    assert "Missing: price" in poor
    assert "There is no product nope." in unknown


def test_publications_are_listed_with_their_reasons(browser: Client) -> None:
    listed = browser.get("/admin/channels/publication/", {"view": "web"}).content.decode()
    live = browser.get("/admin/channels/publication/", {"state__exact": "live"}).content.decode()

    assert "poor" in listed
    assert "boot" in listed
    assert "&amp;sku=boot" in listed
    assert "sku=boot" in live
    assert "sku=poor" not in live


def test_views_are_managed_over_rest(browser: Client) -> None:
    from tests.factories.channels import make_bearer

    User.objects.filter(username="consumer").delete()
    header = {"Authorization": make_bearer()}
    User.objects.filter(username="consumer").update(is_superuser=True)

    listed = Client().get("/api/v1/channel-views", headers=header)
    changed = Client().patch(
        "/api/v1/channel-views/web", {"page_limit": 50}, content_type="application/json", headers=header
    )

    assert [view["code"] for view in listed.json()["results"]] == ["print", "web"]
    assert (changed.status_code, changed.json()["page_limit"]) == (200, 50)


def test_views_are_read_over_management_graphql(browser: Client) -> None:
    from tests.factories.channels import make_bearer

    header = {"Authorization": make_bearer()}
    User.objects.filter(username="consumer").update(is_superuser=True)
    query = '{ channelView(code: "web") { id code channel completeness } channelViews(first: 5) { nodes { code } } }'

    answer = Client().post("/graphql/", {"query": query}, content_type="application/json", headers=header).json()

    assert answer["data"]["channelView"]["channel"] == "web"
    assert [view["code"] for view in answer["data"]["channelViews"]["nodes"]] == ["print", "web"]

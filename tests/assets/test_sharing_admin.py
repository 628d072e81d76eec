"""The admin's screens of share links and downloads."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from assets.models import DownloadTicket, ShareLink
from pim.models import Entry, User
from tests.factories.assets import make_asset, make_collection

pytestmark = pytest.mark.django_db
SHARE = "/admin/assets/sharelink/add/"
DOWNLOAD = "/admin/assets/downloadticket/add/"


@pytest.fixture
def browser(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("boss"))
    return client


def staff(*permissions: str) -> Client:
    user = User.objects.create_user("somebody", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


def fields(*assets: Any, **more: Any) -> dict[str, Any]:
    return {"asset": [str(asset.uuid) for asset in assets], **more}


def test_a_selection_is_shared_and_the_address_is_shown_once(browser: Client) -> None:
    one, two = make_asset("one.png"), make_asset("two.png")

    dialog = browser.post(SHARE, fields(one, two))
    made = browser.post(
        SHARE,
        fields(
            one, two, title="Autumn", presets=["thumb"], allows_originals="on", expires_in_days=7, password="open it!"
        ),
    )

    link = ShareLink.objects.get()
    assert "with 2 assets" in dialog.content.decode()
    assert dialog.content.decode().count('name="asset"') == 2
    assert "no-store" in made.headers["Cache-Control"]
    address = re.search(r'value="http://testserver(/share/[^"]+)"', made.content.decode())
    assert address is not None
    assert Client().get(address[1]).status_code == 200
    again = browser.get(reverse("admin:assets_sharelink_change", args=[link.uuid])).content.decode()
    assert "/share/" not in again
    assert (link.title, link.presets, link.allows_originals, link.items.count()) == ("Autumn", ["thumb"], True, 2)
    assert (link.expires - link.created).days in {6, 7}
    assert "open it!" not in link.password


def test_a_collection_is_shared_as_itself(browser: Client) -> None:
    collection = make_collection("Fair", make_asset())

    dialog = browser.get(f"{SHARE}?collection={collection.uuid}").content.decode()
    browser.post(SHARE, {"collection": str(collection.uuid), "title": "Fair", "expires_in_days": 30})

    assert 'value="Fair"' in dialog
    link = ShareLink.objects.get()
    assert (link.collection, link.items.count()) == (collection, 0)


def test_what_is_wrong_stands_beside_its_field(browser: Client) -> None:
    page = browser.post(
        SHARE, fields(make_asset(), title="", expires_in_days=400, password="short", territory="DEU")
    ).content.decode()

    assert page.count('class="vt-error"') >= 3
    assert ShareLink.objects.count() == 0


def test_nothing_selected_leads_back_to_the_library(browser: Client) -> None:
    for address in (SHARE, DOWNLOAD):
        for given in ({}, {"asset": "nonsense"}, {"collection": "nonsense"}, {"filter": "{"}):
            answer = browser.post(address, given)
            assert (answer.status_code, answer["Location"]) == (302, "/admin/assets/asset/")


def test_a_link_is_withdrawn_and_given_a_new_address(browser: Client) -> None:
    browser.post(SHARE, fields(make_asset(), title="Autumn", expires_in_days=7))
    link = ShareLink.objects.get()

    renewed = browser.post(reverse("admin:assets_sharelink_renew", args=[link.uuid])).content.decode()
    browser.post(reverse("admin:assets_sharelink_withdraw", args=[link.uuid]))
    page = browser.get(reverse("admin:assets_sharelink_change", args=[link.uuid])).content.decode()

    assert "http://testserver/share/" in renewed
    link.refresh_from_db()
    assert link.revoked is not None
    assert "withdrawn" in page
    assert reverse("admin:assets_sharelink_withdraw", args=[link.uuid]) not in page
    assert [entry.delta.keys() for entry in Entry.objects.filter(subject_type="share").order_by("id")][1:] == [
        {"@address"},
        {"@revoked"},
    ]


def test_a_selection_is_downloaded_through_the_dialog(browser: Client) -> None:
    one, two = make_asset("one.png"), make_asset("two.png")

    dialog = browser.post(DOWNLOAD, fields(one, two)).content.decode()
    answer = browser.post(DOWNLOAD, fields(one, two, preset="", layout="custom", template="{code}/{number}.{ext}"))
    archive = zipfile.ZipFile(io.BytesIO(b"".join(browser.get(answer["Location"]).streaming_content)))

    assert "A ZIP of 2 assets" in dialog
    assert archive.namelist() == [f"{one.code}/0001.png", f"{two.code}/0002.png", "manifest.csv"]
    listed = browser.get("/admin/assets/downloadticket/").content.decode()
    assert "fetched" in listed
    assert DownloadTicket.objects.get().request["result"]["is_complete"] is True


def test_everything_that_a_search_finds_is_downloaded(browser: Client) -> None:
    make_asset("one.png")
    make_asset("two.png")
    where = '{"field": "kind", "op": "eq", "value": "image"}'

    answer = browser.post(DOWNLOAD, {"filter": where, "preset": "thumb", "layout": "flat"})
    archive = zipfile.ZipFile(io.BytesIO(b"".join(browser.get(answer["Location"]).streaming_content)))

    assert archive.namelist() == ["two.webp", "one.webp", "manifest.csv"]


def test_everything_that_the_grid_shows_comes_as_its_filter(browser: Client) -> None:
    make_asset("one.png")
    make_asset("two.png")

    dialog = browser.post(DOWNLOAD, {"all": "1", "query": "?q=two"}).content.decode()
    everything = browser.post(SHARE, {"all": "1", "query": ""}).content.decode()

    assert "A ZIP of 1 asset," in dialog
    assert 'name="filter"' in dialog
    assert "with 2 assets" in everything


def test_the_page_of_an_asset_leads_to_both_dialogs(browser: Client) -> None:
    asset = make_asset()

    page = browser.get(reverse("admin:assets_asset_change", args=[asset.uuid])).content.decode()

    for dialog in (SHARE, DOWNLOAD):
        address = f"{dialog}?asset={asset.uuid}"
        assert address in page
        assert browser.get(address).status_code == 200


def test_a_download_has_no_page_of_its_own(browser: Client) -> None:
    browser.post(DOWNLOAD, fields(make_asset(), preset="", layout="flat"))
    pk = DownloadTicket.objects.get().pk

    for page in ("change", "history", "delete"):
        assert browser.get(f"/admin/assets/downloadticket/{pk}/{page}/").status_code in {302, 403, 404}


def test_a_refused_download_says_why(browser: Client) -> None:
    page = browser.post(DOWNLOAD, fields(make_asset(), preset="", layout="custom", template="{owner}")).content.decode()

    assert "“owner” is unknown in a layout" in page
    assert DownloadTicket.objects.count() == 0


def test_who_may_not_see_originals_is_not_offered_them() -> None:
    asset = make_asset()
    client = staff("add_downloadticket", "view_asset", "add_sharelink", "view_sharelink")

    download, share = client.post(DOWNLOAD, fields(asset)), client.post(SHARE, fields(asset))
    forced = client.post(DOWNLOAD, fields(asset, preset="", layout="flat"))

    assert "Originals" not in download.content.decode()
    assert "Originals too" not in share.content.decode()
    assert forced.status_code == 403 or DownloadTicket.objects.count() == 0


def test_screens_ask_for_permission() -> None:
    client, asset = staff("view_asset"), make_asset()

    for address in (SHARE, DOWNLOAD, "/admin/assets/sharelink/", "/admin/assets/downloadticket/"):
        assert client.get(address).status_code == 403
    for address in (SHARE, DOWNLOAD):
        assert client.post(address, fields(asset, title="x", preset="thumb", expires_in_days=3)).status_code == 403
    assert (ShareLink.objects.count(), DownloadTicket.objects.count()) == (0, 0)

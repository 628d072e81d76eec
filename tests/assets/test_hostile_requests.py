"""What a malicious person with an account sends: it is refused in a sentence, and leads nowhere."""

from __future__ import annotations

import pytest
from django.test import Client

from assets.models import AssetComment, Collection
from assets.services.cells import plain_cell
from pim.models import User
from tests.factories.assets import make_asset

pytestmark = pytest.mark.django_db

LIBRARY = "/admin/assets/asset/"
DEEP = "[" * 200_000


@pytest.fixture
def browser(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("root"))
    return client


@pytest.mark.parametrize(
    "body",
    [
        DEEP,
        '{"revision": 1e999, "focal": null}',
        '{"revision": Infinity}',
        '{"revision": [1]}',
        "[]",
    ],
)
def test_crops_that_are_no_crops_are_refused(browser: Client, body: str) -> None:
    asset = make_asset("a.png")

    answer = browser.post(f"{LIBRARY}{asset.uuid}/crops/", body, content_type="application/json")

    assert (answer.status_code, answer.json()["message"]) == (400, "Draw a rectangle first.")


@pytest.mark.parametrize("number", ["1" + "0" * 400, "1e999", "NaN", "true", '"1"', "[]"])
def test_a_rectangle_of_monstrous_numbers_is_refused(browser: Client, number: str) -> None:
    asset = make_asset("a.png")
    rectangle = f'{{"left": 0, "top": 0, "width": {number}, "height": 1}}'
    body = f'{{"revision": {asset.revision}, "focal": {rectangle}}}'

    crops = browser.post(f"{LIBRARY}{asset.uuid}/crops/", body, content_type="application/json")
    said = browser.post(f"{LIBRARY}{asset.uuid}/comment/", {"do": "write", "text": "There.", "region": rectangle})

    assert (crops.status_code, crops.json()["code"]) == (422, "invalid_focal")
    assert said.status_code == 302
    assert not AssetComment.objects.exists()


def test_a_region_and_a_filter_that_are_nested_without_end_are_refused(browser: Client) -> None:
    asset = make_asset("a.png")

    said = browser.post(f"{LIBRARY}{asset.uuid}/comment/", {"do": "write", "text": "There.", "region": DEEP})
    bulk = browser.post(f"{LIBRARY}bulk/", {"action": "delete", "filter": DEEP}, headers={"X-Requested-With": "fetch"})

    assert (said.status_code, bulk.status_code) == (302, 422)
    assert not AssetComment.objects.exists()


def test_a_name_of_several_lines_makes_no_header_of_its_own(browser: Client) -> None:
    name = "Autumn\r\nSet-Cookie: sessionid=stolen\x0bmore"

    answer = browser.post(f"{LIBRARY}collections/", {"action": "create", "name": name})

    assert answer.status_code == 200
    assert answer["X-Message"] == "The collection &#8220;Autumn Set-Cookie: sessionid=stolen more&#8221; is made."
    assert "sessionid" not in answer.cookies
    assert Collection.objects.get().name == name


@pytest.mark.parametrize(
    ("place", "fields"),
    [
        ("folders", {"action": "create", "name": "a\x00b"}),
        ("folders", {"action": "create", "name": "a", "parent": "\x00"}),
        ("folders", {"action": "rename", "code": "\x00", "name": "a"}),
        ("folders", {"action": "move", "code": "\x00", "parent": "\x00"}),
        ("folders", {"action": "delete", "code": "\x00"}),
        ("folders", {"action": "file", "code": "\x00", "asset": "\x00"}),
        ("collections", {"action": "create", "name": "a\x00b"}),
        ("collections", {"action": "create", "name": "a", "asset": "\x00"}),
        ("collections", {"action": "add", "collection": "\x00"}),
        ("views", {"action": "save", "name": "a\x00b"}),
        ("views", {"action": "delete", "view": "\x00"}),
        ("bulk", {"action": "edit", "asset": "\x00"}),
        ("bulk", {"action": "delete", "asset": "not-a-uuid"}),
        ("bulk", {"action": "delete", "filter": '{"field": "code", "op": "eq", "value": "\\u0000"}'}),
        ("bulk", {"action": "collect", "filter": "5"}),
        ("bulk", {"action": "move", "asset": "x", "way": "\x00"}),
    ],
)
def test_garbage_that_is_posted_breaks_nothing(browser: Client, place: str, fields: dict[str, str]) -> None:
    browser.raise_request_exception = False

    answer = browser.post(f"{LIBRARY}{place}/", fields, headers={"X-Requested-With": "fetch"})

    assert answer.status_code < 500


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/admin/assets/sharelink/add/", {"title": "a\x00b", "asset": "{asset}", "days": "1"}),
        ("/admin/assets/sharelink/add/", {"asset": "\x00"}),
        ("/admin/assets/sharelink/add/", {"filter": DEEP}),
        ("/admin/assets/downloadticket/add/", {"preset": "\x00", "asset": "{asset}", "layout": "own", "template": "{"}),
        ("/admin/assets/downloadticket/add/", {"all": "1", "query": "collection=%00&page=x&near=zz&similar=%00"}),
        ("/admin/assets/asset/{asset}/comment/", {"do": "write", "text": "a\x00b"}),
        ("/admin/assets/asset/{asset}/comment/", {"do": "write", "text": "a", "reply_to": "\x00"}),
        ("/admin/assets/asset/{asset}/comment/", {"do": "delete", "comment": "\x00"}),
        ("/admin/assets/asset/{asset}/restore/", {"number": "²"}),
        ("/admin/assets/asset/{asset}/restore/", {"number": "99999999"}),
        ("/admin/assets/asset/{asset}/revert/", {"entry": "9" * 18}),
        ("/admin/assets/asset/{asset}/rebuild/", {"digest": "\x00"}),
    ],
)
def test_garbage_on_the_pages_of_assets_breaks_nothing(browser: Client, address: str, fields: dict[str, str]) -> None:
    browser.raise_request_exception = False
    uuid = str(make_asset("a.png").uuid)
    sent = {name: value.replace("{asset}", uuid) for name, value in fields.items()}

    answer = browser.post(address.replace("{asset}", uuid), sent)

    assert answer.status_code < 500


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("mug.jpg", "mug.jpg"),
        ("a-b=c+d.jpg", "a-b=c+d.jpg"),
        ("=1+1", "'=1+1"),
        ("  @SUM(A1)", "  '@SUM(A1)"),
        ("＝1+1", "'＝1+1"),
        ("x;=HYPERLINK(1)", "x;'=HYPERLINK(1)"),
        ('x;"-1', "x;\"'-1"),
        ("x\n+1", "x\n'+1"),
    ],
)
def test_no_cell_is_a_formula(sent: str, shown: str) -> None:
    assert plain_cell(sent) == shown

"""Share links and downloads over REST and GraphQL."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.test import Client

from assets.models import DownloadTicket, ShareLink
from pim.models import IdempotentRequest, User
from pim.services.tokens import create_token
from tests.factories.assets import make_asset, make_collection

pytestmark = pytest.mark.django_db
JSON = "application/json"


def program(*scopes: str, user: User | None = None) -> Client:
    user = user or User.objects.filter(username="root").first() or User.objects.create_superuser("root")
    _token, text = create_token("test", user=user, scopes=scopes)
    return Client(headers={"Authorization": f"Bearer {text}"})


@pytest.fixture
def api() -> Client:
    return program("assets:write")


def post(client: Client, path: str, body: Any, **headers: str) -> Any:
    return client.post(f"/api/v1/{path}", body, content_type=JSON, headers=headers)


def test_a_link_is_made_listed_and_withdrawn(api: Client) -> None:
    asset = make_asset("mug.png")

    made = post(api, "shares/", {"title": "Fair", "assets": [str(asset.uuid)], "presets": ["thumb"], "territory": "de"})
    body = made.json()
    path = f"/api/v1/shares/{body['uuid']}/"

    assert made.status_code == 201
    assert made["Location"] == f"http://testserver{path}"
    assert (body["state"], body["territory"], body["has_password"]) == ("active", "DE", False)
    visitor = Client()
    assert "mug.png" in visitor.get(body["url"]).content.decode()
    listed = api.get("/api/v1/shares/").json()["results"]
    assert [row["uuid"] for row in listed] == [body["uuid"]]
    assert "url" not in listed[0]
    assert [event["kind"] for event in api.get(f"{path}events/").json()["results"]] == ["opened"]
    renewed = post(api, f"shares/{body['uuid']}/address/", {}).json()["url"]
    assert (visitor.get(body["url"]).status_code, visitor.get(renewed).status_code) == (404, 200)
    assert api.delete(path).status_code == 204
    assert visitor.get(renewed).status_code == 410
    assert api.get(path).json()["state"] == "withdrawn"


def test_an_address_is_not_kept_for_a_repetition(api: Client) -> None:
    body = {"title": "Fair", "assets": [str(make_asset().uuid)]}

    first = post(api, "shares/", body, **{"Idempotency-Key": "one"})
    second = post(api, "shares/", body, **{"Idempotency-Key": "one"})

    assert first.json()["url"] != second.json()["url"]
    assert IdempotentRequest.objects.count() == 0
    assert ShareLink.objects.count() == 2


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"title": "x"}, "/assets"),
        ({"title": "x", "assets": "all"}, "/assets"),
        ({"title": "x", "assets": ["nonsense"]}, "/assets"),
        ({"title": 3}, "/title"),
        ({"title": "x", "expires_in_days": True}, "/expires_in_days"),
        ({"title": "x", "expires_in_days": 9999}, "/expires_in_days"),
        ({"title": "x", "presets": [1]}, "/presets"),
        ({"title": "x", "territory": "DEU"}, "/territory"),
        ({"title": "x", "medium": "telepathy"}, "/medium"),
        ({"title": "x", "owner": "me"}, "/owner"),
    ],
)
def test_a_link_that_makes_no_sense_is_refused_with_a_pointer(api: Client, body: dict[str, Any], pointer: str) -> None:
    answer = post(api, "shares/", {"assets": [str(make_asset().uuid)], **body} if pointer != "/assets" else body)

    assert answer.status_code in {400, 422}
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert ShareLink.objects.count() == 0


def test_a_zip_is_asked_for_and_fetched_once_by_the_same_account(api: Client) -> None:
    collection = make_collection("Fair", make_asset("one.png"), make_asset("two.png"))
    body = {"collection": str(collection.uuid), "preset": "thumb", "layout": "{number}-{filename}"}

    asked = post(api, "downloads/", body)
    url = asked.json()["url"].removeprefix("http://testserver")
    other = program("assets:write", user=User.objects.create_superuser("other"))
    foreign = other.get(url)
    first, second = api.get(url), api.get(url)

    assert (asked.status_code, asked.json()["files"], asked.json()["undrawn"]) == (201, 2, 2)
    assert asked.json()["left_out"] == []
    assert (foreign.status_code, second.status_code) == (404, 404)
    archive = zipfile.ZipFile(io.BytesIO(b"".join(first.streaming_content)))
    assert archive.namelist() == ["0001-one.webp", "0002-two.webp", "manifest.csv"]
    assert first["Content-Disposition"].endswith('.zip"')
    assert first["Cache-Control"] == "private, no-store"


def test_a_zip_that_makes_no_sense_is_refused(api: Client) -> None:
    asset = make_asset()

    for body in ({"layout": "{owner}"}, {"preset": "nothing"}, {"preset": 3}, {"channel": "nowhere"}):
        answer = post(api, "downloads/", {"assets": [str(asset.uuid)], **body})
        assert answer.status_code in {400, 422}
    assert DownloadTicket.objects.count() == 0


@pytest.mark.parametrize("scope", ["assets:read", "catalog:write"])
def test_a_token_without_the_scope_makes_nothing(scope: str) -> None:
    client, asset = program(scope), make_asset()

    for path in ("shares/", "downloads/"):
        assert post(client, path, {"title": "x", "assets": [str(asset.uuid)]}).status_code == 403
    assert (ShareLink.objects.count(), DownloadTicket.objects.count()) == (0, 0)


def test_links_over_graphql(api: Client) -> None:
    asset = make_asset()
    create = """mutation ($assets: [UUID!]) { shareLinkCreate(title: "Fair", assets: $assets, presets: ["thumb"]) {
        url share { uuid state presets } userErrors { code } } }"""

    def ask(query: str, **variables: Any) -> Any:
        return api.post("/graphql/", {"query": query, "variables": variables}, content_type=JSON).json()["data"]

    made = ask(create, assets=[str(asset.uuid)])["shareLinkCreate"]
    uuid = made["share"]["uuid"]
    listed = ask("{ shareLinks { uuid title } }")["shareLinks"]
    one = ask("query ($u: UUID!) { shareLink(uuid: $u) { hasPassword } }", u=uuid)["shareLink"]
    renewed = ask("mutation ($u: UUID!) { shareLinkRenew(uuid: $u) { url } }", u=uuid)["shareLinkRenew"]
    ended = ask("mutation ($u: UUID!) { shareLinkWithdraw(uuid: $u) { share { state } } }", u=uuid)
    refused = ask(create, assets=[])["shareLinkCreate"]

    assert made["share"] == {"uuid": uuid, "state": "active", "presets": ["thumb"]}
    assert Client().get(made["url"]).status_code == 404
    assert Client().get(renewed["url"]).status_code == 410
    assert (listed, one) == ([{"uuid": uuid, "title": "Fair"}], {"hasPassword": False})
    assert ended["shareLinkWithdraw"]["share"]["state"] == "withdrawn"
    assert refused["userErrors"] == [{"code": "nothing_selected"}]

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from assets.models import Asset, License
from assets.services.ingest import ingest_version
from assets.services.rights.verdicts import today
from assets.services.writing import AssetChange, write_assets
from pim.choices import Origin
from pim.models import User
from pim.services.structure import StructureChange, write_structure
from tests.factories.assets import make_asset, make_license, make_upload

pytestmark = pytest.mark.django_db
ASSETS = "/api/v1/assets/"
JSON = "application/merge-patch+json"


@pytest.fixture
def api(client: Client) -> Client:
    changes = [StructureChange(code, {"code": code}) for code in ("en_US", "de_DE")]
    write_structure("locale", changes, actor=None, origin=Origin.SYSTEM)
    client.force_login(User.objects.create_superuser("boss"))
    return client


def ask(api: Client, query: str, **variables: Any) -> Any:
    body = json.dumps({"query": query, "variables": variables})
    answer = api.post("/graphql/", body, content_type="application/json").json()
    assert "errors" not in answer, answer
    return answer["data"]


def test_a_list_is_filtered_sorted_and_paged(api: Client) -> None:
    for name in ("a.png", "b.png", "c.png"):
        make_asset(name)

    first = api.get(ASSETS, {"limit": 2, "sort": "code", "kind": "image", "count": "exact"}).json()
    second = api.get(first["next"]).json()

    assert [row["code"] for row in first["results"]] == ["a", "b"]
    assert [row["code"] for row in second["results"]] == ["c"]
    assert first["count"] == 3
    assert api.get(ASSETS, {"taste": "red"}).status_code == 400


def test_a_list_takes_the_same_queries_for_one_and_for_many(api: Client, django_assert_max_num_queries: Any) -> None:
    make_asset()
    api.get(ASSETS)
    with django_assert_max_num_queries(20) as one:
        api.get(ASSETS)
    for _ in range(20):
        make_asset()
    with django_assert_max_num_queries(20) as many:
        assert len(api.get(ASSETS).json()["results"]) == 21

    assert len(many) == len(one)


def test_a_file_is_uploaded_and_its_second_copy_is_told(api: Client) -> None:
    file = make_upload("mug.jpg")
    created = api.post(ASSETS, {"file": file})
    uuid = created.json()["uuid"]

    assert created.status_code == 201
    assert created.json()["version"]["state"] == "quarantined"
    ingest_version(Asset.objects.get(uuid=uuid).versions.get().pk)
    ready = api.get(f"{ASSETS}{uuid}/").json()
    assert (ready["is_ready"], ready["version"]["media_type"]) == (True, "image/jpeg")
    assert {row["preset"] for row in ready["renditions"]} == {"thumb", "preview"}

    file.seek(0)
    again = api.post(ASSETS, {"file": file})
    assert (again.status_code, again.json()["uuid"]) == (200, uuid)
    assert api.post(ASSETS, {}).status_code in {400, 422}


def test_an_asset_is_patched_with_its_etag(api: Client) -> None:
    asset = make_asset("mug.png")
    make_license("stock")
    address = f"{ASSETS}{asset.code}/"
    etag = api.get(address).headers["ETag"]

    body = {"alt": {"en_US": "A mug"}, "license": "stock"}
    changed = api.patch(address, body, content_type=JSON, headers={"If-Match": etag})
    late = api.patch(address, {"alt": None}, content_type=JSON, headers={"If-Match": etag})

    assert changed.status_code == 200
    assert (changed.json()["alt"], changed.json()["license"], changed.json()["revision"]) == (
        {"en_US": "A mug"},
        "stock",
        2,
    )
    assert late.status_code == 412
    assert api.get(address, headers={"If-None-Match": changed.headers["ETag"]}).status_code == 304
    assert api.patch(address, {"alt": None}, content_type=JSON).json()["alt"] == {}


@pytest.mark.parametrize(
    ("body", "pointer"), [({"stage": "approved"}, "/stage"), ({"alt": {"xx": "y"}}, "/alt/xx"), ({"size": 3}, "/size")]
)
def test_what_cannot_be_changed_is_refused_with_a_pointer(api: Client, body: dict[str, Any], pointer: str) -> None:
    asset = make_asset()

    answer = api.patch(f"{ASSETS}{asset.uuid}/", body, content_type=JSON)

    assert answer.status_code in {400, 422}
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert Asset.objects.get(pk=asset.pk).revision == 1


def test_versions_content_and_renditions_have_their_addresses(api: Client) -> None:
    asset = make_asset("mug.png")
    address = f"{ASSETS}{asset.uuid}/"

    replaced = api.post(f"{address}versions/", {"file": make_upload("v2.jpg")})
    ingest_version(asset.versions.get(number=2).pk)

    assert replaced.status_code == 202
    assert [row["number"] for row in api.get(f"{address}versions/").json()["results"]] == [2, 1]
    original = api.get(f"{address}content/", {"version": 1})
    assert original.headers["Content-Disposition"] == 'attachment; filename="mug.png"'
    assert b"".join(original.streaming_content).startswith(b"\x89PNG")  # type: ignore[attr-defined]
    assert len(api.post(f"{address}renditions/").json()["results"]) == 2
    assert api.delete(address).status_code == 204
    assert api.get(address).status_code == 404


def test_many_are_changed_line_by_line(api: Client) -> None:
    mug = make_asset("mug.png")
    lines = [
        {"code": "mug", "alt": {"en_US": "x"}},
        {"code": "nowhere"},
        {"alt": {}},
        {"uuid": str(mug.uuid), "stage": "x"},
    ]
    body = "\n".join(map(json.dumps, lines))

    answer = api.patch("/api/v1/bulk/assets/", body, content_type="application/x-ndjson")

    rows = [json.loads(line) for line in answer.content.splitlines()]
    assert rows[0]["status_code"] == 200
    assert [row.get("code") for row in rows][1:] == ["not_found", "code_missing", "stage_by_transition"]


def test_the_verdict_closes_rest_and_graphql_alike(api: Client) -> None:
    asset = make_asset()
    code = make_license(valid_until=(today() - timedelta(days=1)).isoformat()).code
    write_assets([AssetChange(asset.code, {"license": code})], actor=None, origin="system").raise_first()

    rest = api.get(f"{ASSETS}{asset.uuid}/").json()
    query = "query ($key: String!) { asset(key: $key) { renditions { url } verdict { allowed reasons { code } } } }"
    graphql = ask(api, query, key=str(asset.uuid))["asset"]

    assert (rest["renditions"], rest["verdict"]["reasons"][0]["code"]) == ([], "license_expired")
    assert graphql == {"renditions": [], "verdict": {"allowed": False, "reasons": [{"code": "license_expired"}]}}
    assert api.get(f"{ASSETS}{asset.uuid}/content/").status_code == 403


def test_graphql_reads_writes_and_deletes(api: Client) -> None:
    asset = make_asset("mug.png")
    change = """mutation ($key: String!, $alt: JSON) {
        assetUpsert(key: $key, alt: $alt) { result asset { id alt } userErrors { code pointer } } }"""

    done = ask(api, change, key="mug", alt={"en_US": "A mug"})["assetUpsert"]
    refused = ask(api, change, key="mug", alt={"xx": "y"})["assetUpsert"]
    page = ask(
        api,
        """{ assets(first: 5, where: {field: "kind", op: EQ, value: "image"}) {
            totalCount nodes { code version { width } renditions(preset: "thumb") { url } } } }""",
    )["assets"]
    found = ask(api, "query ($id: ID!) { node(id: $id) { ... on Asset { code } } }", id=done["asset"]["id"])
    gone = ask(api, 'mutation { assetDelete(key: "mug") { uuid userErrors { code } } }')["assetDelete"]

    assert (done["result"], done["asset"]["alt"], done["userErrors"]) == ("updated", {"en_US": "A mug"}, [])
    assert refused["userErrors"] == [{"code": "unknown_locale", "pointer": "/alt/xx"}]
    assert (page["totalCount"], page["nodes"][0]["version"]["width"]) == (1, 240)
    assert page["nodes"][0]["renditions"][0]["url"].startswith("/media/r/thumb/")
    assert found["node"] == {"code": "mug"}
    assert gone == {"uuid": str(asset.uuid), "userErrors": []}


def test_licences_and_presets_are_resources(api: Client) -> None:
    body = {"code": "stock", "holder": "Studio", "valid_until": "2030-01-31"}

    created = api.post("/api/v1/licenses/", body, content_type="application/json")
    preset = {"code": "card", "settings": {"fit": "width", "width": 400, "formats": ["webp"]}}
    assert created.status_code == 201
    assert api.post("/api/v1/rendition-presets/", preset, content_type="application/json").status_code == 201
    assert License.objects.get().holder == "Studio"
    read = ask(api, '{ license(code: "stock") { validUntil } renditionPreset(code: "card") { settings } }')
    assert read["license"]["validUntil"] == "2030-01-31"
    assert read["renditionPreset"]["settings"]["width"] == 400


@pytest.mark.parametrize("method", ["get", "post", "patch", "delete"])
def test_who_may_not_is_told_so(client: Client, method: str) -> None:
    asset = make_asset()
    client.force_login(User.objects.create_user("visitor"))
    address = ASSETS if method in {"get", "post"} else f"{ASSETS}{asset.uuid}/"

    assert getattr(client, method)(address).status_code == 403
    assert Asset.objects.filter(pk=asset.pk, revision=1).exists()

"""Linking for programs: rules and picture rules, previews applied by their token, decisions; over REST and GraphQL."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from catalog.models import AssetMatch, Linking
from catalog.services.linking.examining import read_own_values
from pim.services.jobs import run_job
from tests.factories.assets import make_asset
from tests.factories.callers import make_program, make_user
from tests.factories.catalog import make_product
from tests.factories.linking import make_asset_match, make_naming_rule, make_picture_structure

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def structure() -> None:
    make_picture_structure()


@pytest.fixture
def program() -> APIClient:
    return make_program()


def ask(program: APIClient, query: str, **variables: Any) -> Any:
    answer = program.post("/graphql/", {"query": query, "variables": variables}, format="json").json()
    assert "errors" not in answer, answer
    return answer["data"]


def test_rules_are_written_and_read(program: APIClient) -> None:
    rule = {
        "code": "studio", "template": "{sku}_{role}", "attribute": "gallery",
        "roles": [{"text": "main", "attribute": "IMAGE"}],
    }  # fmt: skip
    pictures = {"code": "shop", "channel": "web", "min_width_px": 1000, "aspect": "8:6", "colour_spaces": ["sRGB"]}

    made = program.post("/api/v1/naming-rules/", rule, format="json")
    asked = program.post("/api/v1/picture-rules/", pictures, format="json")
    found = ask(program, '{ namingRule(code: "studio") { mode roles } pictureRule(code: "shop") { aspect channel } }')

    assert (made.status_code, asked.status_code) == (201, 201)
    roles = [{"text": "main", "attribute": "image", "channel": None, "locale": None}]
    assert made.json()["roles"] == roles
    assert found == {
        "namingRule": {"mode": "add", "roles": roles},
        "pictureRule": {"aspect": "4:3", "channel": "web"},
    }


@pytest.mark.parametrize(
    ("address", "body", "code", "pointer"),
    [
        ("naming-rules", {"pattern": "(?P<sku>(a|aa)+)[!_]\\d", "attribute": "image"}, "pattern_too_slow", "/pattern"),
        ("naming-rules", {"template": "{role}", "attribute": "image"}, "pattern_without_sku", "/template"),
        ("naming-rules", {"template": "{sku}", "attribute": "name"}, "not_of_assets", "/attribute"),
        ("naming-rules", {"template": "{sku}"}, "nowhere_to_go", "/attribute"),
        ("naming-rules", {"attribute": "image"}, "template_or_pattern", "/template"),
        ("naming-rules", {"template": "{sku}", "roles": [{"text": "a"}]}, "invalid_roles", "/roles/0/attribute"),
        ("picture-rules", {}, "channel_missing", "/channel"),
        ("picture-rules", {"channel": "web", "attributes": ["name"]}, "not_of_assets", "/attributes/0"),
        ("picture-rules", {"channel": "web", "min_width_px": 0}, "invalid_number", "/min_width_px"),
        ("picture-rules", {"channel": "web", "min_white_share": 101}, "invalid_number", "/min_white_share"),
        ("picture-rules", {"channel": "web", "aspect": "wide"}, "invalid_aspect", "/aspect"),
        ("picture-rules", {"channel": "web", "colour_spaces": ["pink"]}, "unknown_name", "/colour_spaces/0"),
    ],
)
def test_rules_that_make_no_sense_are_refused_with_a_pointer(
    program: APIClient, address: str, body: dict[str, Any], code: str, pointer: str
) -> None:
    answer = program.post(f"/api/v1/{address}/", {"code": "rule", **body}, format="json")

    assert answer.status_code == 400, answer.json()
    assert [(error["code"], error["pointer"]) for error in answer.json()["errors"]] == [(code, pointer)]


def test_a_preview_is_made_paged_and_applied_by_its_token(program: APIClient) -> None:
    make_naming_rule()
    product = make_product("A")
    assets = [make_asset(name) for name in ("A_main.png", "A_side_1.png", "B_main.png")]
    selection = {"assets": [str(asset.uuid) for asset in assets]}

    made = program.post("/api/v1/linkings/", {"selection": selection}, format="json")
    linking = made.json()
    rows = program.get(f"/api/v1/linkings/{linking['uuid']}/rows/?state=link&limit=1").json()
    wrong = program.post(f"/api/v1/linkings/{linking['uuid']}/apply/", {"token": "x"}, format="json")
    applied = program.post(f"/api/v1/linkings/{linking['uuid']}/apply/", {"token": linking["token"]}, format="json")
    again = program.post(f"/api/v1/linkings/{linking['uuid']}/apply/", {"token": linking["token"]}, format="json")
    run_job(applied.json()["uuid"])

    assert (made.status_code, linking["state"], linking["counts"]) == (201, "ready", {"link": 2, "waiting": 1})
    assert [(row["filename"], row["key"], row["reason"]) for row in rows["results"]] == [
        ("A_main.png", "image", "same_sku")
    ]
    assert rows["next"]
    assert (wrong.status_code, wrong.json()["code"]) == (400, "wrong_token")
    assert (applied.status_code, again.status_code, again.json()["code"]) == (202, 409, "applied_already")
    values = read_own_values([product.pk])[product.pk]
    assert values == {"image": str(assets[0].uuid), "gallery": [str(assets[1].uuid)]}
    assert program.get(f"/api/v1/linkings/{linking['uuid']}/").json()["state"] == "applied"
    assert program.get("/api/v1/linkings/").json()["results"][0]["uuid"] == linking["uuid"]
    assert program.get("/api/v1/asset-matches/?state=waiting").json()["results"][0]["sku"] == "B"


def test_graphql_makes_and_applies_a_preview_and_settles_what_waits(program: APIClient) -> None:
    make_naming_rule()
    product = make_product("A")
    asset, waiting = make_asset("A_main.png"), make_asset("B_side.png")

    preview = ask(
        program,
        "mutation ($s: JSON!) { linkingPreview(selection: $s) { linking { uuid token counts } userErrors { code } } }",
        s={"unlinked": True},
    )["linkingPreview"]
    applied = ask(
        program,
        "mutation ($u: String!, $t: String!) { linkingApply(uuid: $u, token: $t) { job { uuid kind } userErrors { code } } }",
        u=preview["linking"]["uuid"],
        t=preview["linking"]["token"],
    )["linkingApply"]
    run_job(applied["job"]["uuid"])
    (match,) = ask(
        program, '{ assetMatches(first: 5, where: {field: "state", op: EQ, value: "waiting"}) { nodes { uuid sku } } }'
    )["assetMatches"]["nodes"]
    settled = ask(
        program,
        'mutation ($u: String!) { assetMatchSettle(uuid: $u, sku: "a") { match { state sku } userErrors { code } } }',
        u=match["uuid"],
    )["assetMatchSettle"]

    assert preview["linking"]["counts"] == {"link": 1, "waiting": 1}
    assert applied["job"]["kind"] == "link_assets"
    assert settled == {"match": {"state": "linked", "sku": "A"}, "userErrors": []}
    values = read_own_values([product.pk])[product.pk]
    assert values == {"image": str(asset.uuid), "gallery": [str(waiting.uuid)]}


def test_a_file_is_settled_dismissed_and_restored(program: APIClient) -> None:
    make_product("A")
    match = make_asset_match(sku="X", key="gallery")
    address = f"/api/v1/asset-matches/{match.uuid}"

    refused = program.post(f"{address}/settle/", {"sku": "missing"}, format="json")
    states = [program.post(f"{address}/{verb}/", {}, format="json").json()["state"] for verb in ("dismiss", "restore")]
    settled = program.post(f"{address}/settle/", {"sku": "A"}, format="json").json()

    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    assert states == ["dismissed", "waiting"]
    assert (settled["state"], settled["sku"]) == ("linked", "A")
    assert program.get("/api/v1/asset-matches/nonsense/").status_code == 404


@pytest.mark.parametrize(
    ("method", "address", "body"),
    [
        ("post", "/api/v1/linkings/", {"selection": {"unlinked": True}}),
        ("get", "/api/v1/linkings/", None),
        ("get", "/api/v1/asset-matches/", None),
        ("post", "/api/v1/naming-rules/", {"code": "x"}),
    ],
)
def test_programs_of_people_without_the_rights_are_refused(method: str, address: str, body: Any) -> None:
    make_naming_rule()
    program = make_program(make_user(permissions=["catalog.view_product", "assets.view_asset"]))

    answer = getattr(program, method)(address, body, format="json") if body else getattr(program, method)(address)

    assert answer.status_code == 403
    assert Linking.objects.count() + AssetMatch.objects.count() == 0


def test_who_may_link_needs_no_right_to_change_products(program: APIClient) -> None:
    make_naming_rule()
    product, asset = make_product("A"), make_asset("A_main.png")
    creative = make_program(make_user(permissions=["catalog.view_linking", "catalog.add_linking"]))

    linking = creative.post("/api/v1/linkings/", {"selection": {"unlinked": True}}, format="json").json()
    job = creative.post(f"/api/v1/linkings/{linking['uuid']}/apply/", {"token": linking["token"]}, format="json").json()
    run_job(job["uuid"])

    assert read_own_values([product.pk])[product.pk] == {"image": str(asset.uuid)}

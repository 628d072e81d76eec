"""Transitions over REST: every kind of caller, every refusal as a problem, and nothing changed by it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from pim.models import Entry, Job
from pim.services.jobs import run_job
from pim.services.tokens import create_token
from tests.factories.assets import make_asset
from tests.factories.workflows import make_caller
from tests.workflows.worlds import guard_transition, make_mug_with_sizes, make_structure, put

Make = Callable[..., list[str]]
Stages = Callable[[], dict[str, str]]

pytestmark = pytest.mark.django_db


def post(client: Client, url: str, **body: Any) -> Any:
    return client.post(url, body, content_type="application/json")


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("anonymous", 401, "not_authenticated"),
        ("nobody", 403, "not_allowed"),
        ("manager", 403, "not_allowed"),
        ("creative", 403, "not_allowed"),
        ("reviewer", 200, None),
        ("superuser", 200, None),
    ],
)
def test_who_may_approve(
    client: Client, kind: str, status: int, code: str | None, make_products: Make, stages: Stages
) -> None:
    make_products("mug", stage="in_review")
    if kind != "anonymous":
        client.force_login(make_caller(kind))
    before = Entry.objects.count()

    answer = post(client, "/api/v1/products/mug/transitions/", transition="approve")

    assert answer.status_code == status
    assert answer.json().get("code") == code
    assert stages() == {"mug": "approved" if status == 200 else "in_review"}
    assert Entry.objects.count() == before + (status == 200)


@pytest.mark.parametrize(
    ("scopes", "status", "code"),
    [
        (["catalog:write"], 200, None),
        (["catalog:read"], 403, "missing_scope"),
        (["assets:write"], 403, "missing_scope"),
    ],
)
def test_a_token_needs_the_scope_of_the_catalog(
    client: Client, scopes: list[str], status: int, code: str | None, make_products: Make, stages: Stages
) -> None:
    make_products("mug", stage="in_review")
    token = create_token("test", user=make_caller("reviewer"), scopes=scopes)[1]

    answer = client.post(
        "/api/v1/products/mug/transitions/",
        {"transition": "approve", "comment": "Fine"},
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )

    assert (answer.status_code, answer.json().get("code")) == (status, code)
    assert stages() == {"mug": "approved" if status == 200 else "in_review"}


def test_the_answer_tells_what_moved(client: Client) -> None:
    make_structure()
    make_mug_with_sizes()
    client.force_login(make_caller("reviewer"))

    answer = post(client, "/api/v1/products/MUG_S/transitions/", transition="approve", include_ancestors=True)

    assert answer.json() == {
        "stage": "approved",
        "results": [
            {"key": "mug", "result": "updated", "revision": 2},
            {"key": "mug_s", "result": "updated", "revision": 2},
        ],
        "refused": [],
    }


def test_a_model_has_its_own_address(client: Client, stages: Stages) -> None:
    make_structure()
    make_mug_with_sizes()
    client.force_login(make_caller("reviewer"))

    assert post(client, "/api/v1/product-models/mug_s/transitions/", transition="approve").status_code == 404
    assert post(client, "/api/v1/product-models/mug/transitions/", transition="approve").status_code == 200
    assert stages()["mug"] == "approved"


@pytest.mark.parametrize(
    ("body", "status", "code", "pointer"),
    [
        ({"transition": "approve"}, 400, "wrong_stage", ""),
        ({"transition": "send_back"}, 400, "wrong_stage", ""),
        ({"transition": "submit"}, 400, "incomplete", ""),
        ({"transition": "fly"}, 400, "unknown_transition", "/transition"),
        ({}, 400, "transition_missing", "/transition"),
        ({"transition": "retire", "coment": "x"}, 400, "unknown_field", "/coment"),
        ({"transition": "retire", "comment": 1}, 400, "invalid_comment", "/comment"),
        ({"transition": "retire", "include_variants": "yes"}, 400, "invalid_boolean", "/include_variants"),
    ],
)
def test_refusals_are_problems_and_change_nothing(
    client: Client, body: dict[str, Any], status: int, code: str, pointer: str, stages: Stages
) -> None:
    make_structure()
    guard_transition("submit", {"kind": "complete", "channel": "print", "locales": ["de_DE"]})
    put("mug", family="mugs")
    client.force_login(make_caller("reviewer"))
    before = Entry.objects.count()

    answer = post(client, "/api/v1/products/mug/transitions/", **body)

    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["errors"][0]["pointer"]) == (status, code, pointer)
    assert stages() == {"mug": "draft"}
    assert Entry.objects.count() == before


def test_validate_only_stores_nothing(client: Client, make_products: Make, stages: Stages) -> None:
    make_products("mug", stage="in_review")
    client.force_login(make_caller("reviewer"))

    answer = post(client, "/api/v1/products/mug/transitions/?validate_only=true", transition="approve")

    assert (answer.status_code, answer.json()["stage"]) == (200, "in_review")
    assert stages() == {"mug": "in_review"}


def test_a_sku_may_hold_a_slash(client: Client, make_products: Make, stages: Stages) -> None:
    make_products("mug/blue", stage="in_review")
    client.force_login(make_caller("reviewer"))

    answer = post(client, "/api/v1/products/mug%2Fblue/transitions/", transition="approve")

    assert answer.status_code == 200
    assert stages() == {"mug/blue": "approved"}


def test_the_ways_are_listed_with_what_blocks_them(client: Client, make_products: Make) -> None:
    make_products("mug", stage="in_review")
    client.force_login(make_caller("manager"))

    answer = client.get("/api/v1/products/mug/transitions/").json()

    assert answer["stage"] == "in_review"
    assert [(way["code"], way["to"], way["asks_comment"], way["is_allowed"]) for way in answer["results"]] == [
        ("approve", "approved", False, False),
        ("send_back", "enriching", True, False),
        ("retire", "retired", False, True),
    ]
    assert answer["results"][0]["problems"] == [
        {"pointer": "", "code": "not_allowed", "detail": "“Approve” is for these groups only: Reviewers."}
    ]


def test_an_asset_moves_by_uuid_or_code(client: Client) -> None:
    asset = make_asset()
    client.force_login(make_caller("reviewer"))

    first = post(client, f"/api/v1/assets/{asset.uuid}/transitions/", transition="submit")
    second = post(client, f"/api/v1/assets/{asset.code}/transitions/", transition="approve")

    assert (first.json()["stage"], second.json()["stage"]) == ("in_review", "approved")
    assert client.get("/api/v1/assets/ghost/transitions/").status_code == 404


def test_thousands_move_in_a_job(client: Client, make_products: Make, stages: Stages) -> None:
    make_products("a", "b", stage="in_review")
    client.force_login(make_caller("reviewer"))

    answer = post(client, "/api/v1/transitions/", transition="approve", filter={"field": "stage", "value": "in_review"})

    job = Job.objects.get()
    assert (answer.status_code, answer.json()["uuid"]) == (202, str(job.uuid))
    assert answer["Location"].endswith(f"/api/v1/jobs/{job.uuid}/")
    run_job(str(job.uuid))
    assert set(stages().values()) == {"approved"}


@pytest.mark.parametrize(("kind", "status"), [("manager", 403), ("creative", 403), ("nobody", 403), ("anonymous", 401)])
def test_who_may_not_start_the_job(client: Client, kind: str, status: int) -> None:
    if kind != "anonymous":
        client.force_login(make_caller(kind))

    assert post(client, "/api/v1/transitions/", transition="approve", filter={}).status_code == status
    assert Job.objects.count() == 0


def test_workflows_can_be_read(client: Client) -> None:
    client.force_login(make_caller("manager"))

    everything = client.get("/api/v1/workflows/").json()
    one = client.get("/api/v1/workflows/Products/").json()

    assert [workflow["code"] for workflow in everything["results"]] == ["assets", "products"]
    assert one == everything["results"][1]
    assert [stage["code"] for stage in one["stages"]] == ["draft", "enriching", "in_review", "approved", "retired"]
    assert one["transitions"][2]["from"] == ["in_review"]
    assert client.get("/api/v1/workflows/ghost/").status_code == 404


@pytest.mark.parametrize(("kind", "status"), [("manager", 403), ("reviewer", 403), ("superuser", 200)])
def test_workflows_are_written_by_those_who_may(client: Client, kind: str, status: int) -> None:
    client.force_login(make_caller(kind))

    answer = client.patch(
        "/api/v1/workflows/products/", {"labels": {"en_US": "Goods"}}, content_type="application/json"
    )

    assert answer.status_code == status
    assert Entry.objects.filter(subject_type="workflow").count() == (status == 200)

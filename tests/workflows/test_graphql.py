"""Transitions over GraphQL: the same callers, the same refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import graphene
import pytest
from django.http import HttpRequest

from pim.errors import DomainError
from pim.models import Entry, User
from tests.factories.assets import make_asset
from tests.factories.workflows import make_caller
from tests.workflows.worlds import make_mug_with_sizes, make_structure
from workflows.graphql import Mutation, Query

Make = Callable[..., list[str]]
Stages = Callable[[], dict[str, str]]

pytestmark = pytest.mark.django_db

SCHEMA = graphene.Schema(query=Query, mutation=Mutation)
MOVE = """
mutation ($sku: String!, $transition: String!, $up: Boolean) {
  productTransition(sku: $sku, transition: $transition, includeAncestors: $up) {
    userErrors { code pointer } product { sku stage } stage results { key result revision } refused { key problems { code message } }
  }
}
"""


def ask(user: User, query: str, **variables: Any) -> Any:
    request = HttpRequest()
    request.user, request.auth = user, None  # type: ignore[attr-defined]
    return SCHEMA.execute(query, context_value=request, variable_values=variables)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("kind", "is_allowed"),
    [
        ("nobody", False),
        ("manager", False),
        ("creative", False),
        ("reviewer", True),
        ("superuser", True),
        ("inactive", False),
    ],
)
def test_who_may_approve(kind: str, *, is_allowed: bool, make_products: Make, stages: Stages) -> None:
    make_products("mug", stage="in_review")
    caller, before = make_caller(kind), Entry.objects.count()

    answer = ask(caller, MOVE, sku="mug", transition="approve")

    if is_allowed:
        assert answer.data["productTransition"]["stage"] == "approved"
        assert answer.data["productTransition"]["product"] == {"sku": "mug", "stage": "approved"}
    elif answer.errors:
        cause = answer.errors[0].original_error
        assert isinstance(cause, DomainError)
        assert (kind in {"nobody", "inactive"}, cause.code) == (True, "not_allowed")
    else:
        assert answer.data["productTransition"] == {
            "userErrors": [{"code": "not_allowed", "pointer": ""}],
            **dict.fromkeys(("product", "stage", "results", "refused")),
        }
    assert stages() == {"mug": "approved" if is_allowed else "in_review"}
    assert Entry.objects.count() == before + is_allowed


def test_a_variant_takes_its_model_along() -> None:
    make_structure()
    make_mug_with_sizes()

    answer = ask(make_caller("reviewer"), MOVE, sku="mug_s", transition="approve", up=True)

    assert answer.errors is None
    assert answer.data["productTransition"] == {
        "userErrors": [],
        "product": {"sku": "mug_s", "stage": "approved"},
        "stage": "approved",
        "results": [
            {"key": "mug", "result": "updated", "revision": 2},
            {"key": "mug_s", "result": "updated", "revision": 2},
        ],
        "refused": [],
    }


def test_models_and_assets_have_their_own_mutations() -> None:
    make_structure()
    make_mug_with_sizes()
    asset, reviewer = make_asset(), make_caller("reviewer")

    model = ask(reviewer, 'mutation { modelTransition(sku: "mug", transition: "approve") { stage } }')
    variant = ask(reviewer, 'mutation { modelTransition(sku: "mug_s", transition: "approve") { userErrors { code } } }')
    moved = ask(
        reviewer,
        'mutation ($key: String!) { assetTransition(key: $key, transition: "submit") { asset { stage } } }',
        key=str(asset.uuid),
    )

    assert model.data["modelTransition"]["stage"] == "approved"
    assert variant.data["modelTransition"]["userErrors"] == [{"code": "not_found"}]
    assert moved.data["assetTransition"]["asset"]["stage"] == "in_review"


def test_a_refused_mutation_does_not_hide_its_neighbour(make_products: Make, stages: Stages) -> None:
    make_products("cup", "mug", stage="in_review")

    answer = ask(
        make_caller("reviewer"),
        """mutation {
          first: productTransition(sku: "cup", transition: "approve") { stage userErrors { code } }
          second: productTransition(sku: "mug", transition: "revive") { stage userErrors { code } }
        }""",
    )

    assert answer.data == {
        "first": {"stage": "approved", "userErrors": []},
        "second": {"stage": None, "userErrors": [{"code": "wrong_stage"}]},
    }
    assert stages() == {"cup": "approved", "mug": "in_review"}


def test_the_ways_and_the_rules_can_be_read(make_products: Make) -> None:
    make_products("mug", stage="in_review")

    answer = ask(
        make_caller("manager"),
        """{
          productTransitions(sku: "mug") { transition { code target } isAllowed problems { code } }
          workflows { code subjectType stages { code isApproved } transitions { code sources groups guards } }
        }""",
    )

    assert answer.errors is None
    assert [way["transition"]["code"] for way in answer.data["productTransitions"] if way["isAllowed"]] == ["retire"]
    products = next(flow for flow in answer.data["workflows"] if flow["code"] == "products")
    assert [stage["code"] for stage in products["stages"] if stage["isApproved"]] == ["approved"]
    assert products["transitions"][2] == {
        "code": "approve",
        "sources": ["in_review"],
        "groups": ["Reviewers"],
        "guards": [],
    }

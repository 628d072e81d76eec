"""What stages mean to the catalog's write path."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries

from catalog.extensions import get_stage_rules
from catalog.models import Edition
from catalog.services.changes import ProductChange
from catalog.services.products import write_products
from pim.errors import Outcome
from pim.models import User
from pim.services.snapshot import get_structure
from tests.factories.workflows import make_caller
from tests.workflows.worlds import change_workflow, make_structure, put
from workflows.services import transition_products
from workflows.stages.defaults import PRODUCT_WORKFLOW

Stages = Callable[[], dict[str, str]]

pytestmark = pytest.mark.django_db


def rename(actor: User | None, origin: str = "admin", **values: str) -> Outcome:
    change = ProductChange("mug", values=values or {"name:en_US": "A better mug"})
    return write_products([change], actor=actor, origin=origin)


def test_the_rules_are_those_of_the_workflow() -> None:
    rules = get_stage_rules()

    assert rules.initial() == "draft"
    assert [rules.exists(stage) for stage in ("draft", "approved", "received", "")] == [True, True, False, False]
    assert [
        stage for stage in ("draft", "enriching", "in_review", "approved", "retired") if rules.is_approved(stage)
    ] == ["approved"]
    assert [stage for stage in ("draft", "enriching", "in_review", "approved", "retired") if rules.keeps_edition(stage)] == [
        "draft", "enriching", "in_review", "approved",
    ]  # fmt: skip
    assert [rules.after_edit(stage) for stage in ("draft", "in_review", "approved", "lost")] == [
        "draft", "in_review", "enriching", "lost",
    ]  # fmt: skip


def test_asking_once_per_row_costs_no_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    get_structure()
    rules = get_stage_rules()
    rules.initial()

    with django_assert_num_queries(0):
        assert all(rules.exists("draft") for _row in range(1000))


def test_a_changed_workflow_is_seen_at_once() -> None:
    assert get_stage_rules().exists("photo") is False

    change_workflow("products", stages=[*PRODUCT_WORKFLOW["stages"], {"code": "photo"}])

    get_structure()
    assert get_stage_rules().exists("photo") is True


@pytest.mark.parametrize(
    ("stage", "kind", "is_refused"),
    [
        ("draft", "manager", False),
        ("enriching", "manager", False),
        ("in_review", "manager", True),
        ("in_review", "reviewer", False),
        ("in_review", "superuser", False),
        ("approved", "manager", False),
        ("retired", "manager", True),
        ("retired", "reviewer", True),
        ("retired", "superuser", False),
    ],
)
def test_locked_stages_refuse_edits(stage: str, kind: str, *, is_refused: bool) -> None:
    make_structure()
    put("mug", family="mugs", stage=stage, values={"name:en_US": "Mug"})

    outcome = rename(make_caller(kind))

    assert [problem.code for refusal in outcome.refused for problem in refusal.problems] == [
        "stage_locked"
    ] * is_refused
    assert outcome.updated == (not is_refused)


def test_an_import_that_changes_nothing_is_not_held_by_a_lock() -> None:
    make_structure()
    put("mug", family="mugs", stage="retired", values={"name:en_US": "Mug"})

    outcome = rename(make_caller("manager"), "import", **{"name:en_US": "Mug"})

    assert (outcome.unchanged, outcome.refused) == (1, [])


def test_an_edit_takes_an_approved_product_back_and_keeps_its_approved_copy(stages: Stages) -> None:
    make_structure()
    put("mug", family="mugs", stage="approved", values={"name:en_US": "Mug"})

    rename(make_caller("manager"))

    assert stages() == {"mug": "enriching"}
    assert Edition.objects.get().values == {"name:en_US": "Mug"}


def test_approving_again_drops_the_copy(stages: Stages) -> None:
    make_structure()
    put("mug", family="mugs", stage="approved", values={"name:en_US": "Mug"})
    rename(make_caller("manager"))

    transition_products(["mug"], "submit", actor=None, origin="admin")
    assert Edition.objects.count() == 1
    transition_products(["mug"], "approve", actor=None, origin="admin")

    assert stages() == {"mug": "approved"}
    assert Edition.objects.count() == 0


def test_retiring_drops_the_copy() -> None:
    make_structure()
    put("mug", family="mugs", stage="approved", values={"name:en_US": "Mug"})
    rename(make_caller("manager"))

    transition_products(["mug"], "retire", actor=None, origin="admin")

    assert Edition.objects.count() == 0

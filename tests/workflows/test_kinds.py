"""Workflows are written through the structure's door, like all structure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db.models import ProtectedError

from pim.errors import Refused
from pim.models import Entry, StructureState
from pim.services.snapshot import forget_structure
from pim.services.structure import StructureChange, read_state, write_structure
from tests.factories.workflows import make_caller, make_workflow
from tests.workflows.worlds import change_workflow, guard_transition
from workflows.models import Stage, Transition, Workflow
from workflows.services import transition_products
from workflows.services.snapshot import get_workflows
from workflows.stages.defaults import CREATIVES, GROUPS, PRODUCT_WORKFLOW, REVIEWERS, WORKFLOWS
from workflows.stages.parsing import load_workflow

pytestmark = pytest.mark.django_db


def refusal_of(**fields: Any) -> tuple[str, str]:
    before = read_state("workflow", "products")
    with pytest.raises(Refused) as refusal:
        change_workflow("products", **fields)
    assert read_state("workflow", "products") == before
    return refusal.value.code, refusal.value.pointer


@pytest.mark.parametrize("state", WORKFLOWS, ids=lambda state: state["code"])
def test_the_migration_writes_what_the_defaults_say(state: dict[str, Any]) -> None:
    assert get_workflows().find(state["subject_type"]) == load_workflow(state)


def test_writing_the_same_again_writes_nothing() -> None:
    before = Entry.objects.count()

    outcome = write_structure(
        "workflow", [StructureChange(state["code"], state) for state in WORKFLOWS], actor=None, origin="api"
    )

    assert (outcome.unchanged, outcome.refused) == (2, [])
    assert Entry.objects.count() == before


def test_a_change_is_journaled_and_bumps_the_epoch() -> None:
    change_workflow("products", labels={"en_US": "Goods"})

    entry = Entry.objects.order_by("-id")[0]
    assert (entry.subject_type, entry.key, entry.kind, entry.revision) == ("workflow", "products", "update", 2)
    assert entry.delta == {"@labels": [PRODUCT_WORKFLOW["labels"], {"en_US": "Goods"}]}
    assert StructureState.objects.get().epoch > 1
    assert get_workflows().find("product").label == "Goods"


def test_stages_keep_their_rows_and_order() -> None:
    keys = dict(Stage.objects.filter(workflow__code="products").values_list("code", "pk"))
    first, *rest = PRODUCT_WORKFLOW["stages"]
    photo = {"code": "photo", "is_initial": True}

    change_workflow("products", stages=[photo, {**first, "is_initial": False}, *rest])

    stages = Stage.objects.filter(workflow__code="products")
    assert [stage.code for stage in stages] == ["photo", "draft", "enriching", "in_review", "approved", "retired"]
    assert {stage.code: stage.pk for stage in stages if stage.code != "photo"} == keys
    assert get_workflows().find("product").initial.code == "photo"


def test_a_stage_with_content_stays(make_products: Callable[..., list[str]]) -> None:
    make_products("mug", stage="retired")
    stages = [stage for stage in PRODUCT_WORKFLOW["stages"] if stage["code"] != "retired"]
    ways = [way for way in PRODUCT_WORKFLOW["transitions"] if way["code"] not in {"retire", "revive"}]

    assert refusal_of(stages=stages, transitions=ways) == ("stage_in_use", "/stages")

    transition_products(["mug"], "revive", actor=None, origin="api")
    change_workflow("products", stages=stages, transitions=ways)
    assert Transition.objects.filter(workflow__code="products").count() == 5


def test_groups_must_exist() -> None:
    first, *rest = PRODUCT_WORKFLOW["transitions"]

    assert refusal_of(transitions=[{**first, "groups": ["Strangers"]}, *rest]) == (
        "unknown_group",
        "/transitions/0/groups",
    )


def test_a_group_that_a_transition_names_cannot_be_deleted() -> None:
    with pytest.raises(ProtectedError):
        Group.objects.get(name=REVIEWERS).delete()


def test_a_group_renamed_since_keeps_its_ways(make_products: Callable[..., list[str]]) -> None:
    make_products("mug", stage="in_review")
    reviewer = make_caller("reviewer")
    get_workflows()
    Group.objects.filter(name=REVIEWERS).update(name="Editors in chief")

    assert transition_products(["mug"], "approve", actor=reviewer, origin="api").updated == 1


def test_there_is_one_workflow_for_a_subject() -> None:
    state = {**PRODUCT_WORKFLOW, "code": "others"}

    with pytest.raises(Refused) as refusal:
        change_workflow("others", **state)

    assert (refusal.value.code, refusal.value.pointer) == ("subject_type_taken", "/subject_type")
    assert refusal_of(subject_type="asset") == ("subject_type_is_fixed", "/subject_type")
    assert Workflow.objects.count() == 2


def test_a_workflow_in_use_cannot_be_deleted(make_products: Callable[..., list[str]]) -> None:
    make_products("mug")

    outcome = write_structure(
        "workflow", [StructureChange("products", None), StructureChange("assets", None)], actor=None, origin="api"
    )

    assert [(refusal.key, refusal.problems[0].code) for refusal in outcome.refused] == [("products", "in_use")]
    assert outcome.deleted == 1
    assert [workflow.code for workflow in Workflow.objects.all()] == ["products"]


def test_guards_survive_the_round_trip() -> None:
    guard = {"kind": "complete", "percent": 80, "channel": "print", "locales": ["de_DE"]}

    guard_transition("approve", guard)

    assert read_state("workflow", "products")["transitions"][2]["guards"] == [guard]


def test_each_group_may_what_its_work_needs() -> None:
    def grants(name: str) -> set[str]:
        rows = Group.objects.get(name=name).permissions.values_list("content_type__app_label", "codename")
        return {f"{app}.{codename}" for app, codename in rows}

    assert {"catalog.change_product", "catalog.delete_product", "assets.add_asset"} <= grants("Catalog managers")
    assert "pim.change_attribute" not in grants("Catalog managers")
    assert {"catalog.change_product", "assets.change_asset"} <= grants(REVIEWERS)
    assert "catalog.delete_product" not in grants(REVIEWERS)
    assert "catalog.change_product" not in grants(CREATIVES)
    assert "assets.delete_asset" in grants(CREATIVES)


def test_a_flushed_database_gets_its_workflows_back() -> None:
    Workflow.objects.all().delete()
    forget_structure()
    assert get_workflows().by_subject == {}

    workflow = make_workflow("asset", labels={"en_US": "Media"})

    assert workflow.code == "assets"
    assert get_workflows().find("product") == load_workflow(PRODUCT_WORKFLOW)
    assert get_workflows().find("asset").label == "Media"


def test_grants_name_models_that_exist() -> None:
    named = {label for grants in GROUPS.values() for label in grants}

    assert named <= {model._meta.label_lower for model in apps.get_models()}

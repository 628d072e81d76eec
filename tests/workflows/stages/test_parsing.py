"""A workflow as JSON: read back the same, and every mistake named."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from pim.errors import Refused
from workflows.stages.defaults import PRODUCT_WORKFLOW, WORKFLOWS
from workflows.stages.parsing import dump_stages, dump_transitions, load_workflow


@pytest.mark.parametrize("state", WORKFLOWS, ids=lambda state: state["code"])
def test_the_defaults_read_back_what_they_write(state: dict[str, Any]) -> None:
    workflow = load_workflow(state)

    again = load_workflow({**state, "stages": dump_stages(workflow), "transitions": dump_transitions(workflow)})

    assert again == workflow


@pytest.mark.parametrize("state", WORKFLOWS, ids=lambda state: state["code"])
def test_every_default_stage_can_be_reached_and_left(state: dict[str, Any]) -> None:
    workflow = load_workflow(state)
    reached = {workflow.initial.code}
    for _step in workflow.stages:
        reached |= {way.target for stage in set(reached) for way in workflow.transitions_from(stage)}

    assert reached == set(workflow.stages)
    assert all(workflow.transitions_from(stage) for stage in workflow.stages)


def test_what_is_left_out_has_its_default() -> None:
    workflow = load_workflow({"code": "w", "stages": [{"code": "only", "is_initial": True}]})

    assert dump_stages(workflow) == [
        {
            "code": "only",
            "labels": {},
            "colour": "grey",
            "is_initial": True,
            "is_approved": False,
            "keeps_edition": True,
            "is_final": False,
            "is_locked": False,
            "after_edit": None,
            "editors": [],
        }
    ]
    assert workflow.initial.label == "only"


def _change(path: list[Any], value: Any) -> dict[str, Any]:
    state = deepcopy(PRODUCT_WORKFLOW)
    place: Any = state
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return state


@pytest.mark.parametrize(
    ("path", "value", "code", "pointer"),
    [
        (["stages"], None, "one_initial_stage", "/stages"),
        (["stages"], "draft", "invalid_list", "/stages"),
        (["stages", 0], "draft", "invalid_object", "/stages/0"),
        (["stages", 0, "code"], "a b", "invalid_code", "/stages/0/code"),
        (["stages", 1, "code"], "DRAFT", "duplicate_code", "/stages/1/code"),
        (["stages", 0, "colour"], "mauve", "invalid_colour", "/stages/0/colour"),
        (["stages", 0, "color"], "grey", "unknown_field", "/stages/0/color"),
        (["stages", 0, "labels"], {"en": 1}, "invalid_labels", "/stages/0/labels"),
        (["stages", 0, "is_final"], 1, "invalid_boolean", "/stages/0/is_final"),
        (["stages", 0, "editors"], "me", "invalid_list", "/stages/0/editors"),
        (["stages", 0, "is_initial"], False, "one_initial_stage", "/stages"),
        (["stages", 1, "is_initial"], True, "one_initial_stage", "/stages"),
        (["stages", 3, "after_edit"], "nowhere", "unknown_stage", "/stages/3/after_edit"),
        (["stages", 3, "after_edit"], None, "after_edit_approved", "/stages/3/after_edit"),
        (["stages", 3, "after_edit"], "approved", "after_edit_approved", "/stages/3/after_edit"),
        (["transitions", 0, "from"], [], "no_source", "/transitions/0/from"),
        (["transitions", 0, "from"], ["draft", "nowhere"], "unknown_stage", "/transitions/0/from/1"),
        (["transitions", 0, "to"], None, "unknown_stage", "/transitions/0/to"),
        (["transitions", 0, "to"], "draft", "no_movement", "/transitions/0/to"),
        (["transitions", 0, "guards"], [{"kind": "x"}], "invalid_guard", "/transitions/0/guards/0/kind"),
        (["transitions", 1, "code"], "start", "duplicate_code", "/transitions/1/code"),
        (["transitions", 1, "asks_comment"], "yes", "invalid_boolean", "/transitions/1/asks_comment"),
    ],
)
def test_a_mistake_is_named_where_it_stands(path: list[Any], value: Any, code: str, pointer: str) -> None:
    with pytest.raises(Refused) as refusal:
        load_workflow(_change(path, value))

    assert (refusal.value.code, refusal.value.pointer) == (code, pointer)

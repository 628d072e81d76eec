"""The picture of a workflow stays inside its frame."""

from __future__ import annotations

from typing import Any

import pytest

from workflows.stages.defaults import PRODUCT_WORKFLOW, WORKFLOWS
from workflows.stages.drawing import BOX_HEIGHT, BOX_WIDTH, draw_workflow
from workflows.stages.parsing import load_workflow


@pytest.mark.parametrize("state", WORKFLOWS, ids=lambda state: state["code"])
def test_everything_lies_within_the_picture(state: dict[str, Any]) -> None:
    drawing = draw_workflow(load_workflow(state))

    assert all(s.x >= 0 and s.x + BOX_WIDTH <= drawing.width for s in drawing.stages)
    assert all(s.y >= 0 and s.y + BOX_HEIGHT <= drawing.height for s in drawing.stages)
    assert all(0 < y <= drawing.height for way in drawing.ways for y, _label in way.labels)


def test_every_stage_and_every_way_is_drawn() -> None:
    workflow = load_workflow(PRODUCT_WORKFLOW)

    drawing = draw_workflow(workflow)

    assert [drawn.stage.code for drawn in drawing.stages] == list(workflow.stages)
    assert sum(len(way.labels) for way in drawing.ways) == sum(len(w.sources) for w in workflow.transitions.values())
    assert {label for way in drawing.ways if way.is_back for _y, label in way.labels} == {
        "Send back",
        "Reopen",
        "Revive",
    }

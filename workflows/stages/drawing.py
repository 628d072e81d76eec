"""Where everything goes in the picture of a workflow: stages in a row, ways forward above, ways back below."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from workflows.stages.specs import StageSpec, WorkflowSpec

BOX_WIDTH, BOX_HEIGHT, GAP = 132, 44, 64
MARGIN, LABEL_HEIGHT = 12, 14
FIRST_RISE, RISE = 30, 34
"""How far the flattest arc rises above the boxes, and how much each stage it jumps adds."""


@dataclass(frozen=True, slots=True)
class DrawnStage:
    """A box; `x`, `y` its upper left corner, `middle_x`, `middle_y` where its label is centred. All in pixels."""

    stage: StageSpec
    x: int
    y: int
    middle_x: int
    middle_y: int


@dataclass(frozen=True, slots=True)
class DrawnWay:
    """An arrow: an SVG path, and its labels, one below the other, centred at `label_x` from `label_y` on."""

    path: str
    labels: tuple[tuple[int, str], ...]
    label_x: int
    is_back: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture of `width` × `height` pixels."""

    width: int
    height: int
    stages: tuple[DrawnStage, ...]
    ways: tuple[DrawnWay, ...]
    box_width: int = BOX_WIDTH
    box_height: int = BOX_HEIGHT


def draw_workflow(workflow: WorkflowSpec) -> Drawing:
    """Lay a workflow out; transitions between the same two stages share an arrow."""
    places = {code: place for place, code in enumerate(workflow.stages)}
    labels: dict[tuple[int, int], list[str]] = defaultdict(list)
    for transition in workflow.transitions.values():
        for source in transition.sources:
            labels[places[source], places[transition.target]].append(transition.label)
    above = max([_rise(pair, len(names)) for pair, names in labels.items() if pair[0] < pair[1]], default=0)
    below = max([_rise(pair, len(names)) for pair, names in labels.items() if pair[0] > pair[1]], default=0)
    top = MARGIN + above
    stages = tuple(
        DrawnStage(stage, _left(place), top, _left(place) + BOX_WIDTH // 2, top + BOX_HEIGHT // 2 + 4)
        for place, stage in enumerate(workflow.stages.values())
    )
    return Drawing(
        width=_left(len(places) - 1) + BOX_WIDTH + MARGIN,
        height=top + BOX_HEIGHT + below + MARGIN,
        stages=stages,
        ways=tuple(_draw_way(pair, tuple(names), top) for pair, names in sorted(labels.items())),
    )


def _left(place: int) -> int:
    return MARGIN + place * (BOX_WIDTH + GAP)


def _rise(pair: tuple[int, int], names: int) -> int:
    return FIRST_RISE + RISE * (abs(pair[1] - pair[0]) - 1) + LABEL_HEIGHT * names


def _draw_way(pair: tuple[int, int], names: tuple[str, ...], top: int) -> DrawnWay:
    """A cubic arc between the edges of two boxes; its summit lies at three quarters of its control points' height."""
    source, target = pair
    is_back = target < source
    edge = top + BOX_HEIGHT if is_back else top
    offset = -18 if is_back else 18
    start, end = _left(source) + BOX_WIDTH // 2 + offset, _left(target) + BOX_WIDTH // 2 - offset
    height = FIRST_RISE + RISE * (abs(target - source) - 1)
    direction = 1 if is_back else -1
    control = edge + direction * height * 4 // 3
    path = f"M {start} {edge} C {start} {control}, {end} {control}, {end} {edge + direction * 3}"
    summit = edge + direction * height
    first = summit + LABEL_HEIGHT - 2 if is_back else summit - 5 - LABEL_HEIGHT * (len(names) - 1)
    lines = tuple((first + LABEL_HEIGHT * number, name) for number, name in enumerate(names))
    return DrawnWay(path, lines, (start + end) // 2, is_back)

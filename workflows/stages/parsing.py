"""A workflow as plain JSON, as the journal, the API and the admin write it; read back with every mistake named."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from pim.errors import Refused
from workflows.choices import StageColour
from workflows.stages.guards import dump_guard, load_guard
from workflows.stages.specs import StageCode, StageSpec, TransitionCode, TransitionSpec, WorkflowSpec

CODE = re.compile(r"[A-Za-z0-9_]{1,50}")
FLAGS = ("is_initial", "is_approved", "keeps_edition", "is_final", "is_locked")
STAGE_FIELDS = {"code", "labels", "colour", "after_edit", "editors", *FLAGS}
TRANSITION_FIELDS = {"code", "labels", "from", "to", "groups", "guards", "asks_comment"}
MAX_STAGES = 50


def load_workflow(state: Mapping[str, Any]) -> WorkflowSpec:
    """Read a workflow from `{"code", "labels", "subject_type", "stages": […], "transitions": […]}`.

    A stage is `{"code", "labels", "colour", "is_initial", "is_approved", "keeps_edition", "after_edit", "is_final",
    "is_locked", "editors"}`; a transition `{"code", "labels", "from", "to", "groups", "guards", "asks_comment"}`.
    What is left out has its default; the order of the lists is the order people see.

    Raises:
        Refused: with a pointer into the state.
    """
    stages = _load_stages(_list_of(state.get("stages"), "/stages"))
    _check_stages(stages)
    return WorkflowSpec(
        code=str(state.get("code", "")),
        subject_type=str(state.get("subject_type", "")),
        stages=stages,
        transitions=_load_transitions(_list_of(state.get("transitions"), "/transitions"), stages),
        labels=state.get("labels") or {},
    )


def dump_stages(workflow: WorkflowSpec) -> list[dict[str, Any]]:
    """The stages as JSON, in order."""
    return [
        {
            "code": stage.code,
            "labels": dict(stage.labels),
            "colour": stage.colour,
            **{name: getattr(stage, name) for name in FLAGS},
            "after_edit": stage.after_edit,
            "editors": sorted(stage.editors),
        }
        for stage in workflow.stages.values()
    ]


def dump_transitions(workflow: WorkflowSpec) -> list[dict[str, Any]]:
    """The transitions as JSON, in order."""
    return [
        {
            "code": transition.code,
            "labels": dict(transition.labels),
            "from": list(transition.sources),
            "to": transition.target,
            "groups": sorted(transition.groups),
            "guards": [dump_guard(guard) for guard in transition.guards],
            "asks_comment": transition.asks_comment,
        }
        for transition in workflow.transitions.values()
    ]


def _load_stages(rows: Sequence[Any]) -> dict[str, StageSpec]:
    stages: dict[str, StageSpec] = {}
    for position, row in enumerate(rows):
        pointer = f"/stages/{position}"
        code = _load_code(row, STAGE_FIELDS, stages, pointer)
        colour = row.get("colour") or StageColour.GREY.value
        if colour not in StageColour.values:
            text = _("There is no colour “%(colour)s”. Possible: %(names)s.")
            names = ", ".join(StageColour.values)
            raise Refused("invalid_colour", text % {"colour": colour, "names": names}, f"{pointer}/colour")
        after_edit = row.get("after_edit")
        stages[code] = StageSpec(
            code=StageCode(code),
            labels=_load_labels(row, pointer),
            colour=colour,
            position=position,
            is_initial=_load_flag(row, "is_initial", pointer),
            is_approved=_load_flag(row, "is_approved", pointer),
            keeps_edition=_load_flag(row, "keeps_edition", pointer, default=True),
            after_edit=StageCode(str(after_edit)) if after_edit else None,
            is_final=_load_flag(row, "is_final", pointer),
            is_locked=_load_flag(row, "is_locked", pointer),
            editors=frozenset(_list_of(row.get("editors"), f"{pointer}/editors", texts=True)),
        )
    return stages


def _check_stages(stages: Mapping[str, StageSpec]) -> None:
    if len(stages) > MAX_STAGES:
        raise Refused("too_many", _("A workflow has at most %d stages.") % MAX_STAGES, "/stages")
    if sum(stage.is_initial for stage in stages.values()) != 1:
        raise Refused("one_initial_stage", _("One stage, and only one, is the first."), "/stages")
    for number, stage in enumerate(stages.values()):
        pointer = f"/stages/{number}/after_edit"
        if stage.after_edit and stage.after_edit not in stages:
            raise _unknown_stage(stage.after_edit, stages, pointer)
        after = stages.get(stage.after_edit or stage.code)
        if stage.is_approved and after is not None and after.is_approved:
            text = _("An approved stage needs a stage without approval to which edited content goes.")
            raise Refused("after_edit_approved", text, pointer)


def _load_transitions(rows: Sequence[Any], stages: Mapping[str, StageSpec]) -> dict[str, TransitionSpec]:
    transitions: dict[str, TransitionSpec] = {}
    for position, row in enumerate(rows):
        pointer = f"/transitions/{position}"
        code = _load_code(row, TRANSITION_FIELDS, transitions, pointer)
        sources, target = _list_of(row.get("from"), f"{pointer}/from", texts=True), str(row.get("to") or "")
        if not sources:
            raise Refused("no_source", _("A transition starts in at least one stage."), f"{pointer}/from")
        for number, source in enumerate(sources):
            if source not in stages:
                raise _unknown_stage(source, stages, f"{pointer}/from/{number}")
        if target not in stages:
            raise _unknown_stage(target, stages, f"{pointer}/to")
        if target in sources:
            text = _("A transition leads to another stage than those it starts in.")
            raise Refused("no_movement", text, f"{pointer}/to")
        guards = _list_of(row.get("guards"), f"{pointer}/guards")
        transitions[code] = TransitionSpec(
            code=TransitionCode(code),
            sources=tuple(StageCode(source) for source in dict.fromkeys(sources)),
            target=StageCode(target),
            labels=_load_labels(row, pointer),
            position=position,
            groups=frozenset(_list_of(row.get("groups"), f"{pointer}/groups", texts=True)),
            guards=tuple(load_guard(guard, f"{pointer}/guards/{number}") for number, guard in enumerate(guards)),
            asks_comment=_load_flag(row, "asks_comment", pointer),
        )
    return transitions


def _load_code(row: Any, fields: set[str], taken: Mapping[str, object], pointer: str) -> str:
    if not isinstance(row, Mapping):
        raise Refused("invalid_object", _("An object is expected."), pointer)
    unknown = sorted(set(row) - fields)
    if unknown:
        text = _("There is no field “%(name)s” here. Possible: %(names)s.")
        names = ", ".join(sorted(fields))
        raise Refused("unknown_field", text % {"name": unknown[0], "names": names}, f"{pointer}/{unknown[0]}")
    code = row.get("code")
    if not isinstance(code, str) or not CODE.fullmatch(code):
        text = _("A code has 1 to 50 letters, digits or underscores, not “%s”.")
        raise Refused("invalid_code", text % code, f"{pointer}/code")
    if code.casefold() in {other.casefold() for other in taken}:
        raise Refused("duplicate_code", _("The code “%s” is there twice.") % code, f"{pointer}/code")
    return code


def _load_labels(row: Mapping[str, Any], pointer: str) -> dict[str, str]:
    labels = row.get("labels") or {}
    if not isinstance(labels, Mapping) or not all(isinstance(text, str) for text in labels.values()):
        raise Refused("invalid_labels", _("Labels are an object of texts by locale."), f"{pointer}/labels")
    return {locale: text for locale, text in sorted(labels.items()) if text}


def _load_flag(row: Mapping[str, Any], name: str, pointer: str, *, default: bool = False) -> bool:
    value = row.get(name, default)
    if not isinstance(value, bool):
        raise Refused("invalid_boolean", _("“%s” must be true or false.") % name, f"{pointer}/{name}")
    return value


def _list_of(value: Any, pointer: str, *, texts: bool = False) -> Sequence[Any]:
    if value is None:
        return []
    if not isinstance(value, (list, tuple)) or (texts and not all(isinstance(item, str) for item in value)):
        raise Refused("invalid_list", _("A list is expected."), pointer)
    return value


def _unknown_stage(code: str, stages: Mapping[str, StageSpec], pointer: str) -> Refused:
    text = _("There is no stage “%(code)s”. Possible: %(names)s.")
    return Refused("unknown_stage", text % {"code": code, "names": ", ".join(stages)}, pointer)

"""Workflows as structure: one aggregate of stages and transitions, written through the structure's door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.models import Asset
from catalog.models import Product
from pim.errors import Refused
from pim.services.kinds.base import CodedKind
from workflows.choices import SubjectType
from workflows.models import Stage, StageEditor, Transition, TransitionGroup, Workflow
from workflows.services.selection import read_walk
from workflows.services.snapshot import read_workflow
from workflows.stages.guards import Condition, dump_guard
from workflows.stages.parsing import dump_stages, dump_transitions, load_workflow
from workflows.stages.specs import StageSpec, TransitionSpec, WorkflowSpec

if TYPE_CHECKING:
    from pim.extensions import State


def _subjects(subject_type: str) -> QuerySet[Any]:
    """All that a workflow governs, the recycle bin included."""
    return Product.objects.all() if subject_type == SubjectType.PRODUCT else Asset.objects.all()


class WorkflowKind(CodedKind[Workflow]):
    """A workflow with its stages and transitions; see `stages.parsing.load_workflow` for the shape."""

    code = "workflow"
    label = gettext_lazy("workflow")
    model = Workflow
    plain_fields: ClassVar[tuple[str, ...]] = ("subject_type",)

    def defaults(self) -> State:
        """Nothing in it."""
        return {**super().defaults(), "stages": [], "transitions": []}

    def serialise(self, obj: Workflow) -> State:
        """With stages and transitions, in order."""
        spec = read_workflow(obj)
        return {**super().serialise(obj), "stages": dump_stages(spec), "transitions": dump_transitions(spec)}

    def clean(self, state: State, before: State | None) -> State:
        """Check the graph, the groups, and that nothing stands in a stage that goes.

        Raises:
            Refused: with a pointer into the state.
        """
        state = super().clean(state, before)
        _check_subject(state, before)
        spec = load_workflow(state)
        _check_groups(spec)
        _check_conditions(spec)
        if before is not None:
            _check_removed_stages(spec, before)
        return {**state, "stages": dump_stages(spec), "transitions": dump_transitions(spec)}

    def apply(self, state: State, obj: Workflow | None) -> Workflow:
        """Store the workflow; stages keep their rows by code, transitions are written anew."""
        workflow = super().apply(state, obj)
        spec = load_workflow(state)
        groups = dict(Group.objects.values_list("name", "pk"))
        workflow.transitions.all().delete()
        stages = _store_stages(workflow, spec, groups)
        for transition in spec.transitions.values():
            _store_transition(workflow, transition, stages, groups)
        return workflow

    def delete(self, obj: Workflow) -> None:
        """Refuse while anything stands in its stages: subjects need somewhere to stand.

        Raises:
            Refused: `in_use`.
        """
        if _subjects(obj.subject_type).exists():
            raise Refused("in_use", _("“%(key)s” is in use and cannot be deleted.") % {"key": obj.code})
        obj.delete()


def _check_subject(state: State, before: State | None) -> None:
    subject = state["subject_type"]
    if subject not in SubjectType.values:
        text = _("A workflow governs one of: %s.") % ", ".join(SubjectType.values)
        raise Refused("invalid_subject_type", text, "/subject_type")
    if before is not None and before["subject_type"] != subject:
        raise Refused("subject_type_is_fixed", _("What a workflow governs cannot be changed."), "/subject_type")
    if before is None and (other := Workflow.objects.filter(subject_type=subject).first()):
        text = _("The workflow “%s” governs these already.") % other.code
        raise Refused("subject_type_taken", text, "/subject_type")


def _check_groups(spec: WorkflowSpec) -> None:
    known = set(Group.objects.values_list("name", flat=True))
    named = [(f"/stages/{n}/editors", stage.editors) for n, stage in enumerate(spec.stages.values())]
    named += [(f"/transitions/{n}/groups", way.groups) for n, way in enumerate(spec.transitions.values())]
    for pointer, names in named:
        if unknown := sorted(names - known):
            raise Refused("unknown_group", _("There is no group of users “%s”.") % unknown[0], pointer)


def _check_conditions(spec: WorkflowSpec) -> None:
    for number, transition in enumerate(spec.transitions.values()):
        for place, guard in enumerate(transition.guards):
            if isinstance(guard, Condition):
                read_walk(spec.subject_type, guard.filter, pointer=f"/transitions/{number}/guards/{place}/filter")


def _check_removed_stages(spec: WorkflowSpec, before: dict[str, Any]) -> None:
    removed = {row["code"] for row in before["stages"]} - set(spec.stages)
    rows = _subjects(spec.subject_type).filter(stage__in=removed) if removed else None
    occupied = rows.values_list("stage", flat=True).order_by("stage").first() if rows is not None else None
    if occupied:
        text = _("The stage “%s” cannot go: there is content in it. Move that first.") % occupied
        raise Refused("stage_in_use", text, "/stages")


def _store_stages(workflow: Workflow, spec: WorkflowSpec, groups: dict[str, int]) -> dict[str, Stage]:
    workflow.stages.exclude(code__in=spec.stages).delete()
    workflow.stages.update(is_initial=False, after_edit=None)
    stages: dict[str, Stage] = {stage.code: _store_stage(workflow, stage, groups) for stage in spec.stages.values()}
    for stage in spec.stages.values():
        if stage.after_edit:
            stages[stage.code].after_edit = stages[stage.after_edit]
            stages[stage.code].save(update_fields=["after_edit"])
    return stages


def _store_stage(workflow: Workflow, spec: StageSpec, groups: dict[str, int]) -> Stage:
    stage, _created = Stage.objects.update_or_create(
        workflow=workflow,
        code=spec.code,
        defaults={
            "labels": dict(spec.labels),
            "colour": spec.colour,
            "position": spec.position,
            "is_initial": spec.is_initial,
            "is_approved": spec.is_approved,
            "keeps_edition": spec.keeps_edition,
            "is_final": spec.is_final,
            "is_locked": spec.is_locked,
        },
    )
    StageEditor.objects.filter(stage=stage).delete()
    StageEditor.objects.bulk_create([StageEditor(stage=stage, group_id=groups[name]) for name in sorted(spec.editors)])
    return stage


def _store_transition(
    workflow: Workflow, spec: TransitionSpec, stages: dict[str, Stage], groups: dict[str, int]
) -> None:
    transition = Transition.objects.create(
        workflow=workflow,
        code=spec.code,
        labels=dict(spec.labels),
        position=spec.position,
        target=stages[spec.target],
        guards=[dump_guard(guard) for guard in spec.guards],
        asks_comment=spec.asks_comment,
    )
    transition.sources.set([stages[code] for code in spec.sources])
    TransitionGroup.objects.bulk_create(
        [TransitionGroup(transition=transition, group_id=groups[name]) for name in sorted(spec.groups)]
    )

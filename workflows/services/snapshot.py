"""The workflows in memory: loaded once per process and picture of the structure."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _

from pim.errors import NotFound
from pim.services.snapshot import get_structure, last_structure
from pim.values.snapshot import Structure
from workflows.models import Stage, Transition, Workflow
from workflows.stages.guards import load_guard
from workflows.stages.specs import StageCode, StageSpec, TransitionCode, TransitionSpec, WorkflowSpec

_lock = threading.Lock()
_current: Workflows | None = None


@dataclass(frozen=True, eq=False)
class Workflows:
    """All workflows as of one picture of the structure.

    `group_names` are the names by which the specs know groups; a group renamed since is still found by its key.
    """

    base: Structure
    by_subject: Mapping[str, WorkflowSpec]
    group_names: Mapping[int, str]

    def find(self, subject_type: str) -> WorkflowSpec:
        """The workflow of a type of subject.

        Raises:
            NotFound: `no_workflow`.
        """
        found = self.by_subject.get(subject_type)
        if found is None:
            raise NotFound("no_workflow", _("There is no workflow for this."))
        return found


def get_workflows() -> Workflows:
    """The workflows as of now; one query when nothing has changed."""
    return _of(get_structure())


def last_workflows() -> Workflows:
    """The workflows as of the operation that this process is in (see `pim.services.snapshot.last_structure`)."""
    return _of(last_structure())


def read_workflow(workflow: Workflow) -> WorkflowSpec:
    """A workflow's rows as a spec."""
    stages = workflow.stages.select_related("after_edit").prefetch_related("editors")
    transitions = workflow.transitions.select_related("target").prefetch_related("sources", "groups")
    return WorkflowSpec(
        code=workflow.code,
        subject_type=workflow.subject_type,
        stages={stage.code: _read_stage(stage) for stage in stages},
        transitions={transition.code: _read_transition(transition) for transition in transitions},
        labels=workflow.labels,
    )


def _of(base: Structure) -> Workflows:
    global _current  # noqa: PLW0603 - the process-wide cache this module exists for
    cached = _current
    if cached is not None and cached.base is base:
        return cached
    with _lock:
        if _current is None or _current.base is not base:
            _current = _load(base)
        return _current


def _load(base: Structure) -> Workflows:
    return Workflows(
        base=base,
        by_subject={workflow.subject_type: read_workflow(workflow) for workflow in Workflow.objects.all()},
        group_names=dict(Group.objects.values_list("pk", "name")),
    )


def _read_stage(stage: Stage) -> StageSpec:
    return StageSpec(
        code=StageCode(stage.code),
        labels=stage.labels,
        colour=stage.colour,
        position=stage.position,
        is_initial=stage.is_initial,
        is_approved=stage.is_approved,
        keeps_edition=stage.keeps_edition,
        after_edit=StageCode(stage.after_edit.code) if stage.after_edit else None,
        is_final=stage.is_final,
        is_locked=stage.is_locked,
        editors=frozenset(group.name for group in stage.editors.all()),
    )


def _read_transition(transition: Transition) -> TransitionSpec:
    sources = sorted(transition.sources.all(), key=lambda stage: stage.position)
    return TransitionSpec(
        code=TransitionCode(transition.code),
        sources=tuple(StageCode(stage.code) for stage in sources),
        target=StageCode(transition.target.code),
        labels=transition.labels,
        position=transition.position,
        groups=frozenset(group.name for group in transition.groups.all()),
        guards=tuple(load_guard(guard, "") for guard in transition.guards),
        asks_comment=transition.asks_comment,
    )

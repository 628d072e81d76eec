"""Whether a subject may take a transition, and every reason why not."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from pim.errors import Problem
from workflows.stages.guards import Slot, SubjectFacts
from workflows.stages.specs import Caller, StageSpec, TransitionSpec, WorkflowSpec

NOT_ALLOWED = "not_allowed"


def check_transition(
    workflow: WorkflowSpec,
    transition: TransitionSpec,
    facts: SubjectFacts,
    caller: Caller,
    *,
    slots: Sequence[Slot] = (),
    comment: str | None = None,
) -> list[Problem]:
    """Everything that speaks against a transition; empty: it may be taken.

    The first reason that makes the rest idle talk stands alone: who may not take it is told only that, and a subject
    that stands elsewhere is told where it would have to stand.

    `slots` are the (channel, locale) pairs that exist; `comment` is what the caller wrote, None where it was not asked
    yet (a button that opens a dialog).
    """
    if problem := check_caller(transition, caller):
        return [problem]
    if facts.stage not in transition.sources:
        return [_wrong_stage(workflow, transition, facts)]
    problems = [problem for guard in transition.guards for problem in guard.check(facts, slots)]
    if comment is not None and transition.asks_comment and not comment.strip():
        text = _("“%(transition)s” asks for a comment that says why.") % {"transition": transition.label}
        problems.append(Problem("comment_required", text, "/comment"))
    return problems


def check_caller(transition: TransitionSpec, caller: Caller) -> Problem | None:
    """Why this caller may not take the transition, whatever the subject."""
    if caller.is_superuser:
        return None
    if not caller.may_change:
        return Problem(NOT_ALLOWED, _("You may not change the stage of this."))
    if transition.groups and not transition.groups & caller.groups:
        names = ", ".join(sorted(transition.groups))
        text = _("“%(transition)s” is for these groups only: %(groups)s.")
        return Problem(NOT_ALLOWED, text % {"transition": transition.label, "groups": names})
    return None


def check_edit(stage: StageSpec | None, caller: Caller) -> Problem | None:
    """Why this caller may not edit what stands in a stage."""
    if stage is None or not stage.is_locked or caller.is_superuser or stage.editors & caller.groups:
        return None
    if stage.editors:
        text = _("In the stage “%(stage)s” only these groups edit: %(groups)s.")
        names = ", ".join(sorted(stage.editors))
        return Problem("stage_locked", text % {"stage": stage.label, "groups": names})
    return Problem("stage_locked", _("In the stage “%(stage)s” nothing is edited.") % {"stage": stage.label})


def _wrong_stage(workflow: WorkflowSpec, transition: TransitionSpec, facts: SubjectFacts) -> Problem:
    here = workflow.stages.get(facts.stage)
    sources = ", ".join(workflow.stages[code].label for code in transition.sources)
    text = _("“%(transition)s” starts in: %(sources)s. This is in: %(stage)s.")
    names = {"transition": transition.label, "sources": sources, "stage": here.label if here else facts.stage}
    return Problem("wrong_stage", text % names)

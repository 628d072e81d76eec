"""What workflows look like in the management GraphQL schema."""

from __future__ import annotations

from typing import Any

import graphene

from assets.graphql.types import AssetType
from catalog.graphql.products import ProductType
from pim.errors import Outcome, Problem
from pim.graphql.mutations import errors_field
from pim.graphql.scalars import JSON
from workflows.models import Workflow
from workflows.services import AvailableTransition
from workflows.stages.guards import dump_guard
from workflows.stages.specs import StageSpec, TransitionSpec, WorkflowSpec


class WorkflowStage(graphene.ObjectType):
    """A place where a subject may stand."""

    code = graphene.String(required=True)
    label = graphene.String(required=True, description="In the caller's language.")
    labels = JSON(required=True, description="Texts by locale.")
    colour = graphene.String(required=True)
    is_initial = graphene.Boolean(required=True)
    is_approved = graphene.Boolean(required=True)
    keeps_edition = graphene.Boolean(required=True)
    after_edit = graphene.String(description="The stage to which an edit takes a subject; null: it stays.")
    is_final = graphene.Boolean(required=True)
    is_locked = graphene.Boolean(required=True)
    editors = graphene.List(graphene.NonNull(graphene.String), required=True)

    @staticmethod
    def resolve_editors(stage: StageSpec, _info: graphene.ResolveInfo) -> list[str]:
        return sorted(stage.editors)


class WorkflowTransition(graphene.ObjectType):
    """A way from some stages to one other."""

    code = graphene.String(required=True)
    label = graphene.String(required=True, description="In the caller's language.")
    labels = JSON(required=True, description="Texts by locale.")
    sources = graphene.List(graphene.NonNull(graphene.String), required=True)
    target = graphene.String(required=True)
    groups = graphene.List(graphene.NonNull(graphene.String), required=True)
    guards = JSON(required=True)
    asks_comment = graphene.Boolean(required=True)

    @staticmethod
    def resolve_groups(transition: TransitionSpec, _info: graphene.ResolveInfo) -> list[str]:
        return sorted(transition.groups)

    @staticmethod
    def resolve_guards(transition: TransitionSpec, _info: graphene.ResolveInfo) -> list[dict[str, Any]]:
        return [dump_guard(guard) for guard in transition.guards]


class WorkflowRules(graphene.ObjectType):
    """The stages of one type of subject and the ways between them."""

    model = Workflow

    code = graphene.String(required=True)
    label = graphene.String(required=True, description="In the caller's language.")
    subject_type = graphene.String(required=True, description="product or asset.")
    stages = graphene.List(graphene.NonNull(WorkflowStage), required=True)
    transitions = graphene.List(graphene.NonNull(WorkflowTransition), required=True)

    @staticmethod
    def resolve_stages(workflow: WorkflowSpec, _info: graphene.ResolveInfo) -> list[StageSpec]:
        return list(workflow.stages.values())

    @staticmethod
    def resolve_transitions(workflow: WorkflowSpec, _info: graphene.ResolveInfo) -> list[TransitionSpec]:
        return list(workflow.transitions.values())


class TransitionFinding(graphene.ObjectType):
    """One reason against a transition."""

    pointer = graphene.String(required=True)
    code = graphene.String(required=True)
    message = graphene.String(required=True)


class TransitionChoice(graphene.ObjectType):
    """A way out of a subject's stage, and what blocks it for the caller."""

    transition = graphene.Field(WorkflowTransition, required=True)
    is_allowed = graphene.Boolean(required=True)
    problems = graphene.List(graphene.NonNull(TransitionFinding), required=True)

    @staticmethod
    def resolve_problems(way: AvailableTransition, _info: graphene.ResolveInfo) -> list[TransitionFinding]:
        return [make_finding(problem) for problem in way.problems]


class TransitionMove(graphene.ObjectType):
    """A subject that was accepted: `updated` or `unchanged`."""

    key = graphene.String(required=True)
    result = graphene.String(required=True)
    revision = graphene.Int(required=True)


class TransitionRefusal(graphene.ObjectType):
    """A subject that was to move along and may not."""

    key = graphene.String(required=True)
    problems = graphene.List(graphene.NonNull(TransitionFinding), required=True)


class _Moved:
    """What a transition did; a refusal of the subject itself is in `userErrors`, and the rest is empty then."""

    stage = graphene.String(description="Where the subject stands now.")
    results = graphene.List(graphene.NonNull(TransitionMove))
    refused = graphene.List(graphene.NonNull(TransitionRefusal), description="Those that were to move along.")
    user_errors = errors_field()


class ProductTransitionPayload(_Moved, graphene.ObjectType):
    """What a transition did to a product, and to those that were to move along."""

    product = graphene.Field(ProductType)


class AssetTransitionPayload(_Moved, graphene.ObjectType):
    """What a transition did to an asset."""

    asset = graphene.Field(AssetType)


def make_finding(problem: Problem) -> TransitionFinding:
    """A finding of the domain as GraphQL shows it."""
    return TransitionFinding(pointer=problem.pointer, code=problem.code, message=str(problem.message))


def make_outcome(outcome: Outcome, stage: str) -> dict[str, Any]:
    """The outcome of a transition as its payload shows it."""
    return {
        "stage": stage,
        "results": [TransitionMove(key=done.key, result=done.kind, revision=done.revision) for done in outcome.results],
        "refused": [
            TransitionRefusal(key=refusal.key, problems=[make_finding(problem) for problem in refusal.problems])
            for refusal in outcome.refused
        ],
    }

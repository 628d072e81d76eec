"""Workflows, and the ways out of a subject's stage."""

from __future__ import annotations

import graphene

from pim.services.access import check_permission, check_scope
from workflows.graphql.types import TransitionChoice, WorkflowRules
from workflows.services import AvailableTransition, available_transitions
from workflows.services.lookups import find_asset, find_product
from workflows.services.snapshot import get_workflows
from workflows.stages.specs import WorkflowSpec


class Query(graphene.ObjectType):
    """The part of workflows."""

    workflows = graphene.List(
        graphene.NonNull(WorkflowRules), required=True, description="The rules of products and of assets."
    )
    product_transitions = graphene.List(
        graphene.NonNull(TransitionChoice),
        required=True,
        sku=graphene.String(required=True),
        description="Where a product, model or variant can go from its stage.",
    )
    asset_transitions = graphene.List(
        graphene.NonNull(TransitionChoice),
        required=True,
        key=graphene.String(required=True, description="uuid or code"),
        description="Where an asset can go from its stage.",
    )

    @staticmethod
    def resolve_workflows(_root: None, info: graphene.ResolveInfo) -> list[WorkflowSpec]:
        check_scope(info.context.auth, "structure:read")
        check_permission(info.context.user, "workflows.workflow", ("view",))
        return list(get_workflows().by_subject.values())

    @staticmethod
    def resolve_product_transitions(_root: None, info: graphene.ResolveInfo, sku: str) -> list[AvailableTransition]:
        check_scope(info.context.auth, "catalog:read")
        check_permission(info.context.user, "catalog.product", ("view",))
        return available_transitions(find_product(sku), info.context.user)

    @staticmethod
    def resolve_asset_transitions(_root: None, info: graphene.ResolveInfo, key: str) -> list[AvailableTransition]:
        check_scope(info.context.auth, "assets:read")
        check_permission(info.context.user, "assets.asset", ("view",))
        return available_transitions(find_asset(key), info.context.user)

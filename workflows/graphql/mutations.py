"""Transitions of products, models and assets."""

from __future__ import annotations

from typing import Any

import graphene

from assets.graphql.queries import make_nodes
from catalog.graphql.products import load_product
from pim.choices import Origin
from pim.errors import Outcome
from pim.graphql.mutations import run_mutation
from pim.services.access import check_permission, check_scope
from workflows.graphql.types import AssetTransitionPayload, ProductTransitionPayload, make_outcome
from workflows.services import raise_refusal, transition_assets, transition_products
from workflows.services.lookups import find_asset, find_product


class Mutation(graphene.ObjectType):
    """The part of workflows. A refusal of the subject itself is in `userErrors`; of those that move along, a result."""

    product_transition = graphene.Field(
        ProductTransitionPayload,
        required=True,
        sku=graphene.String(required=True),
        transition=graphene.String(required=True),
        comment=graphene.String(default_value=""),
        include_ancestors=graphene.Boolean(default_value=False),
        include_variants=graphene.Boolean(default_value=False),
        validate_only=graphene.Boolean(default_value=False),
        description="Take a simple product, variant or model through a transition.",
    )
    model_transition = graphene.Field(
        ProductTransitionPayload,
        required=True,
        sku=graphene.String(required=True),
        transition=graphene.String(required=True),
        comment=graphene.String(default_value=""),
        include_ancestors=graphene.Boolean(default_value=False),
        include_variants=graphene.Boolean(default_value=False),
        validate_only=graphene.Boolean(default_value=False),
        description="Take a product model through a transition.",
    )
    asset_transition = graphene.Field(
        AssetTransitionPayload,
        required=True,
        key=graphene.String(required=True, description="uuid or code"),
        transition=graphene.String(required=True),
        comment=graphene.String(default_value=""),
        validate_only=graphene.Boolean(default_value=False),
        description="Take an asset through a transition.",
    )

    @staticmethod
    def resolve_product_transition(
        _root: None, info: graphene.ResolveInfo, sku: str, transition: str, **options: str | bool
    ) -> dict[str, Any]:
        return _move_product(info, sku, transition, options, only_models=False)

    @staticmethod
    def resolve_model_transition(
        _root: None, info: graphene.ResolveInfo, sku: str, transition: str, **options: str | bool
    ) -> dict[str, Any]:
        return _move_product(info, sku, transition, options, only_models=True)

    @staticmethod
    def resolve_asset_transition(
        _root: None,
        info: graphene.ResolveInfo,
        key: str,
        transition: str,
        comment: str = "",
        *,
        validate_only: bool = False,
    ) -> dict[str, Any]:
        check_scope(info.context.auth, "assets:write")
        check_permission(info.context.user, "assets.asset", ("view",))

        def do() -> dict[str, Any]:
            asset = find_asset(key)
            outcome = transition_assets(
                [str(asset.uuid)],
                transition,
                actor=info.context.user,
                origin=Origin.GRAPHQL,
                comment=comment,
                dry_run=validate_only,
            )
            raise_refusal(outcome)
            asset.refresh_from_db()
            return {"asset": make_nodes([asset])[0], **make_outcome(outcome, asset.stage)}

        return run_mutation(do)


def _move_product(
    info: graphene.ResolveInfo, sku: str, transition: str, options: dict[str, str | bool], *, only_models: bool
) -> dict[str, Any]:
    check_scope(info.context.auth, "catalog:write")
    check_permission(info.context.user, "catalog.product", ("view",))

    def do() -> dict[str, Any]:
        product = find_product(sku, only_models=only_models)
        outcome = transition_products(
            [product.sku],
            transition,
            actor=info.context.user,
            origin=Origin.GRAPHQL,
            comment=str(options.get("comment", "")),
            include_ancestors=bool(options.get("include_ancestors")),
            include_variants=bool(options.get("include_variants")),
            dry_run=bool(options.get("validate_only")),
        )
        raise_refusal(Outcome(refused=[refusal for refusal in outcome.refused if refusal.key == product.sku]))
        product.refresh_from_db(fields=["stage"])
        return {"product": load_product(product.sku), **make_outcome(outcome, product.stage)}

    return run_mutation(do)

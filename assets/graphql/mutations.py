"""Assets written over GraphQL; files are uploaded over REST."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import graphene

from assets.graphql.queries import MODEL, make_nodes
from assets.graphql.types import AssetType
from assets.services.deletion import delete_assets
from assets.services.finding import find_asset
from assets.services.writing import AssetChange, patch_change, write_assets
from pim.choices import Origin
from pim.graphql.access import require
from pim.graphql.mutations import errors_field, run_mutation
from pim.graphql.scalars import JSON

SCOPE = "assets:write"


class AssetPayload(graphene.ObjectType):
    """The asset as it is now."""

    asset = graphene.Field(AssetType)
    result = graphene.String(description="updated or unchanged")
    user_errors = errors_field()


class AssetDeletePayload(graphene.ObjectType):
    """What was deleted."""

    uuid = graphene.UUID()
    user_errors = errors_field()


class AssetMutation:
    """Assets change and go."""

    asset_upsert = graphene.Field(
        AssetPayload,
        required=True,
        key=graphene.String(required=True, description="uuid or code; new assets are uploaded over REST"),
        labels=JSON(description="{locale: text}; null or an empty text clears"),
        alt=JSON(description="{locale: text}; null or an empty text clears"),
        license=graphene.String(),
        family=graphene.String(),
        values=JSON(description="{attribute: [{locale, channel, data}]}; null data clears"),
        folder=graphene.String(),
        keywords=graphene.List(graphene.NonNull(graphene.String)),
        add_keywords=graphene.List(graphene.NonNull(graphene.String)),
        remove_keywords=graphene.List(graphene.NonNull(graphene.String)),
        categories=graphene.List(graphene.NonNull(graphene.String)),
        releases=graphene.List(graphene.NonNull(graphene.String)),
        digital_source=graphene.String(),
        valid_from=graphene.Date(),
        valid_until=graphene.Date(),
        focal=JSON(description="{left, top, width, height}, or null"),
        crops=JSON(description="{preset: {left, top, width, height}, or null}"),
        version=graphene.Int(description="the number of the version to show"),
        revision=graphene.Int(description="what the caller saw"),
        validate_only=graphene.Boolean(default_value=False),
    )
    asset_delete = graphene.Field(
        AssetDeletePayload, required=True, key=graphene.String(required=True, description="uuid or code")
    )

    @staticmethod
    def resolve_asset_upsert(_root: None, info: graphene.ResolveInfo, **arguments: Any) -> Any:
        """Merge changes into an asset."""
        actor = require(info, SCOPE, MODEL, ("change",))

        def do() -> Mapping[str, Any]:
            asset = find_asset(arguments.pop("key"))
            dry_run, revision = arguments.pop("validate_only"), arguments.pop("revision", None)
            fields = patch_change(str(asset.uuid), arguments).fields
            change = AssetChange(str(asset.uuid), fields, revision=revision)
            outcome = write_assets([change], actor=actor, origin=Origin.GRAPHQL, dry_run=dry_run)
            outcome.raise_first()
            return {"asset": make_nodes([find_asset(str(asset.uuid))])[0], "result": outcome.results[0].kind}

        return run_mutation(do)

    @staticmethod
    def resolve_asset_delete(_root: None, info: graphene.ResolveInfo, key: str) -> Any:
        """Delete an asset with all its files."""
        actor = require(info, SCOPE, MODEL, ("delete",))

        def do() -> Mapping[str, Any]:
            asset = find_asset(key)
            delete_assets([asset.uuid], actor=actor, origin=Origin.GRAPHQL).raise_first()
            return {"uuid": asset.uuid}

        return run_mutation(do)

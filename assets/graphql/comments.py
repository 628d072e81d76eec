"""What people say about assets, over GraphQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import graphene

from assets.graphql.queries import MODEL
from assets.graphql.queries import SCOPE as READ
from assets.models import AssetComment
from assets.services.comments import (
    comments,
    delete_comment,
    describe_comments,
    find_comment,
    resolve_comment,
    write_comment,
)
from assets.services.finding import find_asset
from pim.choices import Origin
from pim.graphql.access import require
from pim.graphql.mutations import errors_field, run_mutation
from pim.graphql.scalars import JSON

WRITE = "assets:write"
MAX_COMMENTS = 1_000


class AssetCommentType(graphene.ObjectType):
    """A comment on an asset, or the answer to one."""

    class Meta:
        name = "AssetComment"

    model = AssetComment
    uuid = graphene.UUID(required=True)
    asset = graphene.UUID(required=True)
    reply_to = graphene.UUID(description="The comment that it answers.")
    version = graphene.Int(required=True, description="The number of the version it is about.")
    author = graphene.String(description="Null: their account is gone.")
    text = graphene.String(required=True)
    region = JSON(description="{left, top, width, height} as fractions of the picture.")
    resolved = graphene.DateTime()
    resolved_by = graphene.String()
    created = graphene.DateTime(required=True)


class AssetCommentPayload(graphene.ObjectType):
    """The comment as it is now; null once it is deleted."""

    comment = graphene.Field(AssetCommentType)
    user_errors = errors_field()


class AssetCommentQuery:
    """Comments."""

    asset_comments = graphene.Field(
        graphene.List(graphene.NonNull(AssetCommentType), required=True),
        required=True,
        asset=graphene.String(required=True, description="uuid or code"),
        open=graphene.Boolean(default_value=False, description="only threads that wait for somebody"),
        description=f"The first {MAX_COMMENTS} comments on an asset, oldest first; all of them are listed over REST.",
    )

    @staticmethod
    def resolve_asset_comments(_root: None, info: graphene.ResolveInfo, asset: str, **arguments: Any) -> Any:
        """Comments on one asset."""
        require(info, READ, MODEL)
        found = comments().filter(asset=find_asset(asset))
        if arguments["open"]:
            found = found.filter(reply_to=None, resolved=None)
        return describe_comments(list(found[:MAX_COMMENTS]))


class AssetCommentMutation:
    """Comments are written, resolved and taken back."""

    asset_comment_create = graphene.Field(
        AssetCommentPayload,
        required=True,
        asset=graphene.String(required=True, description="uuid or code"),
        text=graphene.String(required=True),
        region=JSON(description="{left, top, width, height} as fractions of the picture"),
        reply_to=graphene.UUID(),
        version=graphene.Int(description="default: the version that is shown"),
    )
    asset_comment_resolve = graphene.Field(
        AssetCommentPayload,
        required=True,
        uuid=graphene.UUID(required=True),
        resolved=graphene.Boolean(default_value=True),
    )
    asset_comment_delete = graphene.Field(AssetCommentPayload, required=True, uuid=graphene.UUID(required=True))

    @staticmethod
    def resolve_asset_comment_create(_root: None, info: graphene.ResolveInfo, **arguments: Any) -> Any:
        """Say something about an asset, or answer."""
        actor = require(info, WRITE, MODEL, ("view",))

        def do() -> Mapping[str, Any]:
            reply_to = arguments.get("reply_to")
            comment = write_comment(
                find_asset(arguments["asset"]),
                arguments["text"],
                actor=actor,
                origin=Origin.GRAPHQL,
                region=arguments.get("region"),
                reply_to=find_comment(reply_to) if reply_to else None,
                version=arguments.get("version"),
            )
            return {"comment": describe_comments([comment])[0]}

        return run_mutation(do)

    @staticmethod
    def resolve_asset_comment_resolve(
        _root: None, info: graphene.ResolveInfo, uuid: Any, *, resolved: bool = True
    ) -> Any:
        """Say that a thread is dealt with, or that it is not."""
        actor = require(info, WRITE, MODEL, ("view",))

        def do() -> Mapping[str, Any]:
            comment = resolve_comment(uuid, actor=actor, origin=Origin.GRAPHQL, is_resolved=resolved)
            return {"comment": describe_comments([comment])[0]}

        return run_mutation(do)

    @staticmethod
    def resolve_asset_comment_delete(_root: None, info: graphene.ResolveInfo, uuid: Any) -> Any:
        """Take back what one has said."""
        actor = require(info, WRITE, MODEL, ("view",))

        def do() -> Mapping[str, Any]:
            delete_comment(uuid, actor=actor, origin=Origin.GRAPHQL)
            return {"comment": None}

        return run_mutation(do)

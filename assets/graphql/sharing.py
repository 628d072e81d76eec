"""Share links over GraphQL; files themselves leave over plain HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import graphene
from django.urls import reverse

from assets.models import ShareLink
from assets.services.downloads.requests import Use
from assets.services.downloads.selection import AssetSelection
from assets.services.sharing.links import (
    DEFAULT_DAYS,
    NewShare,
    create_share,
    describe_shares,
    find_share,
    renew_address,
    withdraw_share,
)
from pim.choices import Origin
from pim.graphql.access import require
from pim.graphql.mutations import errors_field, run_mutation

READ, WRITE, MODEL = "assets:read", "assets:write", "assets.sharelink"
MAX_SHARES = 200


class ShareLinkType(graphene.ObjectType):
    """A page for people without an account."""

    class Meta:
        name = "ShareLink"

    model = ShareLink
    uuid = graphene.UUID(required=True)
    title = graphene.String(required=True)
    message = graphene.String(required=True)
    state = graphene.String(required=True, description="active, expired, withdrawn or orphaned")
    owner = graphene.String()
    collection = graphene.UUID()
    presets = graphene.List(graphene.NonNull(graphene.String), required=True)
    allows_originals = graphene.Boolean(required=True)
    channel = graphene.String(description="For which the rights are judged.")
    territory = graphene.String()
    medium = graphene.String()
    terms = graphene.String(required=True)
    has_password = graphene.Boolean(required=True)
    expires = graphene.DateTime()
    withdrawn = graphene.DateTime()
    last_used = graphene.DateTime()
    created = graphene.DateTime(required=True)


class SharePayload(graphene.ObjectType):
    """The link as it is now; `url` is there when it has just been given its address, and never again."""

    share = graphene.Field(ShareLinkType)
    url = graphene.String()
    user_errors = errors_field()


class ShareQuery:
    """Share links."""

    share_link = graphene.Field(ShareLinkType, uuid=graphene.UUID(required=True))
    share_links = graphene.Field(
        graphene.List(graphene.NonNull(ShareLinkType), required=True),
        required=True,
        description=f"The newest {MAX_SHARES}; all of them are listed over REST.",
    )

    @staticmethod
    def resolve_share_link(_root: None, info: graphene.ResolveInfo, uuid: Any) -> Any:
        """One."""
        require(info, READ, MODEL)
        return describe_shares([find_share(str(uuid))])[0]

    @staticmethod
    def resolve_share_links(_root: None, info: graphene.ResolveInfo) -> Any:
        """Newest first."""
        require(info, READ, MODEL)
        return describe_shares(ShareLink.objects.select_related("owner", "collection")[:MAX_SHARES])


class ShareMutation:
    """Share links are made and withdrawn."""

    share_link_create = graphene.Field(
        SharePayload,
        required=True,
        title=graphene.String(required=True),
        assets=graphene.List(graphene.NonNull(graphene.UUID)),
        collection=graphene.UUID(),
        filter=graphene.String(description="JSON text, as REST takes it"),
        message=graphene.String(default_value=""),
        expires_in_days=graphene.Int(default_value=DEFAULT_DAYS),
        password=graphene.String(default_value=""),
        presets=graphene.List(graphene.NonNull(graphene.String), default_value=[]),
        allows_originals=graphene.Boolean(default_value=False),
        terms=graphene.String(default_value=""),
        channel=graphene.String(),
        territory=graphene.String(),
        medium=graphene.String(),
    )
    share_link_renew = graphene.Field(SharePayload, required=True, uuid=graphene.UUID(required=True))
    share_link_withdraw = graphene.Field(SharePayload, required=True, uuid=graphene.UUID(required=True))

    @staticmethod
    def resolve_share_link_create(_root: None, info: graphene.ResolveInfo, **arguments: Any) -> Any:
        """Make a link."""
        actor = require(info, WRITE, MODEL, ("add",))

        def do() -> Mapping[str, Any]:
            use = Use.read(**{name: arguments.pop(name, None) for name in ("channel", "territory", "medium")})
            selection = AssetSelection.read(
                assets=[str(uuid) for uuid in arguments.pop("assets", None) or ()],
                collection=str(arguments.pop("collection", None) or ""),
                filter=arguments.pop("filter", None) or "",
            )
            wanted = NewShare(**arguments, selection=selection, use=use)
            share, token = create_share(wanted, actor=actor, origin=Origin.GRAPHQL)
            return _answer(info, share, token)

        return run_mutation(do)

    @staticmethod
    def resolve_share_link_renew(_root: None, info: graphene.ResolveInfo, uuid: Any) -> Any:
        """Give one's own link a new address."""
        actor = require(info, WRITE, MODEL, ("add",))

        def do() -> Mapping[str, Any]:
            share = find_share(str(uuid))
            return _answer(info, share, renew_address(share, actor=actor, origin=Origin.GRAPHQL))

        return run_mutation(do)

    @staticmethod
    def resolve_share_link_withdraw(_root: None, info: graphene.ResolveInfo, uuid: Any) -> Any:
        """End a link for everybody."""
        actor = require(info, WRITE, MODEL, ("view",))

        def do() -> Mapping[str, Any]:
            withdraw_share(find_share(str(uuid)), actor=actor, origin=Origin.GRAPHQL)
            return {"share": describe_shares([find_share(str(uuid))])[0]}

        return run_mutation(do)


def _answer(info: graphene.ResolveInfo, share: ShareLink, token: str) -> Mapping[str, Any]:
    request: Any = info.context
    url = request.build_absolute_uri(reverse("share", args=[token]))
    return {"share": describe_shares([share])[0], "url": url}

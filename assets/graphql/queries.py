"""Assets read over GraphQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import graphene

from assets.graphql.types import AssetType
from assets.models import Asset
from assets.services.documents import describe_assets
from assets.services.finding import find_asset
from assets.services.rights.verdicts import subject_of
from assets.services.searching.listing import count_assets, get_fields, list_assets, select_assets
from pim.errors import NotFound
from pim.graphql.access import require
from pim.graphql.connections import connection_field, make_connection, make_page, read_page_arguments
from pim.graphql.nodes import node_loaders
from pim.graphql.where import read_where

SCOPE, MODEL = "assets:read", "assets.asset"


def load_asset(info: graphene.ResolveInfo, key: str) -> Any:
    """An asset by uuid or code, for `node` and `asset`; None where there is none."""
    require(info, SCOPE, MODEL)
    try:
        return make_nodes([find_asset(key)])[0]
    except NotFound:
        return None


def make_nodes(assets: Sequence[Asset]) -> list[dict[str, Any]]:
    """Documents that know their type, and what is agreed about them."""
    return [
        {**document, "graphene_type": AssetType, "subject": subject_of(asset)}
        for asset, document in zip(assets, describe_assets(assets), strict=True)
    ]


class AssetQuery:
    """Assets."""

    asset = graphene.Field(AssetType, key=graphene.String(required=True, description="uuid or code"))
    assets = connection_field(make_connection(AssetType))

    @staticmethod
    def resolve_asset(_root: None, info: graphene.ResolveInfo, key: str) -> Any:
        """One asset."""
        return load_asset(info, key)

    @staticmethod
    def resolve_assets(_root: None, info: graphene.ResolveInfo, **arguments: Any) -> Any:
        """Assets, newest first unless sorted otherwise."""
        require(info, SCOPE, MODEL)
        node = read_where(arguments.get("where"), get_fields())
        asked = read_page_arguments(arguments, node, "assets")
        where = select_assets(node)
        found = list_assets(
            where, sort=arguments.get("sort") or "", after=asked.after, limit=asked.first, backwards=asked.backwards
        )
        nodes = make_nodes(found.assets)
        return make_page(asked, found.page, nodes, lambda: count_assets(where))


node_loaders.register("Asset", load_asset)

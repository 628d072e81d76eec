"""Naming rules, runs of them and files to be linked as object types; runs are applied over GraphQL too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import graphene

from catalog.models import AssetMatch, Linking, NamingRule
from catalog.services.linking.documents import describe_linking, describe_match, describe_matches, find_linking
from catalog.services.linking.matches import find_match, settle_match
from catalog.services.linking.running import apply_linking, preview_linking
from pim.choices import Origin
from pim.errors import NotFound
from pim.graphql.access import require
from pim.graphql.connections import connection_field, make_connection, make_page, read_page_arguments
from pim.graphql.mutations import errors_field, run_mutation
from pim.graphql.nodes import Node, make_id, node_loaders
from pim.graphql.scalars import JSON
from pim.graphql.structure import StructureFields, StructureType
from pim.graphql.types import codes
from pim.graphql.where import read_where
from pim.graphql.work import JobType
from pim.querysets.pages import Count
from pim.services.listing import TableList, count_matches

READ, WRITE = "catalog:read", "catalog:write"
LINKING, MATCH = "catalog.linking", "catalog.assetmatch"
MATCHES = TableList(AssetMatch, ("uuid", "state", "rule", "sku", "created"))


class NamingRuleType(StructureFields, graphene.ObjectType):
    """What names of files say about products."""

    class Meta:
        name = "NamingRule"
        interfaces = (Node,)

    model = NamingRule
    template = graphene.String(required=True)
    pattern = graphene.String(required=True)
    prefix = graphene.String(required=True)
    suffix = graphene.String(required=True)
    ignores_separators = graphene.Boolean(required=True)
    ignores_zeros = graphene.Boolean(required=True)
    roles = JSON(required=True, description="[{text, attribute, channel, locale}]")
    attribute = graphene.String(description="For files without a role.")
    mode = graphene.String(required=True, description="add or replace")
    position = graphene.Int(required=True)
    is_active = graphene.Boolean(required=True)
    is_automatic = graphene.Boolean(required=True)


class LinkingType(graphene.ObjectType):
    """A run of the naming rules: a preview, and what became of it."""

    class Meta:
        name = "Linking"
        interfaces = (Node,)

    model = Linking
    uuid = graphene.UUID(required=True)
    state = graphene.String(required=True)
    selection = JSON(required=True)
    rules = codes("The rules that were used.")
    token = graphene.String(required=True, description="What applying it asks for.")
    counts = JSON(required=True, description="{state: files}")
    owner = graphene.String()
    planning = graphene.UUID(description="The job that makes the preview.")
    job = graphene.UUID(description="The job that links.")
    created = graphene.DateTime(required=True)

    @staticmethod
    def resolve_id(linking: Mapping[str, Any], _info: graphene.ResolveInfo) -> str:
        """The global id."""
        return make_id("Linking", linking["uuid"])


class AssetMatchType(graphene.ObjectType):
    """A file that waits for its SKU, needs a decision, was dismissed or linked."""

    class Meta:
        name = "AssetMatch"
        interfaces = (Node,)

    model = AssetMatch
    uuid = graphene.UUID(required=True)
    asset = graphene.UUID(required=True)
    filename = graphene.String(required=True)
    state = graphene.String(required=True)
    rule = graphene.String()
    sku = graphene.String()
    key = graphene.String(description="The flat key of the product's value.")
    position = graphene.Int()
    mode = graphene.String(required=True)
    reason = graphene.String(required=True)
    message = graphene.String(required=True)
    candidates = JSON(required=True)
    created = graphene.DateTime(required=True)

    @staticmethod
    def resolve_id(match: Mapping[str, Any], _info: graphene.ResolveInfo) -> str:
        """The global id."""
        return make_id("AssetMatch", match["uuid"])


class LinkingPreviewPayload(graphene.ObjectType):
    """The preview."""

    linking = graphene.Field(LinkingType)
    user_errors = errors_field()


class LinkingApplyPayload(graphene.ObjectType):
    """The job that links."""

    job = graphene.Field(JobType)
    user_errors = errors_field()


class AssetMatchSettlePayload(graphene.ObjectType):
    """The file as it stands now."""

    match = graphene.Field(AssetMatchType)
    user_errors = errors_field()


def load_linking(info: graphene.ResolveInfo, uuid: str) -> Any:
    """A run by uuid, for `node` and `linking`."""
    require(info, READ, LINKING)
    try:
        return {**describe_linking(find_linking(uuid)), "graphene_type": LinkingType}
    except NotFound:
        return None


def load_match(info: graphene.ResolveInfo, uuid: str) -> Any:
    """A match by uuid, for `node` and `asset_match`."""
    require(info, READ, MATCH)
    try:
        return _node(describe_match(find_match(uuid)))
    except NotFound:
        return None


class LinkingQuery:
    """Runs of naming rules, and files to be linked."""

    linking = graphene.Field(LinkingType, uuid=graphene.String(required=True))
    asset_match = graphene.Field(AssetMatchType, uuid=graphene.String(required=True))
    asset_matches = connection_field(make_connection(AssetMatchType))

    @staticmethod
    def resolve_linking(_root: None, info: graphene.ResolveInfo, uuid: str) -> Any:
        """One run."""
        return load_linking(info, uuid)

    @staticmethod
    def resolve_asset_match(_root: None, info: graphene.ResolveInfo, uuid: str) -> Any:
        """One file."""
        return load_match(info, uuid)

    @staticmethod
    def resolve_asset_matches(_root: None, info: graphene.ResolveInfo, **arguments: Any) -> Any:
        """Files to be linked, oldest first."""
        require(info, READ, MATCH)
        node = read_where(arguments.get("where"), MATCHES.get_fields())
        asked = read_page_arguments(arguments, node, "asset_matches")
        where = MATCHES.select(node)
        sort = arguments.get("sort") or ""
        page = MATCHES.page(where, sort=sort, after=asked.after, limit=asked.first, backwards=asked.backwards)
        nodes = [_node(document) for document in describe_matches(page.ids)]
        return make_page(asked, page, nodes, lambda: count_matches(where, "estimate") or Count(0, is_exact=True))


class LinkingMutation:
    """Previews are made and applied; files are decided upon."""

    linking_preview = graphene.Field(
        LinkingPreviewPayload,
        required=True,
        selection=JSON(required=True, description="{assets: [uuid]}, {filter: …}, {batch: uuid} or {unlinked: true}"),
        rules=graphene.List(graphene.NonNull(graphene.String)),
    )
    linking_apply = graphene.Field(
        LinkingApplyPayload,
        required=True,
        uuid=graphene.String(required=True),
        token=graphene.String(required=True),
    )
    asset_match_settle = graphene.Field(
        AssetMatchSettlePayload,
        required=True,
        uuid=graphene.String(required=True),
        sku=graphene.String(required=True),
        key=graphene.String(default_value=""),
    )

    @staticmethod
    def resolve_linking_preview(
        _root: None, info: graphene.ResolveInfo, selection: Any, rules: list[str] | None = None
    ) -> Any:
        """Look at files; nothing of it is written to products."""
        actor = require(info, WRITE, LINKING, ("add",))

        def do() -> Mapping[str, Any]:
            made = preview_linking(selection, actor=actor, rules=rules)
            return {"linking": {**describe_linking(find_linking(str(made.uuid))), "graphene_type": LinkingType}}

        return run_mutation(do)

    @staticmethod
    def resolve_linking_apply(_root: None, info: graphene.ResolveInfo, uuid: str, token: str) -> Any:
        """Start the job that links what a preview shows."""
        actor = require(info, WRITE, LINKING, ("add",))
        return run_mutation(
            lambda: {"job": apply_linking(find_linking(uuid), token, actor=actor, origin=Origin.GRAPHQL)}
        )

    @staticmethod
    def resolve_asset_match_settle(_root: None, info: graphene.ResolveInfo, uuid: str, sku: str, key: str) -> Any:
        """Link a file to the product that was chosen."""
        actor = require(info, WRITE, MATCH, ("change",))

        def do() -> Mapping[str, Any]:
            settle_match(find_match(uuid), sku, actor=actor, origin=Origin.GRAPHQL, key=key)
            return {"match": _node(describe_match(find_match(uuid)))}

        return run_mutation(do)


def _node(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "graphene_type": AssetMatchType}


node_loaders.register("Linking", load_linking)
node_loaders.register("AssetMatch", load_match)

NAMING_RULE = StructureType(
    NamingRuleType, "naming_rule", "catalog.namingrule", "naming_rule", "naming_rules", ("is_active", "is_automatic")
)

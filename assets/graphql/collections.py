"""Collections over GraphQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import graphene

from assets.models import Collection
from assets.services.collections import (
    add_items,
    change_collection,
    collections_for,
    create_collection,
    delete_collection,
    describe_collections,
    find_collection,
    move_items,
    remove_items,
)
from pim.choices import Origin
from pim.errors import NotFound
from pim.graphql.access import require
from pim.graphql.mutations import errors_field, run_mutation
from pim.graphql.nodes import Node, make_id, node_loaders
from pim.graphql.scalars import JSON

READ, WRITE, MODEL = "assets:read", "assets:write", "assets.collection"
MOST = 500


class CollectionType(graphene.ObjectType):
    """A named set of assets; `assets(where: {field: "collection", value: uuid})` lists them."""

    class Meta:
        name = "Collection"
        interfaces = (Node,)

    model = Collection
    uuid = graphene.UUID(required=True)
    name = graphene.String(required=True)
    description = graphene.String(required=True)
    query = JSON(description="The filter that decides what is in it; null: it is put together by hand.")
    is_smart = graphene.Boolean(required=True)
    is_shared = graphene.Boolean(required=True)
    owner = graphene.String()
    size = graphene.Int(description="Null where a query decides.")
    revision = graphene.Int(required=True)
    created = graphene.DateTime(required=True)
    updated = graphene.DateTime(required=True)

    @staticmethod
    def resolve_id(collection: Mapping[str, Any], _info: graphene.ResolveInfo) -> str:
        """The global id."""
        return make_id("Collection", collection["uuid"])


class CollectionPayload(graphene.ObjectType):
    """The collection as it is now."""

    collection = graphene.Field(CollectionType)
    user_errors = errors_field()


class CollectionDeletePayload(graphene.ObjectType):
    """What was deleted."""

    uuid = graphene.UUID()
    user_errors = errors_field()


class CollectionQuery:
    """Collections: the caller's own and the shared ones."""

    collection = graphene.Field(CollectionType, uuid=graphene.UUID(required=True))
    collections = graphene.List(graphene.NonNull(CollectionType), required=True, description="By name, 500 at most.")

    @staticmethod
    def resolve_collection(_root: None, info: graphene.ResolveInfo, uuid: Any) -> Any:
        """One."""
        return _load(info, str(uuid))

    @staticmethod
    def resolve_collections(_root: None, info: graphene.ResolveInfo) -> Any:
        """All."""
        actor = require(info, READ, MODEL)
        return [_node(document) for document in describe_collections(list(collections_for(actor)[:MOST]))]


class CollectionMutation:
    """Collections are made, filled, ordered and deleted."""

    collection_save = graphene.Field(
        CollectionPayload,
        required=True,
        args={
            "uuid": graphene.Argument(graphene.UUID, description="the one to change; none: a new one"),
            "name": graphene.Argument(graphene.String),
            "description": graphene.Argument(graphene.String),
            "query": graphene.Argument(JSON, description="the filter that decides what is in it"),
            "is_shared": graphene.Argument(graphene.Boolean),
        },
    )
    collection_change_items = graphene.Field(
        CollectionPayload,
        required=True,
        uuid=graphene.UUID(required=True),
        add=graphene.List(graphene.NonNull(graphene.UUID)),
        remove=graphene.List(graphene.NonNull(graphene.UUID)),
        move=graphene.List(graphene.NonNull(graphene.UUID)),
        before=graphene.UUID(description="where `move` leads; none: to the end"),
    )
    collection_delete = graphene.Field(CollectionDeletePayload, required=True, uuid=graphene.UUID(required=True))

    @staticmethod
    def resolve_collection_save(_root: None, info: graphene.ResolveInfo, uuid: Any = None, **fields: Any) -> Any:
        """Make a collection, or change fields of one."""
        actor = require(info, WRITE, MODEL, ("change",) if uuid else ("add",))

        def do() -> Mapping[str, Any]:
            by: dict[str, Any] = {"actor": actor, "origin": Origin.GRAPHQL}
            if uuid is None:
                row = create_collection(**fields, **by)
            else:
                row = change_collection(find_collection(str(uuid), actor=actor), **fields, **by)
            return {"collection": _node(describe_collections([row])[0])}

        return run_mutation(do)

    @staticmethod
    def resolve_collection_change_items(_root: None, info: graphene.ResolveInfo, uuid: Any, **items: Any) -> Any:
        """Put assets in, take them out, move them."""
        actor = require(info, WRITE, MODEL, ("change",))

        def do() -> Mapping[str, Any]:
            by: dict[str, Any] = {"actor": actor, "origin": Origin.GRAPHQL}
            row = find_collection(str(uuid), actor=actor)
            if items.get("remove"):
                remove_items(row, items["remove"], **by)
            if items.get("add"):
                add_items(row, items["add"], **by)
            if items.get("move"):
                before = items.get("before")
                move_items(row, items["move"], before=str(before) if before else None, **by)
            return {"collection": _node(describe_collections([find_collection(str(uuid), actor=actor)])[0])}

        return run_mutation(do)

    @staticmethod
    def resolve_collection_delete(_root: None, info: graphene.ResolveInfo, uuid: Any) -> Any:
        """Delete a collection; its assets stay."""
        actor = require(info, WRITE, MODEL, ("delete",))

        def do() -> Mapping[str, Any]:
            delete_collection(find_collection(str(uuid), actor=actor), actor=actor, origin=Origin.GRAPHQL)
            return {"uuid": uuid}

        return run_mutation(do)


def _node(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "graphene_type": CollectionType}


def _load(info: graphene.ResolveInfo, uuid: str) -> Any:
    actor = require(info, READ, MODEL)
    try:
        return _node(describe_collections([find_collection(uuid, actor=actor)])[0])
    except NotFound:
        return None


node_loaders.register("Collection", _load)

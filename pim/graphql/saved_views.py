"""Saved views over GraphQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import graphene

from pim.errors import NotFound
from pim.graphql.access import require
from pim.graphql.mutations import errors_field, run_mutation
from pim.graphql.nodes import Node, make_id, node_loaders
from pim.models import SavedView
from pim.services.saved_views import delete_view, describe_views, find_view, list_views, save_view

READ, WRITE, MODEL = "structure:read", "structure:write", "pim.savedview"


class SavedViewType(graphene.ObjectType):
    """A list as somebody wants to find it again."""

    class Meta:
        name = "SavedView"
        interfaces = (Node,)

    model = SavedView
    uuid = graphene.UUID(required=True)
    list_name = graphene.String(required=True)
    name = graphene.String(required=True)
    query = graphene.String(required=True)
    is_shared = graphene.Boolean(required=True)
    owner = graphene.String(required=True)
    created = graphene.DateTime(required=True)
    updated = graphene.DateTime(required=True)

    @staticmethod
    def resolve_id(view: Mapping[str, Any], _info: graphene.ResolveInfo) -> str:
        """The global id."""
        return make_id("SavedView", view["uuid"])


class SavedViewPayload(graphene.ObjectType):
    """The view as it is now."""

    saved_view = graphene.Field(SavedViewType)
    user_errors = errors_field()


class SavedViewDeletePayload(graphene.ObjectType):
    """What was forgotten."""

    uuid = graphene.UUID()
    user_errors = errors_field()


class SavedViewQuery:
    """Saved views: the caller's own and the shared ones."""

    saved_views = graphene.List(
        graphene.NonNull(SavedViewType), required=True, list_name=graphene.String(required=True)
    )

    @staticmethod
    def resolve_saved_views(_root: None, info: graphene.ResolveInfo, list_name: str) -> Any:
        """Of one list, the caller's own first."""
        actor = require(info, READ, MODEL)
        return [_node(document) for document in describe_views(list_views(list_name, actor=actor))]


class SavedViewMutation:
    """Views are kept and forgotten."""

    saved_view_save = graphene.Field(
        SavedViewPayload,
        required=True,
        args={
            "list_name": graphene.Argument(graphene.String, required=True, description="products or assets"),
            "name": graphene.Argument(graphene.String, required=True),
            "query": graphene.Argument(
                graphene.String,
                required=True,
                description="what stands behind the question mark of the list's address",
            ),
            "is_shared": graphene.Argument(graphene.Boolean, default_value=False),
        },
    )
    saved_view_delete = graphene.Field(SavedViewDeletePayload, required=True, uuid=graphene.UUID(required=True))

    @staticmethod
    def resolve_saved_view_save(_root: None, info: graphene.ResolveInfo, **arguments: Any) -> Any:
        """Keep a view; one of the caller's own with this name is replaced."""
        actor = require(info, WRITE, MODEL, ("add",))
        return run_mutation(
            lambda: {"saved_view": _node(describe_views([save_view(**arguments, actor=actor)])[0])},
        )

    @staticmethod
    def resolve_saved_view_delete(_root: None, info: graphene.ResolveInfo, uuid: Any) -> Any:
        """Forget a view."""
        actor = require(info, WRITE, MODEL, ("delete",))

        def do() -> Mapping[str, Any]:
            delete_view(find_view(str(uuid), actor=actor), actor=actor)
            return {"uuid": uuid}

        return run_mutation(do)


def _node(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "graphene_type": SavedViewType}


def _load(info: graphene.ResolveInfo, uuid: str) -> Any:
    try:
        return _node(describe_views([find_view(uuid, actor=require(info, READ, MODEL))])[0])
    except NotFound:
        return None


node_loaders.register("SavedView", _load)

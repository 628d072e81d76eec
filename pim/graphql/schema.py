"""What the kernel brings to the management schema."""

from __future__ import annotations

from typing import Any

import graphene

from pim.graphql.nodes import Node, resolve_node
from pim.graphql.saved_views import SavedViewMutation, SavedViewQuery, SavedViewType
from pim.graphql.structure import make_structure_query
from pim.graphql.types import STRUCTURE
from pim.graphql.work import WorkQuery

StructureQuery = make_structure_query("StructureQuery", STRUCTURE)


class Query(StructureQuery, SavedViewQuery, WorkQuery):  # type: ignore[misc, valid-type]  # made from the kinds
    """The kernel's queries."""

    node = graphene.Field(Node, id=graphene.ID(required=True))
    version = graphene.String(required=True)

    @staticmethod
    def resolve_node(_root: None, info: graphene.ResolveInfo, id: str) -> Any:  # noqa: A002 - the argument's name in Relay
        """Anything with an identity."""
        return resolve_node(info, id)

    @staticmethod
    def resolve_version(_root: None, _info: graphene.ResolveInfo) -> str:
        """The version of the API."""
        return "1"


QUERIES: tuple[type, ...] = (Query,)
MUTATIONS: tuple[type, ...] = (SavedViewMutation,)
TYPES: tuple[type[graphene.ObjectType], ...] = (SavedViewType,)

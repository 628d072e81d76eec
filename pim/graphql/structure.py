"""Pieces of structure over GraphQL: one way to make the type and the queries of any kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import graphene

from pim.errors import NotFound
from pim.graphql.access import require
from pim.graphql.connections import connection_field, make_connection, make_page, read_page_arguments
from pim.graphql.nodes import Node, make_id, node_loaders
from pim.graphql.scalars import JSON
from pim.graphql.where import read_where
from pim.querysets.pages import Count
from pim.services.listing import count_matches
from pim.services.structure_reading import Piece, get_kind, make_list, read_piece, read_pieces
from pim.values.labels import label_of

SCOPE = "structure:read"


class StructureFields:
    """What every piece of structure has."""

    id = graphene.ID(required=True)
    uuid = graphene.UUID(required=True)
    code = graphene.String(required=True)
    external_code = graphene.String(required=True)
    labels = JSON(required=True, description="{locale: text}")
    label = graphene.String(required=True, locale=graphene.String())
    revision = graphene.Int(required=True)

    @staticmethod
    def resolve_id(piece: Mapping[str, Any], info: graphene.ResolveInfo) -> str:
        """The global id."""
        return make_id(info.parent_type.name, piece["uuid"])

    @staticmethod
    def resolve_label(piece: Mapping[str, Any], _info: graphene.ResolveInfo, locale: str | None = None) -> str:
        """The label in a locale, or in the caller's language; else the code."""
        labels, code = piece["labels"], piece["code"]
        return labels.get(locale, code) if locale else label_of(labels, code)


@dataclass(frozen=True)
class StructureType:
    """A kind of structure in the schema.

    Attributes:
        type: the object type; its name is that of the ids.
        kind: the kind in `pim.extensions.structure_kinds`.
        permission_model: `app.model` whose view permission counts.
        name, plural: the query fields.
        filters: what `where` may ask, beside code, external_code and uuid.
    """

    type: type[graphene.ObjectType]
    kind: str
    permission_model: str
    name: str
    plural: str
    filters: Sequence[str] = ()
    default_sort: str = "code"

    def make_fields(self) -> dict[str, Any]:
        """The attributes of a Query mixin: one object by key, and a connection."""
        node_loaders.register(self.type._meta.name, lambda info, uuid: self._load(info, uuid, by_uuid=True))
        return {
            self.name: graphene.Field(self.type, code=graphene.String(required=True)),
            f"resolve_{self.name}": staticmethod(lambda _root, info, code: self._load(info, code)),
            self.plural: connection_field(make_connection(self.type)),
            f"resolve_{self.plural}": staticmethod(lambda _root, info, **arguments: self._page(info, arguments)),
        }

    def _load(self, info: graphene.ResolveInfo, key: str, *, by_uuid: bool = False) -> Any:
        require(info, SCOPE, self.permission_model)
        try:
            return self._node(read_piece(get_kind(self.kind), key, by_uuid=by_uuid))
        except NotFound:
            return None

    def _page(self, info: graphene.ResolveInfo, arguments: dict[str, Any]) -> Any:
        require(info, SCOPE, self.permission_model)
        kind = get_kind(self.kind)
        table = make_list(kind, self.filters, self.default_sort)
        node = read_where(arguments.get("where"), table.get_fields())
        asked = read_page_arguments(arguments, node, self.kind)
        where = table.select(node)
        page = table.page(
            where, sort=arguments.get("sort") or "", after=asked.after, limit=asked.first, backwards=asked.backwards
        )
        nodes = [self._node(piece) for piece in read_pieces(kind, page.ids)]
        return make_page(asked, page, nodes, lambda: count_matches(where, "estimate") or Count(0, is_exact=True))

    def _node(self, piece: Piece) -> dict[str, Any]:
        return {**piece.document(), "graphene_type": self.type}


def make_structure_query(name: str, types: Sequence[StructureType]) -> type:
    """A Query mixin for kinds of structure."""
    attributes: dict[str, Any] = {"__doc__": "Structure."}
    for structure_type in types:
        attributes |= structure_type.make_fields()
    return type(name, (), attributes)


__all__ = ["Node", "StructureFields", "StructureType", "make_structure_query"]

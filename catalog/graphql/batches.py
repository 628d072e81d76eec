"""Products of one page, which fetch what their fields ask for together: no query by product, however deep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import graphene
from django.db import connection

from catalog.families import CatalogStructure
from catalog.services.documents import ProductDocument, describe_products
from catalog.services.snapshot import get_catalog_structure
from pim.services.structure_reading import find_pieces, get_kind

Piece = dict[str, Any]


@dataclass(frozen=True, eq=False)
class ProductNode:
    """A product as resolvers see it; `graphene_type` says what it is where only `Node` is known."""

    document: ProductDocument
    batch: Batch

    @property
    def graphene_type(self) -> type[graphene.ObjectType]:
        """The object type."""
        from catalog.graphql.products import ProductType

        return ProductType

    def __getattr__(self, name: str) -> Any:
        """Members of the document are fields."""
        try:
            return self.document.body[name]
        except KeyError:
            raise AttributeError(name) from None


class Batch:
    """The products of one page or one step of nesting."""

    def __init__(self, ids: Sequence[int], catalog: CatalogStructure | None = None) -> None:
        self._catalog = catalog or get_catalog_structure()
        self.ids = list(dict.fromkeys(ids))
        self._pieces: dict[str, Mapping[str, Piece]] = {}
        self._variants: dict[int, Mapping[int, list[ProductNode]]] = {}

    @cached_property
    def nodes(self) -> dict[int, ProductNode]:
        """All of them, by internal key."""
        return {
            document.id: ProductNode(document, self) for document in describe_products(self.ids, catalog=self._catalog)
        }

    def ordered(self) -> list[ProductNode]:
        """In the order asked for."""
        return [self.nodes[key] for key in self.ids if key in self.nodes]

    @cached_property
    def resolved(self) -> dict[int, ProductDocument]:
        """The same with inherited values and completeness."""
        return {
            document.id: document for document in describe_products(self.ids, with_resolved=True, catalog=self._catalog)
        }

    def pieces(self, kind: str, member: str) -> Mapping[str, Piece]:
        """Structure that the products name in a member of theirs, by code."""
        if kind not in self._pieces:
            named: set[str] = set()
            for node in self.nodes.values():
                value = node.document.body[member]
                named.update(value if isinstance(value, list) else [value] if value else [])
            found = find_pieces(get_kind(kind), sorted(named)) if named else {}
            self._pieces[kind] = {piece.key: piece.document() for piece in found.values()}
        return self._pieces[kind]

    @cached_property
    def parents(self) -> dict[int, ProductNode]:
        """The models above, by the key of what hangs below them."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, parent_id FROM catalog_product WHERE id = ANY(%s) AND parent_id IS NOT NULL", [self.ids]
            )
            above = dict(cursor.fetchall())
        nodes = Batch(list(above.values()), self._catalog).nodes
        return {child: nodes[parent] for child, parent in above.items() if parent in nodes}

    def variants(self, first: int) -> Mapping[int, list[ProductNode]]:
        """What hangs directly below, by the key of the model; at most `first` of each, by SKU."""
        if first not in self._variants:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT parent_id, id FROM (SELECT parent_id, id, sku_key,"
                    " row_number() OVER (PARTITION BY parent_id ORDER BY sku_key) AS n FROM catalog_product"
                    " WHERE parent_id = ANY(%s) AND deleted_at IS NULL) x WHERE n <= %s ORDER BY parent_id, sku_key",
                    [self.ids, first],
                )
                rows = cursor.fetchall()
            nodes = Batch([child for _parent, child in rows], self._catalog).nodes
            found: dict[int, list[ProductNode]] = {}
            for parent, child in rows:
                if child in nodes:
                    found.setdefault(parent, []).append(nodes[child])
            self._variants[first] = found
        return self._variants[first]

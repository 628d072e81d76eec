"""Products, variants and models over GraphQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import graphene
from django.utils.translation import gettext as _

from catalog.graphql.batches import Batch, ProductNode
from catalog.graphql.structure import FamilyType, FamilyVariantType, ProductGroupType
from catalog.models import Product
from catalog.services.documents import Resource, find_product
from catalog.services.listing import Kinds, open_list
from pim.api.etags import make_etag
from pim.errors import NotFound, Refused
from pim.graphql.access import require
from pim.graphql.connections import (
    MAX_FIRST,
    connection_field,
    make_connection,
    make_page,
    read_page_arguments,
)
from pim.graphql.nodes import Node, make_id, node_loaders, read_id
from pim.graphql.scalars import JSON
from pim.graphql.types import CategoryType, codes
from pim.graphql.where import read_where
from pim.querysets.pages import Count
from pim.services.listing import count_matches

SCOPE, MODEL = "catalog:read", "catalog.product"
LIST_OF = {"all": "products", "sellable": "products", "models": "product_models"}


def list_of(kind: type[graphene.ObjectType]) -> graphene.List:
    """A list without gaps."""
    return graphene.List(graphene.NonNull(kind), required=True)


class AttributeValue(graphene.ObjectType):
    """A value of an attribute; `data` has the shape that it has in REST."""

    attribute = graphene.String(required=True)
    locale = graphene.String()
    channel = graphene.String()
    data = JSON(required=True)
    inherited_from = graphene.String(description="The SKU of the model above that holds it; null: its own.")


class Completeness(graphene.ObjectType):
    """How much of what a channel requires is filled in a locale."""

    channel = graphene.String(required=True)
    locale = graphene.String(required=True)
    percentage = graphene.Int(description="Null: not computed yet.")
    missing = codes("Attributes.")


class Link(graphene.ObjectType):
    """What a product points at."""

    kind = graphene.String(required=True, description="products, product_models or groups")
    key = graphene.String(required=True, description="SKU, or the group's code")
    quantity = graphene.String()


class AssociationLinks(graphene.ObjectType):
    """The links of one type."""

    type = graphene.String(required=True)
    links = list_of(Link)


class ProductType(graphene.ObjectType):
    """A simple product, a variant, or a model whose values variants share."""

    class Meta:
        name = "Product"
        interfaces = (Node,)

    model = Product
    uuid = graphene.UUID(required=True)
    sku = graphene.String(required=True)
    kind = graphene.String(required=True)
    enabled = graphene.Boolean(required=True)
    stage = graphene.String(required=True)
    revision = graphene.Int(required=True)
    etag = graphene.String(required=True)
    created = graphene.String(required=True)
    updated = graphene.String(required=True)
    family = graphene.Field(FamilyType)
    family_variant = graphene.Field(FamilyVariantType)
    categories = graphene.Field(list_of(CategoryType), description="Its own.")
    groups = graphene.Field(list_of(ProductGroupType))
    associations = graphene.Field(list_of(AssociationLinks))
    value = graphene.Field(
        AttributeValue, code=graphene.String(required=True), locale=graphene.String(), channel=graphene.String(),
        resolved=graphene.Boolean(default_value=False),
    )  # fmt: skip
    values = graphene.Field(
        list_of(AttributeValue), codes=graphene.List(graphene.NonNull(graphene.String)),
        locales=graphene.List(graphene.NonNull(graphene.String)),
        resolved=graphene.Boolean(default_value=False, description="Inherited ones too."),
    )  # fmt: skip
    completeness = graphene.Field(graphene.List(graphene.NonNull(Completeness)), description="Null for models.")
    parent = graphene.Field(lambda: ProductType)
    variants = graphene.Field(
        graphene.List(graphene.NonNull(lambda: ProductType), required=True),
        first=graphene.Int(required=True),
        description="What hangs directly below, by SKU.",
    )

    @staticmethod
    def resolve_id(node: ProductNode, _info: graphene.ResolveInfo) -> str:
        """The global id."""
        return make_id("Product", node.document.uuid)

    @staticmethod
    def resolve_etag(node: ProductNode, _info: graphene.ResolveInfo) -> str:
        """As REST has it."""
        return make_etag(node.document.revision, node.document.above)

    @staticmethod
    def resolve_family(node: ProductNode, _info: graphene.ResolveInfo) -> Any:
        """One query for the page."""
        return node.batch.pieces("family", "family").get(node.document.body["family"])

    @staticmethod
    def resolve_family_variant(node: ProductNode, _info: graphene.ResolveInfo) -> Any:
        """One query for the page."""
        return node.batch.pieces("family_variant", "family_variant").get(node.document.body["family_variant"])

    @staticmethod
    def resolve_categories(node: ProductNode, _info: graphene.ResolveInfo) -> Sequence[Any]:
        """One query for the page."""
        found = node.batch.pieces("category", "categories")
        return [found[code] for code in node.document.body["categories"] if code in found]

    @staticmethod
    def resolve_groups(node: ProductNode, _info: graphene.ResolveInfo) -> Sequence[Any]:
        """One query for the page."""
        found = node.batch.pieces("group", "groups")
        return [found[code] for code in node.document.body["groups"] if code in found]

    @staticmethod
    def resolve_associations(node: ProductNode, _info: graphene.ResolveInfo) -> Sequence[Any]:
        """By type."""
        return [
            {
                "type": code,
                "links": [
                    {"kind": side, "key": link.get("sku") or link.get("code"), "quantity": link.get("quantity")}
                    for side, links in sides.items()
                    for link in links
                ],
            }
            for code, sides in node.document.body["associations"].items()
        ]

    @staticmethod
    def resolve_value(
        node: ProductNode,
        _info: graphene.ResolveInfo,
        code: str,
        locale: str | None = None,
        channel: str | None = None,
        resolved: bool = False,
    ) -> Any:
        """The value in exactly this channel and locale."""
        values = read_values(node, resolved=resolved)
        return next(
            (value for value in values if (value["attribute"], value["locale"], value["channel"]) == (code, locale, channel)),
            None,
        )  # fmt: skip

    @staticmethod
    def resolve_values(
        node: ProductNode,
        _info: graphene.ResolveInfo,
        codes: Sequence[str] | None = None,
        locales: Sequence[str] | None = None,
        resolved: bool = False,
    ) -> Sequence[Any]:
        """Of these attributes and locales, or all."""
        return [
            value
            for value in read_values(node, resolved=resolved)
            if (codes is None or value["attribute"] in codes)
            and (locales is None or value["locale"] is None or value["locale"] in locales)
        ]

    @staticmethod
    def resolve_completeness(node: ProductNode, _info: graphene.ResolveInfo) -> Any:
        """By channel and locale."""
        return node.batch.resolved[node.document.id].body["completeness"]

    @staticmethod
    def resolve_parent(node: ProductNode, _info: graphene.ResolveInfo) -> ProductNode | None:
        """The model above."""
        return node.batch.parents.get(node.document.id)

    @staticmethod
    def resolve_variants(node: ProductNode, _info: graphene.ResolveInfo, first: int) -> Sequence[ProductNode]:
        """What hangs directly below."""
        if not 1 <= first <= MAX_FIRST:
            raise Refused("invalid_limit", _("A page has 1 to %(n)s rows.") % {"n": MAX_FIRST}, "/first")
        return node.batch.variants(first).get(node.document.id, [])


def read_values(node: ProductNode, *, resolved: bool) -> list[dict[str, Any]]:
    """Values as a flat list; what is inherited is read once for the page."""
    body = node.batch.resolved[node.document.id].body if resolved else node.document.body
    by_attribute = body["resolved" if resolved else "values"]
    return [{"attribute": code, **entry} for code, entries in by_attribute.items() for entry in entries]


def load_product(key: str, resource: Resource | None = None, *, by_uuid: bool = False) -> ProductNode | None:
    """One product, None where there is none."""
    try:
        found = find_product(key, resource, by_uuid=by_uuid)
    except NotFound:
        return None
    return Batch([found]).nodes.get(found)


def _load_node(info: graphene.ResolveInfo, uuid: str) -> ProductNode | None:
    require(info, SCOPE, MODEL)
    return load_product(uuid, by_uuid=True)


def _find(info: graphene.ResolveInfo, resource: Resource, sku: str | None, global_id: str | None) -> ProductNode | None:
    require(info, SCOPE, MODEL)
    if (sku is None) is (global_id is None):
        raise Refused("key_missing", _("Name a product by sku or by id."), "/sku")
    if global_id is not None:
        return load_product(read_id(global_id, "Product")[1], resource, by_uuid=True)
    return load_product(sku or "", resource)


def _page(info: graphene.ResolveInfo, kinds: Kinds, arguments: dict[str, Any]) -> Any:
    require(info, SCOPE, MODEL)
    products = open_list()
    node = read_where(arguments.get("where"), products.fields)
    asked = read_page_arguments(arguments, node, LIST_OF[kinds])
    where, page = products.page(
        node,
        kinds=kinds,
        sort=arguments.get("sort") or "",
        after=asked.after,
        limit=asked.first,
        backwards=asked.backwards,
    )
    nodes = Batch(page.ids, products.catalog).ordered()
    return make_page(asked, page, nodes, lambda: count_matches(where, "estimate") or Count(0, is_exact=True))


ProductConnection = make_connection(ProductType)


class ProductQuery:
    """Products and models."""

    product = graphene.Field(ProductType, sku=graphene.String(), id=graphene.ID())
    product_model = graphene.Field(ProductType, sku=graphene.String(), id=graphene.ID())
    products = connection_field(ProductConnection)
    product_models = connection_field(ProductConnection)

    @staticmethod
    def resolve_product(
        _root: None, info: graphene.ResolveInfo, sku: str | None = None, id: str | None = None  # noqa: A002 - Relay's name
    ) -> ProductNode | None:  # fmt: skip
        """A simple product or variant."""
        return _find(info, "products", sku, id)

    @staticmethod
    def resolve_product_model(
        _root: None, info: graphene.ResolveInfo, sku: str | None = None, id: str | None = None  # noqa: A002 - Relay's name
    ) -> ProductNode | None:  # fmt: skip
        """A product model."""
        return _find(info, "models", sku, id)

    @staticmethod
    def resolve_products(_root: None, info: graphene.ResolveInfo, **arguments: Any) -> Any:
        """Simple products and variants."""
        return _page(info, "sellable", arguments)

    @staticmethod
    def resolve_product_models(_root: None, info: graphene.ResolveInfo, **arguments: Any) -> Any:
        """Product models."""
        return _page(info, "models", arguments)


node_loaders.register("Product", _load_node)

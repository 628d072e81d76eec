"""The GraphQL schema of one view: a core that is the same everywhere, and a type and a connection for each family."""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLField,
    GraphQLID,
    GraphQLInt,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
)
from graphql import (
    GraphQLOutputType as Out,
)

from channels.hub import readers, scalars
from channels.hub.blueprints import FamilyPlan, ViewBlueprint
from channels.hub.naming import CORE_FIELDS, QUERY_FIELDS, name_enum_value, name_family_types, name_field
from channels.hub.queries import root_readers
from channels.hub.readers import READER, Reader
from channels.hub.where import WhereInputs

TYPENAME = "typename"
"""Key in an abstract type's `extensions`: a function from a source to the name of its concrete type."""


def build_schema(blueprint: ViewBlueprint) -> GraphQLSchema:
    """Generate a view's schema; 500 families of 100 attributes take about a quarter of a second."""
    return _Builder(blueprint).build()


def _required(type_: Any) -> Any:
    return GraphQLNonNull(type_)


def _listed(type_: Any) -> Any:
    return GraphQLNonNull(GraphQLList(GraphQLNonNull(type_)))


def _read(type_: Out, read: Callable[[Any], Any], arguments: dict[str, GraphQLArgument] | None = None) -> GraphQLField:
    """Make a field that is read by a plain function of its source."""
    return _field(type_, lambda _arguments, _scope: read, arguments)


def _field(type_: Out, reader: Reader, arguments: dict[str, GraphQLArgument] | None = None) -> GraphQLField:
    return GraphQLField(type_, arguments, extensions={READER: reader})


class _Builder:
    def __init__(self, blueprint: ViewBlueprint) -> None:
        self.blueprint = blueprint
        self.locale = GraphQLEnumType(
            "Locale", {name_enum_value(code): GraphQLEnumValue(code) for code in blueprint.locales}
        )
        self.by_locale = {"locale": GraphQLArgument(self.locale)}
        inputs = WhereInputs(blueprint, self.locale)
        self.where = inputs.build_where()
        self.order = inputs.build_order()
        self.generic, self.generic_types = scalars.build_generic_values(
            self.locale, (plan.type for plan in blueprint.attributes.values())
        )
        self.generic.extensions = {TYPENAME: lambda value: value["type"]}
        self.family_types = name_family_types(family.code for family in blueprint.families)
        self.page_info = self._build_page_info()
        self.association = self._build_association()
        self.node = GraphQLInterfaceType("Node", {"id": GraphQLField(_required(GraphQLID))})
        self.product = GraphQLInterfaceType(
            "Product", self._core_fields(), interfaces=[self.node], description="Any product of this view."
        )
        self.products = {family.code: self._build_product(family) for family in blueprint.families}
        self.unlisted = GraphQLObjectType(
            "GenericProduct",
            self._core_fields(),
            interfaces=[self.node, self.product],
            description="A product without a family.",
        )
        typename = self._typename()
        self.node.extensions = {TYPENAME: typename}
        self.product.extensions = {TYPENAME: typename}

    def _typename(self) -> Callable[[Any], str]:
        names = dict(self.family_types)
        return lambda item: names.get(item.shared["family"], "GenericProduct")

    def _core_fields(self) -> dict[str, GraphQLField]:
        read_value, read_values = readers.generic_readers(self.blueprint)
        by_locale = self.by_locale
        return {
            "id": _field(_required(GraphQLID), readers.read_shared("id")),
            "sku": _field(_required(GraphQLString), readers.read_shared("sku")),
            "uuid": _field(_required(scalars.UUID), readers.read_shared("uuid")),
            "kind": _field(_required(GraphQLString), readers.read_shared("kind")),
            "label": _field(_required(GraphQLString), readers.read_label, by_locale),
            "family": _field(scalars.FAMILY, readers.read_family, by_locale),
            "parent": _field(GraphQLString, readers.read_shared("parent")),
            "root": _field(_required(GraphQLString), readers.read_shared("root")),
            "categories": _field(_listed(scalars.CATEGORY), readers.read_categories, by_locale),
            "groups": _field(_listed(GraphQLString), readers.read_shared("groups")),
            "locales": _field(_listed(self.locale), readers.read_shared("live_in")),
            **self._association_fields(),
            "value": _field(self.generic, read_value, {"code": GraphQLArgument(_required(GraphQLString)), **by_locale}),
            "values": _field(
                _listed(self.generic),
                read_values,
                {
                    "codes": GraphQLArgument(GraphQLList(_required(GraphQLString))),
                    "locales": GraphQLArgument(GraphQLList(_required(self.locale))),
                },
            ),
            "publishedAt": _read(_required(scalars.DATETIME), lambda item: item.published_at),
            "position": _read(_required(scalars.LONG), lambda item: item.position),
            "etag": _read(_required(GraphQLString), lambda item: item.etag),
        }

    def _build_product(self, family: FamilyPlan) -> GraphQLObjectType:
        fields = self._core_fields()
        for code in family.attributes:
            plan = self.blueprint.attributes[code]
            fields[name_field(code, CORE_FIELDS)] = GraphQLField(
                plan.type,
                self.by_locale if plan.per_locale else None,
                description=plan.description or plan.label or None,
                extensions={READER: readers.read_attribute(plan)},
            )
        name = self.family_types[family.code]
        return GraphQLObjectType(
            name, fields, interfaces=[self.node, self.product], description=family.description or family.label or None
        )

    def _build_association(self) -> GraphQLObjectType | None:
        """Build `Association` and the enum of its types; None where the catalog has no types."""
        if not self.blueprint.associations:
            return None
        self.association_type = GraphQLEnumType(
            "AssociationType",
            {
                name_enum_value(code): GraphQLEnumValue(code, description=label)
                for code, label in self.blueprint.associations
            },
        )
        return GraphQLObjectType(
            "Association",
            {
                "type": GraphQLField(_required(self.association_type)),
                "products": GraphQLField(_listed(scalars.NAMED_PRODUCT), description="Those that are live here."),
                "productModels": GraphQLField(
                    _listed(scalars.NAMED_PRODUCT), description="Models of which something is live here."
                ),
                "groups": GraphQLField(_listed(GraphQLString)),
            },
            description="What a product says of others, by one type.",
        )

    def _association_fields(self) -> dict[str, GraphQLField]:
        if self.association is None:
            return {}
        types = GraphQLArgument(GraphQLList(_required(self.association_type)))
        return {"associations": _field(_listed(self.association), readers.read_associations, {"types": types})}

    def _build_page_info(self) -> GraphQLObjectType:
        return GraphQLObjectType(
            "PageInfo",
            {
                "hasNextPage": _read(_required(GraphQLBoolean), lambda page: page.has_next),
                "hasPreviousPage": _read(_required(GraphQLBoolean), lambda page: page.has_previous),
                "startCursor": _read(GraphQLString, lambda page: page.items[0].cursor() if page.items else None),
                "endCursor": _read(GraphQLString, lambda page: page.items[-1].cursor() if page.items else None),
            },
        )

    def _build_connection(self, node: GraphQLInterfaceType | GraphQLObjectType) -> GraphQLObjectType:
        edge = GraphQLObjectType(
            f"{node.name}Edge",
            {
                "cursor": _read(_required(GraphQLString), lambda item: item.cursor()),
                "node": _read(_required(node), lambda item: item),
            },
        )
        return GraphQLObjectType(
            f"{node.name}Connection",
            {
                "edges": _read(_listed(edge), lambda page: page.items),
                "nodes": _read(_listed(node), lambda page: page.items),
                "pageInfo": _read(_required(self.page_info), lambda page: page),
                "totalCount": _read(_required(GraphQLInt), lambda page: page.count()),
                "position": _read(_required(scalars.LONG), lambda page: page.position),
            },
        )

    def _build_changes(self) -> GraphQLObjectType:
        change = GraphQLObjectType(
            "Change",
            {
                "op": _read(_required(GraphQLString), lambda change: change.op),
                "uuid": _read(_required(scalars.UUID), lambda change: change.uuid),
                "sku": _read(_required(GraphQLString), lambda change: change.sku),
                "position": _read(_required(scalars.LONG), lambda change: change.position),
                "product": _read(self.product, lambda change: change.item),
            },
        )
        return GraphQLObjectType(
            "ChangePage",
            {
                "changes": _read(_listed(change), lambda page: page.changes),
                "next": _read(_required(GraphQLString), lambda page: page.next),
                "hasMore": _read(_required(GraphQLBoolean), lambda page: page.has_more),
            },
        )

    def _connection_arguments(self) -> dict[str, GraphQLArgument]:
        return {
            "first": GraphQLArgument(_required(GraphQLInt)),
            "after": GraphQLArgument(GraphQLString),
            "where": GraphQLArgument(self.where),
            "orderBy": GraphQLArgument(self.order),
            "locale": GraphQLArgument(self.locale),
            "liveIn": GraphQLArgument(self.locale, description="Only products that are live in this locale."),
        }

    def _build_view(self) -> GraphQLObjectType:
        return GraphQLObjectType(
            "View",
            {
                "code": GraphQLField(_required(GraphQLString)),
                "locales": GraphQLField(_listed(self.locale)),
                "currencies": GraphQLField(_listed(GraphQLString)),
                "position": GraphQLField(_required(scalars.LONG)),
            },
            description="This view itself.",
        )

    def _root(self, name: str, type_: Any, arguments: dict[str, GraphQLArgument] | None = None) -> GraphQLField:
        return GraphQLField(type_, arguments, extensions={READER: self.roots[name]})

    def build(self) -> GraphQLSchema:
        self.roots: Mapping[str, Any] = root_readers(self.blueprint)
        since = {
            "since": GraphQLArgument(_required(GraphQLString)),
            "first": GraphQLArgument(_required(GraphQLInt)),
            "locale": GraphQLArgument(self.locale),
        }
        fields = {
            "node": self._root("node", self.node, {"id": GraphQLArgument(_required(GraphQLID)), **self.by_locale}),
            "product": self._root(
                "product",
                self.product,
                {"sku": GraphQLArgument(GraphQLString), "id": GraphQLArgument(GraphQLID), **self.by_locale},
            ),
            "products": self._root(
                "products", _required(self._build_connection(self.product)), self._connection_arguments()
            ),
            "changes": self._root("changes", _required(self._build_changes()), since),
            "view": self._root("view", _required(self._build_view())),
        }
        for family in self.blueprint.families:
            connection = self._build_connection(self.products[family.code])
            field = GraphQLField(
                _required(connection),
                self._connection_arguments(),
                description=family.description or family.label or None,
                extensions={READER: self.roots["family"](family.code)},
            )
            fields[name_field(family.code, QUERY_FIELDS)] = field
        return GraphQLSchema(
            query=GraphQLObjectType("Query", fields),
            types=[self.unlisted, *self.products.values(), *self.generic_types],
        )

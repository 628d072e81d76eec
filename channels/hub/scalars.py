"""The leaf and value types that every view's schema is made of; values arrive serialised, as the documents hold them."""

from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLField,
    GraphQLInt,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLString,
    ValueNode,
    value_from_ast_untyped,
)

from channels.hub.blueprints import Shape


def _parse_text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("A text is expected.")
    return value


def _parse_number(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TypeError("A number, or a number as text, is expected.")
    return str(value)


def _parse_long(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("A whole number is expected.")
    return value


def _literal_number(node: ValueNode, _variables: dict[str, Any] | None = None) -> str:
    return _parse_number(value_from_ast_untyped(node))


DATE = GraphQLScalarType("Date", description="A day, `2026-03-01`.", parse_value=_parse_text)
DATETIME = GraphQLScalarType("DateTime", description="A moment in UTC, `2026-03-01T12:00:00Z`.", parse_value=_parse_text)
UUID = GraphQLScalarType("UUID", parse_value=_parse_text)
LONG = GraphQLScalarType("Long", description="A whole number of up to 64 bits.", parse_value=_parse_long)
JSON = GraphQLScalarType("JSON", description="Any JSON value.")
DECIMAL = GraphQLScalarType(
    "Decimal",
    description="An exact decimal number as text, `12.50`.",
    parse_value=_parse_number,
    parse_literal=_literal_number,
)


def _required(type_: Any) -> GraphQLField:
    return GraphQLField(GraphQLNonNull(type_))


OPTION = GraphQLObjectType(
    "Option", {"code": _required(GraphQLString), "label": _required(GraphQLString)}, description="A choice."
)
MEASUREMENT = GraphQLObjectType(
    "Measurement",
    {"amount": _required(DECIMAL), "unit": _required(GraphQLString), "symbol": GraphQLField(GraphQLString)},
    description="An amount with its unit.",
)
PRICE = GraphQLObjectType("Price", {"amount": _required(DECIMAL), "currency": _required(GraphQLString)})
ASSET = GraphQLObjectType(
    "Asset",
    {
        "uuid": _required(UUID),
        "url": GraphQLField(GraphQLString),
        "width": GraphQLField(GraphQLInt),
        "height": GraphQLField(GraphQLInt),
        "alt": GraphQLField(GraphQLString),
    },
    description="A picture or file that is ready and may be shown.",
)
LABELLED = {"code": _required(GraphQLString), "label": _required(GraphQLString)}
FAMILY = GraphQLObjectType("Family", LABELLED, description="The kind of product, which decides its attributes.")
CATEGORY = GraphQLObjectType("Category", LABELLED, description="A place in the channel's tree.")

SHAPES: dict[Shape, GraphQLOutputType] = {
    Shape.TEXT: GraphQLString,
    Shape.INTEGER: LONG,
    Shape.DECIMAL: DECIMAL,
    Shape.BOOLEAN: GraphQLBoolean,
    Shape.DATE: DATE,
    Shape.DATETIME: DATETIME,
    Shape.OPTION: OPTION,
    Shape.OPTIONS: GraphQLList(GraphQLNonNull(OPTION)),
    Shape.MEASUREMENT: MEASUREMENT,
    Shape.PRICES: GraphQLList(GraphQLNonNull(PRICE)),
    Shape.ASSET: ASSET,
    Shape.ASSETS: GraphQLList(GraphQLNonNull(ASSET)),
    Shape.JSON: JSON,
}


def generic_type_name(shape: Shape) -> str:
    """Name the generic value type of a shape: `MeasurementValue`."""
    return f"{shape.value.capitalize()}Value"


def build_generic_values(locale_enum: GraphQLNamedType) -> tuple[GraphQLInterfaceType, tuple[GraphQLObjectType, ...]]:
    """Build `AttributeValue` and one type per shape, whose own field is named after the shape.

    The fields differ in name because GraphQL refuses one response key with two types.
    """
    core = {
        "code": _required(GraphQLString),
        "label": _required(GraphQLString),
        "locale": GraphQLField(locale_enum),  # type: ignore[arg-type]
    }
    interface = GraphQLInterfaceType("AttributeValue", core, description="The value of any attribute.")
    types = tuple(
        GraphQLObjectType(generic_type_name(shape), {**core, shape.value: GraphQLField(type_)}, interfaces=[interface])
        for shape, type_ in SHAPES.items()
    )
    return interface, types

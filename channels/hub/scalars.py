"""The scalars of every view's schema, and the generic values whose types follow those of the attributes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLString,
    ValueNode,
    get_named_type,
    value_from_ast_untyped,
)


def _parse_number(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TypeError("A number, or a number as text, is expected.")
    return str(value)


def _literal_number(node: ValueNode, _variables: dict[str, Any] | None = None) -> str:
    return _parse_number(value_from_ast_untyped(node))


DATETIME = GraphQLScalarType("DateTime", description="A moment in UTC, `2026-03-01T12:00:00Z`.")
UUID = GraphQLScalarType("UUID")
LONG = GraphQLScalarType("Long", description="A whole number of up to 64 bits.")
DECIMAL = GraphQLScalarType(
    "Decimal",
    description="An exact number or a day, as text (`12.50`, `2026-03-01`) or as a number.",
    parse_value=_parse_number,
    parse_literal=_literal_number,
)

LABELLED = {
    "code": GraphQLField(GraphQLNonNull(GraphQLString)),
    "label": GraphQLField(GraphQLNonNull(GraphQLString)),
}
NAMED_PRODUCT = GraphQLObjectType(
    "NamedProduct",
    {
        "sku": GraphQLField(GraphQLNonNull(GraphQLString)),
        "uuid": GraphQLField(GraphQLNonNull(UUID)),
        "quantity": GraphQLField(DECIMAL, description="Where the association says how many."),
    },
    description="Another product, by its keys; ask for it by sku.",
)
FAMILY = GraphQLObjectType("Family", LABELLED, description="The kind of product, which decides its attributes.")
CATEGORY = GraphQLObjectType("Category", LABELLED, description="A place in the channel's tree.")


def generic_type_name(type_: GraphQLOutputType) -> str:
    """Name the generic value type of an attribute's type: `[PriceValue!]` → `GenericPriceList`."""
    base = get_named_type(type_).name.removesuffix("Value")
    return f"Generic{base}List" if "[" in str(type_) else f"Generic{base}"


def generic_field_name(type_: GraphQLOutputType) -> str:
    """Name the field that holds the value there: `priceList`."""
    name = generic_type_name(type_).removeprefix("Generic")
    return name[:1].lower() + name[1:]


def build_generic_values(
    locale_enum: GraphQLEnumType, types: Iterable[GraphQLOutputType]
) -> tuple[GraphQLInterfaceType, tuple[GraphQLObjectType, ...]]:
    """Build `AttributeValue` and one type per attribute type, whose own field is named after the type.

    The fields differ in name because GraphQL refuses one response key with two types.
    """
    core = {
        "code": GraphQLField(GraphQLNonNull(GraphQLString)),
        "label": GraphQLField(GraphQLNonNull(GraphQLString)),
        "locale": GraphQLField(locale_enum),
    }
    interface = GraphQLInterfaceType("AttributeValue", core, description="The value of any attribute.")
    by_name = {generic_type_name(type_): type_ for type_ in types}
    return interface, tuple(
        GraphQLObjectType(name, {**core, generic_field_name(type_): GraphQLField(type_)}, interfaces=[interface])
        for name, type_ in sorted(by_name.items())
    )

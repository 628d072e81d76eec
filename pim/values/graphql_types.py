"""GraphQL types of delivered values that have parts. One object each, so that every schema shares them."""

from __future__ import annotations

from graphql import GraphQLField, GraphQLInt, GraphQLNonNull, GraphQLObjectType, GraphQLString

REQUIRED_STRING = GraphQLNonNull(GraphQLString)

OPTION = GraphQLObjectType(
    "OptionValue",
    {"code": GraphQLField(REQUIRED_STRING), "label": GraphQLField(REQUIRED_STRING)},
    description="An option of a choice, with its label in the reader's locale.",
)
MEASUREMENT = GraphQLObjectType(
    "MeasurementValue",
    {
        "amount": GraphQLField(REQUIRED_STRING),
        "unit": GraphQLField(REQUIRED_STRING),
        "symbol": GraphQLField(GraphQLString),
    },
    description="An amount, as a decimal text, in a unit.",
)
PRICE = GraphQLObjectType(
    "PriceValue",
    {"amount": GraphQLField(REQUIRED_STRING), "currency": GraphQLField(REQUIRED_STRING)},
    description="An amount, as a decimal text, in an ISO 4217 currency.",
)
ASSET = GraphQLObjectType(
    "AssetValue",
    {
        "uuid": GraphQLField(REQUIRED_STRING),
        "url": GraphQLField(GraphQLString),
        "width": GraphQLField(GraphQLInt),
        "height": GraphQLField(GraphQLInt),
        "alt": GraphQLField(GraphQLString),
    },
    description="A picture or another file, with its address and its alternative text in the reader's locale.",
)

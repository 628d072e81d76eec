"""Values that are JSON, as they are in the REST API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import graphene
from graphql import (
    BooleanValueNode,
    FloatValueNode,
    GraphQLError,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
    VariableNode,
)


class JSON(graphene.Scalar):
    """Any JSON value."""

    @staticmethod
    def serialize(value: Any) -> Any:
        """As it is."""
        return value

    parse_value = serialize

    @classmethod
    def parse_literal(cls, node: ValueNode, variables: Mapping[str, Any] | None = None) -> Any:
        """A literal in the document."""
        match node:
            case StringValueNode() | BooleanValueNode():
                return node.value
            case IntValueNode():
                return int(node.value)
            case FloatValueNode():
                return float(node.value)
            case NullValueNode():
                return None
            case ListValueNode():
                return [cls.parse_literal(item, variables) for item in node.values]
            case ObjectValueNode():
                return {field.name.value: cls.parse_literal(field.value, variables) for field in node.fields}
            case VariableNode():
                return (variables or {}).get(node.name.value)
        raise GraphQLError("This is not a JSON value.")

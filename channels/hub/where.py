"""The `where` and `orderBy` inputs of a view, and their translation into the filter language."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLString,
)

from channels.hub import scalars
from channels.hub.blueprints import AttributePlan, Operand, ViewBlueprint
from channels.hub.naming import WHERE_FIELDS, name_enum_value, name_field

SYSTEM_ORDERS = ("sku", "published_at")

_OPERANDS: Mapping[Operand, GraphQLScalarType] = {
    "text": GraphQLString,
    "number": scalars.DECIMAL,
    "boolean": GraphQLBoolean,
}
_LISTED = frozenset({"in", "nin", "between"})


class WhereInputs:
    """Builds a view's inputs; attributes that take the same operands and operators share a type."""

    def __init__(self, blueprint: ViewBlueprint, locale_enum: GraphQLEnumType) -> None:
        """Start with no types."""
        self.blueprint = blueprint
        self.locale_enum = locale_enum
        self._filters: dict[tuple[Operand, frozenset[str], bool], GraphQLInputObjectType] = {}
        self._code = GraphQLInputObjectType(
            "CodeFilter",
            {"eq": _field(GraphQLString), "in": _field(GraphQLList(GraphQLNonNull(GraphQLString)))},
        )

    def build_where(self) -> GraphQLInputObjectType:
        """Build `ProductWhere`; only what the view lets a reader filter by is in it."""
        where = GraphQLInputObjectType("ProductWhere", lambda: self._where_fields(where))
        return where

    def _where_fields(self, where: GraphQLInputObjectType) -> dict[str, GraphQLInputField]:
        group = GraphQLList(GraphQLNonNull(where))
        fields: dict[str, GraphQLInputField] = {
            "and": _field(group),
            "or": _field(group),
            "not": _field(where),
            "sku": _field(self._code),
            "family": _field(self._code),
            "kind": _field(self._code),
            "category": _field(
                GraphQLInputObjectType(
                    "CategoryFilter",
                    {
                        "in": _field(GraphQLList(GraphQLNonNull(GraphQLString))),
                        "in_children": _field(GraphQLList(GraphQLNonNull(GraphQLString))),
                    },
                )
            ),
            "search": _field(GraphQLString),
        }
        for code, plan in sorted(self.blueprint.attributes.items()):
            if plan.operators:
                fields[name_field(code, WHERE_FIELDS)] = _field(self._filter(plan))
        return fields

    def _filter(self, plan: AttributePlan) -> GraphQLInputObjectType:
        key = (plan.operand, plan.operators, plan.per_locale)
        if key not in self._filters:
            taken = sum(1 for operand, _, _ in self._filters if operand == plan.operand)
            name = f"{plan.operand.capitalize()}Filter{taken + 1 if taken else ''}"
            operand = _OPERANDS[plan.operand]
            fields = {op: _field(_operand_type(op, operand)) for op in sorted(plan.operators)}
            if plan.per_locale:
                fields["locale"] = _field(self.locale_enum)
            self._filters[key] = GraphQLInputObjectType(name, fields)
        return self._filters[key]

    def build_order(self) -> GraphQLInputObjectType:
        """Build `ProductOrder`."""
        orders = (*SYSTEM_ORDERS, *(code for code, plan in sorted(self.blueprint.attributes.items()) if plan.sortable))
        values = {name_enum_value(code): GraphQLEnumValue(code) for code in dict.fromkeys(orders)}
        direction = GraphQLEnumType("Direction", {"ASC": GraphQLEnumValue("asc"), "DESC": GraphQLEnumValue("desc")})
        return GraphQLInputObjectType(
            "ProductOrder",
            {
                "field": GraphQLInputField(GraphQLNonNull(GraphQLEnumType("ProductOrderField", values))),
                "direction": GraphQLInputField(direction, default_value="asc"),
            },
        )


def _field(type_: GraphQLInputType) -> GraphQLInputField:
    return GraphQLInputField(type_)


def _operand_type(op: str, operand: GraphQLScalarType) -> GraphQLInputType:
    if op in _LISTED:
        return GraphQLList(GraphQLNonNull(operand))
    return GraphQLBoolean if op in {"empty", "not_empty"} else operand


def read_order(order: Mapping[str, Any] | None) -> tuple[str, bool]:
    """Read `orderBy` as (field, descending)."""
    return (order["field"], order.get("direction") == "desc") if order else ("sku", False)


def read_where(blueprint: ViewBlueprint, where: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Translate a coerced `where` into the JSON form of the filter language; None where it asks for nothing."""
    if not where:
        return None
    names = {name_field(code, WHERE_FIELDS): code for code, plan in blueprint.attributes.items() if plan.operators}
    leaves: list[dict[str, Any]] = []
    for name, asked in where.items():
        if asked is None:
            continue
        if name in {"and", "or"}:
            groups = [group for member in asked if (group := read_where(blueprint, member))]
            if groups:
                leaves.append({name: groups})
        elif name == "not":
            inner = read_where(blueprint, asked)
            if inner:
                leaves.append({"not": inner})
        elif name == "search":
            leaves.append({"field": "search", "op": "contains", "value": asked})
        else:
            leaves.extend(_read_leaf(names.get(name, name), asked))
    if not leaves:
        return None
    return leaves[0] if len(leaves) == 1 else {"and": leaves}


def _read_leaf(field: str, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    scope = {"locale": asked["locale"]} if asked.get("locale") else {}
    return [
        {"field": field, "op": op, "value": value, **scope}
        for op, value in asked.items()
        if op != "locale" and value is not None
    ]

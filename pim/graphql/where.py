"""The filter language as an input type: `where: {and: [{field: "family", op: EQ, value: "mugs"}, …]}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import graphene

from pim.graphql.scalars import JSON
from pim.querying.fields import FieldCatalogue
from pim.querying.tree import Node, Operator, parse_filter

FilterOperator: Any = graphene.Enum("FilterOperator", [(operator.name, operator.value) for operator in Operator])


class Filter(graphene.InputObjectType):
    """A condition (`field`, `op`, `value`, and `channel` and `locale` where it varies), or one group of conditions."""

    and_ = graphene.List(graphene.NonNull(lambda: Filter), name="and")
    or_ = graphene.List(graphene.NonNull(lambda: Filter), name="or")
    not_ = graphene.InputField(lambda: Filter, name="not")
    field = graphene.String()
    op = FilterOperator()
    value = JSON()
    channel = graphene.String()
    locale = graphene.String()


def read_where(where: Mapping[str, Any] | None, catalogue: FieldCatalogue) -> Node | None:
    """A `where` argument as a tree.

    Raises:
        Refused: with a pointer below `/where`.
    """
    return parse_filter(_plain(where), catalogue=catalogue, root="/where")


def _plain(value: Any) -> Any:
    if isinstance(value, Filter) or (isinstance(value, Mapping) and set(value) & {"and_", "or_", "not_"}):
        value = dict(value)
    if isinstance(value, dict):
        plain = {}
        for name, item in value.items():
            if name == "value":
                plain[name] = item
            elif item is not None:
                plain[name.rstrip("_")] = _plain(item)
        return plain
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return getattr(value, "value", value)

"""How much one GraphQL request may ask: depth, aliases and cost, walked only over documents that already validate."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
)

INTROSPECTION = frozenset({"__schema", "__type"})


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one request; cost is the number of fields, each times the page sizes above it."""

    depth: int = 10
    aliases: int = 30
    cost: int = 5000
    tokens: int = 5000
    page: int = 100


@dataclass(frozen=True, slots=True)
class Weight:
    """What a selection asks for."""

    cost: int = 0
    depth: int = 0
    aliases: int = 0
    introspects: bool = False

    def beside(self, other: "Weight") -> "Weight":
        """Add a sibling selection."""
        return Weight(
            self.cost + other.cost,
            max(self.depth, other.depth),
            self.aliases + other.aliases,
            self.introspects or other.introspects,
        )


class _Scale:
    """Weighs selections; each fragment once, so that fragments that spread one another cannot multiply the work."""

    def __init__(
        self, fragments: Mapping[str, FragmentDefinitionNode], variables: Mapping[str, Any], page: int
    ) -> None:
        self.fragments = fragments
        self.variables = variables
        self.page = page
        self.weighed: dict[str, Weight] = {}

    def weigh(self, selection_set: SelectionSetNode) -> Weight:
        total = Weight()
        for selection in selection_set.selections:
            if isinstance(selection, FieldNode):
                total = total.beside(self.weigh_field(selection))
            elif isinstance(selection, InlineFragmentNode):
                total = total.beside(self.weigh(selection.selection_set))
            elif isinstance(selection, FragmentSpreadNode):
                total = total.beside(self.weigh_fragment(selection.name.value))
        return total

    def weigh_fragment(self, name: str) -> Weight:
        if name not in self.weighed:
            self.weighed[name] = self.weigh(self.fragments[name].selection_set)
        return self.weighed[name]

    def weigh_field(self, node: FieldNode) -> Weight:
        inner = self.weigh(node.selection_set) if node.selection_set else Weight()
        aliases = inner.aliases + (node.alias is not None)
        if node.name.value in INTROSPECTION:
            return Weight(1 + inner.cost, 1, aliases, introspects=True)
        return Weight(1 + inner.cost * self.page_size(node), 1 + inner.depth, aliases, inner.introspects)

    def page_size(self, node: FieldNode) -> int:
        for argument in node.arguments:
            if argument.name.value != "first":
                continue
            if isinstance(argument.value, IntValueNode):
                return max(1, int(argument.value.value))
            if isinstance(argument.value, VariableNode):
                given = self.variables.get(argument.value.name.value)
                return max(1, given) if isinstance(given, int) else self.page
        return 1


def weigh_operation(
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    variables: Mapping[str, Any],
    limits: Limits,
) -> Weight:
    """Weigh an operation of a document that has passed the standard rules (they exclude fragment cycles)."""
    return _Scale(fragments, variables, limits.page).weigh(operation.selection_set)


def check_weight(weight: Weight, limits: Limits, *, may_introspect: bool) -> list[GraphQLError]:
    """List what a request asks too much of."""
    found = []
    if weight.introspects and not may_introspect:
        found.append(_refuse("introspection_off", "This token may not introspect the schema."))
    if weight.depth > limits.depth:
        found.append(_refuse("too_deep", f"The query is {weight.depth} levels deep; {limits.depth} are allowed."))
    if weight.aliases > limits.aliases:
        found.append(_refuse("too_many_aliases", f"The query has {weight.aliases} aliases; {limits.aliases} allowed."))
    if weight.cost > limits.cost:
        found.append(_refuse("too_costly", f"The query costs {weight.cost}; {limits.cost} are allowed."))
    return found


def _refuse(code: str, message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": code})

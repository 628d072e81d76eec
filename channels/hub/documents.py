"""Running GraphQL documents: parsed and validated once per schema, compiled once per set of nested variables."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, cast

import orjson
from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    MaxIntrospectionDepthRule,
    NameNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    Visitor,
    execute_sync,
    get_argument_values,
    get_operation_ast,
    get_variable_values,
    parse,
    specified_rules,
    validate,
    visit,
)
from graphql.execution.collect_fields import collect_fields

from channels.hub.items import ANY_LOCALE, Source
from channels.hub.readers import READER, Scope
from channels.hub.selections import SelectionCompiler
from pim.graphql.limits import INTROSPECTION, Limits, Weight, check_weight, weigh_operation
from pim.graphql.requests import GraphQLRequest

_RULES = (*specified_rules, *(rule for rule in (MaxIntrospectionDepthRule,) if rule not in specified_rules))
_KEPT_DOCUMENTS = 500
_KEPT_SELECTIONS = 16


@dataclass(slots=True)
class Answer:
    """What a request is answered: `data` is None for a request error."""

    data: dict[str, Any] | None
    errors: list[GraphQLError]
    has_data: bool
    cost: int = 0


@dataclass(slots=True)
class _Prepared:
    """A document that has been parsed and validated, with the selections compiled for it so far."""

    document: DocumentNode | None
    errors: list[GraphQLError]
    fragments: dict[str, FragmentDefinitionNode] = field(default_factory=dict)
    paging: frozenset[str] = frozenset()
    compiled: OrderedDict[bytes, _Plan] = field(default_factory=OrderedDict)


@dataclass(slots=True)
class _Root:
    """One field of Query, ready to be answered with any page arguments."""

    key: str
    nodes: list[FieldNode]
    shape: Callable[[Any], Any] | None
    parts: frozenset[str]


@dataclass(slots=True)
class _Plan:
    """An operation with its variables: what it weighs and how its fields are answered."""

    weight: Weight
    roots: list[_Root]


class HubSchema:
    """A view's schema with its documents; safe to share between threads."""

    def __init__(self, schema: GraphQLSchema, limits: Limits) -> None:
        """Start with no documents."""
        self.schema = schema
        self.limits = limits
        self._documents: OrderedDict[tuple[str, bool], _Prepared] = OrderedDict()
        self._lock = Lock()

    def run(self, request: GraphQLRequest, source: Source, *, may_introspect: bool) -> Answer:
        """Answer a request.

        Without `may_introspect` neither introspection nor suggestions in messages tell names.
        """
        prepared = self._prepare(request.query, may_introspect=may_introspect)
        if prepared.document is None or prepared.errors:
            return _refuse(prepared.errors)
        operation = get_operation_ast(prepared.document, request.operation_name)
        if operation is None:
            message = "Name one of the document's operations." if not request.operation_name else "Unknown operation."
            return _refuse([GraphQLError(message, extensions={"code": "unknown_operation"})])
        if operation.operation is not OperationType.QUERY:
            return _refuse([GraphQLError("This endpoint answers queries only.", extensions={"code": "queries_only"})])
        variables = get_variable_values(
            self.schema,
            operation.variable_definitions,
            dict(request.variables),
            max_errors=20,
            hide_suggestions=not may_introspect,
        )
        if isinstance(variables, list):
            return _refuse(variables)
        plan = self._plan(prepared, operation, variables)
        found = check_weight(plan.weight, self.limits, may_introspect=may_introspect)
        if found:
            return _refuse(found)
        return self._execute(plan, prepared.fragments, operation, variables, source)

    def _prepare(self, text: str, *, may_introspect: bool) -> _Prepared:
        key = (text, may_introspect)
        with self._lock:
            known = self._documents.get(key)
            if known is not None:
                self._documents.move_to_end(key)
                return known
        prepared = self._parse(text, may_introspect=may_introspect)
        with self._lock:
            self._documents[key] = prepared
            while len(self._documents) > _KEPT_DOCUMENTS:
                self._documents.popitem(last=False)
        return prepared

    def _parse(self, text: str, *, may_introspect: bool) -> _Prepared:
        try:
            document = parse(text, max_tokens=self.limits.tokens)
        except GraphQLError as error:
            return _Prepared(None, [error])
        except RecursionError:
            return _Prepared(None, [GraphQLError("The query is nested too deeply.", extensions={"code": "too_deep"})])
        try:
            errors = validate(self.schema, document, _RULES, max_errors=20, hide_suggestions=not may_introspect)
        except RecursionError:
            errors = [GraphQLError("The query is nested too deeply.", extensions={"code": "too_deep"})]
        fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
        return _Prepared(document, errors, fragments, _paging_variables(document))

    def _execute(
        self,
        plan: _Plan,
        fragments: Mapping[str, FragmentDefinitionNode],
        operation: OperationDefinitionNode,
        variables: dict[str, Any],
        source: Source,
    ) -> Answer:
        query = cast(GraphQLObjectType, self.schema.query_type)
        data: dict[str, Any] = {}
        errors: list[GraphQLError] = []
        for root in plan.roots:
            name = root.nodes[0].name.value
            if name == "__typename":
                data[root.key] = query.name
                continue
            if name in INTROSPECTION:
                data[root.key] = self._introspect(root.nodes, fragments, operation, variables)
                continue
            definition = query.fields[name]
            try:
                arguments = get_argument_values(definition, root.nodes[0], variables)
                raw = definition.extensions[READER](arguments, source, root.parts)
                data[root.key] = root.shape(raw) if root.shape else raw
            except GraphQLError as error:
                errors.append(GraphQLError(error.message, root.nodes, path=[root.key], extensions=error.extensions))
                if isinstance(definition.type, GraphQLNonNull):
                    return Answer(None, errors, has_data=True, cost=plan.weight.cost)
                data[root.key] = None
        return Answer(data, errors, has_data=True, cost=plan.weight.cost)

    def _plan(self, prepared: _Prepared, operation: OperationDefinitionNode, variables: dict[str, Any]) -> _Plan:
        """Weigh and compile an operation, or find it compiled for the same variables.

        A cursor is read at each request, so a client that turns pages keeps its plan. What weighs too much is not
        compiled.
        """
        name = operation.name.value if operation.name else ""
        kept = {key: value for key, value in variables.items() if key not in prepared.paging}
        key = orjson.dumps([name, kept], option=orjson.OPT_SORT_KEYS)
        known = prepared.compiled.get(key)
        if known is not None:
            return known
        weight = weigh_operation(operation, prepared.fragments, variables, self.limits)
        too_much = bool(check_weight(weight, self.limits, may_introspect=True))
        roots = [] if too_much else list(self._compile_roots(prepared.fragments, operation, variables))
        plan = _Plan(weight, roots)
        with self._lock:
            prepared.compiled[key] = plan
            while len(prepared.compiled) > _KEPT_SELECTIONS:
                prepared.compiled.popitem(last=False)
        return plan

    def _compile_roots(
        self,
        fragments: dict[str, FragmentDefinitionNode],
        operation: OperationDefinitionNode,
        variables: dict[str, Any],
    ) -> Iterator[_Root]:
        query = cast(GraphQLObjectType, self.schema.query_type)
        compiler = SelectionCompiler(self.schema, fragments, variables)
        collected = collect_fields(self.schema, fragments, variables, query, operation.selection_set)
        for key, nodes in collected.items():
            name = nodes[0].name.value
            if name.startswith("__"):
                yield _Root(key, nodes, None, frozenset())
                continue
            definition = query.fields[name]
            arguments = get_argument_values(definition, nodes[0], variables)
            scope = Scope(arguments.get("locale") or ANY_LOCALE)
            shape = compiler.compile_type(definition.type, nodes, scope)
            yield _Root(key, nodes, shape, frozenset(scope.parts))

    def _introspect(
        self,
        nodes: list[FieldNode],
        fragments: Mapping[str, FragmentDefinitionNode],
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
    ) -> Any:
        """Answer `__schema` and `__type` with graphql-core, from a document that holds nothing else."""
        alone = OperationDefinitionNode(
            operation=OperationType.QUERY,
            name=NameNode(value="Introspection"),
            variable_definitions=operation.variable_definitions,
            directives=[],
            selection_set=SelectionSetNode(selections=nodes),
        )
        document = DocumentNode(definitions=[alone, *fragments.values()])
        result = execute_sync(self.schema, document, variable_values=dict(variables))
        key = nodes[0].alias.value if nodes[0].alias else nodes[0].name.value
        return (result.data or {}).get(key)


class _VariableUses(Visitor):
    """Counts where variables stand in a document."""

    def __init__(self) -> None:
        super().__init__()
        self.all: Counter[str] = Counter()
        self.cursors: Counter[str] = Counter()

    def enter_variable(self, node: VariableNode, *_args: Any) -> None:
        self.all[node.name.value] += 1

    def enter_argument(self, node: ArgumentNode, *_args: Any) -> None:
        if node.name.value == "after" and isinstance(node.value, VariableNode):
            self.cursors[node.value.name.value] += 1


def _paging_variables(document: DocumentNode) -> frozenset[str]:
    """Name the variables that are used as cursors and for nothing else: what is compiled does not depend on them.

    Each stands twice in the document, where it is declared and where it is used.
    """
    uses = _VariableUses()
    visit(document, uses)
    declared = Counter(
        variable.variable.name.value
        for operation in document.definitions
        if isinstance(operation, OperationDefinitionNode)
        for variable in operation.variable_definitions
    )
    return frozenset(name for name, count in uses.cursors.items() if uses.all[name] - declared[name] == count)


def _refuse(errors: list[GraphQLError]) -> Answer:
    return Answer(None, errors, has_data=False)

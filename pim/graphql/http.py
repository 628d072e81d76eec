"""The management endpoint: one request in, one answer out, over graphql-core; who may come in is decided as for REST."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from graphql import (
    DocumentNode,
    ExecutionResult,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    MaxIntrospectionDepthRule,
    OperationType,
    StringValueNode,
    Visitor,
    execute_sync,
    get_operation_ast,
    get_variable_values,
    parse,
    specified_rules,
    validate,
    visit,
)
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException, NotAuthenticated
from rest_framework.parsers import FormParser, JSONParser
from rest_framework.request import Request

from pim.api.authentication import AUTHENTICATION
from pim.api.problems import answer_problem
from pim.api.requests import check_text
from pim.errors import DomainError
from pim.graphql.limits import Limits, check_weight, weigh_operation
from pim.graphql.requests import BadRequest, GraphQLRequest, choose_status, negotiate, read_body, read_query
from pim.services.access import check_scope

logger = logging.getLogger(__name__)

LIMITS = Limits()
MAX_MUTATIONS = 10
"""Fields of one mutation; each is a transaction of its own."""

_RULES = (*specified_rules, *(rule for rule in (MaxIntrospectionDepthRule,) if rule not in specified_rules))
_KEPT_DOCUMENTS = 300


class _TextCheck(Visitor):
    """Refuses NUL in literals, as `check_text` does in variables."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__()
        self.errors = errors

    def enter_string_value(self, node: StringValueNode, *_args: Any) -> None:
        """Look at one literal."""
        if "\x00" in node.value:
            text = "NUL is not a character of a text."
            self.errors.append(GraphQLError(text, node, extensions={"code": "nul_character"}))


class Documents:
    """Documents that have been parsed and validated, with what was found wrong with them."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self._known: OrderedDict[tuple[str, bool], tuple[DocumentNode | None, list[GraphQLError]]] = OrderedDict()
        self._lock = Lock()

    def prepare(self, text: str, *, may_introspect: bool) -> tuple[DocumentNode | None, list[GraphQLError]]:
        """Parse and validate once; whoever may not introspect gets no suggestions either."""
        key = (text, may_introspect)
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        prepared = self._check(text, may_introspect=may_introspect)
        with self._lock:
            self._known[key] = prepared
            while len(self._known) > _KEPT_DOCUMENTS:
                self._known.popitem(last=False)
        return prepared

    def _check(self, text: str, *, may_introspect: bool) -> tuple[DocumentNode | None, list[GraphQLError]]:
        try:
            document = parse(text, max_tokens=LIMITS.tokens)
            errors = validate(self.schema, document, _RULES, max_errors=20, hide_suggestions=not may_introspect)
            visit(document, _TextCheck(errors))
        except GraphQLError as error:
            return None, [error]
        except RecursionError:
            return None, [GraphQLError("The query is nested too deeply.", extensions={"code": "too_deep"})]
        return document, errors


# DRF's session authentication checks the CSRF token itself, and a bearer token needs none.
@method_decorator(csrf_exempt, name="dispatch")
class ManagementGraphQL(View):
    """Takes sessions and tokens, refuses the rest with a problem. There is no playground."""

    http_method_names = ["get", "post", "head"]
    schema: Any = None
    """A graphene schema."""

    documents: Documents | None = None

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """Keep the documents between requests."""
        schema = initkwargs["schema"].graphql_schema
        return super().as_view(**initkwargs, documents=Documents(schema))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Know the caller first."""
        authenticators = [authenticator() for authenticator in AUTHENTICATION]
        try:
            request.user, request.auth = _identify(request, authenticators)  # type: ignore[attr-defined]
        except APIException as error:
            return _refuse(request, authenticators, error)
        check_scope(request.auth, "")  # type: ignore[attr-defined]
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer a query in the address."""
        return self._answer(request, lambda: read_query(request.GET.dict()))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Answer a query or mutation in the body."""
        return self._answer(request, lambda: read_body(request.headers.get("Content-Type", ""), request.body))

    def _answer(self, request: HttpRequest, read: Any) -> HttpResponse:
        media_type = negotiate(request.headers.get("Accept"))
        if media_type is None:
            return answer_problem(request, 406, "not_acceptable")
        try:
            asked: GraphQLRequest = read()
            check_text(dict(asked.variables))
        except BadRequest as error:
            return _respond({"errors": [{"message": error.message}]}, error.status, media_type)
        except DomainError as error:
            return _respond({"errors": [format_error(GraphQLError("", original_error=error))]}, 400, media_type)
        result, status = self._run(request, asked, media_type)
        body: dict[str, Any] = {}
        if result.errors:
            body["errors"] = [format_error(error, str(getattr(request, "request_id", ""))) for error in result.errors]
        if status == 200 and not (result.data is None and result.extensions is None):
            body["data"] = result.data
        if result.extensions:
            body["extensions"] = result.extensions
        return _respond(body, status, media_type)

    def _run(self, request: HttpRequest, asked: GraphQLRequest, media_type: str) -> tuple[ExecutionResult, int]:
        """The result, and the status it is answered with; only what was executed has extensions."""
        refused = choose_status(media_type, has_data=False)
        if self.documents is None:
            raise TypeError("made by as_view")
        may_introspect = getattr(request.auth, "may_introspect", True)  # type: ignore[attr-defined]
        document, errors = self.documents.prepare(asked.query, may_introspect=may_introspect)
        if document is None or errors:
            return ExecutionResult(None, errors), refused
        operation = get_operation_ast(document, asked.operation_name)
        if operation is None:
            message = "Unknown operation." if asked.operation_name else "Name one of the document's operations."
            return ExecutionResult(None, [_error("unknown_operation", message)]), refused
        if operation.operation is not OperationType.QUERY and request.method != "POST":
            return ExecutionResult(None, [_error("queries_only", "A GET answers queries only.")]), 405
        variables = get_variable_values(
            self.documents.schema,
            operation.variable_definitions,
            dict(asked.variables),
            max_errors=20,
            hide_suggestions=not may_introspect,
        )
        if isinstance(variables, list):
            return ExecutionResult(None, variables), refused
        fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
        weight = weigh_operation(operation, fragments, variables, LIMITS)
        found = check_weight(weight, LIMITS, may_introspect=may_introspect)
        is_mutation = operation.operation is OperationType.MUTATION
        if is_mutation and len(operation.selection_set.selections) > MAX_MUTATIONS:
            found.append(_error("too_many_mutations", f"At most {MAX_MUTATIONS} mutations in one request."))
        if found:
            return ExecutionResult(None, found), refused
        result = execute_sync(
            self.documents.schema,
            document,
            context_value=request,
            variable_values=dict(asked.variables),
            operation_name=asked.operation_name,
        )
        return ExecutionResult(result.data, result.errors, {"cost": weight.cost}), 200


def format_error(error: GraphQLError, request_id: str = "") -> dict[str, Any]:
    """Domain errors by code and pointer, what is wrong with the request as it is, and bugs by their number only."""
    shown: dict[str, Any] = dict(error.formatted)
    cause = error.original_error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    if isinstance(cause, DomainError):
        extensions = {"code": cause.code} | ({"pointer": cause.pointer} if cause.pointer else {})
        shown |= {"message": str(cause.message), "extensions": extensions}
    elif cause is not None and not isinstance(cause, GraphQLError):
        logger.error("graphql request %s failed", request_id, exc_info=cause)
        message = "Something broke on our side; the log has the details."
        shown |= {"message": message, "extensions": {"code": "internal_error"}}
    extensions = dict(shown.get("extensions") or {"code": "invalid_request"})
    if request_id:
        extensions["requestId"] = request_id
    return shown | {"extensions": extensions}


def _error(code: str, message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": code})


def _respond(body: dict[str, Any], status: int, media_type: str) -> HttpResponse:
    content = orjson.dumps(body, default=_plain)
    answer = HttpResponse(content, status=status, content_type=f"{media_type}; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _plain(value: Any) -> Any:
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(type(value).__name__)


def _identify(request: HttpRequest, authenticators: Sequence[BaseAuthentication]) -> tuple[Any, Any]:
    """Ask DRF's authenticators who this is.

    Raises:
        APIException: nobody, or a credential that is not valid.
    """
    # Read before DRF does, so that both can: the session's CSRF check looks into the body for its token.
    _ = request.body
    asked = Request(request, parsers=[JSONParser(), FormParser()], authenticators=authenticators)
    if not asked.user.is_authenticated:
        raise NotAuthenticated
    return asked.user, asked.auth


def _refuse(request: HttpRequest, authenticators: Sequence[BaseAuthentication], error: APIException) -> HttpResponse:
    status, code = error.status_code, error.get_codes()
    if isinstance(error, NotAuthenticated):
        status = 401
    answer = answer_problem(request, status, code if isinstance(code, str) else error.default_code, str(error.detail))
    if status == 401:
        answer.headers["WWW-Authenticate"] = str(authenticators[0].authenticate_header(Request(request)))
    return answer

"""GraphQL over HTTP (the working draft of 2025): what a request asks, and which media type and status answer it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

GRAPHQL_JSON = "application/graphql-response+json"
PLAIN_JSON = "application/json"
MAX_BODY_BYTES = 100_000
MAX_PARAMETER_DEPTH = 50


class BadRequest(ValueError):
    """The request is not a well-formed GraphQL request."""

    def __init__(self, message: str, status: int = 400) -> None:
        """Keep the status with the sentence."""
        super().__init__(message)
        self.message = message
        self.status = status


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """A well-formed request: one document, one operation, its variables."""

    query: str
    operation_name: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)


def negotiate(accept: str | None) -> str | None:
    """Choose the answer's media type, or None where the client takes neither.

    Without an Accept header, and for `*/*`, the answer is `application/json`: old clients expect it.
    """
    if not accept or not accept.strip():
        return PLAIN_JSON
    best: tuple[float, int] | None = None
    chosen: str | None = None
    for rank, clause in enumerate(accept.split(",")):
        media_type, quality = _read_clause(clause)
        offered = _match(media_type)
        if offered is None or quality <= 0:
            continue
        if best is None or (quality, -rank) > best:
            best, chosen = (quality, -rank), offered
    return chosen


def _read_clause(clause: str) -> tuple[str, float]:
    media_type, *parameters = (part.strip().lower() for part in clause.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return media_type, float(value)
            except ValueError:
                return media_type, 0.0
    return media_type, 1.0


def _match(media_type: str) -> str | None:
    if media_type in {GRAPHQL_JSON, PLAIN_JSON}:
        return media_type
    return PLAIN_JSON if media_type in {"*/*", "application/*"} else None


def read_body(content_type: str, body: bytes) -> GraphQLRequest:
    """Read a POST.

    Raises:
        BadRequest: 415 for another media type or charset, 413 above 100 kB, 400 for anything malformed.
    """
    media_type, _, parameters = content_type.partition(";")
    if media_type.strip().lower() != PLAIN_JSON:
        raise BadRequest("Send the request as application/json.", status=415)
    charset = parameters.lower().replace('"', "").replace(" ", "")
    if "charset=" in charset and charset.partition("charset=")[2].split(";")[0] not in {"utf-8", "utf8"}:
        raise BadRequest("Send the request in UTF-8.", status=415)
    if len(body) > MAX_BODY_BYTES:
        raise BadRequest(f"The request is larger than {MAX_BODY_BYTES} bytes.", status=413)
    try:
        parameters_read = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise BadRequest("The body is not valid JSON.") from None
    if not isinstance(parameters_read, dict):
        raise BadRequest("The body must be one JSON object; batches are not taken.")
    return _check(parameters_read)


def read_query(parameters: Mapping[str, str]) -> GraphQLRequest:
    """Read a GET: `variables` and `extensions` are JSON texts.

    Raises:
        BadRequest: 413 above 100 kB, 400 for anything malformed.
    """
    if sum(map(len, parameters.values())) > MAX_BODY_BYTES:
        raise BadRequest(f"The request is larger than {MAX_BODY_BYTES} bytes.", status=413)
    read: dict[str, Any] = {name: parameters[name] for name in ("query", "operationName") if name in parameters}
    for name in ("variables", "extensions"):
        if parameters.get(name):
            try:
                read[name] = orjson.loads(parameters[name])
            except orjson.JSONDecodeError:
                raise BadRequest(f"The parameter {name} is not valid JSON.") from None
    return _check(read)


def _check(parameters: Mapping[str, Any]) -> GraphQLRequest:
    query = parameters.get("query")
    if not isinstance(query, str) or not query:
        raise BadRequest("The parameter query must be a text.")
    operation_name = parameters.get("operationName")
    if operation_name is not None and not isinstance(operation_name, str):
        raise BadRequest("The parameter operationName must be a text.")
    for name in ("variables", "extensions"):
        if parameters.get(name) is not None and not isinstance(parameters[name], dict):
            raise BadRequest(f"The parameter {name} must be a map.")
    variables = parameters.get("variables") or {}
    if _depth(variables) > MAX_PARAMETER_DEPTH:
        raise BadRequest(f"The variables are nested deeper than {MAX_PARAMETER_DEPTH} levels.")
    return GraphQLRequest(query, operation_name or None, variables)


def _depth(value: object) -> int:
    depth, level = 0, [value]
    while level:
        depth += 1
        level = [
            child
            for item in level
            if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
        ]
    return depth


def choose_status(media_type: str, *, has_data: bool) -> int:
    """Status of an answer to a well-formed request: 400 for a request error, but 200 under `application/json`."""
    return 200 if has_data or media_type == PLAIN_JSON else 400

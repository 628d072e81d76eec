"""OpenAPI for viewsets that shape JSON themselves: each says its documents as JSON Schema, the rest is the same for all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.permissions import SAFE_METHODS

from pim.api.filters import LIST_PARAMETERS
from pim.api.problems import MEDIA_TYPE

JsonSchema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Component:
    """A named schema; the same name is the same schema everywhere."""

    name: str
    schema: JsonSchema
    uses: tuple[Component, ...] = ()

    @property
    def ref(self) -> JsonSchema:
        """How others refer to it."""
        return {"$ref": f"#/components/schemas/{self.name}"}


@dataclass(frozen=True, slots=True)
class Operation:
    """What one action takes and answers. `responses` is `{status: component, schema, or None for no body}`."""

    responses: Mapping[int, Component | JsonSchema | None]
    request: Component | JsonSchema | None = None
    parameters: Sequence[OpenApiParameter] = field(default_factory=tuple)


FINDING = Component(
    "Finding",
    {
        "type": "object",
        "required": ["pointer", "code", "detail"],
        "properties": {
            "pointer": {"type": "string", "description": "JSON pointer (RFC 6901) into what was sent; may be empty."},
            "code": {"type": "string"},
            "detail": {"type": "string"},
        },
    },
)
PROBLEM = Component(
    "Problem",
    {
        "type": "object",
        "description": "A refusal (RFC 9457).",
        "required": ["type", "title", "status", "code"],
        "properties": {
            "type": {"type": "string", "format": "uri-reference"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "code": {"type": "string", "description": "Stable; part of the API."},
            "detail": {"type": "string"},
            "instance": {"type": "string", "description": "urn:uuid: of the request, as in X-Request-ID."},
            "errors": {"type": "array", "items": FINDING.ref},
        },
    },
    (FINDING,),
)
TRIED = Component(
    "Tried",
    {
        "type": "object",
        "description": "What `validate_only` answers: what would have happened.",
        "required": ["validate_only", "result", "key"],
        "properties": {
            "validate_only": {"const": True},
            "result": {"enum": ["created", "updated", "unchanged", "deleted"]},
            "key": {"type": "string"},
        },
    },
)

READ_STATUSES = {
    400: "What is asked for makes no sense.",
    401: "No valid token.",
    403: "Not allowed.",
    406: "No media type that is accepted can be given.",
    429: "Too many wrong tokens.",
}
WRITE_STATUSES = {
    409: "It exists already, or somebody was faster.",
    412: "It is not what If-Match names.",
    413: "The body is too large.",
    415: "Another media type.",
    422: "The Idempotency-Key was used for another request.",
}

BY_UUID = OpenApiParameter("by", OpenApiTypes.STR, enum=["uuid"], description="The key in the path is the uuid.")
UPSERT = OpenApiParameter("upsert", OpenApiTypes.BOOL, description="Create it where there is none.")
WRITE_PARAMETERS = (
    OpenApiParameter("validate_only", OpenApiTypes.BOOL, description="Check, and store nothing."),
    OpenApiParameter("changelog_message", OpenApiTypes.STR, description="For the history; also a member of the body."),
    OpenApiParameter(
        "Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER, description="The same key is answered once done."
    ),
)
IF_MATCH = OpenApiParameter(
    "If-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, description="Write only what has this ETag."
)
IF_NONE_MATCH = OpenApiParameter("If-None-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, description="An ETag.")


def page_of(item: Component) -> Component:
    """The answer of a list."""
    return Component(
        f"{item.name}Page",
        {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {
                "results": {"type": "array", "items": item.ref},
                "next": {"type": ["string", "null"], "format": "uri"},
                "previous": {"type": ["string", "null"], "format": "uri"},
                "count": {"type": "integer", "description": "Where `count` asks for it."},
                "count_is_exact": {"type": "boolean"},
            },
        },
        (item,),
    )


def resource_operations(
    item: Component, written: Component, *, extra: Sequence[OpenApiParameter] = ()
) -> dict[str, Operation]:
    """The six operations of a resource that is read and written whole; `extra` are parameters of reading."""
    saved = Component(f"{item.name}Saved", {"anyOf": [item.ref, TRIED.ref]}, (item, TRIED))
    change = (BY_UUID, UPSERT, IF_MATCH, IF_NONE_MATCH, *WRITE_PARAMETERS)
    return {
        "list": Operation({200: page_of(item)}, parameters=(*LIST_PARAMETERS, *extra)),
        "retrieve": Operation({200: item, 304: None}, parameters=(BY_UUID, IF_NONE_MATCH, *extra)),
        "create": Operation({201: item, 200: TRIED}, written, WRITE_PARAMETERS),
        "update": Operation({200: saved, 201: item}, written, change),
        "partial_update": Operation({200: saved, 201: item}, written, change),
        "destroy": Operation({204: None, 200: TRIED}, parameters=(BY_UUID, IF_MATCH, *WRITE_PARAMETERS)),
    }


def bulk_operation(row: Component) -> Operation:
    """A bulk: lines in, lines out."""
    line = Component(
        "BulkLine",
        {
            "type": "object",
            "description": "The answer to one line.",
            "required": ["line", "key", "status_code"],
            "properties": {
                "line": {"type": "integer", "minimum": 1},
                "key": {"type": "string", "description": "SKU or code, as it is kept; empty where the line had none."},
                "status_code": {"type": "integer"},
                "result": {"enum": ["created", "updated", "unchanged"]},
                "revision": {"type": "integer"},
                "code": {"type": "string", "description": "Of the refusal."},
                "message": {"type": "string"},
                "errors": {"type": "array", "items": FINDING.ref},
                "warnings": {"type": "array", "items": FINDING.ref},
            },
        },
        (FINDING,),
    )
    mode = OpenApiParameter("mode", OpenApiTypes.STR, enum=["partial", "atomic"], description="atomic: all or none.")
    return Operation({200: line}, row, (mode, *WRITE_PARAMETERS))


class ManagementSchema(AutoSchema):
    """Asks the viewset for its operations, and documents the problems of every one."""

    def get_operation_id(self) -> str:
        """`products_partial_update`, from the address and the action."""
        action = getattr(self.view, "action", None) or self.method.lower()
        tokens = [token for token in self._tokenize_path() if token != action]
        return "_".join([*tokens, action]).replace("-", "_")

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        """Add problems to every operation."""
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        self._register(PROBLEM)
        is_read = self.method in SAFE_METHODS
        statuses = dict(READ_STATUSES) | ({} if is_read else WRITE_STATUSES)
        if "{" in self.path:
            statuses[404] = "There is none, or not for you."
        for status, description in sorted(statuses.items()):
            operation["responses"].setdefault(str(status), self._refer_to_problem(status, description))
        return operation

    def _refer_to_problem(self, status: int, description: str) -> JsonSchema:
        body = {"description": description, "content": {MEDIA_TYPE: {"schema": PROBLEM.ref}}}
        name = f"Problem{status}"
        component = _component(name, ResolvedComponent.RESPONSE, body)
        self.registry.register_on_missing(component)
        return dict(component.ref)

    def get_override_parameters(self) -> list[Any]:
        """The path's key, and what the action takes."""
        parameters = list(super().get_override_parameters())
        lookup = getattr(self.view, "lookup_field", None)
        if lookup and f"{{{lookup}}}" in self.path:
            parameters.append(
                OpenApiParameter(lookup, OpenApiTypes.STR, OpenApiParameter.PATH, description="Percent-encoded.")
            )
        operation = self._operation()
        return [*parameters, *(operation.parameters if operation else ())]

    def get_request_serializer(self) -> Any:
        """The body, under every media type that is read."""
        operation = self._operation()
        if operation is None:
            return super().get_request_serializer()
        return self._schema(operation.request) if operation.request is not None else None

    def get_response_serializers(self) -> Any:
        """The answers by status."""
        operation = self._operation()
        if operation is None:
            return super().get_response_serializers()
        return {
            status: self._schema(body) if body is not None else None for status, body in operation.responses.items()
        }

    def _get_request_for_media_type(self, serializer: Any, direction: str = "request") -> Any:
        """A reference of ours is a schema, and needed."""
        if isinstance(serializer, dict) and "$ref" in serializer:
            return serializer, True
        return super()._get_request_for_media_type(serializer, direction)  # type: ignore[no-untyped-call]

    def _get_request_body(self, direction: str = "request") -> Any:
        operation = self._operation()
        if operation is None or operation.request is None:
            return super()._get_request_body(direction) if operation is None else None  # type: ignore[no-untyped-call]
        if self.method not in {"PUT", "PATCH", "POST"}:
            return None
        schema = self._schema(operation.request)
        return {"content": {media_type: {"schema": schema} for media_type in self.map_parsers()}, "required": True}

    def _operation(self) -> Operation | None:
        describe = getattr(self.view, "describe_operations", None)
        operations: Mapping[str, Operation] = describe() if describe else {}
        return operations.get(str(getattr(self.view, "action", "")))

    def _schema(self, body: Component | JsonSchema) -> JsonSchema:
        if isinstance(body, Component):
            self._register(body)
            return body.ref
        return body

    def _register(self, component: Component) -> None:
        for used in component.uses:
            self._register(used)
        self.registry.register_on_missing(_component(component.name, ResolvedComponent.SCHEMA, component.schema))


def _component(name: str, kind: str, schema: JsonSchema) -> ResolvedComponent:
    return ResolvedComponent(name=name, type=kind, schema=schema, object=name)  # type: ignore[no-untyped-call]


def schema_of_state(state: Mapping[str, Any], nullable: Iterable[str] = ()) -> JsonSchema:
    """JSON Schema of a document by its defaults: what is None there is a text or null."""
    return {name: _schema_of(value, is_nullable=name in set(nullable)) for name, value in state.items()}


def _schema_of(value: Any, *, is_nullable: bool) -> JsonSchema:
    match value:
        case bool():
            kind = "boolean"
        case int():
            kind = "integer"
        case list():
            return {"type": "array", "items": {}}
        case Mapping():
            return {"type": "object", "additionalProperties": True}
        case None:
            return {"type": ["string", "null"]}
        case _:
            kind = "string"
    return {"type": [kind, "null"] if is_nullable else kind}

"""Pieces of structure over REST: one viewset for every kind, read and written through the structure's one door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.db import models, transaction
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from pim.api.bulk import BulkViewSet
from pim.api.etags import check_match, has_precondition, is_unchanged, make_etag, must_be_new
from pim.api.filters import hash_list, read_filter
from pim.api.openapi import Component, Operation, bulk_operation, resource_operations, schema_of_state
from pim.api.pagination import page_response, read_page_query
from pim.api.requests import (
    WRITE_PARAMETERS,
    read_choice,
    read_flag,
    read_message,
    read_object,
    refuse_unknown_parameters,
)
from pim.api.viewsets import ManagementViewSet, locate
from pim.choices import Origin
from pim.errors import Conflict, NotFound, Outcome, Refusal, Refused
from pim.services.access import check_permission
from pim.services.listing import TableList, count_matches
from pim.services.snapshot import forget_structure
from pim.services.structure import StructureChange, write_structure
from pim.services.structure_reading import (
    Coded,
    Piece,
    change_of,
    find_pieces,
    get_kind,
    make_list,
    read_piece,
    read_pieces,
)


class StructureResource:
    """What single and bulk endpoints of a kind share.

    Attributes:
        kind_code: the kind in `pim.extensions.structure_kinds`.
        model: its model.
        filters: fields that lists may be filtered by, beside code, external_code and uuid.
        default_sort: the order of lists.
        schemas: JSON Schemas of members whose defaults do not tell enough.
    """

    scope: ClassVar[str] = "structure"
    kind_code: ClassVar[str]
    model: ClassVar[type[models.Model]]
    filters: ClassVar[Sequence[str]] = ()
    default_sort: ClassVar[str] = "code"
    schemas: ClassVar[Mapping[str, Any]] = {}

    @cached_property
    def kind(self) -> Coded:
        """The kind."""
        return get_kind(self.kind_code)

    @cached_property
    def table(self) -> TableList:
        """The list."""
        return make_list(self.kind, self.filters, self.default_sort)

    @property
    def component(self) -> Component:
        """Its document, as it is read and written."""
        properties = schema_of_state(self.kind.defaults()) | {"code": {"type": "string", "pattern": "^[A-Za-z0-9_]+$"}}
        properties |= self.schemas
        return Component(
            self.model.__name__,
            {
                "type": "object",
                "description": str(self.kind.label),
                "properties": {
                    "uuid": {"type": "string", "format": "uuid", "readOnly": True},
                    "revision": {"type": "integer", "readOnly": True},
                    **properties,
                },
            },
        )

    def key_of(self, body: Mapping[str, Any]) -> str:
        """The key of what a document describes.

        Raises:
            Refused: `code_missing`.
        """
        code = body.get("code")
        if not isinstance(code, str) or not code:
            raise Refused("code_missing", _("A code is needed."), "/code")
        return code


class StructureViewSet(StructureResource, ManagementViewSet):
    """List, read, create, replace, merge and delete pieces of one kind."""

    lookup_field = "key"

    def describe_operations(self) -> dict[str, Operation]:
        """For OpenAPI."""
        return resource_operations(self.component, self.component)

    def list(self, request: Request) -> Response:
        """A page, by code unless sorted otherwise."""
        fields = self.table.get_fields()
        node = read_filter(request, fields)
        query = read_page_query(request, query_hash=hash_list(request, node), endpoint=self.kind_code)
        where = self.table.select(node)
        page = self.table.page(
            where,
            sort=request.query_params.get("sort", ""),
            after=query.after,
            limit=query.limit,
            backwards=query.backwards,
        )
        results = [piece.document() for piece in read_pieces(self.kind, page.ids)]
        return page_response(
            request, query, results, next_values=page.next_values, previous_values=page.previous_values,
            count=count_matches(where, query.count),
        )  # fmt: skip

    def retrieve(self, request: Request, key: str) -> Response:
        """One, by its key or with `?by=uuid`."""
        refuse_unknown_parameters(request, {"by"})
        piece = self._find(request, key)
        if is_unchanged(request, make_etag(piece.revision)):
            return Response(status=304, headers={"ETag": make_etag(piece.revision)})
        return _answer(piece)

    def create(self, request: Request) -> Response:
        """Create one; a key that exists is a conflict."""
        refuse_unknown_parameters(request, WRITE_PARAMETERS)
        body = read_object(request)
        key = self.key_of(body)
        if self.kind.load([key]):
            raise Conflict("exists_already", _("“%s” exists already.") % key, "/code")
        return self._write(request, key, body, None, replace=False)

    def update(self, request: Request, key: str) -> Response:
        """Put this in its place: what is not named goes back to its default. Creates it with `?upsert=true`."""
        return self._change(request, key, replace=True)

    def partial_update(self, request: Request, key: str) -> Response:
        """Merge (RFC 7396). 404 where there is none, unless `?upsert=true`."""
        return self._change(request, key, replace=False)

    def destroy(self, request: Request, key: str) -> Response:
        """Delete it; refused while something uses it."""
        refuse_unknown_parameters(request, WRITE_PARAMETERS | {"by"})
        with transaction.atomic():
            piece = self._find(request, key, lock=True)
            check_match(request, piece.revision, make_etag(piece.revision))
            outcome = self._send(request, StructureChange(piece.key, None), {})
        if outcome.dry_run:
            return _tried(outcome)
        return Response(status=204)

    def _change(self, request: Request, key: str, *, replace: bool) -> Response:
        refuse_unknown_parameters(request, WRITE_PARAMETERS | {"by", "upsert"})
        body = read_object(request)
        with transaction.atomic():
            try:
                piece = self._find(request, key, lock=has_precondition(request))
            except NotFound:
                if not (read_flag(request, "upsert") or must_be_new(request)) or has_precondition(request):
                    raise
                check_permission(request.user, self.permission_model, ("add",))
                return self._write(request, key, self._with_key(key, body), None, replace=replace)
            if must_be_new(request):
                raise Conflict("precondition_failed", _("“%s” exists already.") % piece.key)
            check_match(request, piece.revision, make_etag(piece.revision))
            return self._write(request, piece.key, body, piece, replace=replace)

    def _with_key(self, key: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return {"code": key, **body}

    def _write(
        self, request: Request, key: str, body: Mapping[str, Any], before: Piece | None, *, replace: bool
    ) -> Response:
        fields = {name: value for name, value in body.items() if name != "changelog_message"}
        outcome = self._send(request, change_of(self.kind, key, fields, before, replace=replace), body)
        if outcome.dry_run:
            return _tried(outcome)
        answer = _answer(read_piece(self.kind, key))
        if outcome.created:
            answer.status_code = 201
            answer["Location"] = locate(request, self.basename, outcome.results[0].key)
        return answer

    def _send(self, request: Request, change: StructureChange, body: Mapping[str, Any]) -> Outcome:
        outcome = write_structure(
            self.kind_code,
            [change],
            actor=self.actor,
            origin=Origin.API,
            message=read_message(request, body),
            dry_run=read_flag(request, "validate_only"),
        )
        outcome.raise_first()
        return outcome

    def _find(self, request: Request, key: str, *, lock: bool = False) -> Piece:
        by_uuid = read_choice(request, "by", ("uuid", "code")) == "uuid"
        return read_piece(self.kind, key, by_uuid=by_uuid, lock=lock)


class BulkStructureViewSet(StructureResource, BulkViewSet):
    """Upserts of up to 1,000 pieces of one kind, by key, merged."""

    def describe_operations(self) -> dict[str, Operation]:
        """For OpenAPI."""
        return {"bulk": bulk_operation(self.component)}

    def write_rows(
        self, rows: Sequence[tuple[int, dict[str, Any]]], *, dry_run: bool, atomic: bool, message: str
    ) -> Outcome:
        """See `BulkViewSet`."""
        refused: list[Refusal] = []
        keyed: list[tuple[int, str, dict[str, Any]]] = []
        for number, body in rows:
            try:
                keyed.append((number, self.key_of(body), body))
            except Refused as error:
                refused.append(Refusal.of("", error, number))
        known = find_pieces(self.kind, [key for _number, key, _body in keyed])
        changes = [
            change_of(self.kind, key, body, known.get(key.casefold()), replace=False, row=number)
            for number, key, body in keyed
        ]
        with transaction.atomic():
            outcome = write_structure(
                self.kind_code, changes, actor=self.actor, origin=Origin.API, message=message, dry_run=dry_run
            )
            outcome.refused.extend(refused)
            if atomic and outcome.refused and not dry_run:
                transaction.set_rollback(True)
                forget_structure()
        return outcome


def _answer(piece: Piece) -> Response:
    return Response(piece.document(), headers={"ETag": make_etag(piece.revision)})


def _tried(outcome: Outcome) -> Response:
    """What `?validate_only=1` answers: what would have happened."""
    result = outcome.results[0]
    return Response({"validate_only": True, "result": result.kind, "key": result.key})

"""Naming rules, runs of them, and files to be linked, over REST."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import connection
from django.utils.translation import gettext as _
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.choices import LinkingState, LinkMode, MatchState, RowState
from catalog.models import AssetMatch, Linking, LinkingRow, NamingRule
from catalog.services.linking.documents import (
    describe_linking,
    describe_match,
    describe_matches,
    describe_rows,
    find_linking,
)
from catalog.services.linking.matches import dismiss_matches, find_match, settle_match
from catalog.services.linking.running import apply_linking, preview_linking
from pim.api.filters import LIST_PARAMETERS, hash_list, read_filter
from pim.api.jobs import describe_job
from pim.api.openapi import Component, Operation, page_of
from pim.api.pagination import page_response, read_page_query
from pim.api.requests import read_object, refuse_unknown_parameters
from pim.api.resources import CODES
from pim.api.shapes import COUNT, JOB, MOMENT, OBJECT, TEXT, TEXT_OR_NULL, UUID, UUID_OR_NULL
from pim.api.structure import BulkStructureViewSet, StructureResource, StructureViewSet
from pim.api.viewsets import ManagementViewSet, locate
from pim.choices import Origin
from pim.errors import Refused
from pim.querying.conditions import Fragment, Sql
from pim.querysets.pages import count_capped
from pim.services.listing import TableList, count_matches

LINKINGS = TableList(Linking, ("uuid", "state", "created"), newest_first=True)
ROWS = TableList(LinkingRow, ("state", "rule", "sku"))
MATCHES = TableList(AssetMatch, ("uuid", "state", "rule", "sku", "created"))

_PLACE: dict[str, Any] = {
    "rule": TEXT_OR_NULL,
    "sku": TEXT_OR_NULL,
    "key": {**TEXT_OR_NULL, "description": "The flat key of the product's value: `attribute[:channel][:locale]`."},
    "position": {"type": ["integer", "null"]},
    "mode": {"enum": LinkMode.values},
    "reason": TEXT,
    "message": TEXT,
    "candidates": {"type": "array", "items": OBJECT, "description": "Where it may go, where that is not clear."},
}
_FILE: dict[str, Any] = {"asset": UUID, "filename": TEXT}
LINKING = Component(
    "Linking",
    {
        "type": "object",
        "description": "A run of the naming rules: a preview, which `apply` puts into effect as it is.",
        "properties": {
            "uuid": UUID,
            "state": {"enum": LinkingState.values},
            "selection": OBJECT,
            "rules": CODES,
            "token": {**TEXT, "description": "What `apply` asks for."},
            "counts": {"type": "object", "additionalProperties": COUNT, "description": "{state: files}"},
            "owner": TEXT_OR_NULL,
            "planning": {**UUID_OR_NULL, "description": "The job that makes the preview."},
            "job": {**UUID_OR_NULL, "description": "The job that links."},
            "created": MOMENT,
        },
    },
)
LINKING_REQUEST = Component(
    "LinkingRequest",
    {
        "type": "object",
        "required": ["selection"],
        "properties": {
            "selection": {
                "type": "object",
                "description": "One of: assets, filter (of the library), batch (of an upload), unlinked.",
                "properties": {
                    "assets": {"type": "array", "items": UUID, "maxItems": 10_000},
                    "filter": OBJECT,
                    "batch": UUID,
                    "unlinked": {"const": True},
                },
            },
            "rules": {**CODES, "description": "The rules to use; default: all that are active."},
        },
    },
)
APPLY = Component("LinkingApplication", {"type": "object", "required": ["token"], "properties": {"token": TEXT}})
ROW = Component(
    "LinkingRow",
    {
        "type": "object",
        "properties": {
            **_FILE, "state": {"enum": RowState.values}, "product": UUID_OR_NULL, **_PLACE, "confidence": COUNT,
        },
    },
)  # fmt: skip
MATCH = Component(
    "AssetMatch",
    {
        "type": "object",
        "description": "A file that waits for its SKU, needs a decision, was dismissed or linked.",
        "properties": {"uuid": UUID, **_FILE, "state": {"enum": MatchState.values}, **_PLACE, "created": MOMENT},
    },
)
DECISION = Component(
    "AssetMatchDecision",
    {
        "type": "object",
        "required": ["sku"],
        "properties": {
            "sku": TEXT,
            "key": {**TEXT, "description": "Where it goes; default: where the rule says."},
            "position": {"type": ["integer", "null"]},
            "replaces": {"type": "boolean"},
        },
    },
)


class NamingRuleResource(StructureResource):
    kind_code = "naming_rule"
    model = NamingRule
    permission_model = "catalog.namingrule"
    filters = ("is_active", "is_automatic")
    default_sort = "code"
    schemas: ClassVar = {
        "template": {"type": "string", "description": "Such as `{sku}[_{role}][_{position}]`; or a `pattern`."},
        "pattern": {"type": "string", "description": "A regular expression with the group `sku`."},
        "mode": {"enum": LinkMode.values},
        "attribute": {**TEXT_OR_NULL, "description": "For files without a role."},
        "roles": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["text", "attribute"],
                "properties": {"text": TEXT, "attribute": TEXT, "channel": TEXT_OR_NULL, "locale": TEXT_OR_NULL},
            },
        },
    }


class NamingRuleViewSet(NamingRuleResource, StructureViewSet):
    """Naming rules: what names of files say about products."""


class BulkNamingRuleViewSet(NamingRuleResource, BulkStructureViewSet):
    """Many naming rules."""


class LinkingViewSet(ManagementViewSet):
    """Runs of the naming rules: POST makes a preview, `apply` links what it shows."""

    scope = "catalog"
    model = Linking
    permission_model = "catalog.linking"
    lookup_field = "uuid"
    verbs: ClassVar = {"apply": ("add",), "rows": ("view",)}

    def describe_operations(self) -> dict[str, Operation]:
        """For OpenAPI."""
        return {
            "list": Operation({200: page_of(LINKING)}, parameters=LIST_PARAMETERS),
            "retrieve": Operation({200: LINKING}),
            "create": Operation({201: LINKING}, LINKING_REQUEST),
            "apply": Operation({202: JOB}, APPLY),
            "rows": Operation({200: page_of(ROW)}, parameters=LIST_PARAMETERS),
        }

    def list(self, request: Request) -> Response:
        """A page of runs, newest first."""
        node = read_filter(request, LINKINGS.get_fields())
        query = read_page_query(request, query_hash=hash_list(request, node), endpoint="linkings")
        where = LINKINGS.select(node)
        sort = request.query_params.get("sort", "")
        page = LINKINGS.page(where, sort=sort, after=query.after, limit=query.limit, backwards=query.backwards)
        found = Linking.objects.select_related("owner", "job", "planning").in_bulk(page.ids)
        return page_response(
            request,
            query,
            [describe_linking(found[pk]) for pk in page.ids if pk in found],
            next_values=page.next_values,
            previous_values=page.previous_values,
            count=count_matches(where, query.count),
        )

    def create(self, request: Request) -> Response:
        """Look at files; nothing of it is written to products. More than 1,000 are looked at in a job."""
        refuse_unknown_parameters(request, ())
        body = _read(request, {"selection", "rules"})
        rules = body.get("rules")
        if rules is not None and not (isinstance(rules, list) and all(isinstance(code, str) for code in rules)):
            raise Refused("invalid_list", _("A list of codes is expected."), "/rules")
        linking = find_linking(str(preview_linking(body.get("selection"), actor=self.actor, rules=rules).uuid))
        headers = {"Location": locate(request, self.basename, str(linking.uuid))}
        return Response(describe_linking(linking), status=201, headers=headers)

    def retrieve(self, request: Request, uuid: str) -> Response:
        """One run, with its counts."""
        refuse_unknown_parameters(request, ())
        return Response(describe_linking(find_linking(uuid)))

    @action(detail=True, methods=["post"])
    def apply(self, request: Request, uuid: str) -> Response:
        """Start the job that links what the preview shows, and nothing else."""
        refuse_unknown_parameters(request, ())
        token = str(_read(request, {"token"}).get("token") or "")
        job = apply_linking(find_linking(uuid), token, actor=self.actor, origin=Origin.API)
        return Response(describe_job(job), status=202)

    @action(detail=True, methods=["get"])
    def rows(self, request: Request, uuid: str) -> Response:
        """What becomes of each file, a page at a time."""
        linking = find_linking(uuid)
        node = read_filter(request, ROWS.get_fields())
        query = read_page_query(request, query_hash=hash_list(request, node), endpoint=f"linking:{uuid}")
        where = ROWS.select(node, Fragment(Sql("o.linking_id = %s::bigint", (linking.pk,)), indexed=True, exact=True))
        page = ROWS.page(where, after=query.after, limit=query.limit, backwards=query.backwards)
        return page_response(
            request,
            query,
            describe_rows(page.ids),
            next_values=page.next_values,
            previous_values=page.previous_values,
            count=count_capped(connection, where) if query.count else None,
        )


class AssetMatchViewSet(ManagementViewSet):
    """Files that wait for their SKU or need a decision."""

    scope = "catalog"
    model = AssetMatch
    permission_model = "catalog.assetmatch"
    lookup_field = "uuid"
    verbs: ClassVar = {"settle": ("change",), "dismiss": ("change",), "restore": ("change",)}

    def describe_operations(self) -> dict[str, Operation]:
        """For OpenAPI."""
        return {
            "list": Operation({200: page_of(MATCH)}, parameters=LIST_PARAMETERS),
            "retrieve": Operation({200: MATCH}),
            "settle": Operation({200: MATCH}, DECISION),
            "dismiss": Operation({200: MATCH}),
            "restore": Operation({200: MATCH}),
        }

    def list(self, request: Request) -> Response:
        """A page; `?state=ambiguous` are those that need a decision."""
        node = read_filter(request, MATCHES.get_fields())
        query = read_page_query(request, query_hash=hash_list(request, node), endpoint="asset-matches")
        where = MATCHES.select(node)
        sort = request.query_params.get("sort", "")
        page = MATCHES.page(where, sort=sort, after=query.after, limit=query.limit, backwards=query.backwards)
        return page_response(
            request,
            query,
            describe_matches(page.ids),
            next_values=page.next_values,
            previous_values=page.previous_values,
            count=count_matches(where, query.count),
        )

    def retrieve(self, request: Request, uuid: str) -> Response:
        """One file."""
        refuse_unknown_parameters(request, ())
        return Response(describe_match(find_match(uuid)))

    @action(detail=True, methods=["post"])
    def settle(self, request: Request, uuid: str) -> Response:
        """Link the file to a product."""
        refuse_unknown_parameters(request, ())
        body = _read(request, {"sku", "key", "position", "replaces"})
        position = body.get("position")
        if position is not None and (not isinstance(position, int) or isinstance(position, bool) or position < 0):
            raise Refused("invalid_position", _("A position is a whole number from 0."), "/position")
        settle_match(
            find_match(uuid),
            str(body.get("sku") or ""),
            actor=self.actor,
            origin=Origin.API,
            key=str(body.get("key") or ""),
            position=position,
            replaces=body.get("replaces") is True,
        )
        return Response(describe_match(find_match(uuid)))

    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, uuid: str) -> Response:
        """Take the file off the list."""
        return self._dismiss(request, uuid, is_dismissed=True)

    @action(detail=True, methods=["post"])
    def restore(self, request: Request, uuid: str) -> Response:
        """Put a dismissed file back on the list."""
        return self._dismiss(request, uuid, is_dismissed=False)

    def _dismiss(self, request: Request, uuid: str, *, is_dismissed: bool) -> Response:
        refuse_unknown_parameters(request, ())
        dismiss_matches([str(find_match(uuid).uuid)], actor=self.actor, is_dismissed=is_dismissed)
        return Response(describe_match(find_match(uuid)))


def _read(request: Request, known: set[str]) -> Mapping[str, Any]:
    body = read_object(request)
    if unknown := sorted(set(body) - known):
        raise Refused("unknown_field", _("“%s” is not known here.") % unknown[0], f"/{unknown[0]}")
    return body

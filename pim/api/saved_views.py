"""Saved views over REST: the caller's own and the shared ones."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from pim.api.filters import LIST_PARAMETERS, hash_list, read_filter
from pim.api.openapi import Component, Operation, page_of
from pim.api.pagination import page_response, read_page_query
from pim.api.requests import read_object, refuse_unknown_parameters
from pim.api.viewsets import ManagementViewSet, locate
from pim.errors import Refused
from pim.models import SavedView
from pim.querying.conditions import Fragment, Sql
from pim.services.listing import TableList, count_matches
from pim.services.saved_views import change_view, delete_view, describe_views, find_view, save_view

VIEWS = TableList(SavedView, ("uuid", "list_name", "name", "is_shared", "created", "updated"), "name")
_WRITTEN = {
    "list_name": {"type": "string", "pattern": "^[a-z_]{1,50}$", "description": "`products` or `assets`; fixed."},
    "name": {"type": "string", "maxLength": 100},
    "query": {"type": "string", "description": "What stands behind the question mark of the list's address."},
    "is_shared": {"type": "boolean"},
}
VIEW = Component(
    "SavedView",
    {
        "type": "object",
        "description": "A list as somebody wants to find it again.",
        "properties": {
            "uuid": {"type": "string", "format": "uuid", "readOnly": True},
            **_WRITTEN,
            "owner": {"type": "string", "readOnly": True},
            "created": {"type": "string", "format": "date-time", "readOnly": True},
            "updated": {"type": "string", "format": "date-time", "readOnly": True},
        },
    },
)


class SavedViewViewSet(ManagementViewSet):
    """Views of lists: one's own, and those that others share."""

    scope = "structure"
    permission_model = "pim.savedview"
    model = SavedView
    lookup_field = "uuid"

    def describe_operations(self) -> dict[str, Operation]:
        """For OpenAPI."""
        return {
            "list": Operation({200: page_of(VIEW)}, parameters=LIST_PARAMETERS),
            "retrieve": Operation({200: VIEW}),
            "create": Operation({201: VIEW}, VIEW),
            "partial_update": Operation({200: VIEW}, VIEW),
            "destroy": Operation({204: None}),
        }

    def list(self, request: Request) -> Response:
        """A page, by name unless sorted otherwise."""
        node = read_filter(request, VIEWS.get_fields())
        query = read_page_query(request, query_hash=hash_list(request, node), endpoint="saved-views")
        seen = Fragment(Sql("(o.user_id = %s::bigint OR o.is_shared)", (self.actor.pk,)), indexed=True, exact=True)
        where = VIEWS.select(node, seen)
        page = VIEWS.page(
            where,
            sort=request.query_params.get("sort", ""),
            after=query.after,
            limit=query.limit,
            backwards=query.backwards,
        )
        found = SavedView.objects.select_related("user").in_bulk(page.ids)
        return page_response(
            request,
            query,
            describe_views([found[pk] for pk in page.ids if pk in found]),
            next_values=page.next_values,
            previous_values=page.previous_values,
            count=count_matches(where, query.count),
        )

    def retrieve(self, request: Request, uuid: str) -> Response:
        """One."""
        refuse_unknown_parameters(request, ())
        return Response(describe_views([find_view(uuid, actor=self.actor)])[0])

    def create(self, request: Request) -> Response:
        """Keep a view; one of the caller's own with this name is replaced."""
        refuse_unknown_parameters(request, ())
        body = read_object(request)
        fields: dict[str, Any] = {"list_name": "", "name": "", "query": "", "is_shared": False}
        _refuse_unknown(body, fields)
        view = save_view(**{**fields, **body}, actor=self.actor)
        answer = Response(describe_views([view])[0], status=201)
        answer["Location"] = locate(request, self.basename, str(view.uuid))
        return answer

    def partial_update(self, request: Request, uuid: str) -> Response:
        """Change name, query or whether it is shared."""
        refuse_unknown_parameters(request, ())
        body = read_object(request)
        _refuse_unknown(body, {"name", "query", "is_shared"})
        view = change_view(find_view(uuid, actor=self.actor), actor=self.actor, **body)
        return Response(describe_views([view])[0])

    def destroy(self, request: Request, uuid: str) -> Response:
        """Forget it."""
        refuse_unknown_parameters(request, ())
        delete_view(find_view(uuid, actor=self.actor), actor=self.actor)
        return Response(status=204)


def _refuse_unknown(body: dict[str, Any], known: Any) -> None:
    for name in body:
        if name not in known:
            raise Refused("unknown_field", f"“{name}” is not a field of a view.", f"/{name}")

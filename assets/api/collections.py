"""Collections over REST: the caller's own and the shared ones, and what is in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from assets.models import Collection
from assets.services.collections import (
    add_items,
    add_matches,
    change_collection,
    create_collection,
    delete_collection,
    describe_collections,
    find_collection,
    list_collection,
    move_items,
    remove_items,
)
from assets.services.documents import describe_assets
from assets.services.searching.listing import list_assets, select_assets
from pim.api.etags import check_match, make_etag
from pim.api.filters import LIST_PARAMETERS, hash_list, read_filter
from pim.api.openapi import Component, Operation, page_of
from pim.api.pagination import page_response, read_page_query
from pim.api.requests import WRITE_PARAMETERS, read_message, read_object, refuse_unknown_parameters
from pim.api.viewsets import ManagementViewSet, locate
from pim.choices import Origin
from pim.errors import Refused
from pim.querying.conditions import Fragment, Sql
from pim.querying.cursor import hash_query
from pim.querying.tree import Leaf, Operator
from pim.services.listing import TableList, count_matches

COLLECTIONS = TableList(Collection, ("uuid", "name", "is_shared", "created", "updated"), "name")
_UUIDS = {"type": "array", "items": {"type": "string", "format": "uuid"}}
COLLECTION = Component(
    "Collection",
    {
        "type": "object",
        "description": "A named set of assets. With a `query` it holds whatever the query finds.",
        "properties": {
            "uuid": {"type": "string", "format": "uuid", "readOnly": True},
            "name": {"type": "string", "maxLength": 200},
            "description": {"type": "string"},
            "query": {"type": ["object", "null"], "additionalProperties": True, "description": "The filter language."},
            "is_shared": {"type": "boolean"},
            "is_smart": {"type": "boolean", "readOnly": True},
            "owner": {"type": ["string", "null"], "readOnly": True},
            "size": {"type": ["integer", "null"], "readOnly": True, "description": "Null where a query decides."},
            "revision": {"type": "integer", "readOnly": True},
            "created": {"type": "string", "format": "date-time", "readOnly": True},
            "updated": {"type": "string", "format": "date-time", "readOnly": True},
        },
    },
)
ITEMS = Component(
    "CollectionItems",
    {
        "type": "object",
        "description": "What goes in, goes out or moves: uuids in order; or, to go in, a filter.",
        "properties": {
            "add": _UUIDS,
            "add_matches": {"type": "object", "additionalProperties": True},
            "remove": _UUIDS,
            "move": _UUIDS,
            "before": {"type": ["string", "null"], "format": "uuid", "description": "Where to; null: to the end."},
        },
    },
)
CHANGED = Component(
    "CollectionChanged",
    {
        "type": "object",
        "properties": {"added": {"type": "integer"}, "removed": {"type": "integer"}, "collection": COLLECTION.ref},
    },
    (COLLECTION,),
)
ASSETS_PAGE = {"type": "object", "properties": {"results": {"type": "array", "items": {"type": "object"}}}}


class CollectionViewSet(ManagementViewSet):
    """Collections, by uuid."""

    scope = "assets"
    permission_model = "assets.collection"
    model = Collection
    lookup_field = "uuid"
    verbs: ClassVar[Mapping[str, Sequence[str]]] = {"assets": ("view",), "change_items": ("change",)}

    def describe_operations(self) -> dict[str, Operation]:
        """For OpenAPI."""
        return {
            "list": Operation({200: page_of(COLLECTION)}, parameters=LIST_PARAMETERS),
            "retrieve": Operation({200: COLLECTION}),
            "create": Operation({201: COLLECTION}, COLLECTION),
            "partial_update": Operation({200: COLLECTION}, COLLECTION),
            "destroy": Operation({204: None}),
            "assets": Operation({200: ASSETS_PAGE}),
            "change_items": Operation({200: CHANGED}, ITEMS),
        }

    def list(self, request: Request) -> Response:
        """A page, by name unless sorted otherwise."""
        node = read_filter(request, COLLECTIONS.get_fields())
        query = read_page_query(request, query_hash=hash_list(request, node), endpoint="collections")
        seen = Fragment(Sql("(o.owner_id = %s::bigint OR o.is_shared)", (self.actor.pk,)), indexed=True, exact=True)
        where = COLLECTIONS.select(node, seen)
        page = COLLECTIONS.page(
            where,
            sort=request.query_params.get("sort", ""),
            after=query.after,
            limit=query.limit,
            backwards=query.backwards,
        )
        found = Collection.objects.select_related("owner").in_bulk(page.ids)
        return page_response(
            request,
            query,
            describe_collections([found[pk] for pk in page.ids if pk in found]),
            next_values=page.next_values,
            previous_values=page.previous_values,
            count=count_matches(where, query.count),
        )

    def retrieve(self, request: Request, uuid: str) -> Response:
        """One."""
        refuse_unknown_parameters(request, ())
        return _answer(find_collection(uuid, actor=self.actor))

    def create(self, request: Request) -> Response:
        """Make one; with a `query` it is kept together by it."""
        refuse_unknown_parameters(request, {"changelog_message"})
        body = read_object(request)
        row = create_collection(**_fields(body), **self._by(request, body))
        answer = _answer(row)
        answer.status_code = 201
        answer["Location"] = locate(request, self.basename, str(row.uuid))
        return answer

    def partial_update(self, request: Request, uuid: str) -> Response:
        """Change name, description, query or whether it is shared."""
        refuse_unknown_parameters(request, {"changelog_message"})
        body = read_object(request)
        with transaction.atomic():
            row = find_collection(uuid, actor=self.actor, lock=True)
            check_match(request, row.revision, make_etag(row.revision))
            return _answer(change_collection(row, **_fields(body), **self._by(request, body)))

    def destroy(self, request: Request, uuid: str) -> Response:
        """Delete it; its assets stay."""
        refuse_unknown_parameters(request, {"changelog_message"})
        with transaction.atomic():
            row = find_collection(uuid, actor=self.actor, lock=True)
            check_match(request, row.revision, make_etag(row.revision))
            delete_collection(row, **self._by(request, {}))
        return Response(status=204)

    @action(detail=True, methods=["get"])
    def assets(self, request: Request, uuid: str) -> Response:
        """What is in it: in its own order where it is put together by hand, else newest first."""
        refuse_unknown_parameters(request, {"limit", "cursor", "count"})
        row = find_collection(uuid, actor=self.actor)
        where = select_assets(Leaf("collection", Operator.EQ, str(row.uuid)))
        query = read_page_query(request, query_hash=hash_query(uuid), endpoint="collection")
        place: dict[str, Any] = {"after": query.after, "limit": query.limit, "backwards": query.backwards}
        found = list_assets(where, **place) if row.is_smart else list_collection(row, where, **place)
        return page_response(
            request,
            query,
            describe_assets(found.assets),
            next_values=found.page.next_values,
            previous_values=found.page.previous_values,
            count=count_matches(where, query.count),
        )

    @assets.mapping.post
    def change_items(self, request: Request, uuid: str) -> Response:
        """Put assets in, take them out, move them; all of it or nothing."""
        refuse_unknown_parameters(request, WRITE_PARAMETERS - {"validate_only"})
        body = read_object(request)
        unknown = set(body) - {"add", "add_matches", "remove", "move", "before", "changelog_message"}
        if unknown:
            raise Refused("unknown_field", _("“%s” is not known here.") % min(unknown), f"/{min(unknown)}")
        by, added, removed = self._by(request, body), 0, 0
        with transaction.atomic():
            row = find_collection(uuid, actor=self.actor, lock=True)
            if "remove" in body:
                removed = remove_items(row, _uuids(body, "remove"), **by)
            if "add" in body:
                added = add_items(row, _uuids(body, "add"), **by)
            if "add_matches" in body:
                added += add_matches(row, body["add_matches"], **by)
            if "move" in body:
                before = body.get("before")
                move_items(row, _uuids(body, "move"), before=str(before) if before else None, **by)
            described = describe_collections([find_collection(uuid, actor=self.actor)])[0]
        return Response({"added": added, "removed": removed, "collection": described})

    def _by(self, request: Request, body: Mapping[str, Any]) -> dict[str, Any]:
        return {"actor": self.actor, "origin": Origin.API, "message": read_message(request, body)}


def _answer(row: Collection) -> Response:
    return Response(describe_collections([row])[0], headers={"ETag": make_etag(row.revision)})


def _fields(body: Mapping[str, Any]) -> dict[str, Any]:
    """What the services take; they refuse what they do not know, except what would be theirs."""
    fields = {name: value for name, value in body.items() if name != "changelog_message"}
    for name in ("actor", "origin", "message"):
        if name in fields:
            raise Refused("unknown_field", _("“%s” is not a field of a collection.") % name, f"/{name}")
    return fields


def _uuids(body: Mapping[str, Any], name: str) -> list[str]:
    value = body[name]
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise Refused("invalid_list", _("A list of uuids is expected."), f"/{name}")
    return value

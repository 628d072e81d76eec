"""What people say about assets, over REST: threads that are written, answered, resolved and taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assets.api.shapes import FocalShape
from assets.models import AssetComment
from assets.services.comments import (
    comments,
    delete_comment,
    describe_comments,
    find_comment,
    resolve_comment,
    write_comment,
)
from assets.services.finding import find_asset
from pim.api.pagination import PAGE_PARAMETERS, page_response, read_page_query
from pim.api.requests import read_flag, read_object, refuse_unknown_parameters
from pim.api.viewsets import ManagementViewSet, locate
from pim.choices import Origin
from pim.errors import Refused

SHOW = ("view",)


class CommentShape(serializers.Serializer[Any]):
    """A comment on an asset, or the answer to one."""

    uuid = serializers.UUIDField()
    asset = serializers.UUIDField()
    reply_to = serializers.UUIDField(allow_null=True)
    version = serializers.IntegerField()
    author = serializers.CharField(allow_null=True)
    text = serializers.CharField()
    region = FocalShape(allow_null=True)
    resolved = serializers.DateTimeField(allow_null=True)
    resolved_by = serializers.CharField(allow_null=True)
    created = serializers.DateTimeField()


class CommentPageShape(serializers.Serializer[Any]):
    """A page of comments."""

    results = CommentShape(many=True)
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)


class NewCommentShape(serializers.Serializer[Any]):
    """What is said, and about what: the whole asset, a region of it, or another comment."""

    asset = serializers.CharField(help_text="uuid or code")
    text = serializers.CharField()
    region = FocalShape(required=False, allow_null=True)
    reply_to = serializers.UUIDField(required=False, allow_null=True)
    version = serializers.IntegerField(required=False, help_text="Default: the version that is shown.")


class ResolutionShape(serializers.Serializer[Any]):
    """Whether a thread is dealt with."""

    resolved = serializers.BooleanField()


class AssetCommentViewSet(ManagementViewSet):
    """Comments on assets. Who may see assets may speak about them; only who wrote a comment deletes it."""

    scope = "assets"
    permission_model = "assets.asset"
    model = AssetComment
    lookup_field = "uuid"
    verbs: ClassVar[Mapping[str, Sequence[str]]] = {"create": SHOW, "partial_update": SHOW, "destroy": SHOW}

    @extend_schema(
        operation_id="asset_comments_list",
        parameters=[
            OpenApiParameter("asset", str, description="uuid or code; without it, comments on all assets"),
            OpenApiParameter("open", bool, description="only threads that wait for somebody"),
            OpenApiParameter("limit", int),
            OpenApiParameter("cursor", str),
        ],
        responses=CommentPageShape,
    )
    def list(self, request: Request) -> Response:
        """A page, oldest first."""
        refuse_unknown_parameters(request, {"asset", "open", *PAGE_PARAMETERS - {"count"}})
        key, is_open = request.query_params.get("asset", ""), read_flag(request, "open")
        query = read_page_query(request, query_hash=f"{key}|{is_open}", endpoint="asset-comments")
        found = comments()
        if key:
            found = found.filter(asset=find_asset(key))
        if is_open:
            found = found.filter(reply_to=None, resolved=None)
        if query.after:
            beyond = "pk__lt" if query.backwards else "pk__gt"
            found = found.filter(**{beyond: query.after[0]})
        rows = list(found.order_by("-pk" if query.backwards else "pk")[: query.limit + 1])
        has_more, rows = len(rows) > query.limit, rows[: query.limit]
        if query.backwards:
            rows.reverse()
        has_next = has_more if not query.backwards else True
        has_previous = bool(query.after) if not query.backwards else has_more
        return page_response(
            request,
            query,
            describe_comments(rows),
            next_values=(rows[-1].pk,) if rows and has_next else None,
            previous_values=(rows[0].pk,) if rows and has_previous else None,
        )

    @extend_schema(request=NewCommentShape, responses={201: CommentShape})
    def create(self, request: Request) -> Response:
        """Say something about an asset, or answer."""
        refuse_unknown_parameters(request, ())
        body = read_object(request)
        unknown = set(body) - {"asset", "text", "region", "reply_to", "version"}
        if unknown:
            name = min(unknown)
            raise Refused("unknown_field", _("“%s” is not a field of a comment.") % name, f"/{name}")
        comment = write_comment(
            find_asset(str(body.get("asset") or "")),
            body.get("text"),
            actor=self.actor,
            origin=Origin.API,
            region=body.get("region"),
            reply_to=find_comment(str(body["reply_to"])) if body.get("reply_to") else None,
            version=body.get("version"),
        )
        location = {"Location": locate(request, self.basename, str(comment.uuid))}
        return Response(describe_comments([comment])[0], status=201, headers=location)

    @extend_schema(responses=CommentShape)
    def retrieve(self, request: Request, uuid: str) -> Response:
        """One."""
        refuse_unknown_parameters(request, ())
        return Response(describe_comments([find_comment(uuid)])[0])

    @extend_schema(request=ResolutionShape, responses=CommentShape)
    def partial_update(self, request: Request, uuid: str) -> Response:
        """Resolve a thread, or open it again."""
        refuse_unknown_parameters(request, ())
        body = read_object(request)
        if set(body) != {"resolved"} or not isinstance(body["resolved"], bool):
            raise Refused("invalid_resolution", _("Send {“resolved”: true} or false."), "/resolved")
        comment = resolve_comment(uuid, actor=self.actor, origin=Origin.API, is_resolved=body["resolved"])
        return Response(describe_comments([comment])[0])

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, uuid: str) -> Response:
        """Take back what one has said, as long as nobody has answered."""
        refuse_unknown_parameters(request, ())
        delete_comment(uuid, actor=self.actor, origin=Origin.API)
        return Response(status=204)

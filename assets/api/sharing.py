"""Share links and downloads over REST."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from assets.choices import Medium, ShareEventKind
from assets.models import DownloadTicket, ShareLink
from assets.services.downloads.requests import DownloadRequest, Use
from assets.services.downloads.selection import AssetSelection, resolve_selection
from assets.services.downloads.tickets import LIFETIME_S, ask_download, fetch_download, zip_headers
from assets.services.sharing.links import (
    DEFAULT_DAYS,
    NewShare,
    ShareState,
    create_share,
    describe_shares,
    find_share,
    renew_address,
    withdraw_share,
)
from pim.api.pagination import PAGE_PARAMETERS, page_response, read_page_query
from pim.api.requests import read_object, refuse_unknown_parameters
from pim.api.viewsets import ManagementViewSet, locate
from pim.choices import Origin
from pim.errors import Refused

_SELECTION = frozenset({"assets", "collection", "filter"})
_USE = frozenset({"channel", "territory", "medium"})
_SHARE = frozenset({"title", "message", "expires_in_days", "password", "presets", "allows_originals", "terms"})
_DOWNLOAD = frozenset({"preset", "layout"})
MAX_EVENTS = 1_000


class SelectionShape(serializers.Serializer[Any]):
    """Assets by uuid, a collection, or a filter: one of the three."""

    assets = serializers.ListField(child=serializers.UUIDField(), required=False)
    collection = serializers.UUIDField(required=False)
    filter = serializers.CharField(required=False, help_text="As in lists: JSON text.")
    channel = serializers.CharField(required=False, allow_null=True, help_text="For which the rights are judged.")
    territory = serializers.CharField(required=False, allow_null=True, help_text="ISO 3166 code.")
    medium = serializers.ChoiceField(required=False, allow_null=True, choices=Medium.choices)


class NewShareShape(SelectionShape):
    """What is shared, and how."""

    title = serializers.CharField()
    message = serializers.CharField(required=False, allow_blank=True)
    expires_in_days = serializers.IntegerField(required=False, default=DEFAULT_DAYS)
    password = serializers.CharField(required=False, allow_blank=True)
    presets = serializers.ListField(child=serializers.CharField(), required=False)
    allows_originals = serializers.BooleanField(required=False)
    terms = serializers.CharField(required=False, allow_blank=True)


class ShareShape(serializers.Serializer[Any]):
    """A share link. `url` is there in the answer that makes it, and never again."""

    uuid = serializers.UUIDField()
    title = serializers.CharField()
    message = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(choices=[state.value for state in ShareState])
    owner = serializers.CharField(allow_null=True)
    collection = serializers.UUIDField(allow_null=True)
    presets = serializers.ListField(child=serializers.CharField())
    allows_originals = serializers.BooleanField()
    channel = serializers.CharField(allow_null=True)
    territory = serializers.CharField(allow_null=True)
    medium = serializers.CharField(allow_null=True)
    terms = serializers.CharField(allow_blank=True)
    has_password = serializers.BooleanField()
    expires = serializers.DateTimeField(allow_null=True)
    withdrawn = serializers.DateTimeField(allow_null=True)
    last_used = serializers.DateTimeField(allow_null=True)
    created = serializers.DateTimeField()
    url = serializers.CharField(required=False)


class SharePageShape(serializers.Serializer[Any]):
    """A page of share links."""

    results = ShareShape(many=True)
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)


class ShareEventShape(serializers.Serializer[Any]):
    """Something that happened on a link."""

    kind = serializers.ChoiceField(choices=ShareEventKind.choices)
    subject = serializers.CharField(allow_blank=True)
    address = serializers.CharField(allow_null=True)
    created = serializers.DateTimeField()


class NewDownloadShape(SelectionShape):
    """What is packed, and how."""

    preset = serializers.CharField(required=False, allow_null=True, help_text="Null: the originals.")
    layout = serializers.CharField(required=False, help_text="flat, folder, product, or a template: {sku}/{filename}")


class LeftOutShape(serializers.Serializer[Any]):
    """An asset that does not come along, and why."""

    asset = serializers.UUIDField()
    code = serializers.CharField()
    reason = serializers.CharField()


class DownloadShape(serializers.Serializer[Any]):
    """A ticket: its address works once, for the caller, for five minutes."""

    url = serializers.CharField()
    expires_in_s = serializers.IntegerField()
    files = serializers.IntegerField()
    size_bytes = serializers.IntegerField(help_text="What is known before it starts.")
    undrawn = serializers.IntegerField(help_text="Renditions that are drawn on the way.")
    left_out = LeftOutShape(many=True)


class ShareViewSet(ManagementViewSet):
    """Share links: pages for people without an account."""

    scope = "assets"
    permission_model = "assets.sharelink"
    model = ShareLink
    lookup_field = "uuid"
    verbs: ClassVar[Mapping[str, Sequence[str]]] = {"address": ("add",), "events": ("view",), "destroy": ("view",)}

    @extend_schema(
        operation_id="shares_list",
        parameters=[OpenApiParameter("limit", int), OpenApiParameter("cursor", str)],
        responses=SharePageShape,
    )
    def list(self, request: Request) -> Response:
        """A page, newest first."""
        refuse_unknown_parameters(request, PAGE_PARAMETERS - {"count"})
        query = read_page_query(request, query_hash="", endpoint="shares")
        found = ShareLink.objects.select_related("owner", "collection")
        if query.after:
            beyond = "pk__gt" if query.backwards else "pk__lt"
            found = found.filter(**{beyond: query.after[0]})
        rows = list(found.order_by("pk" if query.backwards else "-pk")[: query.limit + 1])
        has_more, rows = len(rows) > query.limit, rows[: query.limit]
        if query.backwards:
            rows.reverse()
        has_next, has_previous = (True, has_more) if query.backwards else (has_more, bool(query.after))
        return page_response(
            request,
            query,
            describe_shares(rows),
            next_values=(rows[-1].pk,) if rows and has_next else None,
            previous_values=(rows[0].pk,) if rows and has_previous else None,
        )

    @extend_schema(request=NewShareShape, responses={201: ShareShape})
    def create(self, request: Request) -> Response:
        """Make a link. The answer holds its address, which is kept nowhere: a repetition makes another link."""
        self._forget_attempt()
        refuse_unknown_parameters(request, ())
        body = _read_body(request, _SELECTION | _USE | _SHARE)
        plain = {name: body[name] for name in _SHARE & body.keys()}
        _check_types(plain)
        wanted = NewShare(**{"title": "", **plain}, selection=_read_selection(body), use=_read_use(body))
        share, token = create_share(wanted, actor=self.actor, origin=Origin.API)
        headers = {"Location": locate(request, self.basename, str(share.uuid)), "Cache-Control": "no-store"}
        return Response(self._describe(request, share, token), status=201, headers=headers)

    @extend_schema(responses=ShareShape)
    def retrieve(self, request: Request, uuid: str) -> Response:
        """One."""
        refuse_unknown_parameters(request, ())
        return Response(describe_shares([find_share(uuid)])[0])

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, uuid: str) -> Response:
        """Withdraw it: one's own, and with permission those of others. It stays listed."""
        refuse_unknown_parameters(request, ())
        withdraw_share(find_share(uuid), actor=self.actor, origin=Origin.API)
        return Response(status=204)

    @extend_schema(request=None, responses=ShareShape)
    @action(detail=True, methods=["post"])
    def address(self, request: Request, uuid: str) -> Response:
        """Give one's own link a new address; the old one is over."""
        self._forget_attempt()
        refuse_unknown_parameters(request, ())
        share = find_share(uuid)
        token = renew_address(share, actor=self.actor, origin=Origin.API)
        return Response(self._describe(request, share, token), headers={"Cache-Control": "no-store"})

    @extend_schema(responses=ShareEventShape(many=True))
    @action(detail=True, methods=["get"])
    def events(self, request: Request, uuid: str) -> Response:
        """The last thousand things that happened on it, newest first."""
        refuse_unknown_parameters(request, ())
        rows = find_share(uuid).events.values("kind", "subject", "address", "created")[:MAX_EVENTS]
        return Response({"results": list(rows)})

    def _describe(self, request: Request, share: ShareLink, token: str) -> dict[str, Any]:
        url = request.build_absolute_uri(reverse("share", args=[token]))
        return {**describe_shares([share])[0], "url": url}

    def _forget_attempt(self) -> None:
        """An answer with a secret in it is not kept for a repetition."""
        if self._attempt:
            self._attempt.abandon()
            self._attempt = None


class DownloadViewSet(ManagementViewSet):
    """ZIPs: asked for with POST, fetched once."""

    scope = "assets"
    permission_model = "assets.downloadticket"
    model = DownloadTicket
    lookup_field = "token"
    verbs: ClassVar[Mapping[str, Sequence[str]]] = {"retrieve": ("add",)}

    @extend_schema(request=NewDownloadShape, responses={201: DownloadShape})
    def create(self, request: Request) -> Response:
        """Plan a ZIP and get its ticket; refused where it would be too large, or empty."""
        if self._attempt:
            self._attempt.abandon()
            self._attempt = None
        refuse_unknown_parameters(request, ())
        body = _read_body(request, _SELECTION | _USE | _DOWNLOAD)
        uuids = resolve_selection(_read_selection(body), actor=self.actor)
        layout, preset = body.get("layout", "flat"), body.get("preset") or ""
        _check_types({"layout": layout, "preset": preset})
        wanted = DownloadRequest(tuple(uuids), preset, layout, _read_use(body))
        issued = ask_download(wanted, actor=self.actor)
        answer = {
            "url": locate(request, self.basename, issued.token),
            "expires_in_s": LIFETIME_S,
            "files": len(issued.plan.entries),
            "size_bytes": issued.plan.size_bytes,
            "undrawn": issued.plan.undrawn,
            "left_out": [
                {"asset": line.uuid, "code": line.verdict.codes[0], "reason": str(line.verdict.reasons[0].message)}
                for line in issued.plan.left_out
            ],
        }
        return Response(answer, status=201, headers={"Cache-Control": "no-store"})

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def retrieve(self, request: Request, token: str) -> HttpResponseBase:
        """The ZIP: once, for who asked for it, within five minutes."""
        refuse_unknown_parameters(request, ())
        pieces: Iterator[bytes] = fetch_download(token, actor=self.actor)
        return StreamingHttpResponse(pieces, content_type="application/zip", headers=zip_headers())


def _read_body(request: Request, names: frozenset[str]) -> dict[str, Any]:
    body = read_object(request)
    unknown = sorted(body.keys() - names)
    if unknown:
        raise Refused("unknown_field", _("“%s” is not a field here.") % unknown[0], f"/{unknown[0]}")
    return body


def _read_selection(body: Mapping[str, Any]) -> AssetSelection:
    assets, collection, where = body.get("assets", []), body.get("collection") or "", body.get("filter") or ""
    if not isinstance(assets, list) or not all(isinstance(text, str) for text in assets):
        raise Refused("invalid_type", _("A list of texts is needed here."), "/assets")
    _check_types({"collection": collection, "filter": where})
    return AssetSelection.read(assets=assets, collection=collection, filter=where)


def _read_use(body: Mapping[str, Any]) -> Use:
    given = {name: body.get(name) or "" for name in _USE}
    _check_types(given)
    return Use.read(**given)


_TYPES: Mapping[str, type] = {"expires_in_days": int, "allows_originals": bool, "presets": list}


def _check_types(fields: Mapping[str, Any]) -> None:
    """Raises: Refused: `invalid_type`."""
    for name, value in fields.items():
        wanted = _TYPES.get(name, str)
        is_right = isinstance(value, wanted) and not (wanted is int and isinstance(value, bool))
        if not is_right or (wanted is list and not all(isinstance(item, str) for item in value)):
            raise Refused("invalid_type", _("This value has the wrong type."), f"/{name}")

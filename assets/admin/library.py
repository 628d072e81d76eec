"""The asset library: a grid to look through and drop files into."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assets.admin.cards import make_cards
from assets.admin.page import AssetPage
from assets.admin.searching import PAGE_SIZE, Search
from assets.extensions import get_stage_rules
from assets.models import Asset
from assets.services.ingest import find_by_bytes, upload_asset
from assets.services.listing import count_assets, list_assets, select_assets
from pim.choices import Origin
from pim.errors import DomainError, Refused

_SHA256 = re.compile(r"[0-9a-f]{64}")


@admin.register(Asset)
class AssetAdmin(AssetPage):
    """Assets; every write goes through the services of the DAM."""

    def get_queryset(self, request: HttpRequest) -> Any:
        return Asset.objects.with_current()

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("upload/", wrap(require_POST(self.upload_view)), name="assets_asset_upload"),
            path("known/", wrap(require_safe(self.known_view)), name="assets_asset_known"),
            path("<uuid:object_id>/card/", wrap(require_safe(self.card_view)), name="assets_asset_card"),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The grid, filtered and paged."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        search = Search.read(request.GET)
        problem = ""
        try:
            where = select_assets(search.tree())
            after, backwards = search.position()
            found = list_assets(where, sort=search.sort, after=after, backwards=backwards, limit=PAGE_SIZE)
        except Refused as error:
            problem = str(error.message)
            search = Search()
            where = select_assets(None)
            found = list_assets(where, limit=PAGE_SIZE)
        context = self.page_context(
            request,
            self.opts.verbose_name_plural,
            search=search,
            stages=get_stage_rules().choices(),
            cards=make_cards(found.assets),
            count=count_assets(where),
            problem=problem,
            previous_url=search.url(found.page.previous_values, backwards=True),
            next_url=search.url(found.page.next_values),
            may_add=self.has_add_permission(request),
        )
        return TemplateResponse(request, "assets/library.html", {**context, **(extra_context or {})})

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Files are added where they are looked at."""
        return HttpResponseRedirect(f"{self.address('changelist')}#upload")

    def upload_view(self, request: HttpRequest) -> HttpResponse:
        """One file of a drop; answers with its card."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        file = request.FILES.get("file")
        if file is None:
            return _refuse(Refused("file_missing", _("No file was sent.")))
        try:
            upload = upload_asset(file, file.name or "", actor=request.user, origin=Origin.ADMIN)  # type: ignore[arg-type]
        except DomainError as error:
            return _refuse(error)
        return self._card(request, upload.asset, is_duplicate=upload.is_duplicate, status=201)

    def known_view(self, request: HttpRequest) -> HttpResponse:
        """Whether the house has a file already, asked by its hash before it is sent."""
        sha256 = request.GET.get("sha256", "")
        if not self.has_view_permission(request) or not _SHA256.fullmatch(sha256):
            raise PermissionDenied
        asset = find_by_bytes(sha256)
        if asset is None:
            return JsonResponse({"known": False})
        return self._card(request, asset, is_duplicate=True)

    def card_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """One tile, asked for again while its file is being checked."""
        return self._card(request, self.require(request, str(object_id)))

    def _card(
        self, request: HttpRequest, asset: Asset, *, is_duplicate: bool = False, status: int = 200
    ) -> HttpResponse:
        card = make_cards([asset])[0]
        context = {"card": card, "is_duplicate": is_duplicate}
        return TemplateResponse(request, "assets/_card.html", context, status=status)


def _refuse(error: DomainError) -> HttpResponse:
    return JsonResponse({"code": error.code, "message": str(error.message)}, status=422)

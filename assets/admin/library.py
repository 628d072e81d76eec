"""The asset library: a grid to look through, with folders, collections, saved views and counted filters beside it."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assets.admin.bulk import BULK_ACTIONS, run_bulk
from assets.admin.cards import make_cards
from assets.admin.cautions import make_cautions
from assets.admin.chips import make_chips
from assets.admin.facets import make_facets
from assets.admin.filing import file_collection, file_folder, file_view
from assets.admin.leaves import list_leaves
from assets.admin.page import AssetPage
from assets.admin.rail import everywhere_url, make_collections, make_folders, make_views
from assets.admin.state import DENSITIES, LAYOUTS, SIZES, LibraryState, read_library
from assets.admin.viewing import view_asset
from assets.extensions import get_stage_desk, selection_actions
from assets.models import Asset
from assets.probe.swatches import SWATCHES
from assets.services.collections import list_collection, may_write
from assets.services.ingest import upload_asset
from assets.services.searching.facets import count_folders
from assets.services.searching.listing import AssetPage as ListedAssets
from assets.services.searching.listing import count_assets, list_assets, select_assets
from assets.services.searching.similarity import list_by_colour, list_by_likeness
from pim.choices import Origin
from pim.errors import DomainError, Refused
from pim.models import User
from pim.querying.compile import Selection
from pim.querysets.pages import Count, Page

_EMPTY = ListedAssets([], Page((), None, None))


@admin.register(Asset)
class AssetAdmin(AssetPage):
    """Assets; every write goes through the services of the DAM."""

    def get_queryset(self, request: HttpRequest) -> Any:
        return Asset.objects.with_current()

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("upload/", wrap(require_POST(self.upload_view)), name="assets_asset_upload"),
            path("facets/", wrap(require_safe(self.facets_view)), name="assets_asset_facets"),
            path("bulk/", wrap(require_POST(self.bulk_view)), name="assets_asset_bulk"),
            path("folders/", wrap(require_POST(self.folders_view)), name="assets_asset_folders"),
            path("collections/", wrap(require_POST(self.collections_view)), name="assets_asset_collections"),
            path("views/", wrap(require_POST(self.views_view)), name="assets_asset_views"),
            path("<uuid:object_id>/card/", wrap(require_safe(self.card_view)), name="assets_asset_card"),
            path("<uuid:object_id>/look/", wrap(require_safe(self.look_view)), name="assets_asset_look"),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The grid, filtered and paged; with `part=cards` no more than the next cards of it."""
        self._require_view(request)
        state, problems = read_library(request), []
        found, count = _EMPTY, Count(0, is_exact=True)
        is_part = request.GET.get("part") == "cards"
        if not state.problems:
            try:
                where = select_assets(state.node)
                try:
                    found = _list(state, where)
                except Refused as error:
                    if error.code != "invalid_cursor" or is_part:
                        raise
                    problems, state.page = [str(error.message)], ""
                    found = _list(state, where)
                count = Count(0, is_exact=True) if is_part else count_assets(where)
            except Refused as error:
                problems.append(str(error.message))
        context = {
            "cards": make_cards(found.assets),
            "page_url": state.query({"page": state.page or None}) if state.page else state.query(),
            "previous_url": state.page_url(found.page.previous_values, backwards=True),
            "next_url": state.page_url(found.page.next_values),
        }
        if is_part:
            return TemplateResponse(request, "assets/_library_page.html", context)
        context |= self._surroundings(request, state) | {"count": count, "problems": [*state.problems, *problems]}
        page = self.page_context(request, capfirst(self.opts.verbose_name_plural), **context)
        return TemplateResponse(request, "assets/library.html", {**page, **(extra_context or {})})

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Files are added where they are looked at."""
        return HttpResponseRedirect(f"{self.address('changelist')}#upload")

    def facets_view(self, request: HttpRequest) -> HttpResponse:
        """The counted filters of what is shown, and how many assets are in each folder."""
        self._require_view(request)
        state = read_library(request)
        if request.GET.get("part") == "looks":
            return HttpResponse(status=204)
        try:
            facets = [] if state.problems else [*make_facets(state), *make_cautions(state)]
        except Refused:
            facets = []
        context = {"facets": facets, "state": state, "folder_counts": count_folders()}
        return TemplateResponse(request, "assets/_library_facets.html", context)

    def look_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """One asset to be looked at over the grid."""
        asset = self.require(request, str(object_id))
        newest = None if asset.version_id else asset.versions.order_by("-number").first()
        may_download = request.user.has_perm("assets.download_asset")
        viewer = view_asset(asset, newest, may_download=may_download)
        context = {
            "card": make_cards([asset])[0],
            "asset": asset,
            "viewer": viewer,
            "leaves": list_leaves(asset) if viewer.kind == "picture" else [],
            "similar_url": f"{self.address('changelist')}?similar={asset.uuid}",
        }
        return TemplateResponse(request, "assets/_library_look.html", context)

    def bulk_view(self, request: HttpRequest) -> HttpResponse:
        """Something for many assets."""
        self._require_view(request)
        return run_bulk(request, self.page_context)

    def folders_view(self, request: HttpRequest) -> HttpResponse:
        """Make, rename, move or delete a folder; answers with the tree as it is then."""
        self._require_view(request)
        return self._file(request, file_folder, "assets/_library_folders.html")

    def collections_view(self, request: HttpRequest) -> HttpResponse:
        """Make, rename or delete a collection, and change what is in it; answers with the list as it is then."""
        self._require_view(request)
        return self._file(request, file_collection, "assets/_library_collections.html")

    def views_view(self, request: HttpRequest) -> HttpResponse:
        """Keep or forget a view; answers with the list as it is then."""
        self._require_view(request)
        return self._file(request, file_view, "assets/_library_views.html")

    def upload_view(self, request: HttpRequest) -> HttpResponse:
        """One file of the asset picker; answers with its card."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        file = request.FILES.get("file")
        if file is None:
            return _refuse(Refused("file_missing", _("No file was sent.")))
        try:
            upload = upload_asset(file, file.name or "", actor=request.user, origin=Origin.ADMIN)  # type: ignore[arg-type]
        except DomainError as error:
            return _refuse(error)
        return TemplateResponse(request, "assets/_card.html", {"card": make_cards([upload.asset])[0]}, status=201)

    def card_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """One tile, asked for again while its file is being checked."""
        card = make_cards([self.require(request, str(object_id))])[0]
        return TemplateResponse(request, "assets/_card.html", {"card": card})

    def _surroundings(self, request: HttpRequest, state: LibraryState) -> dict[str, Any]:
        actor = cast("User", request.user)
        may_change = self.has_change_permission(request)
        return {
            "state": state,
            "chips": make_chips(state),
            "folders": make_folders(state),
            "everywhere_url": everywhere_url(state),
            "collections": make_collections(state, actor=actor),
            "views": make_views(state, actor=actor),
            "swatches": [(name, f"#{rgb:06x}") for name, rgb in SWATCHES.items()],
            "sizes": SIZES,
            "layouts": LAYOUTS,
            "densities": DENSITIES,
            "actions": [
                (code, label)
                for code, label, permission in BULK_ACTIONS
                if actor.has_perm(permission) and (code != "move" or get_stage_desk())
            ],
            "senders": [
                (action.label, reverse(action.url_name))
                for action in selection_actions.values()
                if actor.has_perm(action.permission)
            ],
            "may_add": self.has_add_permission(request),
            "may_change": may_change,
            "may_delete": self.has_delete_permission(request),
            "may_file": actor.has_perm("assets.change_folder"),
            "may_add_folder": actor.has_perm("assets.add_folder"),
            "may_collect": actor.has_perm("assets.add_collection"),
            "may_save": actor.has_perm("pim.add_savedview"),
            "may_order": state.is_ordered_by_hand and may_write(state.collection, actor) if state.collection else False,
        }

    def _file(self, request: HttpRequest, file: Any, template: str) -> HttpResponse:
        try:
            filed = file(request)
        except DomainError as error:
            return _refuse(error)
        state = read_library(request)
        answer = TemplateResponse(request, template, self._surroundings(request, state))
        answer["X-Message"] = _ascii(filed.sentence)
        if filed.job:
            answer["X-Job"] = reverse("admin:pim_job_change", args=[filed.job.uuid])
            answer["X-Job-Label"] = _ascii(_("Look at it or take it back"))
        return answer

    def _require_view(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied


def _list(state: LibraryState, where: Selection) -> ListedAssets:
    """The page that is asked for, in the order that is asked for."""
    if state.near is not None:
        return list_by_colour(where, state.near, limit=state.size)
    if state.similar_to and not state.params.get("sort"):
        return list_by_likeness(where, state.similar_to, limit=state.size)
    after, backwards = state.position()
    if state.is_ordered_by_hand and state.collection:
        return list_collection(state.collection, where, after=after, backwards=backwards, limit=state.size)
    return list_assets(where, sort=state.sort, after=after, backwards=backwards, limit=state.size)


def _ascii(sentence: str) -> str:
    """A sentence as a header carries it, in one line; the page's script reads the entities."""
    return " ".join(sentence.split()).encode("ascii", "xmlcharrefreplace").decode()


def _refuse(error: DomainError) -> HttpResponse:
    return JsonResponse({"code": error.code, "message": str(error.message)}, status=422)

"""The page of one asset: its picture and crops, texts, versions, renditions, and what was said about it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assets.admin.details import describe_asset
from assets.forms.assets import AssetForm
from assets.models import Asset
from assets.services.deletion import delete_assets
from assets.services.ingest import replace_file
from assets.services.renditions import rebuild_renditions
from assets.services.writing import AssetChange, write_assets
from pim.admin.base import UuidAdmin
from pim.admin.histories import describe_entries
from pim.choices import Origin
from pim.errors import DomainError
from pim.journal import history_of

RECENT_ENTRIES = 20


class AssetPage(UuidAdmin[Asset]):
    """The half of the asset admin that is about one asset; every write goes through the services of the DAM."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("<uuid:object_id>/focal/", wrap(require_POST(self.focal_view)), name="assets_asset_focal"),
            path("<uuid:object_id>/replace/", wrap(require_POST(self.replace_view)), name="assets_asset_replace"),
            path("<uuid:object_id>/restore/", wrap(require_POST(self.restore_view)), name="assets_asset_restore"),
            path("<uuid:object_id>/rebuild/", wrap(require_POST(self.rebuild_view)), name="assets_asset_rebuild"),
        ]
        return [*own, *super().get_urls()]

    def focal_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Set or clear the focal rectangle."""
        asset = self.require(request, str(object_id), permission="change")
        names = ("left", "top", "width", "height")
        try:
            rectangle = None if "clear" in request.POST else {name: float(request.POST[name]) for name in names}
        except (KeyError, ValueError):
            messages.error(request, _("Draw a rectangle first."))
            return self._back(asset)
        return self._write(request, asset, {"focal": rectangle}, _("The focal rectangle is saved."))

    def replace_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take in a new version."""
        asset = self.require(request, str(object_id), permission="change")
        file = request.FILES.get("file")
        if file is None:
            messages.error(request, _("Choose a file first."))
            return self._back(asset)
        try:
            upload = replace_file(asset, file, file.name or "", actor=request.user, origin=Origin.ADMIN)  # type: ignore[arg-type]
        except DomainError as error:
            messages.error(request, str(error.message))
        else:
            text = (
                _("This is the file it has already.") if upload.is_duplicate else _("The new version is being checked.")
            )
            messages.success(request, text)
        return self._back(asset)

    def restore_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show an earlier version again."""
        asset = self.require(request, str(object_id), permission="change")
        number = request.POST.get("number", "")
        version = int(number) if number.isdecimal() and len(number) < 9 else 0
        return self._write(request, asset, {"version": version}, _("Version %s is shown again.") % number)

    def rebuild_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Draw all renditions anew."""
        asset = self.require(request, str(object_id), permission="change")
        rows = rebuild_renditions(asset)
        messages.success(request, _("%d renditions are drawn.") % sum(row.state == "ready" for row in rows))
        return self._back(asset)

    def _changeform_view(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: dict[str, Any] | None
    ) -> HttpResponse:
        asset = self.require(request, object_id or "")
        may_write = self.has_change_permission(request, asset)
        form = AssetForm(request.POST if request.method == "POST" else None, asset=asset)
        if request.method == "POST":
            if not may_write:
                raise PermissionDenied
            if form.is_valid() and self._save(request, asset, form):
                return self._back(asset)
        context = self.page_context(
            request,
            asset.code,
            original=asset,
            object_id=str(asset.uuid),
            form=form,
            may_write=may_write,
            may_delete=self.has_delete_permission(request, asset),
            may_download=request.user.has_perm("assets.download_asset"),
            list_url=self.address("changelist"),
            entries=describe_entries(history_of(asset.uuid, limit=RECENT_ENTRIES)),
            **describe_asset(asset, user=request.user),
        )
        return TemplateResponse(request, "assets/asset.html", {**context, **(extra_context or {})})

    def _save(self, request: HttpRequest, asset: Asset, form: AssetForm) -> bool:
        change = AssetChange(str(asset.uuid), form.changes(), revision=form.cleaned_data["revision"])
        try:
            outcome = write_assets([change], actor=request.user, origin=Origin.ADMIN, atomic=True)  # type: ignore[arg-type]
        except DomainError as error:
            form.add_problems(error)
            return False
        messages.success(request, _("Saved.") if outcome.written else _("Nothing has changed."))
        return True

    def _delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None) -> HttpResponse:
        asset = self.require(request, object_id, permission="delete")
        problem = ""
        if request.method == "POST":
            outcome = delete_assets([asset.uuid], actor=request.user, origin=Origin.ADMIN)  # type: ignore[arg-type]
            if not outcome.refused:
                messages.success(request, _("%s is deleted.") % asset)
                return HttpResponseRedirect(self.address("changelist"))
            problem = str(outcome.refused[0].problems[0].message)
        context = self.page_context(
            request,
            _("Delete %s") % asset,
            original=asset,
            problem=problem,
            object_id=str(asset.uuid),
            back_url=self.address("change", asset.uuid),
        )
        return TemplateResponse(request, "assets/delete.html", {**context, **(extra_context or {})})

    def _write(self, request: HttpRequest, asset: Asset, fields: dict[str, Any], success: str) -> HttpResponse:
        outcome = write_assets(
            [AssetChange(str(asset.uuid), fields)],
            actor=request.user,  # type: ignore[arg-type]
            origin=Origin.ADMIN,
        )
        if outcome.refused:
            messages.error(request, str(outcome.refused[0].problems[0].message))
        else:
            messages.success(request, success)
        return self._back(asset)

    def _back(self, asset: Asset) -> HttpResponse:
        return HttpResponseRedirect(self.address("change", asset.uuid))

"""The page of one asset: its picture and crops, texts, versions, renditions, and what was said about it."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assets.admin.details import describe_asset
from assets.admin.remembering import describe_history, may_undo, undo_entry
from assets.admin.talking import AssetTalk
from assets.admin.versions import compare_facts, make_side
from assets.admin.viewing import read_beginning
from assets.forms.assets import CHANGED_SINCE, AssetForm
from assets.models import Asset, AssetVersion
from assets.services.deletion import delete_assets
from assets.services.engine import get_asset_engine
from assets.services.ingest import replace_file
from assets.services.references import read_texts
from assets.services.renditions import build_renditions, current_recipes, declare_renditions, rebuild_renditions
from assets.services.searching.suggesting import SUGGESTERS, name_categories, name_releases
from assets.services.writing import AssetChange, write_assets
from pim.admin.histories import ShownEntry
from pim.choices import Origin
from pim.errors import DomainError
from pim.values.labels import label_of

RECENT_ENTRIES = 20
CROP_FIELDS = frozenset({"focal", "crops"})


class AssetPage(AssetTalk):
    """The half of the asset admin that is about one asset; every write goes through the services of the DAM."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view

        def one(name: str, view: Any) -> URLPattern:
            found: URLPattern = path(f"<uuid:object_id>/{name}/", wrap(view), name=f"assets_asset_{name}")
            return found

        own = [
            path("suggest/", wrap(require_safe(self.suggest_view)), name="assets_asset_suggest"),
            one("crops", require_POST(self.crops_view)),
            one("replace", require_POST(self.replace_view)),
            one("restore", require_POST(self.restore_view)),
            one("rebuild", require_POST(self.rebuild_view)),
            one("revert", require_POST(self.revert_view)),
            one("compare", require_safe(self.compare_view)),
            one("text", require_safe(self.text_view)),
        ]
        return [*own, *super().get_urls()]

    def describe_history(self, found: Any) -> list[ShownEntry]:
        """In the words of the page."""
        return describe_history(found)

    def suggest_view(self, request: HttpRequest) -> HttpResponse:
        """What somebody who types into a field of chips may mean."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        suggest = SUGGESTERS.get(request.GET.get("of", ""))
        found = suggest(request.GET.get("q", "").strip()[:100]) if suggest else []
        items = [{"value": each.value, "label": each.label, "hint": each.hint} for each in found]
        return JsonResponse({"items": items})

    def crops_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Store the focal rectangle and crops: `{"revision", "focal", "crops": {preset: rectangle or null}}`."""
        asset = self.require(request, str(object_id), permission="change")
        try:
            body = json.loads(request.body)
            revision = int(body.pop("revision"))
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
            return JsonResponse({"message": _("Draw a rectangle first.")}, status=400)
        change = AssetChange(
            str(asset.uuid), {name: body[name] for name in CROP_FIELDS & body.keys()}, revision=revision
        )
        outcome = write_assets([change], actor=request.user, origin=Origin.ADMIN)  # type: ignore[arg-type]
        asset.refresh_from_db(fields=["focal", "crops", "revision"])
        present = {"focal": asset.focal, "crops": asset.crops, "revision": asset.revision}
        if not outcome.refused:
            return JsonResponse(present)
        problem = outcome.refused[0].problems[0]
        if problem.code == CHANGED_SINCE:
            message = _("The rectangles were changed on this picture after you had opened it.")
            return JsonResponse({"message": message, "present": present}, status=409)
        return JsonResponse({"message": str(problem.message), "code": problem.code}, status=422)

    def replace_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take in a new version."""
        asset = self.require(request, str(object_id), permission="change")
        is_script = request.headers.get("X-Requested-With") == "fetch"
        file = request.FILES.get("file")
        if file is None:
            messages.error(request, _("Choose a file first."))
            return self._back(asset, "versions")
        try:
            upload = replace_file(asset, file, file.name or "", actor=request.user, origin=Origin.ADMIN)  # type: ignore[arg-type]
        except DomainError as error:
            messages.error(request, str(error.message))
        else:
            text = (
                _("This is the file it has already.") if upload.is_duplicate else _("The new version is being checked.")
            )
            messages.success(request, text)
        # A script loads the page anew, and that page is to show the message.
        return HttpResponse(status=204) if is_script else self._back(asset, "versions")

    def restore_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show an earlier version again."""
        asset = self.require(request, str(object_id), permission="change")
        number = request.POST.get("number", "")
        version = int(number) if number.isdecimal() and len(number) < 9 else 0
        change = AssetChange(str(asset.uuid), {"version": version})
        outcome = write_assets([change], actor=request.user, origin=Origin.ADMIN)  # type: ignore[arg-type]
        if outcome.refused:
            messages.error(request, str(outcome.refused[0].problems[0].message))
        else:
            messages.success(request, _("Version %s is shown again.") % number)
        return self._back(asset, "versions")

    def rebuild_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Draw renditions anew: all, or the one whose digest is posted."""
        asset = self.require(request, str(object_id), permission="change")
        digest = request.POST.get("digest", "")
        if not digest:
            rows = rebuild_renditions(asset)
        elif digest in {recipe.digest for recipe in current_recipes(asset)}:
            declare_renditions([asset])
            rows = build_renditions([digest], force=True)
        else:
            rows = []
        ready = sum(row.state == "ready" for row in rows)
        if ready == len(rows):
            messages.success(request, _("%d renditions are drawn.") % ready)
        else:
            names = {"ready": ready, "all": len(rows)}
            messages.warning(request, _("%(ready)d of %(all)d renditions are drawn.") % names)
        return self._back(asset, "renditions")

    def revert_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take one entry of the history back."""
        asset = self.require(request, str(object_id), permission="change")
        number = request.POST.get("entry", "")
        try:
            entry = int(number) if number.isdecimal() and len(number) < 19 else 0
            outcome = undo_entry(asset, entry, actor=request.user)  # type: ignore[arg-type]
        except DomainError as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, _("Taken back.") if outcome.written else _("It is as it was already."))
        return self._back(asset, "history")

    def compare_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Two versions side by side."""
        asset = self.require(request, str(object_id))
        ready = [version for version in asset.versions.all() if version.state == "ready"]
        before = _choose(ready, request.GET.get("before", ""), 1)
        after = _choose(ready, request.GET.get("after", ""), 0) if len(ready) > 1 else None
        may_download = request.user.has_perm("assets.download_asset")
        sides = [make_side(asset, each, may_download=may_download) for each in (before, after) if each is not None]
        context = self.page_context(
            request,
            _("Compare versions of %s") % asset,
            original=asset,
            object_id=str(asset.uuid),
            numbers=[version.number for version in ready],
            before=sides[0] if len(sides) == 2 else None,
            after=sides[1] if len(sides) == 2 else None,
            facts=compare_facts(before, after) if before is not None and after is not None else [],
            may_write=self.has_change_permission(request, asset),
            back_url=self.address("change", asset.uuid),
        )
        return TemplateResponse(request, "assets/asset_compare.html", context)

    def text_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The beginning of a text, for the page to show."""
        asset = self.require(request, str(object_id))
        try:
            text = read_beginning(asset, actor=request.user)  # type: ignore[arg-type]
        except DomainError as error:
            return HttpResponse(str(error.message), status=403, content_type="text/plain; charset=utf-8")
        return HttpResponse(text, content_type="text/plain; charset=utf-8")

    def _changeform_view(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: dict[str, Any] | None
    ) -> HttpResponse:
        asset = self.require(request, object_id or "")
        may_write = self.has_change_permission(request, asset)
        form = AssetForm(request.POST if request.method == "POST" else None, asset=asset, engine=get_asset_engine())
        self._arm_chips(form)
        if request.method == "POST":
            if not may_write:
                raise PermissionDenied
            if form.is_valid() and self._save(request, asset, form):
                return self._back(asset)
        may_download = request.user.has_perm("assets.download_asset")
        entries = describe_history(asset, limit=RECENT_ENTRIES)
        labels = read_texts([asset.pk], "label").get(asset.pk, {})
        context = self.page_context(
            request,
            asset.code,
            original=asset,
            object_id=str(asset.uuid),
            form=form,
            heading=label_of(labels, asset.version.filename if asset.version else asset.code),
            may_write=may_write,
            may_delete=self.has_delete_permission(request, asset),
            may_download=may_download,
            list_url=self.address("changelist"),
            history=[(entry, may_write and may_undo(entry)) for entry in entries],
            **describe_asset(asset, form, user=request.user, may_download=may_download),
        )
        return TemplateResponse(request, "assets/asset.html", {**context, **(extra_context or {})})

    def _arm_chips(self, form: AssetForm) -> None:
        """Tell fields of chips whom to ask, and what their codes are called."""
        for name, name_all in (("keywords", None), ("categories", name_categories), ("releases", name_releases)):
            widget: Any = form.fields[name].widget
            widget.suggest_url = f"{self.address('suggest')}?of={name}"
            if name_all is not None:
                widget.name_all = name_all

    def _save(self, request: HttpRequest, asset: Asset, form: AssetForm) -> bool:
        change = AssetChange(str(asset.uuid), form.changes(), revision=form.cleaned_data["revision"])
        outcome = write_assets([change], actor=request.user, origin=Origin.ADMIN)  # type: ignore[arg-type]
        if outcome.refused:
            form.add_problems(outcome.refused[0].problems)
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

    def _back(self, asset: Asset, tab: str = "") -> HttpResponse:
        return HttpResponseRedirect(self.address("change", asset.uuid) + (f"#{tab}" if tab else ""))


def _choose(versions: list[AssetVersion], number: str, otherwise: int) -> AssetVersion | None:
    """The version with a number, else the one at a place of the list, newest first."""
    found = next((version for version in versions if str(version.number) == number), None)
    return found or (versions[otherwise] if 0 <= otherwise < len(versions) else None)

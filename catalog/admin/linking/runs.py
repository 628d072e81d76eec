"""Runs of the naming rules: started from the library or here, looked at, and applied."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from assets.admin.bulk import read_selected
from catalog.admin.linking.rows import TONES, count_text, show_rows
from catalog.choices import LinkingState, RowState
from catalog.models import Linking, NamingRule
from catalog.services.linking.placing import PERMISSION
from catalog.services.linking.running import apply_linking, count_rows, is_broken, preview_linking
from catalog.services.linking.selecting import unlinked_assets
from pim.admin.base import UuidAdmin
from pim.choices import Origin
from pim.errors import DomainError, NotAllowed

ROWS = 100
RECENT = 20
MOST_COUNTED = 10_000


@admin.register(Linking)
class LinkingAdmin(UuidAdmin[Linking]):
    """Previews of links; the list is also where a run begins."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A run is started by its own button."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Linking | None = None) -> bool:
        """Who may link may apply."""
        return request.user.has_perm(PERMISSION)

    def has_delete_permission(self, request: HttpRequest, obj: Linking | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        return Linking.objects.select_related("owner", "job", "planning")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.apply_view))
        return [path("<uuid:object_id>/apply/", view, name="catalog_linking_apply"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """POST makes a preview: of `ids` (uuids), of a selection of the library, of a `batch`, or of all unlinked."""
        if request.method == "POST":
            return self._start(request)
        if not self.has_view_permission(request):
            raise PermissionDenied
        unlinked = unlinked_assets().filter(version__isnull=False).order_by()[: MOST_COUNTED + 1].count()
        context = self.page_context(
            request,
            _("Link files to products"),
            rules=NamingRule.objects.filter(is_active=True),
            unlinked=unlinked,
            unlinked_text=f"{MOST_COUNTED}+" if unlinked > MOST_COUNTED else str(unlinked),
            runs=[(run, self._sum_up(run)) for run in self.get_queryset(request)[:RECENT]],
            rules_url=reverse("admin:catalog_namingrule_changelist"),
            add_rule_url=reverse("admin:catalog_namingrule_add"),
            queue_url=reverse("admin:catalog_assetmatch_changelist"),
        )
        return TemplateResponse(request, "catalog/linking/runs.html", {**context, **(extra_context or {})})

    def apply_view(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        """Start the job that links what the page shows."""
        linking = self.require(request, str(object_id), permission="change")
        try:
            apply_linking(linking, request.POST.get("token", ""), actor=request.user, origin=Origin.ADMIN)  # type: ignore[arg-type]
        except DomainError as error:
            messages.error(request, str(error.message))
        return HttpResponseRedirect(self.address("change", linking.uuid))

    def _start(self, request: HttpRequest) -> HttpResponse:
        rules = request.POST.getlist("rules")
        try:
            linking = preview_linking(read_selection(request), actor=request.user, rules=rules or None)  # type: ignore[arg-type]
        except NotAllowed as error:
            raise PermissionDenied(str(error.message)) from error
        except DomainError as error:
            messages.error(request, str(error.message))
            return HttpResponseRedirect(self.address("changelist"))
        return HttpResponseRedirect(self.address("change", linking.uuid))

    def _changeform_view(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: dict[str, Any] | None
    ) -> HttpResponse:
        linking = self.require(request, object_id or "")
        counts = count_rows(linking)
        state = request.GET.get("state", "")
        state = state if state in RowState.values else ""
        rows = linking.rows.select_related("asset__version").order_by("pk")
        if state:
            rows = rows.filter(state=state)
        after = request.GET.get("after", "")
        found = list(rows.filter(pk__gt=int(after) if after.isdecimal() else 0)[: ROWS + 1])
        labels = {rule.code: rule.label for rule in NamingRule.objects.filter(code__in=linking.rules)}
        links = counts.get(RowState.LINK, 0)
        context = self.page_context(
            request,
            _("Preview of links"),
            original=linking,
            linking=linking,
            is_planning=linking.state == LinkingState.PLANNING and not is_broken(linking),
            is_broken=is_broken(linking),
            is_applying=linking.state == LinkingState.APPLYING and not is_broken(linking),
            is_ready=linking.state == LinkingState.READY,
            may_apply=self.has_change_permission(request),
            states=[
                (value, RowState(value).label, counts[value], TONES.get(RowState(value), ""))
                for value in RowState.values
                if value in counts
            ],
            state=state,
            total=sum(counts.values()),
            rows=show_rows(found[:ROWS], labels),
            next_after=found[ROWS - 1].pk if len(found) > ROWS else None,
            links=links,
            button=ngettext("Link %d file", "Link %d files", links) % links,
            keeps=counts.get(RowState.WAITING, 0) + counts.get(RowState.AMBIGUOUS, 0),
            rules=sorted(labels.values()),
            list_url=self.address("changelist"),
            queue_url=reverse("admin:catalog_assetmatch_changelist"),
            apply_url=self.address("apply", linking.uuid),
        )
        return TemplateResponse(request, "catalog/linking/run.html", {**context, **(extra_context or {})})

    def _sum_up(self, run: Linking) -> str:
        """What a run is about, in short."""
        done = run.counts.get(RowState.DONE, 0) or run.counts.get(RowState.LINK, 0)
        return _("%(part)s of %(all)d") % {"part": count_text(done), "all": sum(run.counts.values())}


def read_selection(request: HttpRequest) -> dict[str, Any]:
    """Which files a form means: what is selected in the library, uuids in `ids` (with commas), or the files of a batch.

    Raises:
        Refused: what is wrong with the library's filter.
    """
    posted = request.POST
    if ids := [uuid.strip() for text in posted.getlist("ids") for uuid in text.split(",") if uuid.strip()]:
        return {"assets": ids}
    if batch := posted.get("batch", ""):
        return {"batch": batch}
    if posted.keys() & {"asset", "all", "filter"}:
        selected = read_selected(request)
        return {"filter": selected.where} if selected.uuids is None else {"assets": list(selected.uuids)}
    return {"unlinked": True}

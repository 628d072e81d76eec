"""The page of the library's health: figures in cards, the lists behind them, duplicates, and the upkeep of the storage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from assets.admin.cards import Card, make_cards
from assets.admin.hygiene_figures import describe_figures
from assets.models import Asset, HygieneReport
from assets.services.access import can
from assets.services.deletion import count_usages
from assets.services.hygiene.counting import COUNT, read_figures, read_trend
from assets.services.hygiene.duplicates import Group, dismiss_pair, list_exact, list_near
from assets.services.hygiene.finding import BUCKETS, SOON_DAYS, find_assets
from assets.services.hygiene.merging import plan_merge, start_merge
from assets.services.sweeping.healing import HEAL
from assets.services.sweeping.orphans import GRACE_DAYS, SWEEP
from pim.admin.base import UuidAdmin
from pim.admin.keysets import read_number
from pim.errors import DomainError, NotFound
from pim.models import Job, User
from pim.services.jobs import start_job

RUNS: dict[str, tuple[str, dict[str, Any]]] = {
    "count": (COUNT, {}),
    "check": (HEAL, {}),
    "rehearse": (SWEEP, {"dry_run": True, "grace_days": GRACE_DAYS}),
    "sweep": (SWEEP, {"dry_run": False, "grace_days": GRACE_DAYS}),
}
TITLES = {
    "versions": gettext_lazy("Files that were refused or are missing"),
    "renditions": gettext_lazy("Files whose renditions failed"),
    "expiring": gettext_lazy("Files whose right ends soon"),
}


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """Assets that may be one, each with how often it is used; `best` is the card that is offered to be kept."""

    cards: list[tuple[Card, int]]
    best: str
    distance: int


@admin.register(HygieneReport)
class HygieneAdmin(UuidAdmin[HygieneReport]):
    """Health is looked at here, and mended where it can be."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("run/", wrap(require_POST(self.run_view)), name="assets_hygienereport_run"),
            path("list/<slug:kind>/", wrap(require_safe(self.list_view)), name="assets_hygienereport_list"),
            path(
                "duplicates/<slug:kind>/", wrap(require_safe(self.duplicates_view)), name="assets_hygienereport_twins"
            ),
            path("merge/", wrap(require_POST(self.merge_view)), name="assets_hygienereport_merge"),
            path("apart/", wrap(require_POST(self.apart_view)), name="assets_hygienereport_apart"),
        ]
        return [*own, *super().get_urls()]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: what was counted stays."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: old reports go by themselves."""
        return False

    def _changeform_view(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: dict[str, Any] | None
    ) -> HttpResponse:
        """A report has no page of its own, and is added by counting."""
        self._require_view(request)
        return HttpResponseRedirect(self.address("changelist"))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The figures."""
        self._require_view(request)
        figures = read_figures()
        jobs = {kind: Job.objects.filter(kind=kind).order_by("-id").first() for kind in (COUNT, HEAL, SWEEP)}
        context = self.page_context(
            request,
            _("Hygiene"),
            figures=describe_figures(figures.data) if figures else None,
            at=figures.at if figures else None,
            is_live=figures.is_live if figures else False,
            trend=_draw_trend([data for _at, data in read_trend()]),
            checked=jobs[HEAL],
            swept=jobs[SWEEP],
            grace_days=GRACE_DAYS,
            may_run=self.has_add_permission(request),
            forecast_url=reverse("admin:assets_rights_forecast"),
        )
        return TemplateResponse(request, "assets/hygiene.html", {**context, **(extra_context or {})})

    def run_view(self, request: HttpRequest) -> HttpResponse:
        """Start one of the jobs."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        kind, parameters = RUNS.get(request.POST.get("run", ""), (None, {}))
        if kind is None:
            raise Http404
        job = start_job(kind, parameters, actor=cast("User", request.user))
        return HttpResponseRedirect(reverse("admin:pim_job_change", args=[job.uuid]))

    def list_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """One of the lists, by page."""
        self._require_view(request)
        detail = request.GET.get("of", "")
        try:
            found = find_assets(kind, detail=detail, after=read_number(request.GET.get("after")) or 0)
        except NotFound:
            raise Http404 from None
        assets = _load(found.pks)
        cards = make_cards(assets)
        notes = [found.notes.get(asset.pk, "") for asset in assets]
        bucket = next(((label, text) for code, (label, text) in BUCKETS.items() if code.value == detail), ("", ""))
        title = TITLES.get(kind) or bucket[0] or _("Pictures without alternative text: %s") % detail
        query = f"of={detail}&" if detail else ""
        context = self.page_context(
            request,
            title,
            explanation=bucket[1],
            tiles=list(zip(cards, notes, strict=True)),
            next_url=f"?{query}after={found.after}" if found.after else "",
            first_url=f"?{query}" if "after" in request.GET else "",
            back_url=self.address("changelist"),
            days=detail or SOON_DAYS,
            bulk_url=reverse("admin:assets_asset_bulk"),
            download_url=reverse("admin:assets_downloadticket_add"),
            may_delete=can(request.user, "delete"),
            may_change=can(request.user, "change"),
            may_pack=can(request.user, "pack"),
        )
        return TemplateResponse(request, "assets/hygiene_list.html", context)

    def duplicates_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Groups of assets that are one, or look as if they were."""
        self._require_view(request)
        after = request.GET.get("after", "")[:80]
        if kind == "exact":
            groups, following = list_exact(after=after)
        elif kind == "near":
            groups, following = list_near(after=after)
        else:
            raise Http404
        context = self.page_context(
            request,
            _("The same content") if kind == "exact" else _("Look alike"),
            kind=kind,
            groups=_show_groups(groups),
            next_url=f"?after={following}" if following else "",
            first_url=self.address("twins", kind) if after else "",
            back_url=self.address("changelist"),
            may_merge=can(request.user, "change"),
        )
        return TemplateResponse(request, "assets/hygiene_duplicates.html", context)

    def merge_view(self, request: HttpRequest) -> HttpResponse:
        """Show what a merge would do; with `apply`, do it."""
        self._require_view(request)
        actor = cast("User", request.user)
        kind = request.POST.get("kind", "")
        back = self.address("twins", kind) if kind in {"exact", "near"} else self.address("changelist")
        try:
            keep = UUID(request.POST.get("keep", ""))
            uuids = [UUID(text) for text in dict.fromkeys(request.POST.getlist("asset"))]
            if "apply" in request.POST:
                job = start_merge(keep, uuids, actor=actor)
                messages.success(request, _("They are one now. The job can be undone."))
                return HttpResponseRedirect(reverse("admin:pim_job_change", args=[job.uuid]))
            plan = plan_merge(keep, uuids, actor=actor)
        except ValueError:
            messages.error(request, _("Choose at least two assets, and the one to keep."))
            return HttpResponseRedirect(back)
        except DomainError as error:
            messages.error(request, str(error.message))
            return HttpResponseRedirect(back)
        cards = make_cards([plan.keep, *plan.drops])
        context = self.page_context(
            request,
            _("Merge into %s") % plan.keep,
            plan=plan,
            kind=kind,
            keep=cards[0],
            drops=[(card, plan.uses.get(UUID(card.uuid), 0)) for card in cards[1:]],
            changes=[(FIELD_NAMES.get(name, name), _say(value)) for name, value in plan.fields.items()],
            back_url=back,
        )
        return TemplateResponse(request, "assets/hygiene_merge.html", context)

    def apart_view(self, request: HttpRequest) -> HttpResponse:
        """Keep two look-alikes apart for good."""
        self._require_view(request)
        if not can(request.user, "change"):
            raise PermissionDenied
        try:
            uuids = [UUID(text) for text in request.POST.getlist("asset")]
        except ValueError:
            raise Http404 from None
        found = list(Asset.objects.filter(uuid__in=uuids)[:3])
        if len(found) != 2:
            raise Http404
        dismiss_pair(*found)
        messages.success(request, _("They are not shown together any more."))
        return HttpResponseRedirect(self.address("twins", "near"))

    def _require_view(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied


FIELD_NAMES = {
    "alt": gettext_lazy("Alternative texts"),
    "labels": gettext_lazy("Labels"),
    "add_keywords": gettext_lazy("Keywords"),
    "add_categories": gettext_lazy("Categories"),
    "add_releases": gettext_lazy("Releases"),
    "license": gettext_lazy("Licence"),
    "folder": gettext_lazy("Folder"),
    "valid_from": gettext_lazy("Usable from"),
    "valid_until": gettext_lazy("Usable until"),
}


def _say(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{key}: {text}" for key, text in value.items())
    return ", ".join(value) if isinstance(value, list) else str(value)


def _load(pks: Sequence[int]) -> list[Asset]:
    found = Asset.objects.with_current().in_bulk(list(pks))
    return [found[pk] for pk in pks if pk in found]


def _show_groups(groups: Sequence[Group]) -> list[ShownGroup]:
    """Cards of all groups at once; the most used asset is offered to be kept, of as many the older one."""
    assets = {asset.pk: asset for asset in _load([pk for group in groups for pk in group.pks])}
    cards = {card.uuid: card for card in make_cards(list(assets.values()))}
    uses = count_usages([asset.uuid for asset in assets.values()])
    shown = []
    for group in groups:
        members = [assets[pk] for pk in group.pks if pk in assets]
        if len(members) > 1:
            best = max(members, key=lambda asset: (uses.get(asset.uuid, 0), -asset.pk))
            pairs = [(cards[str(asset.uuid)], uses.get(asset.uuid, 0)) for asset in members]
            shown.append(ShownGroup(pairs, str(best.uuid), group.distance))
    return shown


def _draw_trend(reports: Sequence[dict[str, Any]]) -> str:
    """The unused share of the library over time, as the points of a line in a box of 100 × 24; empty below two."""
    shares = [sum(data["unused"].values()) / data["assets"] if data["assets"] else 0.0 for data in reports]
    if len(shares) < 2:
        return ""
    step = 100 / (len(shares) - 1)
    return " ".join(f"{place * step:.1f},{24 - 22 * share:.1f}" for place, share in enumerate(shares))

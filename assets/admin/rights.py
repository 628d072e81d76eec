"""Licences and releases: how long and where they hold, what hangs on them, and the end of a consent."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from assets.admin.forecast import forecast_view
from assets.forms.rights import LicenseForm, ReleaseForm, WithdrawalForm
from assets.models import License, Release
from assets.rights.territories import territory_name
from assets.services.rights.releases import check_withdrawal, reinstate_release, withdraw_release
from assets.services.rights.verdicts import today
from pim.admin.base import StructureAdmin
from pim.errors import DomainError
from pim.forms.structure import StructureForm

SOON = timedelta(days=30)
MAX_SHOWN = 50


class GrantAdmin(StructureAdmin[Any]):
    """What the screens of licences and releases have in common."""

    form_template = "assets/grant_form.html"
    asset_filter: str

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the number of assets."""
        rows: QuerySet[Any] = super().get_queryset(request).annotate(n_assets=Count("assets", distinct=True))
        return rows

    def form_context(self, request: HttpRequest, form: StructureForm, obj: Any) -> dict[str, Any]:
        """What hangs on it, and where to see it."""
        if obj is None:
            return {}
        return {
            "n_assets": obj.assets.count(),
            "state": state_of(obj),
            "assets_url": f"{reverse('admin:assets_asset_changelist')}?{self.asset_filter}={obj.code}",
            "today": today(),
        }

    @admin.display(description=_("State"))
    def state_label(self, obj: Any) -> str:
        """Whether it holds today, and how long still."""
        return state_of(obj)[1]

    @admin.display(description=_("Assets"), ordering="n_assets")
    def assets_count(self, obj: Any) -> int:
        """How many are under it."""
        return int(obj.n_assets)

    @admin.display(description=_("Where"))
    def places(self, obj: Any) -> str:
        """Channels, countries and media in short."""
        countries = [territory_name(code) for code in obj.territories[:3]]
        if len(obj.territories) > len(countries):
            countries.append(f"+{len(obj.territories) - len(countries)}")
        parts = (", ".join(obj.channels), ", ".join(countries), ", ".join(obj.media))
        return " · ".join(part for part in parts if part) or _gettext("everywhere")


@admin.register(License)
class LicenseAdmin(GrantAdmin):
    """Licences, how long and where they hold."""

    kind = "license"
    form_class = LicenseForm
    asset_filter = "license"
    list_display = ("label", "code", "holder", "state_label", "valid_until", "places", "assets_count")
    ordering = ("code",)

    def get_urls(self) -> list[URLPattern]:
        """With the forecast, which is about all of them."""
        page = path("forecast/", self.admin_site.admin_view(self.forecast_view), name="assets_rights_forecast")
        return [page, *super().get_urls()]

    def forecast_view(self, request: HttpRequest) -> HttpResponseBase:
        """What ends by itself, and what then misses a picture."""
        return forecast_view(self, request)


@admin.register(Release)
class ReleaseAdmin(GrantAdmin):
    """Releases, whose they are and whether they still hold."""

    kind = "release"
    form_class = ReleaseForm
    form_template = "assets/release_form.html"
    asset_filter = "release"
    list_display = ("label", "code", "person", "kind_label", "state_label", "valid_until", "places", "assets_count")
    list_filter = ("kind", ("withdrawn", admin.EmptyFieldListFilter))
    ordering = ("code",)

    def get_urls(self) -> list[URLPattern]:
        """With the end of a consent."""
        page = path(
            "<uuid:object_id>/withdraw/",
            self.admin_site.admin_view(self.withdraw_view),
            name="assets_release_withdraw",
        )
        return [page, *super().get_urls()]

    def form_context(self, request: HttpRequest, form: StructureForm, obj: Any) -> dict[str, Any]:
        """With the address of its end."""
        context = super().form_context(request, form, obj)
        return {**context, "withdraw_url": self.address("withdraw", obj.uuid)} if obj is not None else context

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """People are searched for by their name and address."""
        return (*self.search_fields, "person", "email")

    @admin.display(description=_("Kind"), ordering="kind")
    def kind_label(self, obj: Release) -> str:
        """Whose consent it is."""
        return obj.get_kind_display()

    def withdraw_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what an end would hit, then end it; of one that has ended: begin it again."""
        release = self.require(request, str(object_id), permission="change")
        form = WithdrawalForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                sentence = self._move(request, release, form.cleaned_data["reason"])
            except DomainError as error:
                form.add_error("reason", str(error.message))
            else:
                messages.success(request, sentence)
                return HttpResponseRedirect(self.address("change", release.uuid))
        impact = check_withdrawal(release)
        context = self.page_context(
            request,
            _gettext("Withdraw %s") % release if release.withdrawn is None else _gettext("Reinstate %s") % release,
            original=release,
            object_id=str(release.uuid),
            form=form,
            impact=impact,
            assets=impact.assets[:MAX_SHOWN],
            products=impact.products[:MAX_SHOWN],
            n_assets=len(impact.assets),
            n_products=len(impact.products),
            back_url=self.address("change", release.uuid),
        )
        return TemplateResponse(request, "assets/release_withdraw.html", context)

    def _move(self, request: HttpRequest, release: Release, reason: str) -> str:
        actor: Any = request.user
        if release.withdrawn is not None:
            reinstate_release(release, actor=actor, reason=reason)
            return _gettext("The release %s holds again.") % release.code
        impact = withdraw_release(release, actor=actor, reason=reason)
        count = len(impact.assets)
        return ngettext(
            "The release %(code)s is withdrawn: %(count)d file is out of use.",
            "The release %(code)s is withdrawn: %(count)d files are out of use.",
            count,
        ) % {"code": release.code, "count": count}


def state_of(obj: License | Release, on: date | None = None) -> tuple[str, str]:
    """(badge, words): whether a licence or a release holds on a day."""
    day = on or today()
    if isinstance(obj, Release) and obj.withdrawn is not None:
        return "is-bad", _gettext("withdrawn on %s") % obj.withdrawn.date()
    if obj.valid_from and day < obj.valid_from:
        return "is-warn", _gettext("begins on %s") % obj.valid_from
    if obj.valid_until and day > obj.valid_until:
        return "is-bad", _gettext("ended on %s") % obj.valid_until
    if obj.valid_until and obj.valid_until - day <= SOON:
        left = (obj.valid_until - day).days
        return "is-warn", ngettext("%d day left", "%d days left", left) % left
    return "is-good", _gettext("in force")

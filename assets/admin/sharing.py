"""Share links and downloads: made from a selection, listed with what became of them."""

from __future__ import annotations

import json
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from assets.admin.bulk import read_selected
from assets.admin.cards import make_cards
from assets.forms.sharing import ShareForm
from assets.models import Asset, ShareLink
from assets.services.access import can
from assets.services.collections import find_collection
from assets.services.downloads.selection import AssetSelection, resolve_selection
from assets.services.sharing.links import (
    ShareState,
    create_share,
    may_withdraw,
    renew_address,
    state_of,
    withdraw_share,
)
from assets.services.sharing.showing import page_share, preset_labels
from pim.admin.base import UuidAdmin
from pim.choices import Origin
from pim.errors import DomainError, Refused
from pim.models import User

SHOWN_EVENTS = 100
SHOWN_ASSETS = 12
SELECTION = ("asset", "collection", "filter")
STATES = {
    ShareState.ACTIVE: (gettext_lazy("open"), "is-good"),
    ShareState.EXPIRED: (gettext_lazy("expired"), ""),
    ShareState.WITHDRAWN: (gettext_lazy("withdrawn"), "is-bad"),
    ShareState.ORPHANED: (gettext_lazy("owner may not share"), "is-warn"),
}


@admin.register(ShareLink)
class ShareLinkAdmin(UuidAdmin[ShareLink]):
    """Links are made here, shown once, looked after and withdrawn."""

    list_display = ("title", "state_badge", "owner", "what", "expires", "last_used", "created")
    list_select_related = ("owner", "collection")
    list_filter_sheet = False
    search_fields = ("title",)
    ordering = ("-created", "-pk")

    def get_queryset(self, request: HttpRequest) -> Any:
        return ShareLink.objects.select_related("owner", "collection")

    @admin.display(description=gettext_lazy("State"))
    def state_badge(self, share: ShareLink) -> str:
        """What it is good for."""
        label, tone = STATES[state_of(share)]
        return format_html('<span class="vt-badge {}">{}</span>', tone, label)

    @admin.display(description=gettext_lazy("Shares"))
    def what(self, share: ShareLink) -> str:
        """A collection by name; single files are told on the link's page."""
        return share.collection.name if share.collection else _("selected files")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: a link is withdrawn, so that one can see that it was there, and for whom."""
        return False

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path(
                "<uuid:object_id>/withdraw/", wrap(require_POST(self.withdraw_view)), name="assets_sharelink_withdraw"
            ),
            path("<uuid:object_id>/renew/", wrap(require_POST(self.renew_view)), name="assets_sharelink_renew"),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list; links are made from a selection, so nothing is added here."""
        return super().changelist_view(request, {"has_add_permission": False, **(extra_context or {})})

    def _changeform_view(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: dict[str, Any] | None
    ) -> HttpResponse:
        if object_id is not None:
            return self._show(request, self.require(request, unquote(object_id)))
        if not self.has_add_permission(request):
            raise PermissionDenied
        actor = cast("User", request.user)
        is_sent = "title" in request.POST
        try:
            given = read_given(request)
            selection, title, count = describe_selection(given, actor)
        except DomainError as error:
            messages.error(request, str(error.message))
            return HttpResponseRedirect(reverse("admin:assets_asset_changelist"))
        form = ShareForm(
            request.POST if is_sent else None, may_give_originals=can(actor, "download"), initial={"title": title}
        )
        if is_sent and form.is_valid():
            try:
                share, token = create_share(form.read_share(selection), actor=actor, origin=Origin.ADMIN)
            except DomainError as error:
                form.add_problems(error)
            else:
                return self._show(request, share, token=token)
        context = self.page_context(
            request,
            _("Share"),
            form=form,
            submit=_("Make the link"),
            count=count,
            selection=selection_fields(given),
            list_url=reverse("admin:assets_asset_changelist"),
        )
        return TemplateResponse(request, "assets/share_form.html", {**context, **(extra_context or {})})

    def withdraw_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """End it at once."""
        share = self.require(request, str(object_id))
        try:
            withdraw_share(share, actor=cast("User", request.user), origin=Origin.ADMIN)
        except DomainError as error:
            raise PermissionDenied(str(error.message)) from error
        messages.success(request, _("“%s” is closed for everybody.") % share)
        return HttpResponseRedirect(self.address("change", share.uuid))

    def renew_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Give it a new address, shown once."""
        share = self.require(request, str(object_id))
        try:
            token = renew_address(share, actor=cast("User", request.user), origin=Origin.ADMIN)
        except Refused as error:
            messages.error(request, str(error.message))
            return HttpResponseRedirect(self.address("change", share.uuid))
        except DomainError as error:
            raise PermissionDenied(str(error.message)) from error
        return self._show(request, share, token=token)

    def _show(self, request: HttpRequest, share: ShareLink, *, token: str = "") -> HttpResponse:
        actor = cast("User", request.user)
        state = state_of(share)
        page = page_share(share, limit=SHOWN_ASSETS)
        label, tone = STATES[state]
        context = self.page_context(
            request,
            str(share),
            share=share,
            url=request.build_absolute_uri(reverse("share", args=[token])) if token else "",
            state=label,
            tone=tone,
            cards=make_cards(page.assets) if can(actor, "view") else [],
            has_more=page.page.next_values is not None,
            count=share.items.count() if share.collection_id is None else None,
            presets=list(preset_labels(share).values()),
            events=share.events.all()[:SHOWN_EVENTS],
            may_withdraw=state == ShareState.ACTIVE and may_withdraw(share, actor),
            may_renew=state == ShareState.ACTIVE and (share.owner_id == actor.pk or actor.is_superuser),
            list_url=self.address("changelist"),
        )
        answer = TemplateResponse(request, "assets/share.html", context)
        if token:
            answer.headers["Cache-Control"] = "no-store"
        return answer


def describe_selection(given: QueryDict, actor: User) -> tuple[AssetSelection, str, int | None]:
    """What was sent, how it may be called, and how many assets it holds (None: a collection, which changes).

    Raises:
        Refused, NotFound: see `resolve_selection`.
    """
    selection = AssetSelection.read(
        assets=given.getlist("asset"), collection=given.get("collection", ""), filter=given.get("filter", "")
    )
    if selection.collection is not None and not selection.assets:
        return selection, find_collection(str(selection.collection), actor=actor).name, None
    uuids = resolve_selection(selection, actor=actor)
    if not uuids:
        raise Refused("nothing_selected", _("Choose some assets first."))
    only = Asset.objects.filter(uuid=uuids[0]).first() if len(uuids) == 1 else None
    return selection, only.code if only else "", len(uuids)


def read_given(request: HttpRequest) -> QueryDict:
    """What was posted, or stands in the address; everything that the library's grid shows comes as its filter.

    Raises:
        Refused: `invalid_filter`.
    """
    if request.method != "POST" or not request.POST.get("all"):
        return request.POST if request.method == "POST" else request.GET
    given = request.POST.copy()
    given["filter"] = json.dumps(read_selected(request).where or {})
    given.setlist("asset", [])
    given.pop("all")
    return given


def selection_fields(given: QueryDict) -> list[tuple[str, str]]:
    """The selection once more, for the dialog's form to carry on."""
    return [(name, value) for name in SELECTION for value in given.getlist(name) if value]

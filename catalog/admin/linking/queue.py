"""Files that need a decision or wait for their SKU: choose the product, or say that there is none."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from catalog.admin.linking.rows import Shower, ShownLink
from catalog.choices import LinkMode, MatchState
from catalog.models import AssetMatch, NamingRule
from catalog.services.kinds.naming import ASSET_TYPES
from catalog.services.linking.matches import dismiss_matches, find_match, settle_match
from catalog.services.linking.wording import explain
from pim.admin.base import UuidAdmin
from pim.choices import Origin
from pim.errors import DomainError, NotAllowed
from pim.forms.structure import label_choices
from pim.services.snapshot import get_structure
from pim.values.keys import join_key

ROWS = 50
SHOWN = (MatchState.AMBIGUOUS, MatchState.WAITING, MatchState.DISMISSED)


@admin.register(AssetMatch)
class AssetMatchAdmin(UuidAdmin[AssetMatch]):
    """The list of files that are still to be linked."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Files come here by themselves."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AssetMatch | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("dismiss/", wrap(require_POST(self.dismiss_view)), name="catalog_assetmatch_dismiss"),
            path("<uuid:object_id>/settle/", wrap(require_POST(self.settle_view)), name="catalog_assetmatch_settle"),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list of one state, oldest decisions first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        counts = dict(AssetMatch.objects.order_by().values_list("state").annotate(n=Count("pk")))
        state = request.GET.get("state", "")
        if state not in SHOWN:
            state = next((each for each in SHOWN if counts.get(each)), MatchState.AMBIGUOUS)
        matches = AssetMatch.objects.filter(state=state).select_related("asset__version").order_by("pk")
        after = request.GET.get("after", "")
        found = list(matches.filter(pk__gt=int(after) if after.isdecimal() else 0)[: ROWS + 1])
        structure = get_structure()
        held = {code: spec for code, spec in structure.attributes.items() if spec.type in ASSET_TYPES}
        context = self.page_context(
            request,
            _("Files to be linked"),
            states=[(each, MatchState(each).label, counts.get(each, 0)) for each in SHOWN],
            state=state,
            is_dismissed=state == MatchState.DISMISSED,
            rows=_show(found[:ROWS]),
            next_after=found[ROWS - 1].pk if len(found) > ROWS else None,
            attributes=label_choices(held),
            channels=label_choices(structure.channels),
            locales=sorted(structure.locales),
            scoped=[code for code, spec in held.items() if spec.scopable or spec.localizable],
            suggest_url=reverse("admin:catalog_product_suggest"),
            dismiss_url=self.address("dismiss"),
            runs_url=reverse("admin:catalog_linking_changelist"),
        )
        return TemplateResponse(request, "catalog/linking/queue.html", {**context, **(extra_context or {})})

    def settle_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Link one file to the product that was chosen: by a candidate's button (`choice`), or by hand."""
        posted = request.POST
        sku, key = posted.get("sku", "").strip(), posted.get("key", "")
        position = posted.get("position", "")
        if choice := posted.get("choice", ""):
            key, _separator, sku = choice.partition("|")
        elif attribute := posted.get("attribute", ""):
            key = join_key(attribute, posted.get("channel") or None, posted.get("locale") or None)
        try:
            settle_match(
                find_match(str(object_id)), sku, actor=request.user, origin=Origin.ADMIN, key=key,  # type: ignore[arg-type]
                position=int(position) if position.isdecimal() else None, replaces="replaces" in posted,
            )  # fmt: skip
        except NotAllowed as error:
            raise PermissionDenied(str(error.message)) from error
        except DomainError as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, _("Linked to %s.") % sku)
        return self._back(request)

    def dismiss_view(self, request: HttpRequest) -> HttpResponse:
        """Take files off the list, or put them back."""
        uuids = [text for text in request.POST.getlist("uuid") if _is_uuid(text)]
        is_dismissed = "restore" not in request.POST
        try:
            count = dismiss_matches(uuids, actor=request.user, is_dismissed=is_dismissed)  # type: ignore[arg-type]
        except DomainError as error:
            raise PermissionDenied(str(error.message)) from error
        text = (
            ngettext("%d file is dismissed.", "%d files are dismissed.", count)
            if is_dismissed
            else ngettext("%d file is back on the list.", "%d files are back on the list.", count)
        )
        messages.success(request, text % count)
        return self._back(request)

    def _changeform_view(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: dict[str, Any] | None
    ) -> HttpResponse:
        """A file is decided upon in the list."""
        match = self.require(request, object_id or "")
        return HttpResponseRedirect(f"{self.address('changelist')}?state={match.state}")

    def _back(self, request: HttpRequest) -> HttpResponse:
        state = request.POST.get("state", "")
        return HttpResponseRedirect(f"{self.address('changelist')}{f'?state={state}' if state in SHOWN else ''}")


def _show(matches: list[AssetMatch]) -> list[ShownLink]:
    labels = {rule.code: rule.label for rule in NamingRule.objects.filter(code__in={match.rule for match in matches})}
    shower = Shower(matches)
    return [
        ShownLink(
            shower.file(match),
            shower.target(None, match.sku, match.key, match.position),
            match.state,
            str(MatchState(match.state).label),
            "",
            match.message or explain(match.why),
            labels.get(match.rule, match.rule),
            str(match.uuid),
            replaces=match.mode == LinkMode.REPLACE,
            candidates=shower.candidates(match),
        )
        for match in matches
    ]


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True

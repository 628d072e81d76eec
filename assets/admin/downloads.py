"""Downloads: the dialog that asks how, and the list of what was fetched by whom."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.views import ChangeList

from assets.admin.sharing import describe_selection, read_given, selection_fields
from assets.forms.sharing import DownloadForm
from assets.models import DownloadTicket
from assets.services.access import can
from assets.services.downloads.requests import DownloadRequest
from assets.services.downloads.selection import resolve_selection
from assets.services.downloads.tickets import ask_download
from pim.admin.base import UuidAdmin
from pim.admin.keysets import NewestFirst
from pim.errors import DomainError
from pim.models import User


@admin.register(DownloadTicket)
class DownloadTicketAdmin(UuidAdmin[DownloadTicket]):
    """ZIPs are asked for here, and stay listed when they have been fetched."""

    change_list_template = "pim/newest_first.html"
    list_display = ("created", "who", "files", "shape", "size", "state")
    list_display_links = None
    list_select_related = ("owner", "share")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return NewestFirst

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> None:
        """A download has no page of its own: what it was stands in the list."""
        return

    @admin.display(description=gettext_lazy("By"))
    def who(self, ticket: DownloadTicket) -> str:
        """An account, or visitors of a link."""
        if ticket.share is not None:
            return _("visitor of “%s”") % ticket.share
        return str(ticket.owner or "–")

    @admin.display(description=gettext_lazy("Files"))
    def files(self, ticket: DownloadTicket) -> str:
        """Sent, else asked for."""
        result = ticket.request.get("result")
        if not result:
            return str(len(ticket.request["assets"]))
        left_out = result["left_out"]
        return (
            _("%(files)d, %(left)d left out") % {"files": result["files"], "left": left_out}
            if left_out
            else str(result["files"])
        )

    @admin.display(description=gettext_lazy("As"))
    def shape(self, ticket: DownloadTicket) -> str:
        """The preset."""
        return ticket.request["preset"] or _("originals")

    @admin.display(description=gettext_lazy("Size"))
    def size(self, ticket: DownloadTicket) -> str:
        """What went over the line."""
        result = ticket.request.get("result")
        return str(filesizeformat(result["size_bytes"])) if result else "–"

    @admin.display(description=gettext_lazy("State"))
    def state(self, ticket: DownloadTicket) -> str:
        """Whether it was fetched to its end."""
        if ticket.used is None:
            return _("not fetched")
        result = ticket.request.get("result")
        return _("being fetched") if not result else _("fetched") if result["is_complete"] else _("broken off")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: what happened stays as it was."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: old ones go by themselves."""
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list; a download begins with a selection, so nothing is added here."""
        return super().changelist_view(request, {"has_add_permission": False, **(extra_context or {})})

    def _changeform_view(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: dict[str, Any] | None
    ) -> HttpResponse:
        if object_id is not None or not self.has_add_permission(request):
            raise PermissionDenied
        actor = cast("User", request.user)
        is_sent = "preset" in request.POST
        library = reverse("admin:assets_asset_changelist")
        try:
            given = read_given(request)
            selection, _title, count = describe_selection(given, actor)
            uuids = resolve_selection(selection, actor=actor)
        except DomainError as error:
            messages.error(request, str(error.message))
            return HttpResponseRedirect(library)
        form = DownloadForm(request.POST if is_sent else None, may_have_originals=can(actor, "download"))
        if is_sent and form.is_valid():
            try:
                wanted = DownloadRequest(tuple(uuids), form.cleaned_data["preset"], form.chosen_layout, form.read_use())
                issued = ask_download(wanted, actor=actor)
            except DomainError as error:
                form.add_problems(error)
            else:
                return HttpResponseRedirect(reverse("download-zip", args=[issued.token]))
        context = self.page_context(
            request,
            _("Download"),
            form=form,
            submit=_("Download ZIP"),
            count=count if count is not None else len(uuids),
            selection=selection_fields(given),
            list_url=library,
        )
        return TemplateResponse(request, "assets/download_form.html", {**context, **(extra_context or {})})

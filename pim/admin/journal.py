"""The journal, read newest first."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from pim.admin.histories import describe_entries
from pim.admin.keysets import read_number
from pim.models import Entry


@admin.register(Entry)
class EntryAdmin(ModelAdmin[Entry]):
    """Read only: history is what happened."""

    actions = None
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> Any:
        queryset = Entry.objects.select_related("actor", "job")
        if subject := request.GET.get("subject", "").strip():
            queryset = queryset.filter(key=subject)
        if kind := request.GET.get("type", ""):
            queryset = queryset.filter(subject_type=kind)
        return queryset

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list with its diffs."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        changes = JournalPage.read(request, self)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Journal"),
            "entries": describe_entries(changes.rows),
            "show_subject": True,
            "subject": request.GET.get("subject", ""),
            "older": changes.older,
        }
        return TemplateResponse(request, "pim/journal.html", context)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


class JournalPage:
    """A page of entries and the address of the next."""

    def __init__(self, rows: list[Entry], older: str) -> None:
        self.rows = rows
        self.older = older

    @classmethod
    def read(cls, request: HttpRequest, model_admin: EntryAdmin) -> JournalPage:
        """Rows behind `?after=`, newest first."""
        queryset = model_admin.get_queryset(request).order_by("-pk")
        if (after := read_number(request.GET.get("after"))) is not None:
            queryset = queryset.filter(pk__lt=after)
        rows = list(queryset[: model_admin.list_per_page + 1])
        if len(rows) <= model_admin.list_per_page:
            return cls(rows, "")
        rows.pop()
        parameters = request.GET.copy()
        parameters["after"] = str(rows[-1].pk)
        return cls(rows, f"?{parameters.urlencode()}")

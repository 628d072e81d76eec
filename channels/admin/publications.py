"""Publications, read only: what is live where, and what is withheld."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

from channels.models import ChannelView, Publication
from channels.services.explaining import describe_reason
from pim.admin.keysets import NewestFirst


class ViewFilter(admin.SimpleListFilter):
    """By view."""

    title = _("view")
    parameter_name = "view"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The views."""
        return [(view.code, view.label) for view in ChannelView.objects.all()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those of the view."""
        return queryset.filter(view__code=self.value()) if self.value() else queryset


@admin.register(Publication)
class PublicationAdmin(ModelAdmin[Publication]):
    """What the publisher has made; a row leads to the view's preview of its product."""

    actions = None
    list_display = ("sku", "view", "state", "position", "published_at", "why")
    list_filter = (ViewFilter, "state")
    search_fields = ("sku_key__startswith",)
    list_per_page = 50
    sortable_by = ()
    show_full_result_count = False
    change_list_template = "pim/newest_first.html"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Walked by key: there may be millions."""
        return NewestFirst

    def get_queryset(self, request: HttpRequest) -> QuerySet[Publication]:
        """Without the documents."""
        return super().get_queryset(request).select_related("view").defer("shared", "by_locale")

    def row_url(self, row: Publication) -> str:
        """The view's preview of the product."""
        page = reverse("admin:channels_channelview_preview", args=(row.view.uuid,))
        return f"{page}?{urlencode({'sku': row.sku})}"

    @admin.display(description=_("Why not"))
    def why(self, row: Publication) -> str:
        """The first reason, and how many more there are."""
        if not row.reasons:
            return ""
        more = len(row.reasons) - 1
        sentence = describe_reason(row.reasons[0]).message
        return f"{sentence} (+{more})" if more else sentence

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

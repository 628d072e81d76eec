"""All comments on assets in one list; they are written and answered on the asset's page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assets.models import AssetComment
from assets.services.comments import comments
from pim.admin.base import UuidAdmin


@admin.register(AssetComment)
class AssetCommentAdmin(UuidAdmin[AssetComment]):
    """What people say about assets; an own right, so that what is said stays among colleagues."""

    list_display = ("text", "asset_code", "author", "version_number", "created", "is_open")
    list_filter = (("resolved", admin.EmptyFieldListFilter),)
    search_fields = ("text", "asset__code")
    ordering = ("-created", "-pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AssetComment]:
        return comments().filter(reply_to=None)

    @admin.display(description=_("Asset"))
    def asset_code(self, comment: AssetComment) -> str:
        """Of the asset."""
        return comment.asset.code

    @admin.display(description=_("Open"), boolean=True)
    def is_open(self, comment: AssetComment) -> bool:
        """Whether it waits for somebody."""
        return comment.resolved is None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def _changeform_view(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: dict[str, Any] | None
    ) -> HttpResponse:
        """The comment where it was made."""
        comment = self.require(request, object_id or "")
        page = reverse("admin:assets_asset_change", args=[comment.asset.uuid])
        return HttpResponseRedirect(f"{page}#comment-{comment.uuid}")

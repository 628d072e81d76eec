"""Saved views as a list: to rename, share and forget them; they are made beside the lists that they show."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from pim.admin.base import UuidAdmin
from pim.models import SavedView, User
from pim.services.saved_views import change_view, delete_view, views_for


@admin.register(SavedView)
class SavedViewAdmin(UuidAdmin[SavedView]):
    """One's own views, and those that others share."""

    list_display = ("name", "list_name", "user", "is_shared", "updated")
    list_filter = ("list_name", "is_shared")
    fields = ("name", "is_shared")
    search_fields = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[SavedView]:
        return views_for(cast("User", request.user))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never: a view is saved beside its list."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """One's own."""
        return super().has_change_permission(request, obj) and _is_own(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """One's own."""
        return super().has_delete_permission(request, obj) and _is_own(request, obj)

    def save_model(self, request: HttpRequest, obj: SavedView, form: Any, change: bool) -> None:
        change_view(obj, actor=cast("User", request.user), name=obj.name, is_shared=obj.is_shared)

    def delete_model(self, request: HttpRequest, obj: SavedView) -> None:
        delete_view(obj, actor=cast("User", request.user))


def _is_own(request: HttpRequest, view: SavedView | None) -> bool:
    return view is None or view.user_id == request.user.pk or bool(getattr(request.user, "is_superuser", False))

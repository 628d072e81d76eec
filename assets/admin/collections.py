"""Collections as a list, to rename, describe, share and delete them; they are filled in the library."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from assets.models import Collection
from assets.services.collections import change_collection, collections_for, delete_collection, may_write
from pim.admin.base import UuidAdmin
from pim.choices import Origin
from pim.models import User


@admin.register(Collection)
class CollectionAdmin(UuidAdmin[Collection]):
    """One's own collections, and the shared ones."""

    list_display = ("name", "kind", "owner", "is_shared", "updated", "library")
    list_filter = ("is_shared",)
    list_select_related = ("owner",)
    fields = ("name", "description", "is_shared")
    search_fields = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Collection]:
        return collections_for(cast("User", request.user))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never: a collection is made in the library, of what is seen there."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """One's own and the shared ones."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or may_write(obj, cast("User", request.user)))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """One's own and the shared ones."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or may_write(obj, cast("User", request.user), "delete"))

    @admin.display(description=_("Kind"))
    def kind(self, row: Collection) -> str:
        """By hand or by search."""
        return str(_("by search") if row.is_smart else _("by hand"))

    @admin.display(description=_("In the library"))
    def library(self, row: Collection) -> str:
        """To what is in it."""
        address = f"../asset/?collection={row.uuid}"
        return format_html('<a class="vt-link" href="{}">{}</a>', address, _("Show"))

    def save_model(self, request: HttpRequest, obj: Collection, form: Any, change: bool) -> None:
        fields = {name: getattr(obj, name) for name in form.changed_data}
        change_collection(obj, actor=cast("User", request.user), origin=Origin.ADMIN, **fields)

    def delete_model(self, request: HttpRequest, obj: Collection) -> None:
        delete_collection(obj, actor=cast("User", request.user), origin=Origin.ADMIN)

"""People and their groups: Django's own pages, in unfold's clothes."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from pim.models import User

admin.site.unregister(Group)


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin[User]):  # type: ignore[type-arg]
    """Who may come in and what they may do. Accounts are switched off, not deleted: the journal names them."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    actions = None
    list_display = ("username", "full_name", "email", "group_names", "is_active", "last_login")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": (("first_name", "last_name"), "email")}),
        (_("Access"), {"fields": (("is_active", "is_staff", "is_superuser"), "groups", "user_permissions")}),
    )
    add_fieldsets = ((None, {"fields": ("username", "usable_password", "password1", "password2")}),)  # type: ignore[misc]

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        """Only superusers say who may do what, or whoever may change an account could give it every right."""
        return () if request.user.is_superuser else ("is_superuser", "groups", "user_permissions")

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        """A superuser's account, password included, is changed by superusers."""
        is_above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not is_above and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Never: an account that is not active can do nothing."""
        return False

    @admin.display(description=_("Name"))
    def full_name(self, user: Any) -> str:
        """First and last name."""
        return str(user.get_full_name())

    @admin.display(description=_("Groups"))
    def group_names(self, user: User) -> str:
        """The groups by name."""
        return ", ".join(group.name for group in user.groups.all())


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin[Group]):
    """What a kind of people may do."""

    actions = None

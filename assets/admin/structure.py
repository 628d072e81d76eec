"""Asset families."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from assets.forms.families import AssetFamilyForm
from assets.models import AssetFamily
from pim.admin.base import StructureAdmin


@admin.register(AssetFamily)
class AssetFamilyAdmin(StructureAdmin[AssetFamily]):
    """Asset families: attributes in order, and what an asset must have."""

    kind = "asset_family"
    form_class = AssetFamilyForm
    form_template = "assets/family_form.html"
    list_display = ("label", "code", "attributes_count", "required_count", "requires_alt", "assets_count")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AssetFamily]:
        return super().get_queryset(request).annotate(n_assets=Count("assets", distinct=True))

    @admin.display(description=_("Attributes"))
    def attributes_count(self, family: AssetFamily) -> int:
        """How many attributes it has."""
        return len(family.placements.all())

    @admin.display(description=_("Required"))
    def required_count(self, family: AssetFamily) -> int:
        """How many of them an asset must have."""
        return sum(row.is_required for row in family.placements.all())

    @admin.display(description=_("Assets"))
    def assets_count(self, family: Any) -> int:
        """How many assets are of it."""
        return int(family.n_assets)

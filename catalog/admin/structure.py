"""The pages of the catalog's structure: families, how they vary, association types and groups."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from catalog.forms.families import AssociationTypeForm, FamilyForm, FamilyVariantForm, GroupForm
from catalog.models import AssociationType, Family, FamilyVariant, Group
from catalog.services.snapshot import get_catalog_structure
from pim.admin.base import StructureAdmin
from pim.forms.structure import StructureForm, label_choices


@admin.register(Family)
class FamilyAdmin(StructureAdmin[Family]):
    """Families: attributes in order, requirements by channel."""

    kind = "family"
    form_class = FamilyForm
    form_template = "catalog/family_form.html"
    list_display = ("label", "code", "attributes_count", "label_attribute", "products_count")

    @admin.display(description=_("Attributes"))
    def attributes_count(self, family: Family) -> int:
        """How many attributes it has."""
        return len(family.placements.all())

    def get_queryset(self, request: HttpRequest) -> QuerySet[Family]:
        counted = Count("products", distinct=True)
        return super().get_queryset(request).annotate(n_products=counted)

    @admin.display(description=_("Products"))
    def products_count(self, family: Any) -> int:
        """How many products are of it."""
        return int(family.n_products)


@admin.register(FamilyVariant)
class FamilyVariantAdmin(StructureAdmin[FamilyVariant]):
    """How families vary."""

    kind = "family_variant"
    form_class = FamilyVariantForm
    form_template = "catalog/family_form.html"
    list_display = ("label", "code", "family", "axes")

    @admin.display(description=_("Axes"))
    def axes(self, variant: FamilyVariant) -> str:
        """The axes, level by level."""
        levels: dict[int, list[str]] = {}
        for placement in variant.placements.all():
            if placement.axis_position is not None:
                levels.setdefault(placement.level, []).append(placement.attribute.code)
        return " › ".join(", ".join(levels[level]) for level in sorted(levels))

    def form_context(self, request: HttpRequest, form: StructureForm, obj: FamilyVariant | None) -> dict[str, Any]:
        return {"families": label_choices(get_catalog_structure().families)} if obj is None else {}


@admin.register(AssociationType)
class AssociationTypeAdmin(StructureAdmin[AssociationType]):
    """Meanings of links between products."""

    kind = "association_type"
    form_class = AssociationTypeForm
    list_display = ("label", "code", "is_two_way", "is_quantified")


@admin.register(Group)
class GroupAdmin(StructureAdmin[Group]):
    """Static groups of products."""

    kind = "group"
    form_class = GroupForm
    list_display = ("label", "code", "type", "products_count")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        return super().get_queryset(request).annotate(n_products=Count("memberships"))

    @admin.display(description=_("Products"))
    def products_count(self, group: Any) -> int:
        """How many products are in it."""
        return int(group.n_products)

"""The catalog's kinds of structure as REST resources."""

from __future__ import annotations

from typing import ClassVar

from catalog.api.linking import BulkNamingRuleViewSet, NamingRuleViewSet
from catalog.models import AssociationType, Family, FamilyVariant, Group
from pim.api.resources import CODES
from pim.api.structure import BulkStructureViewSet, StructureResource, StructureViewSet


class FamilyResource(StructureResource):
    kind_code = "family"
    model = Family
    permission_model = "catalog.family"
    schemas: ClassVar = {
        "attributes": CODES,
        "requirements": {
            "type": "object",
            "description": "By channel: weights by attribute, or a list of attributes that all weigh 1.",
            "additionalProperties": {"anyOf": [{"type": "object", "additionalProperties": {"type": "integer"}}, CODES]},
        },
    }


class FamilyVariantResource(StructureResource):
    kind_code = "family_variant"
    model = FamilyVariant
    permission_model = "catalog.familyvariant"
    filters = ("family",)


class AssociationTypeResource(StructureResource):
    kind_code = "association_type"
    model = AssociationType
    permission_model = "catalog.associationtype"
    filters = ("is_two_way", "is_quantified")


class GroupResource(StructureResource):
    kind_code = "group"
    model = Group
    permission_model = "catalog.group"
    filters = ("type",)


class FamilyViewSet(FamilyResource, StructureViewSet):
    """Families: attributes in order, and what each channel requires."""


class FamilyVariantViewSet(FamilyVariantResource, StructureViewSet):
    """Family variants: the axes along which products of a family vary."""


class AssociationTypeViewSet(AssociationTypeResource, StructureViewSet):
    """Association types."""


class GroupViewSet(GroupResource, StructureViewSet):
    """Static groups of products."""


class BulkFamilyViewSet(FamilyResource, BulkStructureViewSet):
    """Many families."""


class BulkFamilyVariantViewSet(FamilyVariantResource, BulkStructureViewSet):
    """Many family variants."""


class BulkAssociationTypeViewSet(AssociationTypeResource, BulkStructureViewSet):
    """Many association types."""


class BulkGroupViewSet(GroupResource, BulkStructureViewSet):
    """Many groups."""


STRUCTURE: tuple[tuple[str, type[StructureViewSet], type[BulkStructureViewSet]], ...] = (
    ("families", FamilyViewSet, BulkFamilyViewSet),
    ("family-variants", FamilyVariantViewSet, BulkFamilyVariantViewSet),
    ("association-types", AssociationTypeViewSet, BulkAssociationTypeViewSet),
    ("groups", GroupViewSet, BulkGroupViewSet),
    ("naming-rules", NamingRuleViewSet, BulkNamingRuleViewSet),
)

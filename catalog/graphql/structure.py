"""The catalog's structure as object types."""

from __future__ import annotations

import graphene

from catalog.graphql.linking import NAMING_RULE
from catalog.models import AssociationType, Family, FamilyVariant, Group
from pim.graphql.nodes import Node
from pim.graphql.scalars import JSON
from pim.graphql.structure import StructureFields, StructureType
from pim.graphql.types import codes


class FamilyType(StructureFields, graphene.ObjectType):
    """A kind of product: its attributes, and what channels require."""

    class Meta:
        name = "Family"
        interfaces = (Node,)

    model = Family
    attributes = codes("In order.")
    label_attribute = graphene.String()
    image_attribute = graphene.String()
    requirements = JSON(required=True, description="{channel: {attribute: weight}}")


class FamilyVariantType(StructureFields, graphene.ObjectType):
    """A way in which a family varies."""

    class Meta:
        name = "FamilyVariant"
        interfaces = (Node,)

    model = FamilyVariant
    family = graphene.String(required=True)
    levels = JSON(required=True, description="[{axes: [attribute], attributes: [attribute], …}]")


class AssociationTypeType(StructureFields, graphene.ObjectType):
    """A meaning of a link between products."""

    class Meta:
        name = "AssociationType"
        interfaces = (Node,)

    model = AssociationType
    is_two_way = graphene.Boolean(required=True)
    is_quantified = graphene.Boolean(required=True)


class ProductGroupType(StructureFields, graphene.ObjectType):
    """A static set of products."""

    class Meta:
        name = "ProductGroup"
        interfaces = (Node,)

    model = Group
    type = graphene.String(required=True)


STRUCTURE = (
    StructureType(FamilyType, "family", "catalog.family", "family", "families"),
    StructureType(
        FamilyVariantType, "family_variant", "catalog.familyvariant", "family_variant", "family_variants", ("family",)
    ),
    StructureType(
        AssociationTypeType, "association_type", "catalog.associationtype", "association_type", "association_types",
        ("is_two_way", "is_quantified"),
    ),
    NAMING_RULE,
    StructureType(ProductGroupType, "group", "catalog.group", "product_group", "product_groups", ("type",)),
)  # fmt: skip

"""The catalog's state: families, products, their values and what is derived from them."""

from catalog.models.associations import Association, AssociationType, Group, GroupMembership
from catalog.models.derived import (
    CompletenessSlot,
    ProductAsset,
    ProductCompleteness,
    ProductFacet,
    ProductNumber,
    ProductSort,
    ProductText,
    ProductUnique,
)
from catalog.models.families import Family, FamilyAttribute, FamilyVariant, Requirement, VariantPlacement
from catalog.models.linking import AssetMatch, Linking, LinkingRow, NamingRule
from catalog.models.products import Edition, Product, ProductCategory, ProductValues
from catalog.models.profiles import ImportProfile

__all__ = [
    "AssetMatch",
    "Association",
    "AssociationType",
    "CompletenessSlot",
    "Edition",
    "Family",
    "FamilyAttribute",
    "FamilyVariant",
    "Group",
    "GroupMembership",
    "ImportProfile",
    "Linking",
    "LinkingRow",
    "NamingRule",
    "Product",
    "ProductAsset",
    "ProductCategory",
    "ProductCompleteness",
    "ProductFacet",
    "ProductNumber",
    "ProductSort",
    "ProductText",
    "ProductUnique",
    "ProductValues",
    "Requirement",
    "VariantPlacement",
]

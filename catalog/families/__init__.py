"""The rules of families and variants, free of the database: which attribute lives where, and what tells variants apart."""

from catalog.families.specs import AssociationTypeSpec, CatalogStructure, FamilySpec, FamilyVariantSpec
from catalog.families.variants import axis_key, level_of

__all__ = ["AssociationTypeSpec", "CatalogStructure", "FamilySpec", "FamilyVariantSpec", "axis_key", "level_of"]

"""Families, family variants and association types as frozen facts, one picture per epoch of the structure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assets.conformance import PictureTerms
from pim.values.snapshot import Structure


@dataclass(frozen=True, slots=True, eq=False)
class FamilySpec:
    """A family: its attributes in order and, by channel, those required with their weights."""

    id: int
    code: str
    labels: Mapping[str, str]
    attributes: tuple[str, ...]
    members: frozenset[str]
    label_attribute: str | None
    image_attribute: str | None
    requirements: Mapping[str, Mapping[str, int]]
    requirements_epoch: int


@dataclass(frozen=True, slots=True, eq=False)
class FamilyVariantSpec:
    """How a family varies: axes by level (level 1 first) and the level of each attribute that is not at the root."""

    id: int
    code: str
    family: str
    labels: Mapping[str, str]
    axes: tuple[tuple[str, ...], ...]
    placements: Mapping[str, int]
    overridable: frozenset[str] = frozenset()

    @property
    def levels(self) -> int:
        """How many levels of axes there are; variants are at this level, models above."""
        return len(self.axes)


@dataclass(frozen=True, slots=True)
class AssociationTypeSpec:
    """An association type by its properties."""

    id: int
    code: str
    labels: Mapping[str, str]
    is_two_way: bool
    is_quantified: bool


@dataclass(frozen=True, eq=False)
class CatalogStructure:
    """The kernel's structure with the catalog's own: families, variants, association types, groups, slots.

    `picture_rules` is what each channel asks of pictures, by its code.

    `slots` is `{(channel, locale): place in the completeness array}` for the pairs that channels speak now,
    `locale_ordinals` the rows in which values are kept, those of deleted locales included.
    """

    base: Structure
    families: Mapping[str, FamilySpec]
    families_by_key: Mapping[str, FamilySpec]
    families_by_id: Mapping[int, FamilySpec]
    variants: Mapping[str, FamilyVariantSpec]
    variants_by_key: Mapping[str, FamilyVariantSpec]
    variants_by_id: Mapping[int, FamilyVariantSpec]
    association_types: Mapping[str, AssociationTypeSpec]
    groups: Mapping[str, int]
    slots: Mapping[tuple[str, str], int] = field(default_factory=dict)
    picture_rules: Mapping[str, tuple[PictureTerms, ...]] = field(default_factory=dict)
    locale_ordinals: Mapping[str, int] = field(default_factory=dict)

    @property
    def epoch(self) -> int:
        """The epoch of the picture."""
        return self.base.epoch

    def family(self, code: str) -> FamilySpec | None:
        """The family with a code, whatever its case."""
        return self.families.get(code) or self.families_by_key.get(code.casefold())

    def variant(self, code: str) -> FamilyVariantSpec | None:
        """The family variant with a code, whatever its case."""
        return self.variants.get(code) or self.variants_by_key.get(code.casefold())

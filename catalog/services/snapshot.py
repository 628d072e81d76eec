"""The catalog's structure in memory, loaded once per process and epoch."""

from __future__ import annotations

import threading
from collections import defaultdict

from django.db import connection

from assets.services.conforming import load_picture_rules
from catalog.families import AssociationTypeSpec, CatalogStructure, FamilySpec, FamilyVariantSpec
from catalog.models import AssociationType, CompletenessSlot, Family, FamilyVariant, Group
from pim.choices import OrdinalKind
from pim.models import Ordinal
from pim.services.snapshot import get_structure
from pim.values.snapshot import Structure

_lock = threading.Lock()
_current: CatalogStructure | None = None


def get_catalog_structure() -> CatalogStructure:
    """The structure as of now; one query when nothing has changed."""
    global _current  # noqa: PLW0603 - the process-wide cache this module exists for
    base = get_structure()
    cached = _current
    if cached is not None and cached.base is base:
        return cached
    with _lock:
        if _current is not None and _current.base is base:
            return _current
        slots = set(CompletenessSlot.objects.values_list("slot", flat=True))
        found = _load(base)
        # Slots given in a transaction may be rolled back with it: the picture is kept once they are there to stay.
        if set(found.slots.values()) <= slots or not connection.in_atomic_block:
            _current = found
        return found


def _load(base: Structure) -> CatalogStructure:
    families = {spec.code: spec for spec in map(_family_spec, _families())}
    variants = {spec.code: spec for spec in map(_variant_spec, _variants())}
    return CatalogStructure(
        base=base,
        families=families,
        families_by_key={code.casefold(): spec for code, spec in families.items()},
        families_by_id={spec.id: spec for spec in families.values()},
        variants=variants,
        variants_by_key={code.casefold(): spec for code, spec in variants.items()},
        variants_by_id={spec.id: spec for spec in variants.values()},
        association_types={
            row.code: AssociationTypeSpec(row.pk, row.code, row.labels, row.is_two_way, row.is_quantified)
            for row in AssociationType.objects.all()
        },
        groups=dict(Group.objects.values_list("code", "pk")),
        slots=_slots(base),
        picture_rules=load_picture_rules(),
        locale_ordinals=dict(Ordinal.objects.filter(kind=OrdinalKind.LOCALE).values_list("code", "ordinal")),
    )


def _families() -> list[Family]:
    return list(
        Family.objects.select_related("label_attribute", "image_attribute").prefetch_related(
            "placements__attribute", "requirements__attribute", "requirements__channel"
        )
    )


def _family_spec(family: Family) -> FamilySpec:
    requirements: dict[str, dict[str, int]] = defaultdict(dict)
    for requirement in family.requirements.all():
        requirements[requirement.channel.code][requirement.attribute.code] = requirement.weight
    attributes = tuple(placement.attribute.code for placement in family.placements.all())
    return FamilySpec(
        id=family.pk,
        code=family.code,
        labels=family.labels,
        attributes=attributes,
        members=frozenset(attributes),
        label_attribute=family.label_attribute.code if family.label_attribute else None,
        image_attribute=family.image_attribute.code if family.image_attribute else None,
        requirements=dict(requirements),
        requirements_epoch=family.requirements_epoch,
    )


def _variants() -> list[FamilyVariant]:
    return list(FamilyVariant.objects.select_related("family").prefetch_related("placements__attribute"))


def _variant_spec(variant: FamilyVariant) -> FamilyVariantSpec:
    axes: dict[int, list[str]] = defaultdict(list)
    for placement in variant.placements.all():
        if placement.axis_position is not None:
            axes[placement.level].append(placement.attribute.code)
    return FamilyVariantSpec(
        id=variant.pk,
        code=variant.code,
        family=variant.family.code,
        labels=variant.labels,
        axes=tuple(tuple(axes[level]) for level in sorted(axes)),
        placements={row.attribute.code: row.level for row in variant.placements.all()},
        overridable=frozenset(row.attribute.code for row in variant.placements.all() if row.is_overridable),
    )


def _slots(base: Structure) -> dict[tuple[str, str], int]:
    """Slots of the pairs spoken now; a pair seen for the first time is given the next free slot, for ever."""
    wanted = {
        (base.channels[channel].ordinal, base.locales[locale].ordinal): (channel, locale)
        for channel, locale in base.active_slots()
    }
    while True:
        known = {(row.channel, row.locale): row.slot for row in CompletenessSlot.objects.all()}
        missing = [pair for pair in sorted(wanted) if pair not in known]
        if not missing:
            return {names: known[pair] for pair, names in wanted.items()}
        # A slot that another process takes in the same moment is left to it: those still missing get the next ones.
        first = max(known.values(), default=-1) + 1
        CompletenessSlot.objects.bulk_create(
            [CompletenessSlot(slot=first + n, channel=ch, locale=lo) for n, (ch, lo) in enumerate(missing)],
            ignore_conflicts=True,
        )

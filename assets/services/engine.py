"""The value engine as assets use it: families, index rows and completeness, compiled once for one picture of the structure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from assets.models import AssetFamily
from pim.services.snapshot import get_structure
from pim.values.derive import Deriver, IndexRows
from pim.values.keys import make_key
from pim.values.snapshot import Structure
from pim.values.specs import AttributeSpec
from pim.values.types import attribute_types

ALT, LABEL = "alt", "label"
"""Names in flat keys of the texts that every asset may have."""


@dataclass(frozen=True, slots=True)
class AssetFamilySpec:
    """An asset family in memory; `attributes` in order, `required` among them."""

    id: int
    code: str
    labels: Mapping[str, str]
    attributes: tuple[str, ...]
    required: frozenset[str]
    requires_alt: bool


class AssetEngine:
    """What is compiled from one picture of the structure; used from any thread."""

    def __init__(self, structure: Structure, families: Mapping[str, AssetFamilySpec]) -> None:
        self.structure = structure
        self.families = {code.casefold(): spec for code, spec in families.items()}
        self.families_by_id = {spec.id: spec for spec in families.values()}
        self._deriver = Deriver(
            structure.attributes,
            structure,
            channels={channel.code: channel.ordinal for channel in structure.channels.values()},
            locales={locale.code: locale.ordinal for locale in structure.locales.values()},
        )
        spoken = dict.fromkeys(locale for channel in structure.channels.values() for locale in channel.locales)
        self.locales: tuple[str, ...] = tuple(spoken) or tuple(structure.locales)
        self._currencies = tuple(structure.currencies())

    def family(self, code: str) -> AssetFamilySpec | None:
        """The family with a code, whatever its case."""
        return self.families.get(code.casefold())

    def index(self, family: AssetFamilySpec | None, values: Mapping[str, Any]) -> IndexRows:
        """Index rows of own values; nothing is derived from what a change of family has left over."""
        known = family.attributes if family else ()
        return self._deriver.derive({key: value for key, value in values.items() if key.partition(":")[0] in known})

    def missing(self, family: AssetFamilySpec | None, values: Mapping[str, Any]) -> dict[str, list[str]]:
        """What the family asks for and the asset lacks: {locale: [attribute code, or `alt`]}; {} without a family."""
        if family is None:
            return {}
        return {locale: self._missing_in(locale, family, values) for locale in self.locales}

    def complete(self, family: AssetFamilySpec | None, values: Mapping[str, Any]) -> dict[str, int]:
        """Completeness by locale, in whole percent rounded down; {} without a family."""
        if family is None:
            return {}
        found = {}
        for locale, lacking in self.missing(family, values).items():
            asked = len(self._asked(locale, family)) + int(family.requires_alt)
            found[locale] = (asked - len(lacking)) * 100 // asked if asked else 100
        return found

    def _asked(self, locale: str, family: AssetFamilySpec) -> list[AttributeSpec]:
        specs = (self.structure.attributes[code] for code in family.attributes if code in family.required)
        return [spec for spec in specs if not spec.available_locales or locale in spec.available_locales]

    def _missing_in(self, locale: str, family: AssetFamilySpec, values: Mapping[str, Any]) -> list[str]:
        lacking = [ALT] if family.requires_alt and not values.get(f"{ALT}:{locale}") else []
        for spec in self._asked(locale, family):
            stored = values.get(make_key(spec, None, locale))
            if stored is None or not attribute_types.get(spec.type).is_filled(stored, spec, self._currencies):
                lacking.append(spec.code)
        return lacking


_engines: WeakKeyDictionary[Structure, AssetEngine] = WeakKeyDictionary()


def get_asset_engine() -> AssetEngine:
    """The engine as of now; one small query when nothing has changed."""
    structure = get_structure()
    engine = _engines.get(structure)
    if engine is None:
        engine = _engines[structure] = AssetEngine(structure, _load_families())
    return engine


def _load_families() -> dict[str, AssetFamilySpec]:
    specs = {}
    for row in AssetFamily.objects.prefetch_related("placements__attribute"):
        placements = list(row.placements.all())
        specs[row.code] = AssetFamilySpec(
            id=row.pk,
            code=row.code,
            labels=row.labels,
            attributes=tuple(placement.attribute.code for placement in placements),
            required=frozenset(placement.attribute.code for placement in placements if placement.is_required),
            requires_alt=row.requires_alt,
        )
    return specs

"""The structure in memory: one frozen picture of attributes, options, units and axes, shared by a process per epoch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pim.values.specs import AssetRef, AttributeSpec, OptionRef, UnitRef


@dataclass(frozen=True, slots=True)
class LocaleSpec:
    """A locale: its ordinal in tokens and the locales it falls back to, nearest first."""

    code: str
    ordinal: int
    fallbacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChannelSpec:
    """A channel: its ordinal in tokens and what it speaks."""

    code: str
    ordinal: int
    locales: tuple[str, ...]
    currencies: tuple[str, ...]
    category_tree: str | None
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GroupSpec:
    """An attribute group, in the order of the product form."""

    code: str
    labels: Mapping[str, str]
    position: int


def _no_asset(_uuid: str, /) -> AssetRef | None:
    return None


@dataclass(frozen=True, eq=False)
class Structure:
    """All of the kernel's structure at one epoch; implements `References`, and `Listings` for forms.

    Keys of `options_by_attribute` are attribute codes, then casefolded option codes. `asset_lookup` is set per operation
    (`with_assets`), since assets are too many to keep.
    """

    epoch: int
    attributes: Mapping[str, AttributeSpec]
    attributes_by_key: Mapping[str, AttributeSpec]
    attributes_by_id: Mapping[int, AttributeSpec]
    groups: Mapping[str, GroupSpec]
    options_by_attribute: Mapping[str, Mapping[str, OptionRef]]
    options_by_id: Mapping[int, OptionRef]
    units_by_family: Mapping[str, Mapping[str, UnitRef]]
    locales: Mapping[str, LocaleSpec]
    locales_by_ordinal: Mapping[int, LocaleSpec]
    channels: Mapping[str, ChannelSpec]
    currency_ordinals: Mapping[str, int]
    asset_lookup: Callable[[str], AssetRef | None] = _no_asset

    def attribute(self, code: str) -> AttributeSpec | None:
        """The attribute with a code, whatever its case."""
        return self.attributes.get(code) or self.attributes_by_key.get(code.casefold())

    def option(self, attribute: str, code: str, /) -> OptionRef | None:
        """The option of an attribute, whatever the case of its code."""
        options = self.options_by_attribute.get(attribute)
        return options.get(code.casefold()) if options else None

    def option_by_id(self, option_id: int, /) -> OptionRef | None:
        """The option with a token value."""
        return self.options_by_id.get(option_id)

    def unit(self, family: str, code: str, /) -> UnitRef | None:
        """The unit of a measurement family."""
        units = self.units_by_family.get(family)
        return units.get(code) if units else None

    def options(self, attribute: str, /) -> Sequence[OptionRef]:
        """The options of an attribute, in order."""
        return tuple(self.options_by_attribute.get(attribute, {}).values())

    def units(self, family: str, /) -> Sequence[UnitRef]:
        """The units of a measurement family, in order."""
        return tuple(self.units_by_family.get(family, {}).values())

    def currencies(self) -> Sequence[str]:
        """The currencies that some channel uses, in order."""
        return tuple(sorted({code for channel in self.channels.values() for code in channel.currencies}))

    def currency(self, code: str, /) -> int | None:
        """The ordinal of a currency."""
        return self.currency_ordinals.get(code)

    def asset(self, uuid: str, /) -> AssetRef | None:
        """The asset with a uuid, among those this operation has looked up."""
        return self.asset_lookup(uuid)

    def fallbacks(self, locale: str) -> tuple[str, ...]:
        """The locales a locale falls back to, nearest first."""
        spec = self.locales.get(locale)
        return spec.fallbacks if spec else ()

    def active_slots(self) -> tuple[tuple[str, str], ...]:
        """Every (channel, locale) that the channels speak."""
        return tuple((channel.code, locale) for channel in self.channels.values() for locale in channel.locales)

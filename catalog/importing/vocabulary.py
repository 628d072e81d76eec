"""The words a file may use in its columns: attributes, locales, channels, currencies, association types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

MEDIA_TYPES = frozenset({"asset", "asset_list"})
LIST_TYPES = frozenset({"multiselect", "asset_list"})
OPTION_TYPES = frozenset({"select", "multiselect"})


@dataclass(frozen=True, slots=True)
class KnownAttribute:
    """What the readers must know of an attribute. `type` is a code of the attribute type registry."""

    code: str
    type: str
    localizable: bool = False
    scopable: bool = False
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    available_locales: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every map is keyed by the casefolded code, because codes are the same whatever their case.

    Attributes:
        channels: {casefolded channel: (code, its locales)}.
        association_types: {casefolded type: (code, is quantified)}.
        identifier: the attribute that holds the sku; its column is the row's key.
    """

    attributes: Mapping[str, KnownAttribute] = field(default_factory=dict)
    locales: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, tuple[str, frozenset[str]]] = field(default_factory=dict)
    currencies: Mapping[str, str] = field(default_factory=dict)
    association_types: Mapping[str, tuple[str, bool]] = field(default_factory=dict)
    identifier: str = "sku"

    @classmethod
    def of(
        cls,
        attributes: Iterable[KnownAttribute] = (),
        *,
        channels: Mapping[str, Iterable[str]] | None = None,
        currencies: Iterable[str] = (),
        association_types: Mapping[str, bool] | None = None,
        locales: Iterable[str] = (),
    ) -> Vocabulary:
        """Build one from plain codes; the locales of the channels are known with them.

        Args:
            channels: {channel code: its locale codes}.
            association_types: {type code: is quantified}.
        """
        channels = {code: frozenset(theirs) for code, theirs in (channels or {}).items()}
        known = tuple(attributes)
        spoken = {*locales, *(code for theirs in channels.values() for code in theirs)}
        return cls(
            attributes={attribute.code.casefold(): attribute for attribute in known},
            locales={code.casefold(): code for code in sorted(spoken)},
            channels={code.casefold(): (code, frozenset(theirs)) for code, theirs in channels.items()},
            currencies={code.casefold(): code for code in currencies},
            association_types={code.casefold(): (code, kind) for code, kind in (association_types or {}).items()},
            identifier=_find_identifier(known),
        )

    def merge(self, other: Vocabulary) -> Vocabulary:
        """Both together; what the other one says wins."""
        attributes = {**self.attributes, **other.attributes}
        return replace(
            self,
            attributes=attributes,
            locales={**self.locales, **other.locales},
            channels={**self.channels, **other.channels},
            currencies={**self.currencies, **other.currencies},
            association_types={**self.association_types, **other.association_types},
            identifier=_find_identifier(attributes.values()),
        )

    def attribute(self, code: str) -> KnownAttribute | None:
        """The attribute of a code, whatever its case."""
        return self.attributes.get(code.casefold())


def _find_identifier(attributes: Iterable[KnownAttribute]) -> str:
    identifiers = [attribute.code for attribute in attributes if attribute.type == "identifier"]
    return next((code for code in identifiers if code.casefold() == "sku"), identifiers[0] if identifiers else "sku")

"""What the engine must know of the structure: frozen facts about attributes, options, units and assets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol, TypeAlias

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
"""What a JSON document can hold."""

FlatValues: TypeAlias = Mapping[str, Json]
"""{"attr" | "attr:locale" | "attr:channel:" | "attr:channel:locale": stored value}; see `pim.values.keys`."""


@dataclass(frozen=True, slots=True, eq=False)
class AttributeSpec:
    """One attribute, as the engine sees it. Compared by identity, so that compiled callables can be kept by it.

    `config` is what `AttributeType.clean_config` returned. `available_locales` empty means every locale.
    `facet`, `sortable` and `searchable` govern the derived tables; `no_review` lets a change go out at once;
    `fallback` lets a reader see the locale's fallback where there is no own value.
    """

    id: int
    code: str
    type: str
    localizable: bool = False
    scopable: bool = False
    unique: bool = False
    read_only: bool = False
    facet: bool = False
    sortable: bool = False
    searchable: bool = False
    no_review: bool = False
    fallback: bool = True
    available_locales: frozenset[str] = frozenset()
    config: Mapping[str, Json] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    group: str = ""
    default: Json = None
    position: int = 0
    guidelines: Mapping[str, str] = field(default_factory=dict)

    def label(self, locale: str | None) -> str:
        """The label in a locale, else `[code]`."""
        return self.labels.get(locale or "") or f"[{self.code}]"


@dataclass(frozen=True, slots=True)
class OptionRef:
    """One option of a select. `id` is its token value, never shown outside."""

    id: int
    code: str
    labels: Mapping[str, str] = field(default_factory=dict)
    position: int = 0

    def label(self, locale: str | None) -> str:
        """The label in a locale, else `[code]`."""
        return self.labels.get(locale or "") or f"[{self.code}]"


@dataclass(frozen=True, slots=True)
class UnitRef:
    """A unit of a measurement family: amount × factor + offset = amount in the family's standard unit."""

    code: str
    symbol: str
    factor: Decimal
    offset: Decimal = Decimal(0)
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AssetRef:
    """What a product's value needs to know of an asset. `kind` is image, video, audio, document, 3d, design, other.

    `media_type` is empty until its file has been checked; `measures` is what was measured of it for picture rules.
    """

    id: int
    uuid: str
    code: str
    filename: str
    media_type: str
    kind: str
    width: int | None = None
    height: int | None = None
    size_bytes: int = 0
    sha256: str = ""
    alt: Mapping[str, str] = field(default_factory=dict)
    url: str = ""
    measures: Mapping[str, Json] = field(default_factory=dict)


class References(Protocol):
    """How the engine looks up what a value points at. Implementations answer from memory."""

    def option(self, attribute: str, code: str, /) -> OptionRef | None:
        """The option of an attribute; the code is matched case-insensitively."""
        ...

    def option_by_id(self, option_id: int, /) -> OptionRef | None:
        """The option with a token value."""
        ...

    def unit(self, family: str, code: str, /) -> UnitRef | None:
        """The unit of a measurement family."""
        ...

    def currency(self, code: str, /) -> int | None:
        """The ordinal (≥ 1) of a currency, None if unknown."""
        ...

    def asset(self, uuid: str, /) -> AssetRef | None:
        """The asset with a uuid in canonical form."""
        ...

"""What a view asks of its documents, and what a document is made from: frozen facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pim.values.snapshot import Structure
from pim.values.specs import AssetRef, FlatValues, OptionRef, UnitRef


@dataclass(frozen=True, slots=True)
class ViewTerms:
    """A view as the mapping and the gate see it; `locales` and `currencies` are those in force, in order.

    `territory` is the country it serves, by its ISO 3166 code; empty: none in particular.
    """

    id: int
    code: str
    channel: str
    locales: tuple[str, ...]
    currencies: tuple[str, ...]
    requires_approval: bool = True
    completeness: int = 100
    requires_every_locale: bool = False
    uses_fallback: bool = True
    image_preset: str = "preview"
    territory: str = ""


@dataclass(frozen=True, slots=True)
class CategoryRef:
    """A category of the channel's tree; `path` sorts a tree from the root down."""

    id: int
    code: str
    path: str
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AssetState:
    """An asset as one channel may use it today. `reasons` are the codes that forbid it.

    `changes_at` is when the verdict changes by itself; None: never.
    """

    ref: AssetRef
    is_ready: bool = True
    reasons: tuple[str, ...] = ()
    changes_at: datetime | None = None


@dataclass(slots=True)
class ViewReferences:
    """Look-ups of one view: the structure's, and the assets of the batch at hand with this view's addresses."""

    structure: Structure
    assets: Mapping[str, AssetState] = field(default_factory=dict)

    def option(self, attribute: str, code: str, /) -> OptionRef | None:
        """The option of an attribute."""
        return self.structure.option(attribute, code)

    def option_by_id(self, option_id: int, /) -> OptionRef | None:
        """The option with a token value."""
        return self.structure.option_by_id(option_id)

    def unit(self, family: str, code: str, /) -> UnitRef | None:
        """The unit of a measurement family."""
        return self.structure.unit(family, code)

    def currency(self, code: str, /) -> int | None:
        """The ordinal of a currency."""
        return self.structure.currency(code)

    def asset(self, uuid: str, /) -> AssetRef | None:
        """An asset that may be shown; None for any other."""
        state = self.assets.get(uuid)
        return state.ref if state is not None and state.is_ready and not state.reasons else None


@dataclass(frozen=True, slots=True)
class Subject:
    """A product that may be published, with its values resolved over its ancestors (no fallbacks applied)."""

    uuid: str
    sku: str
    kind: str
    family: str | None
    parent: str | None
    root: str
    values: FlatValues
    categories: Sequence[CategoryRef] = ()
    groups: Sequence[str] = ()

"""What the readers hand on: rows of files as plain facts, before anything is parsed or looked up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from pim.values.specs import Json

Scope: TypeAlias = "tuple[str | None, str | None]"
"""(channel, locale) of a value; None where it does not vary."""

Cells: TypeAlias = "dict[str, str]"
"""The cells of one value by part: `""` the main one, `unit` of a measurement, a currency code of a price."""

UNSCOPED: Scope = (None, None)


class Link(NamedTuple):
    """One target of an association: a sku or the code of a model or group; `quantity` for quantified types."""

    code: str
    quantity: str | None = None


@dataclass(frozen=True, slots=True)
class StateRecord:
    """One row of a structure file as the state that `write_structure(kind, …)` takes.

    `key` names the row in reports: the code, or `attribute.option` for options.
    """

    line: int
    kind: str
    code: str
    fields: Mapping[str, Json]
    external_code: str = ""

    @property
    def key(self) -> str:
        """How reports name the row."""
        attribute = self.fields.get("attribute")
        return f"{attribute}.{self.code}" if self.kind == "option" else self.code


@dataclass(frozen=True, slots=True)
class ProductRecord:
    """One product or model as a file tells it. What is None (or absent) was not in the file and stays as it is.

    Attributes:
        kind: `simple`, `variant` or `model`.
        cells: {attribute code: {(channel, locale): {part: text}}}; filled cells only.
        values: {attribute code: {(channel, locale): data}} in API shape, from formats that are not made of cells.
        files: {attribute code: {(channel, locale): paths inside the source}}; only files that exist.
        empty: flat keys (`attr:channel:locale`) whose column is in the file and whose cell is empty: to be cleared.
        associations: {type: {"products" | "product_models" | "groups": links}}; filled cells only.
        empty_associations: (type, side) pairs whose column is in the file and whose cell is empty.
        external: what the file says that no attribute takes.
    """

    line: int
    sku: str
    kind: str
    parent: str | None = None
    family: str | None = None
    family_variant: str | None = None
    enabled: bool | None = None
    categories: tuple[str, ...] | None = None
    groups: tuple[str, ...] | None = None
    cells: Mapping[str, Mapping[Scope, Cells]] = field(default_factory=dict)
    values: Mapping[str, Mapping[Scope, Json]] = field(default_factory=dict)
    files: Mapping[str, Mapping[Scope, tuple[str, ...]]] = field(default_factory=dict)
    empty: frozenset[str] = frozenset()
    associations: Mapping[str, Mapping[str, tuple[Link, ...]]] = field(default_factory=dict)
    empty_associations: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class MediaRecord:
    """One file of the source that some product refers to, met for the first time on a line of a product file."""

    line: int
    path: str
    attribute: str
    size_bytes: int

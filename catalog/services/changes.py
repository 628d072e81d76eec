"""What callers of the write path say about a product: only what should change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final


class _Unset(Enum):
    UNSET = "unset"


UNSET: Final = _Unset.UNSET
"""The caller says nothing about this field."""

Unset = _Unset
Cells = Mapping[tuple[str, "str | None", "str | None"], Mapping[str, str]]
"""{(attribute, channel, locale): {part: text}}; parts as in `AttributeType.cell_parts`."""

Links = Mapping[str, Sequence[Mapping[str, Any]]]
"""{"products" | "product_models" | "groups": [{"key": sku or code, "quantity": amount or None}]}, in order."""


@dataclass(slots=True)
class ProductChange:
    """What should be true of one product, model or variant; what is UNSET stays as it is.

    Args:
        sku: names the product, whatever its case; created if there is none.
        uuid: for a new one, else a second way to name it.
        kind: `simple | model | variant`; needed for a new model, derived from `parent` otherwise.
        parent: SKU of the model above; None makes a variant simple.
        values: `{flat key: API data}`; None clears the key.
        cells: values as texts of a table; an empty cell clears, unless `keep_empty`.
        stored: `{flat key: stored value}`, taken as they are (undo, restore).
        clear: flat keys that go where the product holds them; the others say nothing (empty cells of an import).
        associations: `{type: links}`; a type that is named is replaced, on both sides where it is two-way.
        own_links_only: `associations` are the product's own rows; what points at it from the other side stays.
        add_categories, remove_categories: relative changes, applied after `categories`.
        revision: the revision the caller saw; a key changed since by somebody else is a conflict.
        row: where it stands in the caller's file or request.
    """

    sku: str
    uuid: str | None = None
    kind: str | None = None
    parent: str | Unset | None = UNSET
    family: str | Unset | None = UNSET
    family_variant: str | Unset | None = UNSET
    enabled: bool | Unset = UNSET
    stage: str | Unset = UNSET
    categories: Sequence[str] | Unset = UNSET
    add_categories: Sequence[str] = ()
    remove_categories: Sequence[str] = ()
    groups: Sequence[str] | Unset = UNSET
    associations: Mapping[str, Links] | Unset = UNSET
    own_links_only: bool = False
    values: Mapping[str, Any] = field(default_factory=dict)
    cells: Cells = field(default_factory=dict)
    stored: Mapping[str, Any] = field(default_factory=dict)
    clear: frozenset[str] = frozenset()
    revision: int | None = None
    must_exist: bool = False
    must_be_new: bool = False
    row: int | None = None

"""Lines of products.csv and product_models.csv, made from stored values without a record in between."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.importing.akeneo.export import ProductWriter, quote_cell
from catalog.services.exporting.media import Media, MediaList, place_media, read_media
from catalog.services.exporting.reading import ExportedProduct, ProductStream
from pim.values.keys import split_key
from pim.values.types import attribute_types
from pim.values.types.base import AttributeType

ASSET_TYPES = frozenset({"asset", "asset_list"})

FLAT_COLUMNS = ("kind", "family_variant")

ToCells = Callable[[Any], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class _Slot:
    """Where a value goes: the column of each part, or one column for a type that is its own text."""

    parts: Mapping[str, int]
    column: int
    to_cells: ToCells | None
    is_media: bool


class ProductCells:
    """Makes the lines of one file.

    Products show what a reader of the file should see: variants and sub-models with their resolved values and effective
    categories, as Akeneo has it.

    Args:
        is_flat: one file for all kinds: own values and categories only, and two columns more, `FLAT_COLUMNS`.
    """

    def __init__(
        self,
        table: ProductWriter,
        stream: ProductStream,
        *,
        media: MediaList,
        is_models: bool = False,
        is_flat: bool = False,
    ) -> None:
        self._stream = stream
        self._is_models = is_models
        self._is_flat = is_flat
        self._media_list = media
        self._width = len(table.header)
        self._links = table.link_places()
        self._slots = {key: self._slot(key, parts) for key, parts in table.value_places().items()}

    def lines(self, chunk: Sequence[ExportedProduct]) -> str:
        """The lines of a chunk, each with its line end."""
        values = [product.values if self._is_flat else product.resolved_values() for product in chunk]
        media = read_media(self._uuids(values))
        return "".join(self._line(product, shown, media) for product, shown in zip(chunk, values, strict=True))

    def _slot(self, key: str, parts: Mapping[str, int]) -> _Slot:
        base = self._stream.catalog.base
        spec = base.attributes[split_key(key).attribute]
        kind = attribute_types.get(spec.type)
        is_plain = type(kind).to_cells is AttributeType.to_cells
        return _Slot(
            parts,
            parts.get("", -1),
            None if is_plain else lambda stored: kind.to_cells(stored, spec, base),
            spec.type in ASSET_TYPES,
        )

    def _uuids(self, values: Sequence[Mapping[str, Any]]) -> set[str]:
        keys = [key for key, slot in self._slots.items() if slot.is_media]
        return {uuid for shown in values for key in keys if key in shown for uuid in _as_list(shown[key])}

    def _line(self, product: ExportedProduct, values: Mapping[str, Any], media: Media) -> str:
        cells = [""] * self._width
        head = self._model_head(product) if self._is_models else self._product_head(product)
        cells[: len(head)] = [quote_cell(text) for text in head]
        self._add_values(cells, product, values, media)
        if product.associations:
            self._add_links(cells, product)
        if self._is_flat:
            cells += (product.kind, "" if product.above else self._stream.variant_code(product))
        return ";".join(cells) + "\n"

    def _add_values(self, cells: list[str], product: ExportedProduct, values: Mapping[str, Any], media: Media) -> None:
        slots = self._slots
        for key, stored in values.items():
            slot = slots.get(key)
            if slot is None:
                continue
            if slot.is_media:
                cells[slot.column] = quote_cell(self._place(product, key, _as_list(stored), media))
            elif slot.to_cells is None:
                cells[slot.column] = quote_cell(stored if type(stored) is str else str(stored))
            else:
                for part, text in slot.to_cells(stored).items():
                    if part in slot.parts:
                        cells[slot.parts[part]] = quote_cell(text)

    def _product_head(self, product: ExportedProduct) -> tuple[str, ...]:
        return (
            product.sku,
            ",".join(product.categories if self._is_flat else product.effective_categories()),
            "1" if product.enabled else "0",
            self._stream.family_code(product),
            product.parent_sku,
            ",".join(product.groups),
        )

    def _model_head(self, product: ExportedProduct) -> tuple[str, ...]:
        return (
            product.sku,
            self._stream.variant_code(product),
            product.parent_sku,
            ",".join(product.effective_categories()),
        )

    def _place(self, product: ExportedProduct, key: str, uuids: Sequence[str], media: Media) -> str:
        """The paths of a value's files; an inherited file lies with its owner, so that it is written once."""
        owner = product.owner_of(key)
        placed = place_media(owner.sku, key, uuids, media)
        if owner is product:
            for path, stored in placed:
                self._media_list.add(path, stored)
        return ",".join(path for path, _stored in placed)

    def _add_links(self, cells: list[str], product: ExportedProduct) -> None:
        for kind, links in product.associations.items():
            for side in dict.fromkeys(link["in"] for link in links):
                mine = [link for link in links if link["in"] == side]
                if (kind, side, False) in self._links:
                    cells[self._links[kind, side, False]] = quote_cell(",".join(link["to"] for link in mine))
                if (kind, side, True) in self._links:
                    amounts = ",".join(link["quantity"] or "" for link in mine)
                    cells[self._links[kind, side, True]] = quote_cell(amounts)


def _as_list(stored: Any) -> Sequence[str]:
    return stored if isinstance(stored, list) else (stored,)

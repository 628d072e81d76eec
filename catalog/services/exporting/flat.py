"""Every product and model with its own values, in one file: JSON Lines, or CSV in the columns of Akeneo's files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TextIO

import orjson

from catalog.importing.akeneo.export import ProductWriter, write_table
from catalog.services.exporting.media import MediaList
from catalog.services.exporting.products import FLAT_COLUMNS, ProductCells
from catalog.services.exporting.reading import ExportedProduct, ProductStream, one_picture
from catalog.services.importing.vocabulary import read_vocabulary
from catalog.services.writing.collecting import pausing_collection
from pim.values.keys import split_key
from pim.values.specs import AttributeSpec, Json
from pim.values.types import attribute_types
from pim.values.types.base import AttributeType

KINDS = ("simple", "model", "variant")


def export_jsonl(path: Path) -> int:
    """Write one JSON object a line, in the shape that an import of JSON Lines takes; returns the number of lines."""
    count = 0
    with pausing_collection(), one_picture(), _replacing(path) as file:
        stream = ProductStream()
        documents = _Documents(stream)
        for chunk in stream.read(KINDS):
            file.write(b"\n".join(orjson.dumps(documents.make(product)) for product in chunk).decode() + "\n")
            count += len(chunk)
    return count


def export_csv(path: Path) -> int:
    """Write one table of own values, so that importing it again changes nothing; returns the number of rows.

    Media are named by the paths they would have in an export with files.
    """
    count = 0
    with pausing_collection(), one_picture(), closing(MediaList()) as media, _replacing(path) as file:
        stream = ProductStream()
        table = ProductWriter(read_vocabulary(), sorted(stream.catalog.base.attributes))
        cells = ProductCells(table, stream, media=media, is_flat=True)
        write_table(file, (*table.header, *FLAT_COLUMNS), ())
        for chunk in stream.read(KINDS):
            file.write(cells.lines(chunk))
            count += len(chunk)
    return count


class _Documents:
    """Products as objects; what each flat key needs is worked out once."""

    def __init__(self, stream: ProductStream) -> None:
        self._stream = stream
        self._attributes = stream.catalog.base.attributes
        self._slots: dict[str, tuple[AttributeSpec, AttributeType | None, str | None, str | None]] = {}

    def make(self, product: ExportedProduct) -> dict[str, Any]:
        """A product with what is its own."""
        document: dict[str, Any] = {"sku": product.sku, "kind": product.kind}
        if product.above:
            document["parent"] = product.parent_sku
        elif product.kind == "model":
            document["family_variant"] = self._stream.variant_code(product)
        elif product.family_id is not None:
            document["family"] = self._stream.family_code(product)
        document |= {
            "enabled": product.enabled,
            "categories": product.categories,
            "groups": product.groups,
            "values": self._values(product),
        }
        if product.associations:
            document["associations"] = {code: _sides(links) for code, links in product.associations.items()}
        return document

    def _values(self, product: ExportedProduct) -> dict[str, list[dict[str, Json]]]:
        values: dict[str, list[dict[str, Json]]] = {}
        for key, stored in product.values.items():
            slot = self._slots.get(key) or self._slot(key)
            spec, kind, channel, locale = slot
            data = kind.to_api(stored) if kind is not None else stored
            values.setdefault(spec.code, []).append({"locale": locale, "channel": channel, "data": data})
        return values

    def _slot(self, key: str) -> tuple[AttributeSpec, AttributeType | None, str | None, str | None]:
        code, channel, locale = split_key(key)
        spec = self._attributes[code]
        kind = attribute_types.get(spec.type)
        is_plain = type(kind).to_api is AttributeType.to_api
        slot = self._slots[key] = (spec, None if is_plain else kind, channel, locale)
        return slot


def _sides(links: list[dict[str, Any]]) -> dict[str, list[dict[str, Any] | str]]:
    sides: dict[str, list[dict[str, Any] | str]] = {}
    for link in links:
        is_counted = link["quantity"] is not None
        to = {"sku": link["to"], "quantity": link["quantity"]} if is_counted else link["to"]
        sides.setdefault(link["in"], []).append(to)
    return sides


@contextmanager
def _replacing(path: Path) -> Iterator[TextIO]:
    """Write a file that appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.new")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            yield file
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)

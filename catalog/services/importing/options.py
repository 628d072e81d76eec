"""Options that a file uses and the catalog does not have yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from catalog.importing.akeneo.structure import split_codes
from catalog.importing.records import ProductRecord
from catalog.importing.vocabulary import OPTION_TYPES
from pim.services.snapshot import get_structure
from pim.services.structure import StructureChange
from pim.values.keys import is_code
from pim.values.snapshot import Structure


def find_new_options(records: Sequence[ProductRecord]) -> list[tuple[StructureChange, ProductRecord]]:
    """Each option that the records use and nobody has, once, with the record that uses it first."""
    structure = get_structure()
    found: dict[str, tuple[StructureChange, ProductRecord]] = {}
    for record in records:
        for attribute, code in _options_of(record, structure):
            key = f"{attribute}.{code}"
            if key.casefold() in found or structure.option(attribute, code) is not None or not is_code(code):
                continue
            fields = {"code": code, "attribute": attribute}
            found[key.casefold()] = (StructureChange(key, fields, record.line), record)
    return list(found.values())


def _options_of(record: ProductRecord, structure: Structure) -> Iterator[tuple[str, str]]:
    for code, scopes in record.cells.items():
        spec = structure.attribute(code)
        if spec is not None and spec.type in OPTION_TYPES:
            for parts in scopes.values():
                text = parts.get("", "")
                yield from ((spec.code, one) for one in (split_codes(text) if spec.type == "multiselect" else [text]))
    for code, values in record.values.items():
        spec = structure.attribute(code)
        if spec is not None and spec.type in OPTION_TYPES:
            for data in values.values():
                yield from ((spec.code, one) for one in _texts(data))


def _texts(data: object) -> Iterable[str]:
    found = data if isinstance(data, list) else [data]
    return (one.strip() for one in found if isinstance(one, str) and one.strip())

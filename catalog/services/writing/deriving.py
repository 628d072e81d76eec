"""Third step: the derived rows of every product whose resolved values may have changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.choices import ProductKind
from catalog.services.writing.engine import IDENTIFIER, Engine
from catalog.services.writing.loading import Loaded, Row
from pim.values.texts import make_search_text
from pim.values.tokens import YES, SystemField, akey, text_value, token

KIND_VALUES = {ProductKind.SIMPLE.value: 1, ProductKind.MODEL.value: 2, ProductKind.VARIANT.value: 3}
"""Token values of the kinds."""

UNIQUE_LENGTH = 255


@dataclass(slots=True)
class Claims:
    """The values of one product that no other may have: (attribute id, normalised value)."""

    id: int
    unique: list[tuple[int, str]]


@dataclass(slots=True)
class Derived:
    """All derived rows of one product. `pct` is None where completeness does not apply (models, no family)."""

    id: int
    tokens: list[int]
    numbers: list[tuple[int, float]]
    sort_keys: list[tuple[int, str]]
    search_text: str
    unique: list[tuple[int, str]]
    pct: list[int | None] | None
    epoch: int
    assets: list[tuple[int, str, str, int]] = field(default_factory=list)


class ProductDeriver:
    """Derives rows with the engine of one epoch."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._claim = engine.deriver.claim
        base = engine.catalog.base
        self._slots = engine.catalog.slots
        self._width = max(self._slots.values(), default=-1) + 1
        self._ordinals = {
            (channel.code, locale): (channel.ordinal, base.locales[locale].ordinal)
            for channel in base.channels.values()
            for locale in channel.locales
        }
        self._complete = {
            pair: token(SystemField.COMPLETE, *ordinals, YES) for pair, ordinals in self._ordinals.items()
        }
        self._missing = {pair: token(SystemField.MISSING, *ordinals, 0) for pair, ordinals in self._ordinals.items()}
        identifier = base.attribute(IDENTIFIER)
        self._identifier_id = identifier.id if identifier is not None else None
        self._member_keys: dict[int, set[str]] = {}

    def derive_all(self, rows: Iterable[Row], loaded: Loaded) -> list[Derived]:
        """Derive rows; their ancestors must be loaded."""
        return [self.derive(row, loaded) for row in rows]

    def claim(self, row: Row) -> Claims:
        """What must be known of a product before it may be stored; the rest can wait."""
        own = row.values if row.family_id is None else self._of_family(row.family_id, row.values)
        return Claims(row.id, [(attribute, value[:UNIQUE_LENGTH]) for attribute, value in self._claim(own)])

    def derive(self, row: Row, loaded: Loaded, claims: Claims | None = None) -> Derived:
        """Derive one product from its resolved values; `claims` are taken as they are."""
        values = row.values
        if row.parent_id is not None:
            merged: dict[str, Any] = {}
            for owner in loaded.lineage(row):
                merged.update(owner.values)
            values = merged
        if row.family_id is not None:
            values = self._of_family(row.family_id, values)
        index = self.engine.deriver.derive(values, own={})
        tokens = index.tokens
        tokens += self._system_tokens(row)
        pct = None
        epoch = 0
        if row.family_id is not None and row.kind != ProductKind.MODEL:
            family = self.engine.catalog.families_by_id[row.family_id]
            epoch = family.requirements_epoch
            pct = self._complete_slots(row, values, tokens)
        text = f"{make_search_text(row.sku)} {index.search_text}".rstrip()
        return Derived(
            row.id, tokens, index.numbers, self._with_sku(index.sort_keys, row), text,
            (claims or self.claim(row)).unique, pct, epoch,
            self._assets(row) if self.engine.asset_attributes else [],
        )  # fmt: skip

    def _of_family(self, family_id: int, values: dict[str, Any]) -> dict[str, Any]:
        """The values of the family's attributes: nothing is derived from those that a change of family has left over."""
        known = self._member_keys.setdefault(family_id, set())
        if values.keys() <= known:
            return values
        members = self.engine.catalog.families_by_id[family_id].members
        known.update(key for key in values if key.partition(":")[0] in members)
        return {key: value for key, value in values.items() if key in known}

    def _system_tokens(self, row: Row) -> list[int]:
        tokens = [
            token(SystemField.STAGE, 0, 0, text_value(row.stage)),
            token(SystemField.ENABLED, 0, 0, YES if row.enabled else 1),
            token(SystemField.KIND, 0, 0, KIND_VALUES[row.kind]),
        ]
        if row.family_id is not None:
            tokens.append(token(SystemField.FAMILY, 0, 0, row.family_id))
        if row.parent_id is not None:
            tokens.extend(token(SystemField.PARENT, 0, 0, pk) for pk in {row.parent_id, row.root_id or row.parent_id})
        tokens.extend(token(SystemField.GROUP, 0, 0, pk) for pk in row.groups)
        return tokens

    def _complete_slots(self, row: Row, values: object, tokens: list[int]) -> list[int | None]:
        catalog = self.engine.catalog
        calculator = self.engine.calculator(catalog.families_by_id[row.family_id])  # type: ignore[index]
        answer = calculator.compute(values)  # type: ignore[arg-type]
        pct: list[int | None] = [None] * self._width
        for slot, percentage in zip(calculator.slots, answer.percentages, strict=True):
            pct[self._slots[slot.channel, slot.locale]] = percentage
            if percentage == 100:
                tokens.append(self._complete[slot.channel, slot.locale])
        attributes = catalog.base.attributes
        tokens.extend(
            self._missing[missing.channel, missing.locale] | attributes[missing.attribute].id
            for missing in answer.missing
        )
        return pct

    def _with_sku(self, keys: list[tuple[int, str]], row: Row) -> list[tuple[int, str]]:
        """The SKU sorts like a sortable attribute of its own."""
        if self._identifier_id is not None:
            keys.append((akey(self._identifier_id), row.sku_key[:200]))
        return keys

    def _assets(self, row: Row) -> list[tuple[int, str, str, int]]:
        """Own uses of assets: (attribute id, asset uuid, key, position)."""
        uses: list[tuple[int, str, str, int]] = []
        for key, value in row.values.items():
            code = key.partition(":")[0]
            if code not in self.engine.asset_attributes:
                continue
            attribute = self.engine.catalog.base.attributes[code].id
            found: Sequence[str] = value if isinstance(value, list) else (value,)
            uses.extend((attribute, uuid, key, position) for position, uuid in enumerate(found))
        return uses

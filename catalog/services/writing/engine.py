"""The value engine as a process keeps it for one epoch: parsers, derivers and completeness, compiled once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

from assets.conformance import PictureFacts
from assets.services.conforming import facts_of_ref, rules_about
from catalog.families import CatalogStructure, FamilySpec, FamilyVariantSpec, level_of
from catalog.services.writing.pictures import PictureTest
from pim.completeness import Calculator, ChannelScope, Requirement
from pim.values.derive import Deriver
from pim.values.snapshot import Structure
from pim.values.specs import AssetRef, AttributeSpec
from pim.values.types import attribute_types
from pim.values.types.base import CellsParser, Parser

IDENTIFIER = "sku"
"""The attribute that stands for the SKU itself: always filled, kept in the product's row, never among its values."""

ASSET_TYPES = frozenset({"asset", "asset_list"})

Target = tuple[str, AttributeSpec, Parser]
"""Where a value goes, what it is, and how it is read: flat key, attribute, parser."""
CellsTarget = tuple[str, AttributeSpec, CellsParser]

_facts: ContextVar[Mapping[str, PictureFacts]] = ContextVar("files of the running operation", default={})  # noqa: B039 - never changed in place
_assets: ContextVar[Mapping[str, AssetRef]] = ContextVar("assets of the running operation", default={})  # noqa: B039 - never changed in place
_lock = threading.Lock()
_current: Engine | None = None


class Engine:
    """All that is compiled from one picture of the structure; used from any thread.

    Assets are looked up per operation: `with using_assets(refs): …`; completeness needs no more of them than
    `with using_pictures(facts): …`, and only where channels have picture rules. `targets` and `cell_targets` remember the places
    that changes have named rightly, in the attribute's own spelling.
    """

    def __init__(self, catalog: CatalogStructure) -> None:
        self.catalog = catalog
        self.refs: Structure = replace(catalog.base, asset_lookup=lambda uuid: _assets.get().get(uuid))
        self.asset_attributes = frozenset(
            spec.code for spec in catalog.base.attributes.values() if spec.type in ASSET_TYPES
        )
        self.deriver = Deriver(
            catalog.base.attributes,
            self.refs,
            channels={channel.code: channel.ordinal for channel in catalog.base.channels.values()},
            locales={locale.code: locale.ordinal for locale in catalog.base.locales.values()},
        )
        self.targets: dict[str, Target] = {}
        self.cell_targets: dict[tuple[str, str | None, str | None], CellsTarget] = {}
        self._parsers: dict[str, Parser] = {}
        self._cells: dict[str, CellsParser] = {}
        self._equal: dict[str, Callable[[Any, Any], bool]] = {}
        self._picture_tests: dict[tuple[str, str], PictureTest] = {}
        self._calculators: dict[int, Calculator] = {}
        self._editable: dict[tuple[int | None, int | None, int], frozenset[str] | None] = {}
        self._defaults: dict[int, tuple[AttributeSpec, ...]] = {}

    def parser(self, spec: AttributeSpec) -> Parser:
        """API data → stored."""
        found = self._parsers.get(spec.code)
        if found is None:
            found = self._parsers[spec.code] = attribute_types.get(spec.type).compile_parser(spec, self.refs)
        return found

    def cells_parser(self, spec: AttributeSpec) -> CellsParser:
        """Cells of a table → stored."""
        found = self._cells.get(spec.code)
        if found is None:
            found = self._cells[spec.code] = attribute_types.get(spec.type).compile_cells(spec, self.refs)
        return found

    def are_equal(self, spec: AttributeSpec, left: Any, right: Any) -> bool:
        """Whether two stored values of an attribute say the same."""
        if left == right:
            return True
        if left is None or right is None:
            return False
        found = self._equal.get(spec.code)
        if found is None:
            found = self._equal[spec.code] = attribute_types.get(spec.type).equal
        return found(left, right)

    def comparison_key(self, attribute: str, stored: Any) -> Any:
        """The form of a stored value by which variants are told apart."""
        spec = self.catalog.base.attributes[attribute]
        return attribute_types.get(spec.type).comparison_key(stored, spec, self.refs)

    def calculator(self, family: FamilySpec) -> Calculator:
        """The completeness of a family's products; slots of all channels in the order of their codes."""
        found = self._calculators.get(family.id)
        if found is None:
            found = self._calculators[family.id] = self._compile_calculator(family)
        return found

    def picture_test(self, channel: str, attribute: str) -> PictureTest | None:
        """What a channel asks of the pictures in an attribute; None: nothing."""
        rules = rules_about(self.catalog.picture_rules.get(channel, ()), attribute)
        if not rules or attribute not in self.asset_attributes:
            return None
        key = (channel, attribute)
        if key not in self._picture_tests:
            self._picture_tests[key] = PictureTest(rules, _find_facts)
        return self._picture_tests[key]

    def editable(
        self, family: FamilySpec | None, variant: FamilyVariantSpec | None, level: int
    ) -> frozenset[str] | None:
        """The attributes that an owner may hold itself; None: all (it has no family)."""
        key = (family.id if family else None, variant.id if variant else None, level)
        if key not in self._editable:
            self._editable[key] = _editable(family, variant, level)
        return self._editable[key]

    def defaults(self, family: FamilySpec | None) -> tuple[AttributeSpec, ...]:
        """The attributes of a family that have a default."""
        if family is None:
            return ()
        if family.id not in self._defaults:
            attributes = self.catalog.base.attributes
            self._defaults[family.id] = tuple(
                attributes[code] for code in family.attributes if attributes[code].default is not None
            )
        return self._defaults[family.id]

    def _compile_calculator(self, family: FamilySpec) -> Calculator:
        base = self.catalog.base
        channels = [ChannelScope(c.code, c.locales, c.currencies) for _, c in sorted(base.channels.items())]
        return Calculator(
            channels,
            {
                channel: [
                    Requirement(
                        base.attributes[code],
                        weight,
                        is_always_filled=code == IDENTIFIER,
                        accepts=self.picture_test(channel, code),
                    )
                    for code, weight in weights.items()
                ]
                for channel, weights in family.requirements.items()
            },
        )


def get_engine(catalog: CatalogStructure) -> Engine:
    """The engine of a picture, made on first use."""
    global _current  # noqa: PLW0603 - the process-wide cache this module exists for
    current = _current
    if current is not None and current.catalog is catalog:
        return current
    with _lock:
        if _current is None or _current.catalog is not catalog:
            _current = Engine(catalog)
        return _current


@contextmanager
def using_assets(refs: Mapping[str, AssetRef]) -> Iterator[None]:
    """Let the engine know these assets for the length of an operation in this thread."""
    token = _assets.set(refs)
    try:
        yield
    finally:
        _assets.reset(token)


@contextmanager
def using_pictures(facts: Mapping[str, PictureFacts]) -> Iterator[None]:
    """Let completeness know what these files are, for the length of an operation in this thread."""
    token = _facts.set(facts)
    try:
        yield
    finally:
        _facts.reset(token)


def _find_facts(uuid: str) -> PictureFacts | None:
    found = _facts.get().get(uuid)
    if found is None and (ref := _assets.get().get(uuid)) is not None:
        return facts_of_ref(ref)
    return found


def _editable(family: FamilySpec | None, variant: FamilyVariantSpec | None, level: int) -> frozenset[str] | None:
    if family is None:
        return None
    if variant is None:
        return family.members
    return frozenset(code for code in family.members if level_of(variant, code) == level)

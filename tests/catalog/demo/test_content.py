"""The demo catalog is whole: it counts right, points at what exists, and every value suits its attribute."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from catalog.demo.build import build_demo
from catalog.demo.parts import DemoCatalog
from catalog.demo.sources import LOCALES
from pim.values.check_digits import CHECKS
from pim.values.keys import split_key
from pim.values.specs import AssetRef, AttributeSpec, OptionRef, UnitRef
from pim.values.types import attribute_types

TODAY = dt.date(2024, 12, 1)
UUID = "0a0a0a0a-0000-4000-8000-000000000000"
FLAGS = ("localizable", "scopable", "unique", "facet", "sortable", "searchable", "no_review")


@pytest.fixture(scope="module")
def demo() -> DemoCatalog:
    return build_demo(TODAY)


class DemoReferences:
    """Answers the value types from the demo's own structure."""

    def __init__(self, demo: DemoCatalog) -> None:
        self._options = _keys(demo, "option")
        self._units = {
            (piece.key, unit["code"]): UnitRef(
                unit["code"], unit["symbol"], Decimal(unit["factor"]), Decimal(unit["offset"])
            )
            for piece in demo.structure
            if piece.kind == "measurement_family"
            for unit in piece.fields["units"]
        }
        self._currencies = sorted(_keys(demo, "currency"))

    def option(self, attribute: str, code: str, /) -> OptionRef | None:
        return OptionRef(1, code) if f"{attribute}.{code}" in self._options else None

    def option_by_id(self, option_id: int, /) -> OptionRef | None:
        return None

    def unit(self, family: str, code: str, /) -> UnitRef | None:
        return self._units.get((family, code))

    def currency(self, code: str, /) -> int | None:
        return self._currencies.index(code) + 1 if code in self._currencies else None

    def asset(self, uuid: str, /) -> AssetRef | None:
        return AssetRef(1, uuid, "a", "a.jpg", "image/jpeg", "image")


def _keys(demo: DemoCatalog, kind: str) -> set[str]:
    return {piece.key for piece in demo.structure if piece.kind == kind}


def _specs(demo: DemoCatalog) -> Mapping[str, AttributeSpec]:
    specs = {}
    for number, piece in enumerate(piece for piece in demo.structure if piece.kind == "attribute"):
        fields = piece.fields
        flags: dict[str, Any] = {flag: fields.get(flag, False) for flag in FLAGS}
        config = attribute_types.get(fields["type"]).clean_config(fields["config"])
        specs[piece.key] = AttributeSpec(1024 + number, piece.key, fields["type"], config=config, **flags)
    return specs


def test_two_builds_are_equal(demo: DemoCatalog) -> None:
    assert build_demo(TODAY) == demo


def test_it_has_the_promised_size(demo: DemoCatalog) -> None:
    kinds = Counter(product.kind for product in demo.products)
    structure = Counter(piece.kind for piece in demo.structure)

    assert kinds == {"variant": 142, "model": 57, "simple": 12}
    assert Counter(file.filename[-4:] for file in demo.files) == {".jpg": 200, ".pdf": 27}
    assert (structure["family"], structure["locale"], structure["channel"]) == (6, 3, 3)
    assert len({product.sku for product in demo.products}) == len(demo.products)
    assert len({file.filename for file in demo.files}) == len(demo.files)


def test_every_label_is_written_in_three_languages(demo: DemoCatalog) -> None:
    unlabelled = [
        (piece.kind, piece.key)
        for piece in demo.structure
        if [locale for locale in LOCALES if piece.fields["labels"].get(locale)] != list(LOCALES)
    ]

    assert unlabelled == []


def test_every_attribute_type_of_the_catalog_is_used(demo: DemoCatalog) -> None:
    specs = _specs(demo)
    used = {
        specs[split_key(key).attribute].type for product in demo.products for key in {**product.values, **product.files}
    }

    assert used == {spec.type for spec in specs.values()}
    assert {"identifier", "text", "textarea", "rich_text", "integer", "decimal", "boolean", "date", "datetime"} <= used
    assert {"select", "multiselect", "measurement", "price", "asset", "asset_list", "url", "email"} <= used


def test_every_value_suits_its_attribute(demo: DemoCatalog) -> None:
    specs, references = _specs(demo), DemoReferences(demo)

    for product in demo.products:
        for key, data in product.values.items():
            scope = split_key(key)
            spec = specs[scope.attribute]
            stored = attribute_types.get(spec.type).parse(data, spec, references)
            assert stored is not None, (product.sku, key)
            assert (scope.locale is not None, scope.channel is not None) == (spec.localizable, spec.scopable), key
        for key, code in product.files.items():
            spec = specs[split_key(key).attribute]
            data = UUID if isinstance(code, str) else [UUID]
            assert attribute_types.get(spec.type).parse(data, spec, references) is not None


def test_values_sit_at_the_level_of_their_attribute(demo: DemoCatalog) -> None:
    variants = {piece.key: piece.fields["levels"] for piece in demo.structure if piece.kind == "family_variant"}
    parents = {product.sku: product.parent for product in demo.products}

    for product in demo.products:
        level, parent = 0, product.parent
        while parent is not None:
            level, parent = level + 1, parents[parent]
        levels = variants[product.family_variant] if product.family_variant else []
        placed = {code: n for n, one in enumerate(levels, start=1) for code in (*one["axes"], *one["attributes"])}
        for key in {**product.values, **product.files}:
            assert placed.get(split_key(key).attribute, 0) == level, (product.sku, key)
        if level:
            assert set(levels[level - 1]["axes"]) <= set(product.values), product.sku


def test_every_reference_points_at_something(demo: DemoCatalog) -> None:
    files = {file.code for file in demo.files}
    skus = {product.sku: product.kind for product in demo.products}
    families = {piece.key: piece.fields["attributes"] for piece in demo.structure if piece.kind == "family"}

    for product in demo.products:
        assert set(product.categories) <= _keys(demo, "category")
        assert set(product.groups) <= _keys(demo, "group")
        assert {split_key(key).attribute for key in product.values} <= set(families[product.family])
        for codes in product.files.values():
            assert {codes} <= files if isinstance(codes, str) else set(codes) <= files
        for kind, sides in product.associations.items():
            assert kind in _keys(demo, "association_type")
            for side, links in sides.items():
                assert all((skus[link["key"]] == "model") == (side == "product_models") for link in links)
    assert {file.license for file in demo.files} == _keys(demo, "license")


def test_gtins_are_valid_and_unique(demo: DemoCatalog) -> None:
    gtins = [product.values["gtin"] for product in demo.products if "gtin" in product.values]

    assert len(gtins) == len(set(gtins)) == 151
    assert all(CHECKS["gtin13"](gtin) for gtin in gtins)


def test_every_screen_has_something_to_show(demo: DemoCatalog) -> None:
    licences = {piece.key: piece.fields for piece in demo.structure if piece.kind == "license"}
    expired = {code for code, fields in licences.items() if (fields["valid_until"] or "9999") < TODAY.isoformat()}

    assert {product.stage for product in demo.products} == {"draft", "enriching", "in_review", "approved", "retired"}
    assert [file.code for file in demo.files if file.license in expired] == ["pilo-chalk", "hilda-ochre-walnut"]
    assert licences["lookbook"]["valid_until"] == "2024-12-22"
    assert {kind for product in demo.products for kind in product.associations} == _keys(demo, "association_type")

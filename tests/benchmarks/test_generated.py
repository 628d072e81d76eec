"""The generated catalog: always the same, and as it is said to be."""

from __future__ import annotations

from config.benchmarking.generated import GeneratedProducts, make_gtin
from pim.values.check_digits import is_gs1


def test_the_same_number_is_always_the_same_product():
    first, second = GeneratedProducts(1_000), GeneratedProducts(1_000)

    assert first.values(123) == second.values(123)


def test_a_product_has_thirty_values():
    products = GeneratedProducts(1_000, images=["0b7f3a34-6f0a-4f0e-9c39-2f7bb7f0a001"])

    assert {len(products.values(number)) for number in range(1_000)} == {30}


def test_every_gtin_is_valid_and_given_once():
    codes = {make_gtin(number) for number in range(1_000)}

    assert len(codes) == 1_000
    assert all(is_gs1(code) for code in codes)


def test_seventy_percent_are_variants_of_models_that_come_first():
    changes = [change for chunk in GeneratedProducts(100, with_variants=True).chunks() for change in chunk]
    models = [change.sku for change in changes if change.kind == "model"]
    variants = [change for change in changes if isinstance(change.parent, str)]

    assert (len(changes), len(models), len(variants)) == (114, 14, 70)
    seen: set[str] = set()
    for change in changes:
        assert change.parent in seen or not isinstance(change.parent, str)
        seen.add(change.sku)

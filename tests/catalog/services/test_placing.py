"""Where products belong, and what happens to them and to those below when they move."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from catalog.families import axis_key
from catalog.models import Product, ProductFacet, ProductText
from catalog.services.changes import ProductChange
from catalog.services.reading import read_states
from catalog.services.snapshot import get_catalog_structure
from catalog.services.writing.engine import get_engine
from pim.models import Entry
from pim.services.structure import read_state
from pim.values.tokens import SystemField, token
from tests.factories.catalog import make_product, make_tree, write
from tests.factories.structure import make, make_structure

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def structure() -> None:
    make_structure()


def state_of(sku: str) -> dict[str, Any]:
    product = Product.objects.get(sku=sku)
    return read_states([product.pk])[product.pk]


def refused(*changes: ProductChange) -> list[tuple[str, str]]:
    return [(problem.code, problem.pointer) for row in write(*changes).refused for problem in row.problems]


def test_moving_a_submodel_takes_what_is_below_along() -> None:
    make_tree()
    write(ProductChange("clog", kind="model", family_variant="by_color_size", values={"name:en_US": "Clog"}))

    outcome = write(ProductChange("boot-red", parent="clog"))

    clog, variant = Product.objects.get(sku="clog"), Product.objects.get(sku="boot-red-s")
    assert (outcome.updated, variant.root_id) == (1, clog.pk)
    assert "clog" in ProductText.objects.get(product=variant).search_text
    assert token(SystemField.PARENT, 0, 0, clog.pk) in ProductFacet.objects.get(product=variant).tokens


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        (ProductChange("boot", family="sandal"), "other_family", "/family_variant"),
        (ProductChange("boot", family_variant="by_size"), "has_variants", "/family_variant"),
        (ProductChange("boot-red", parent=None), "has_variants", "/parent"),
    ],
)
def test_a_model_with_rows_below_stays_what_they_need(change: ProductChange, code: str, pointer: str) -> None:
    make("family", sandal={"attributes": ["sku", "name"]})
    make_tree()

    assert refused(change) == [(code, pointer)]


def test_a_product_that_becomes_a_variant_gives_up_what_its_model_says() -> None:
    write(ProductChange("clog", kind="model", family_variant="by_size", values={"name:en_US": "Clog"}))
    make_product("A", values={"name:en_US": "Shoe", "name:de_DE": "Schuh", "size": "s", "ean": "1"})

    write(ProductChange("A", parent="clog"), atomic=True)

    state = state_of("A")
    assert {key: value for key, value in state.items() if not key.startswith("@")} == {"size": "s", "ean": "1"}
    assert (state["@kind"], state["@family_variant"]) == ("variant", "by_size")
    assert Entry.objects.latest("id").delta == {
        "@parent": [None, "clog"],
        "@kind": ["simple", "variant"],
        "@family_variant": [None, "by_size"],
        "name:en_US": ["Shoe", None],
        "name:de_DE": ["Schuh", None],
    }


def test_an_override_set_to_what_is_inherited_is_given_up() -> None:
    levels = [
        {"axes": ["color"], "attributes": ["ean"], "overridable": ["ean"]},
        {"axes": ["size"], "attributes": []},
    ]
    make("family_variant", loose={"family": "shoe", "levels": levels})
    write(ProductChange("clog", kind="model", family_variant="loose"), atomic=True)
    write(ProductChange("red", kind="model", parent="clog", values={"color": "red", "ean": "1"}), atomic=True)
    write(ProductChange("red-s", parent="red", values={"size": "s", "ean": "2"}), atomic=True)

    write(ProductChange("red-s", values={"ean": "1"}), atomic=True)

    assert "ean" not in state_of("red-s")
    assert Entry.objects.latest("id").delta == {"ean": ["2", None]}


def test_variants_pass_their_axes_on_within_a_batch() -> None:
    write(ProductChange("clog", kind="model", family_variant="by_size"), atomic=True)
    write(*[ProductChange(f"clog-{size}", parent="clog", values={"size": size}) for size in "sm"], atomic=True)

    assert refused(ProductChange("clog-m", values={"size": "l"}), ProductChange("clog-s", values={"size": "m"})) == []

    with connection.cursor() as cursor:
        cursor.execute("SELECT sku, axis_key FROM catalog_product WHERE parent_id IS NOT NULL ORDER BY sku")
        assert cursor.fetchall() == [("clog-m", '["l"]'), ("clog-s", '["m"]')]


def test_long_axes_that_begin_alike_are_told_apart() -> None:
    make("family_variant", engraved={"family": "shoe", "levels": [{"axes": ["erp"], "attributes": []}]})
    texts = ["x" * 600 + end for end in "ab"]

    catalog = get_catalog_structure()
    same = get_engine(catalog).comparison_key
    keys = {axis_key(catalog.variants["engraved"], 1, {"erp": text}, same) for text in texts}

    assert sorted(map(len, keys)) == [64, 64]


@pytest.mark.parametrize(
    ("axis", "first", "same"),
    [
        ("weight", {"amount": "1.50", "unit": "KILOGRAM"}, {"amount": "1.5", "unit": "KILOGRAM"}),
        ("weight", {"amount": "1.5", "unit": "KILOGRAM"}, {"amount": "1500", "unit": "GRAM"}),
        ("width", "1.50", "1.5"),
        ("width", "100000000000000000.000000000010", "100000000000000000.00000000001"),
        ("erp", "Straße", "STRASSE"),
        ("size", "s", "S"),
    ],
)
def test_axes_that_say_the_same_are_the_same(axis: str, first: object, same: object) -> None:
    make("attribute", width={"type": "decimal", "group": "basics"})
    make("family", shoe={"attributes": [*read_state("family", "shoe")["attributes"], "width"]})
    make("family_variant", by_axis={"family": "shoe", "levels": [{"axes": [axis]}]})
    write(ProductChange("clog", kind="model", family_variant="by_axis"), atomic=True)
    write(ProductChange("clog-1", parent="clog", values={axis: first}), atomic=True)

    assert refused(ProductChange("clog-2", parent="clog", values={axis: same})) == [("axis_taken", "/values")]

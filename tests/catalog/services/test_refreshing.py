"""What a change elsewhere makes stale is derived again; what is in use stays; what comes back from the bin fits."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import (
    CompletenessSlot,
    Product,
    ProductCompleteness,
    ProductFacet,
    ProductNumber,
    ProductText,
    ProductUnique,
    ProductValues,
)
from catalog.services.changes import ProductChange
from catalog.services.deletion import delete_products, restore_products
from catalog.services.refreshing import find_stale
from catalog.services.snapshot import get_catalog_structure
from pim import journal
from pim.errors import Conflict, NotAllowed
from pim.services.structure import StructureChange, write_structure
from pim.values.tokens import ATTRIBUTE_SHIFT
from tests.factories.catalog import make_product, make_tree, write
from tests.factories.structure import make, make_options, make_structure

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def structure() -> None:
    make_structure()


def delete(kind: str, key: str) -> list[str]:
    outcome = write_structure(kind, [StructureChange(key, None)], actor=None, origin="command")
    return [refusal.problems[0].code for refusal in outcome.refused]


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("attribute", "color"), ("attribute", "name"), ("category", "shoes"), ("channel", "web"), ("family", "shoe"),
        ("measurement_family", "Weight"), ("locale", "en_US"), ("association_type", "X_SELL"), ("group", "promotion"),
        ("family_variant", "by_color_size"), ("attribute_group", "basics"),
    ],
)  # fmt: skip
def test_what_is_in_use_is_not_deleted_behind_the_journals_back(kind: str, key: str) -> None:
    make_tree()
    links: dict[str, Any] = {"X_SELL": {"product_models": [{"key": "boot"}]}}
    make_product("A", categories=["shoes"], groups=["promotion"], associations=links)

    assert delete(kind, key) == ["in_use"]


def test_values_outside_the_family_make_nothing_until_it_has_their_attributes() -> None:
    make("family", bag={"attributes": ["sku", "stock"]})
    make_product("A", values={"name:en_US": "Clog", "ean": "12", "stock": 3, "color": "red"})
    write(ProductChange("A", family="bag"), atomic=True)
    write(ProductChange("B", family="shoe", values={"ean": "12"}), atomic=True)
    color = get_catalog_structure().base.attributes["color"].id

    def tokens() -> set[int]:
        return {
            found for found in ProductFacet.objects.get(product__sku="A").tokens if found >> ATTRIBUTE_SHIFT == color
        }

    before = ProductText.objects.get(product__sku="A").search_text, tokens()
    make("family", bag={"attributes": ["sku", "stock", "name", "color", "ean"]})
    journal.run_consumers()

    assert before == ("a", set())
    assert ProductText.objects.get(product__sku="A").search_text == "a clog"
    assert len(tokens()) == 2
    assert list(ProductUnique.objects.values_list("product__sku", "normalised")) == [("B", "12")]


def test_a_product_with_values_of_a_deleted_locale_is_still_written() -> None:
    make("locale", fr_FR={})
    make("channel", web={"locales": ["en_US", "de_DE", "fr_FR"]})
    make_product("A", values={"name:fr_FR": "Chaussure"})
    make("channel", web={"locales": ["en_US", "de_DE"]})
    assert delete("locale", "fr_FR") == []

    outcome = write(ProductChange("A", values={"name:en_US": "Shoe"}))

    assert (outcome.updated, ProductValues.objects.count()) == (1, 2)


def test_slots_of_a_rehearsal_are_not_kept() -> None:
    CompletenessSlot.objects.all().delete()
    make("locale", it_IT={})

    write(ProductChange("A", family="shoe"), dry_run=True)

    assert not CompletenessSlot.objects.exists()
    slots = get_catalog_structure().slots
    assert sorted(slots.values()) == sorted(CompletenessSlot.objects.values_list("slot", flat=True))


def test_a_new_channel_without_requirements_is_complete() -> None:
    make_product("A")
    make("channel", app={"locales": ["en_US"], "currencies": ["EUR"], "category_tree": "master"})

    journal.run_consumers()

    assert ProductCompleteness.objects.get().pct[get_catalog_structure().slots["app", "en_US"]] == 100


def test_other_factors_give_other_numbers() -> None:
    make_product("A", values={"weight": {"amount": "2", "unit": "GRAM"}})
    units = [{"code": "KILOGRAM", "symbol": "kg"}, {"code": "GRAM", "symbol": "g", "factor": "0.01"}]
    make("measurement_family", Weight={"units": units})

    journal.run_consumers()

    assert ProductNumber.objects.get().number == pytest.approx(0.02)


def test_an_attribute_that_becomes_unique_over_duplicates_stops_nobody() -> None:
    make_product("A", values={"erp": "1"})
    make_product("B", values={"erp": "1"})
    make("attribute", erp={"unique": True})

    journal.run_consumers()

    assert list(ProductUnique.objects.values_list("product__sku", flat=True)) == ["A"]


def test_locales_taken_from_an_attribute_complete_the_products_that_lack_it() -> None:
    make_product(
        "A",
        values={
            "name:en_US": "Shoe",
            "price": [{"amount": "1", "currency": "EUR"}, {"amount": "1", "currency": "USD"}],
        },
    )
    slot = get_catalog_structure().slots["web", "de_DE"]
    assert ProductCompleteness.objects.get().pct[slot] == 66
    make("attribute", name={"available_locales": ["en_US"]})

    journal.run_consumers()

    assert ProductCompleteness.objects.get().pct[slot] == 100


def test_holders_are_found_by_the_index() -> None:
    make_tree()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    with CaptureQueriesContext(connection) as queries:
        stale = find_stale({"attributes": ["name", "color"]})
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + queries.captured_queries[-1]["sql"])
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert stale == set(Product.objects.values_list("pk", flat=True))
    assert "productfacet_tokens" in plan


def test_what_comes_back_from_the_bin_takes_nothing_from_others() -> None:
    make_product("A", values={"ean": "1"})
    uuid = str(Product.objects.get().uuid)
    delete_products(["A"], actor=None, origin="command")
    make_product("B", values={"ean": "1"})

    with pytest.raises(Conflict) as caught:
        restore_products([uuid], actor=None, origin="command")

    assert caught.value.code == "not_unique"
    assert list(ProductUnique.objects.values_list("product__sku", flat=True)) == ["B"]
    assert Product.objects.present().get().sku == "B"


def test_a_variant_whose_axes_are_taken_stays_in_the_bin() -> None:
    make_tree()
    uuid = str(Product.objects.get(sku="boot-red-s").uuid)
    delete_products(["boot-red-s"], actor=None, origin="command")
    write(ProductChange("other", parent="boot-red", values={"size": "s"}), atomic=True)

    with pytest.raises(Conflict):
        restore_products([uuid], actor=None, origin="command")


def test_restoring_needs_the_right_to_delete() -> None:
    make_product("A")
    uuid = str(Product.objects.get().uuid)
    delete_products(["A"], actor=None, origin="command")

    with pytest.raises(NotAllowed):
        restore_products([uuid], actor=None, origin="api")


def test_options_are_found_by_their_attribute() -> None:
    make_options("color", "black")

    assert delete("option", "color.black") == []

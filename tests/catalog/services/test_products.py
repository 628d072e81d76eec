"""The door of products: what is accepted, what is refused and where, and what is written beside the values."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import (
    Association,
    Edition,
    Product,
    ProductCategory,
    ProductCompleteness,
    ProductFacet,
    ProductNumber,
    ProductUnique,
    ProductValues,
)
from catalog.services.changes import ProductChange
from catalog.services.products import write_products
from catalog.services.reading import read_states
from catalog.services.snapshot import get_catalog_structure
from pim.errors import NotAllowed, Refused
from pim.models import Entry, User
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


def refusal_of(change: ProductChange, **options: Any) -> tuple[str, str]:
    outcome = write(change, **options)
    assert len(outcome.refused) == 1, outcome
    problem = outcome.refused[0].problems[0]
    return problem.code, problem.pointer


def test_values_are_stored_per_locale_and_read_whole() -> None:
    values = {
        "name:en_US": "Shoe",
        "name:de_DE": "Schuh",
        "description:web:de_DE": "<p>Gut</p>",
        "color": "RED",
        "price": [{"amount": "10.00", "currency": "EUR"}],
    }

    product = make_product("A1", values=values)

    rows = dict(ProductValues.objects.filter(product=product).values_list("locale", "values"))
    assert sorted(len(row) for row in rows.values()) == [1, 2, 2]
    assert rows[0] == {"color": "red", "price": {"EUR": "10.00"}}
    assert state_of("A1") == {
        "name:en_US": "Shoe",
        "name:de_DE": "Schuh",
        "description:web:de_DE": "<p>Gut</p>",
        "color": "red",
        "price": {"EUR": "10.00"},
        "@kind": "simple",
        "@family": "shoe",
        "@enabled": True,
        "@stage": product.stage,
    }


def test_the_same_again_writes_nothing() -> None:
    change = {"values": {"name:en_US": "Shoe", "weight": {"amount": "1.50", "unit": "GRAM"}}, "categories": ["shoes"]}
    product = make_product("A1", **change)
    entries = Entry.objects.count()
    change["values"]["weight"]["amount"] = "1.5"  # type: ignore[index]

    outcome = write(ProductChange("a1 ", family="SHOE", **change))

    assert (outcome.unchanged, outcome.written) == (1, 0)
    assert Entry.objects.count() == entries
    assert Product.objects.get().revision == product.revision


def test_clearing_a_value_removes_its_key() -> None:
    make_product("A1", values={"name:en_US": "Shoe", "name:de_DE": "Schuh"})

    write(ProductChange("A1", values={"name:de_DE": None, "name:en_US": ""}))

    assert not ProductValues.objects.exists()
    assert Entry.objects.latest("id").delta == {"name:de_DE": ["Schuh", None], "name:en_US": ["Shoe", None]}


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        (ProductChange("", family="shoe"), "sku_missing", "/sku"),
        (ProductChange("a\x00b", family="shoe"), "invalid_sku", "/sku"),
        (ProductChange("N", family="nope"), "unknown_family", "/family"),
        (ProductChange("N", kind="thing"), "unknown_kind", "/kind"),
        (ProductChange("N", uuid="12"), "invalid_uuid", "/uuid"),
        (ProductChange("N", family="shoe", values={"nope": "x"}), "unknown_attribute", "/values/nope"),
        (ProductChange("N", family="shoe", values={"name": "x"}), "locale_required", "/values/name/locale"),
        (ProductChange("N", family="shoe", values={"color:en_US": "red"}), "locale_unexpected", "/values/color:en_US/locale"),
        (ProductChange("N", family="shoe", values={"name:xx_XX": "x"}), "unknown_locale", "/values/name:xx_XX/locale"),
        (
            ProductChange("N", family="shoe", values={"description:print:de_DE": "x"}),
            "locale_not_in_channel", "/values/description:print:de_DE/locale",
        ),
        (ProductChange("N", family="shoe", values={"color": "pink"}), "unknown_option", "/values/color"),
        (ProductChange("N", family="shoe", values={"stock": "many"}), "not_a_number", "/values/stock"),
        (ProductChange("N", family="shoe", categories=["shoes", "nope"]), "unknown_category", "/categories/1"),
        (ProductChange("N", family="shoe", groups=["nope"]), "unknown_group", "/groups/0"),
        (ProductChange("N", kind="model", family="shoe"), "family_variant_missing", "/family_variant"),
        (ProductChange("N", parent="nope"), "unknown_parent", "/parent"),
        (ProductChange("N", kind="variant"), "parent_missing", "/parent"),
        (ProductChange("N", parent="boot"), "wrong_level", "/parent"),
        (ProductChange("N", parent="boot-red"), "axis_missing", "/values"),
        (ProductChange("N", parent="boot-red", values={"size": "s"}), "axis_taken", "/values"),
        (ProductChange("N", parent="boot-red", values={"size": "l", "name:en_US": "x"}), "edited_above", "/values/name:en_US"),
        (ProductChange("boot", values={"ean": "1"}), "edited_below", "/values/ean"),
        (ProductChange("boot", stage="approved"), "stage_needs_transition", "/stage"),
        (ProductChange("nowhere", must_exist=True), "not_found", ""),
        (ProductChange("BOOT", must_be_new=True), "exists_already", "/sku"),
        (
            ProductChange("boot", associations={"X_SELL": {"products": [{"key": "nope"}]}}),
            "unknown_target", "/associations/X_SELL/products/0",
        ),
        (
            ProductChange("boot", associations={"SET": {"products": [{"key": "boot-red-s"}]}}),
            "invalid_quantity", "/associations/SET/products/0/quantity",
        ),
    ],
)  # fmt: skip
def test_refusals_name_the_place_and_change_nothing(change: ProductChange, code: str, pointer: str) -> None:
    make_tree()
    before = {sku: state_of(sku) for sku in Product.objects.values_list("sku", flat=True)}
    entries = Entry.objects.count()

    assert refusal_of(change) == (code, pointer)

    assert {sku: state_of(sku) for sku in Product.objects.values_list("sku", flat=True)} == before
    assert Entry.objects.count() == entries


def test_all_problems_of_a_row_are_told_at_once() -> None:
    outcome = write(ProductChange("N", family="shoe", values={"color": "pink", "stock": "many", "nope": 1}))

    assert [p.code for p in outcome.refused[0].problems] == ["unknown_option", "not_a_number", "unknown_attribute"]


def test_each_row_fails_alone_and_atomic_fails_all() -> None:
    changes = [ProductChange("A1", family="shoe"), ProductChange("A2", family="nope")]

    outcome = write(*changes)
    with pytest.raises(Refused):
        write(ProductChange("A3", family="shoe"), ProductChange("A4", family="nope"), atomic=True)

    assert (outcome.created, len(outcome.refused), outcome.refused[0].row) == (1, 1, 1)
    assert list(Product.objects.values_list("sku", flat=True)) == ["A1"]


def test_a_dry_run_tells_the_same_and_stores_nothing() -> None:
    changes = [ProductChange("A1", family="shoe"), ProductChange("A2", family="nope")]

    outcome = write(*changes, dry_run=True)

    assert (outcome.created, len(outcome.refused), outcome.dry_run) == (1, 1, True)
    assert not Product.objects.exists()


def test_models_come_before_their_variants_in_any_order() -> None:
    outcome = write(
        ProductChange("v", parent="m", values={"size": "s"}),
        ProductChange("m", kind="model", family_variant="by_size"),
    )

    assert outcome.created == 2
    variant = Product.objects.get(sku="v")
    assert (variant.parent.sku, variant.kind, variant.level) == ("m", "variant", 1)  # type: ignore[union-attr]


def test_a_cell_that_repeats_its_ancestor_is_dropped() -> None:
    make_tree()

    outcome = write(ProductChange("boot-red-s", values={"name:en_US": "Boot", "ean": "123"}))

    assert outcome.updated == 1
    assert state_of("boot-red-s")["ean"] == "123"
    assert "name:en_US" not in state_of("boot-red-s")


def test_a_category_that_an_ancestor_has_is_dropped() -> None:
    make_tree()
    write(ProductChange("boot", categories=["shoes"]))

    write(ProductChange("boot-red-s", categories=["shoes", "sale"]))

    rows = ProductCategory.objects.filter(product__sku="boot-red-s")
    assert [row.category.code for row in rows] == ["sale"]


def test_a_parent_named_in_another_case_is_taken_with_a_warning() -> None:
    make_tree()

    outcome = write(ProductChange("boot-red-l", parent="BOOT-Red", values={"size": "l"}))

    assert outcome.created == 1
    assert [w.problems[0].code for w in outcome.warnings] == ["parent_case"]


def test_descendants_derive_what_they_inherit() -> None:
    make_tree()
    values = {
        "name:de_DE": "Stiefel",
        "price": [{"amount": "5", "currency": "EUR"}, {"amount": "6", "currency": "USD"}],
    }

    write(ProductChange("boot", values=values))

    pct = ProductCompleteness.objects.get(product__sku="boot-red-s").pct
    assert pct.count(100) == 2  # web in both locales; print lacks its description
    assert not ProductCompleteness.objects.filter(product__kind="model").exists()
    assert ProductNumber.objects.filter(product__sku="boot-blue-m").count() == 2


def test_a_value_is_unique_across_products_but_may_move() -> None:
    make_product("A1", values={"ean": "1"})
    make_product("A2", values={"ean": "2"})

    assert refusal_of(ProductChange("A2", values={"ean": "1"})) == ("not_unique", "/values/ean")
    assert refusal_of(ProductChange("A3", family="shoe", values={"ean": "1"})) == ("not_unique", "/values/ean")
    swapped = write(ProductChange("A1", values={"ean": "2"}), ProductChange("A2", values={"ean": "1"}))

    assert swapped.updated == 2
    found = ProductUnique.objects.order_by("product__sku").values_list("product__sku", "normalised")
    assert list(found) == [("A1", "2"), ("A2", "1")]


def test_two_rows_of_a_batch_cannot_share_a_unique_value() -> None:
    outcome = write(
        ProductChange("A1", family="shoe", values={"ean": "1"}), ProductChange("A2", family="shoe", values={"ean": "1"})
    )

    assert (outcome.created, outcome.refused[0].key, outcome.refused[0].problems[0].code) == (1, "A2", "not_unique")


def test_missing_required_attributes_have_tokens() -> None:
    product = make_product("A1", values={"name:en_US": "Shoe"})
    tokens = set(ProductFacet.objects.get().tokens)

    from pim.services.snapshot import get_structure

    structure = get_structure()
    web, german = structure.channels["web"].ordinal, structure.locales["de_DE"].ordinal
    assert token(SystemField.MISSING, web, german, structure.attributes["name"].id) in tokens
    assert token(SystemField.FAMILY, 0, 0, product.family_id or 0) in tokens


def test_people_who_edit_different_keys_both_win() -> None:
    product = make_product("A1", values={"name:en_US": "Shoe", "color": "red"})
    write(ProductChange("A1", values={"color": "blue"}, revision=product.revision))

    other = write(ProductChange("A1", values={"name:en_US": "Boot"}, revision=product.revision))
    clash = write(ProductChange("A1", values={"color": "green"}, revision=product.revision))

    assert other.updated == 1
    problem = clash.refused[0].problems[0]
    assert (problem.code, problem.pointer) == ("changed_meanwhile", "/values/color")
    assert "blue" in str(problem.message)
    assert "green" in str(problem.message)
    assert state_of("A1")["color"] == "blue"


def test_no_review_values_leave_an_approved_product_approved() -> None:
    product = make_product("A1", stage="approved", values={"name:en_US": "Shoe", "stock": 1})

    write(ProductChange("A1", values={"stock": 2}))

    assert Product.objects.get().stage == product.stage == "approved"
    assert not Edition.objects.exists()


def test_a_reviewed_value_of_an_approved_product_leaves_an_approved_copy() -> None:
    make_product("A1", stage="approved", values={"name:en_US": "Shoe", "stock": 1}, categories=["shoes"])

    write(ProductChange("A1", values={"name:en_US": "Boot"}))
    write(ProductChange("A1", values={"name:en_US": "Sandal"}))

    edition = Edition.objects.get()
    assert (edition.values, edition.categories) == ({"name:en_US": "Shoe", "stock": 1}, ["shoes"])
    assert Product.objects.get().stage == "enriching"


def test_read_only_attributes_are_for_machines() -> None:
    person = User.objects.create_superuser("root")
    change = ProductChange("A1", family="shoe", values={"erp": "X"})

    outcome = write_products([change], actor=person, origin="api")
    assert outcome.refused[0].problems[0].code == "read_only"

    assert write(ProductChange("A1", family="shoe", values={"erp": "X"}), origin="import").created == 1


def test_people_need_the_permission() -> None:
    nobody = User.objects.create_user("nobody")

    with pytest.raises(NotAllowed):
        write_products([ProductChange("A1", family="shoe")], actor=nobody, origin="admin")

    assert not Product.objects.exists()


def test_associations_are_replaced_per_type_in_order() -> None:
    for sku in ("A1", "A2", "A3"):
        make_product(sku)
    links = {"products": [{"key": "a3"}, {"key": "A2"}], "groups": [{"key": "promotion"}]}

    write(ProductChange("A1", associations={"X_SELL": links, "SET": {"products": [{"key": "A2", "quantity": "2.5"}]}}))
    again = write(ProductChange("A1", associations={"X_SELL": links}))
    other_way = write(ProductChange("A1", associations={"X_SELL": dict(reversed(links.items()))}))
    write(ProductChange("A1", associations={"X_SELL": {}}))

    assert (again.unchanged, other_way.unchanged) == (1, 1)
    assert Association.objects.get().quantity is not None
    assert "@associations.X_SELL" not in state_of("A1")
    assert state_of("A1")["@associations.SET"] == [{"in": "products", "to": "A2", "quantity": "2.5"}]


def test_a_default_is_applied_once_on_create() -> None:
    make("attribute", care={"type": "text", "group": "basics", "default": "Wipe clean"})
    make("family", shoe={"attributes": [*read_state("family", "shoe")["attributes"], "care"]})

    make_product("A1")
    write(ProductChange("A1", values={"care": None}))
    write(ProductChange("A1", values={"name:en_US": "x"}))

    assert "care" not in state_of("A1")
    assert Entry.objects.filter(key="A1").order_by("id")[0].delta["care"] == [None, "Wipe clean"]


def test_a_chunk_takes_a_constant_number_of_queries() -> None:
    def count(number: int) -> int:
        changes = [
            ProductChange(f"{number}-{n}", family="shoe", values={"ean": f"{number}-{n}"}) for n in range(number)
        ]
        with CaptureQueriesContext(connection) as captured:
            write(*changes)
        return len(captured)

    get_catalog_structure()
    count(1)

    assert count(2) == count(60)


def test_a_product_named_twice_is_written_once() -> None:
    outcome = write(
        ProductChange("A1", family="shoe", values={"color": "red", "stock": 1}),
        ProductChange("A1", values={"color": "blue"}),
    )

    assert outcome.created == 1
    assert [w.problems[0].code for w in outcome.warnings] == ["given_twice"]
    assert (state_of("A1")["color"], state_of("A1")["stock"]) == ("blue", 1)
    assert Entry.objects.filter(key="A1").count() == 1


def test_a_variant_that_leaves_its_model_keeps_what_it_inherited() -> None:
    make_tree()

    write(ProductChange("boot-red-s", parent=None))

    state = state_of("boot-red-s")
    assert (state["@kind"], state["name:en_US"], state["color"], state["size"]) == ("simple", "Boot", "red", "s")
    assert "@parent" not in state

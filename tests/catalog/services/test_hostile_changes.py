"""Changes that no honest caller sends: each is refused on its own row, with a pointer, and the others are written."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.models import Association, Product
from catalog.services.changes import ProductChange
from catalog.services.deletion import delete_products
from pim.errors import DomainError
from pim.models import Entry
from tests.factories.catalog import make_product, make_tree, write
from tests.factories.structure import make_structure

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def structure() -> None:
    make_structure()


def refused(*changes: ProductChange) -> list[tuple[str, str]]:
    return [
        (problem.code, problem.pointer) for refusal in write(*changes).refused for problem in refusal.problems
    ]  # fmt: skip


DEEP: Any = []
for _level in range(2_000):
    DEEP = [DEEP]
HOSTILE = [
    None,
    True,
    7,
    1.5,
    float("nan"),
    "",
    "x" * 100_000,
    "a\0b",
    "\ud800",
    "\u200f",
    [],
    ["a\0"],
    [[]],
    {},
    {"": None},
    DEEP,
]
FIELDS = [
    "sku", "uuid", "kind", "parent", "family", "family_variant", "enabled", "stage", "categories", "add_categories",
    "remove_categories", "groups", "associations", "values", "revision",
]  # fmt: skip


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_of_any_shape_is_taken_or_refused(field: str) -> None:
    make_product("A")

    for junk in HOSTILE:
        change = ProductChange("A")
        setattr(change, field, junk)
        outcome = write(change, ProductChange("B", family="shoe"))

        assert outcome.done + len(outcome.refused) == 2, (field, junk)
        for refusal in outcome.refused:
            assert all(problem.pointer.startswith(f"/{field}") for problem in refusal.problems), refusal


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x), max_leaves=8
)  # fmt: skip
KEYS = (
    st.sampled_from(["name:en_US", "description:web:en_US", "color", "weight", "price", "ean", "stock", "erp"])
    | st.text()
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.dictionaries(KEYS, JSON, max_size=4),
    associations=st.dictionaries(
        st.sampled_from(["X_SELL", "SET", ""]),
        st.dictionaries(st.sampled_from(["products", "groups", "x"]), st.lists(st.dictionaries(st.sampled_from(["key", "quantity"]), JSON))),
        max_size=2,
    ),
)  # fmt: skip
def test_values_and_links_of_any_shape_are_taken_or_refused(values: Any, associations: Any) -> None:
    outcome = write(ProductChange("fuzzed", family="shoe", values=values, associations=associations))

    assert outcome.done + len(outcome.refused) == 1


def test_a_sku_that_grows_when_it_is_compared_is_refused() -> None:
    assert refused(ProductChange("ß" * 200, family="shoe"), ProductChange("A", family="shoe")) == [
        ("invalid_sku", "/sku")
    ]
    assert Product.objects.get().sku == "A"


def test_a_uuid_is_the_same_however_it_is_written() -> None:
    product = make_product("A")

    outcome = write(ProductChange("other", uuid=product.uuid.hex.upper(), values={"stock": 1}))

    assert (outcome.updated, Product.objects.count()) == (1, 1)


def test_a_uuid_that_contradicts_the_sku_is_refused() -> None:
    first, second = make_product("A"), make_product("B")

    changes = [
        ProductChange("A", uuid=str(second.uuid), values={"stock": 1}),
        ProductChange("B", uuid=str(uuid4()), values={"stock": 1}),
        ProductChange("C", uuid=str(first.uuid), must_be_new=True, family="shoe"),
    ]

    assert refused(*changes) == [("other_uuid", "/uuid"), ("other_uuid", "/uuid"), ("uuid_taken", "/uuid")]
    assert set(Product.objects.values_list("sku", "revision")) == {("A", 1), ("B", 1)}


def test_the_uuid_of_a_product_in_the_bin_is_refused() -> None:
    product = make_product("A")
    delete_products(["A"], actor=None, origin="command")

    changes = (
        ProductChange("B", uuid=str(product.uuid), family="shoe"),
        ProductChange("C", uuid="{" + str(uuid4()) + "}", family="shoe"),
    )

    assert refused(*changes) == [("uuid_taken", "/uuid")]
    assert Product.objects.filter(deleted_at=None).get().sku == "C"


def test_a_new_sku_given_again_after_its_refusal_is_created() -> None:
    outcome = write(
        ProductChange("N", family="shoe", values={"color": "pink"}),
        ProductChange("N", family="shoe", values={"color": "red"}),
    )

    assert (outcome.created, len(outcome.refused)) == (1, 1)


def test_a_product_given_twice_is_written_once_with_the_links_of_the_later() -> None:
    for sku in "ABC":
        make_product(sku)

    outcome = write(
        ProductChange("A", associations={"X_SELL": {"products": [{"key": "B"}]}}),
        ProductChange("A", associations={"X_SELL": {"products": [{"key": "B"}, {"key": "C"}]}}, values={"stock": 1}),
    )

    assert outcome.updated == 1
    assert list(Association.objects.values_list("target__sku", flat=True)) == ["B", "C"]
    assert Product.objects.get(sku="A").revision == Entry.objects.latest("id").revision == 2


def test_what_depends_on_a_refused_row_is_refused_with_it() -> None:
    make_product("taken", values={"ean": "1"})
    make_tree()

    found = refused(
        ProductChange("bad", family="shoe", values={"ean": "1"}),
        ProductChange("boot", associations={"X_SELL": {"products": [{"key": "bad"}]}}),
        ProductChange("good", family="shoe", values={"ean": "2"}),
    )

    assert found == [("not_unique", "/values/ean"), ("unknown_target", "/associations")]
    assert Product.objects.filter(sku="good").exists()
    assert not Association.objects.exists()


def test_a_value_that_a_refused_row_would_have_given_up_stays_taken() -> None:
    make_product("A", values={"ean": "1"})
    make_product("B", values={"ean": "2"})

    found = refused(ProductChange("A", values={"ean": "2"}), ProductChange("C", family="shoe", values={"ean": "1"}))

    assert found == [("not_unique", "/values/ean"), ("not_unique", "/values/ean")]


def test_values_change_hands_within_a_batch() -> None:
    make_product("A", values={"ean": "1"})
    make_product("B", values={"ean": "2"})

    assert refused(ProductChange("A", values={"ean": "2"}), ProductChange("B", values={"ean": "1"})) == []
    assert refused(ProductChange("C", family="shoe", values={"ean": "1"})) == [("not_unique", "/values/ean")]


def test_many_associations_cost_no_more_queries_than_one() -> None:
    for number in range(12):
        make_product(f"P{number}")

    def link(count: int, target: str) -> int:
        links = {"X_SELL": {"products": [{"key": target}]}}
        with CaptureQueriesContext(
            connection,
        ) as queries:
            write(*[ProductChange(f"P{number}", associations=links) for number in range(count)])
        return len(queries)

    assert link(1, "P11") == link(10, "P10")


def test_all_or_none_names_the_misshapen_row() -> None:
    with pytest.raises(DomainError) as caught:
        write(ProductChange("A", family="shoe"), ProductChange("B", revision="x"), atomic=True)  # type: ignore[arg-type]

    assert (caught.value.pointer, Product.objects.count()) == ("/revision", 0)

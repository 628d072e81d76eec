"""Two-way associations: one row, read, written and removed from both sides."""

from __future__ import annotations

import pytest

from catalog.models import Association, Product
from catalog.services.changes import ProductChange
from catalog.services.documents.reading import describe_products
from catalog.services.exporting.reading import ProductStream
from pim.errors import Outcome
from pim.models import Entry
from tests.factories.catalog import make_product, write
from tests.factories.structure import make_structure

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def structure() -> None:
    make_structure()
    for sku in ("A", "B", "C"):
        make_product(sku)


def pair(sku: str, *others: str, own_links_only: bool = False) -> Outcome:
    links = {"PAIR": {"products": [{"key": other} for other in others]}}
    return write(ProductChange(sku, associations=links, own_links_only=own_links_only))


def rows() -> list[tuple[str, str]]:
    return sorted(Association.objects.values_list("owner__sku", "target__sku"))


def read(sku: str) -> list[str]:
    (document,) = describe_products([Product.objects.get(sku=sku).pk])
    sides = document.body["associations"].get("PAIR", {})
    return [link["sku"] for link in sides.get("products", [])]


def revisions() -> dict[str, int]:
    return dict(Product.objects.values_list("sku", "revision"))


def test_one_row_is_read_from_both_sides_and_moves_both_tags() -> None:
    before = {document.body["sku"]: document.above for document in describe_products(_ids())}

    pair("A", "B")

    assert (read("A"), read("B"), read("C")) == (["B"], ["A"], [])
    after = {document.body["sku"]: document.above for document in describe_products(_ids())}
    assert (before["B"], len(after["B"]), after["C"]) == ((), 1, ())
    exported = {product.sku: product.associations for chunk in ProductStream().read(["simple"]) for product in chunk}
    assert [link["to"] for link in exported["B"]["PAIR"]] == ["A"]


def test_writing_it_from_the_other_side_stores_nothing_twice() -> None:
    pair("A", "B")
    seen = revisions()

    again = pair("B", "A")

    assert (again.unchanged, revisions(), rows()) == (1, seen, [("A", "B")])
    pair("B", "a", "C")
    assert rows() == [("A", "B"), ("B", "C")]
    assert read("B") == ["C", "A"]


def test_both_sides_in_one_batch_make_one_row() -> None:
    write(*[ProductChange(a, associations={"PAIR": {"products": [{"key": b}]}}) for a, b in ("AB", "BA")])

    assert rows() == [("A", "B")]


def test_removing_it_from_the_other_side_is_an_entry_of_the_owner() -> None:
    pair("A", "B", "C")
    seen, entries = revisions(), Entry.objects.count()

    outcome = pair("B")

    assert (rows(), outcome.updated, [done.key for done in outcome.results]) == ([("A", "C")], 1, ["B"])
    assert revisions() == {**seen, "A": seen["A"] + 1}
    entry = Entry.objects.latest("id")
    assert (Entry.objects.count(), entry.key) == (entries + 1, "A")
    before, after = entry.delta["@associations.PAIR"]
    assert ([link["to"] for link in before], [link["to"] for link in after]) == (["B", "C"], ["C"])


def test_a_file_and_undo_speak_of_their_own_rows_only() -> None:
    pair("A", "B")

    pair("B", own_links_only=True)
    assert rows() == [("A", "B")]

    pair("A", own_links_only=True)
    assert rows() == []


def _ids() -> list[int]:
    return list(Product.objects.order_by("sku").values_list("pk", flat=True))

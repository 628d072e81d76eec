"""Undo of jobs on products: everything back, exactly, and nothing that somebody else has touched."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Edition, Product
from catalog.services.changes import ProductChange
from catalog.services.reading import read_states
from catalog.services.stages import move_products
from pim.choices import JobState
from pim.models import Entry, Job
from pim.services.jobs import run_job
from pim.services.undo import undo_job
from tests.factories.catalog import make_product, make_tree, write
from tests.factories.structure import make_structure

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def structure() -> None:
    make_structure()


@pytest.fixture
def job() -> Job:
    return Job.objects.create(kind="mass_edit", state=JobState.DONE)


def undo(job: Job) -> Job:
    undoing = undo_job(job, actor=None, is_detached=False)
    run_job(str(undoing.uuid))
    undoing.refresh_from_db()
    assert undoing.state == JobState.DONE, undoing.error
    return undoing


def state_of(sku: str) -> dict[str, Any]:
    product = Product.objects.get(sku=sku)
    return read_states([product.pk])[product.pk]


def move(stage: str, *skus: str, job: Job | None = None) -> None:
    ids = Product.objects.filter(sku__in=skus).values_list("pk", flat=True)
    move_products(list(ids), stage, actor=None, origin="command", job=job)


def test_an_undone_edit_of_an_approved_product_is_approved_as_it_was(job: Job) -> None:
    make_product("A", values={"name:en_US": "Good"})
    move("approved", "A")
    before = state_of("A")
    write(ProductChange("A", values={"name:en_US": "Bad"}), job=job)
    assert Edition.objects.get().values == {"name:en_US": "Good"}

    undo(job)

    assert state_of("A") == before
    assert not Edition.objects.exists()


def test_an_undone_approval_brings_the_approved_copy_back(job: Job) -> None:
    make_product("A", values={"name:en_US": "Good"})
    move("approved", "A")
    write(ProductChange("A", values={"name:en_US": "Better"}))
    move("approved", "A", job=job)
    assert not Edition.objects.exists()

    undo(job)

    assert (state_of("A")["@stage"], Edition.objects.get().values) == ("enriching", {"name:en_US": "Good"})


def test_an_association_edit_sends_an_approved_product_back_to_work() -> None:
    make_product("A")
    make_product("B")
    move("approved", "A")

    write(ProductChange("A", associations={"X_SELL": {"products": [{"key": "B"}]}}))

    assert state_of("A")["@stage"] == "enriching"
    assert Edition.objects.get().associations == {}
    assert Entry.objects.latest("id").delta["@stage"] == ["approved", "enriching"]


def test_a_product_made_a_variant_is_itself_again(job: Job) -> None:
    write(ProductChange("clog", kind="model", family_variant="by_size", values={"name:en_US": "Clog", "color": "red"}))
    make_product("A", values={"name:en_US": "Shoe", "size": "s"})
    before = state_of("A")
    write(ProductChange("A", parent="clog"), job=job, atomic=True)

    undo(job)

    assert state_of("A") == before


def test_a_variant_made_a_product_is_a_variant_again(job: Job) -> None:
    make_tree()
    before = state_of("boot-red-s")
    write(ProductChange("boot-red-s", parent=None), job=job, atomic=True)
    assert state_of("boot-red-s")["name:en_US"] == "Boot"

    undo(job)

    assert state_of("boot-red-s") == before


def test_what_somebody_hung_below_a_created_model_keeps_it_and_nothing_else(job: Job) -> None:
    write(
        ProductChange("clog", kind="model", family_variant="by_size"),
        ProductChange("mule", kind="model", family_variant="by_size"),
        ProductChange("A", family="shoe"),
        job=job,
    )
    write(ProductChange("clog-s", parent="clog", values={"size": "s"}))

    undoing = undo(job)

    assert sorted(Product.objects.values_list("sku", flat=True)) == ["clog", "clog-s"]
    assert [(issue.code, issue.key) for issue in undoing.issues.all()] == [("changed_since", "product clog")]


def test_undoing_many_edits_costs_no_more_queries_than_one() -> None:
    def count(skus: list[str]) -> int:
        job = Job.objects.create(kind="mass_edit", state=JobState.DONE)
        write(*[ProductChange(sku, family="shoe") for sku in skus])
        write(*[ProductChange(sku, values={"stock": 1}) for sku in skus], job=job)
        with CaptureQueriesContext(connection) as queries:
            undo(job)
        assert all("stock" not in state_of(sku) for sku in skus)
        return len(queries)

    assert count(["A"]) == count([f"B{number}" for number in range(20)])

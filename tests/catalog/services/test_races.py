"""Two writers at once: both wait, both are right in the end, and nobody takes what another has."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from catalog.models import Product, ProductCompleteness, ProductText, ProductUnique
from catalog.services.changes import ProductChange
from catalog.services.writing import chunks
from pim.errors import Outcome
from tests.factories.catalog import make_product, make_tree, write
from tests.factories.structure import make, make_structure

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def structure() -> None:
    make_structure()


class Beside:
    """A write in a thread and connection of its own."""

    def __init__(self, act: Callable[[], Outcome]) -> None:
        self.outcome: Outcome | None = None
        self.error: BaseException | None = None
        self._act = act
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.outcome = self._act()
        except BaseException as error:
            self.error = error
        finally:
            connection.close()

    def finish(self) -> Outcome:
        self._thread.join(20)
        assert self.error is None, self.error
        assert self.outcome is not None
        return self.outcome


def wait_until_blocked(count: int = 1) -> None:
    """Until so many sessions of this database wait for a lock."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0] >= count:
                return
        time.sleep(0.01)
    pytest.fail("nobody waits")


def test_a_unique_value_is_not_taken_from_a_concurrent_writer() -> None:
    make_product("A")
    make_product("B")

    with transaction.atomic():
        write(ProductChange("A", values={"ean": "1"}))
        other = Beside(lambda: write(ProductChange("B", values={"ean": "1"})))
        wait_until_blocked()
    outcome = other.finish()

    assert [refusal.problems[0].code for refusal in outcome.refused] == ["not_unique"]
    assert list(ProductUnique.objects.values_list("product__sku", flat=True)) == ["A"]


def test_the_same_new_sku_twice_is_one_product() -> None:
    with transaction.atomic():
        make_product("N", values={"name:en_US": "First"})
        other = Beside(lambda: write(ProductChange("n", family="shoe", values={"name:de_DE": "Zweiter"})))
        wait_until_blocked()
    outcome = other.finish()

    assert (outcome.created, outcome.updated) == (0, 1)
    assert Product.objects.get().revision == 2


def test_all_or_none_survives_the_same_race() -> None:
    with transaction.atomic():
        make_product("N")
        other = Beside(lambda: write(ProductChange("n", family="shoe", values={"stock": 1}), atomic=True))
        wait_until_blocked()

    assert other.finish().updated == 1


def test_new_products_in_opposite_orders_do_not_deadlock() -> None:
    ready = threading.Barrier(2)

    def create(skus: list[str]) -> Outcome:
        ready.wait(10)
        return write(*[ProductChange(sku, family="shoe") for sku in skus])

    skus = [f"S{number:03}" for number in range(400)]
    writers = [Beside(lambda: create(skus)), Beside(lambda: create(skus[::-1]))]
    outcomes = [writer.finish() for writer in writers]

    assert sum(outcome.created for outcome in outcomes) == 400
    assert not any(outcome.refused for outcome in outcomes)


def test_a_deadlock_is_resolved_by_planning_again() -> None:
    make_product("A")
    make_product("B")
    first, second = Product.objects.order_by("id").values_list("pk", flat=True)

    def lock_backwards() -> Outcome:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT FROM catalog_product WHERE id = %s FOR UPDATE", [second])
            has_locked.set()
            wait_until_blocked()
            cursor.execute("SET LOCAL deadlock_timeout = '20s'")
            cursor.execute("SELECT FROM catalog_product WHERE id = %s FOR UPDATE", [first])
        return Outcome()

    has_locked = threading.Event()
    other = Beside(lock_backwards)
    assert has_locked.wait(10)
    outcome = write(*[ProductChange(sku, values={"stock": 1}) for sku in "AB"])

    other.finish()
    assert outcome.updated == 2


def test_a_variant_created_beside_an_edit_of_its_root_inherits_the_new_value() -> None:
    make_tree()

    with transaction.atomic():
        write(ProductChange("boot-red-l", parent="boot-red", values={"size": "l"}))
        other = Beside(lambda: write(ProductChange("boot", values={"name:en_US": "Wellington"})))
        wait_until_blocked()
    other.finish()

    assert "wellington" in ProductText.objects.get(product__sku="boot-red-l").search_text


def test_a_product_planned_with_yesterdays_structure_is_planned_again(monkeypatch: pytest.MonkeyPatch) -> None:
    original = chunks.store_derived
    calls = []

    def change_the_family_meanwhile(*args: Any, **options: Any) -> None:
        original(*args, **options)
        calls.append(1)
        if len(calls) == 1:
            Beside(lambda: make("family", shoe={"requirements": {"web": ["sku"]}})).finish()

    monkeypatch.setattr(chunks, "store_derived", change_the_family_meanwhile)
    make_product("N")

    row = ProductCompleteness.objects.get()
    assert (len(calls), row.epoch, row.pct) == (2, 2, [100, 100, 100])

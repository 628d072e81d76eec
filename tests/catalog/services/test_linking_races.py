"""Two people, or two workers, at the same links at once: each link is made once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from catalog.choices import MatchState
from catalog.models import AssetMatch, Product
from catalog.services.linking.binding import BIND
from catalog.services.linking.examining import read_own_values
from catalog.services.linking.running import apply_linking, preview_linking
from pim.errors import Conflict
from pim.models import Entry, Job, User
from pim.services.jobs import run_job, start_job
from tests.factories.assets import make_asset
from tests.factories.catalog import make_product
from tests.factories.linking import make_naming_rule, make_picture_structure

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def structure() -> None:
    make_picture_structure()
    make_naming_rule()


def at_once(count: int, act: Callable[[], Any]) -> list[Any]:
    """What `count` threads came to, each with a connection of its own."""
    gate, found = threading.Barrier(count), []

    def run() -> None:
        try:
            gate.wait(10)
            found.append(act())
        except Exception as error:
            found.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


def test_a_preview_that_four_people_apply_at_once_is_applied_by_one() -> None:
    manager = User.objects.create_superuser("manager")
    asset, _product = make_asset("A_main.png"), make_product("A")
    linking = preview_linking({"assets": [str(asset.uuid)]}, actor=manager, is_detached=False)

    found = at_once(4, lambda: apply_linking(linking, linking.token, actor=manager, origin="admin", is_detached=False))

    assert sorted(type(each).__name__ for each in found) == ["Conflict", "Conflict", "Conflict", "Job"]
    assert {each.code for each in found if isinstance(each, Conflict)} == {"applied_already"}
    assert Job.objects.filter(kind="link_assets").count() == 1


def test_two_workers_that_bind_the_same_files_link_each_once() -> None:
    products = {name: make_product(name) for name in ("A", "B", "C")}
    for name in products:
        AssetMatch.objects.create(asset=make_asset(f"{name}_side.png"), state=MatchState.DUE)
    jobs = [start_job(BIND.code, {}, actor=None, is_detached=False) for _ in range(2)]
    uuids = iter([str(job.uuid) for job in jobs])

    at_once(2, lambda: run_job(next(uuids)))

    values = read_own_values([product.pk for product in Product.objects.all()])
    assert [len(each["gallery"]) for each in values.values()] == [1, 1, 1]
    assert Entry.objects.filter(job__in=jobs, subject_type="product").count() == 3
    assert set(AssetMatch.objects.values_list("state", flat=True)) == {"linked"}

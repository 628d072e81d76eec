"""What the grid does to many products at once."""

import pytest
from django.urls import reverse

from catalog.models import Product
from pim.choices import JobState
from pim.models import Job
from pim.services.jobs import run_job
from tests.catalog.admin.pages import log_in
from tests.factories.catalog import make_product, make_tree
from tests.factories.structure import make_structure

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def structure():
    make_structure()


@pytest.fixture
def client():
    return log_in()


def bulk(client, **posted):
    return client.post(reverse("admin:catalog_product_bulk"), posted)


def run(answer):
    job = Job.objects.latest("id")
    assert answer.url == reverse("admin:pim_job_change", args=[job.uuid])
    run_job(str(job.uuid))
    job.refresh_from_db()
    return job


def test_the_ticked_rows_are_switched_off_at_once(client):
    for sku in "ABC":
        make_product(sku)

    answer = bulk(client, action="disable", sku=["A", "C"], query="?q=x")

    assert answer.url == reverse("admin:catalog_product_changelist") + "?q=x"
    assert list(Product.objects.filter(enabled=False).order_by("sku").values_list("sku", flat=True)) == ["A", "C"]


def test_everything_that_matches_is_a_job_over_the_filter(client):
    for sku, color in (("A", "red"), ("B", "blue"), ("C", "red")):
        make_product(sku, values={"color": color})

    job = run(bulk(client, action="disable", all="1", count="2", query="?values[color]=red"))

    assert (job.state, job.counters) == (JobState.DONE, {"changed": 2, "unchanged": 0, "refused": 0})
    assert list(Product.objects.filter(enabled=False).order_by("sku").values_list("sku", flat=True)) == ["A", "C"]


def test_moving_asks_which_way_and_runs_as_a_job(client):
    make_tree()

    asked = bulk(client, action="transition", sku=["boot"])
    way = asked.context["ways"][0]
    job = run(bulk(client, action="transition", sku=["boot"], way=way.code, include_variants="1"))

    assert job.state == JobState.DONE
    assert set(Product.objects.values_list("stage", flat=True)) == {way.target}


def test_deleting_asks_first(client):
    make_tree()

    asked = bulk(client, action="delete", sku=["boot-red"])
    assert (asked.status_code, Product.objects.present().count()) == (200, 7)
    bulk(client, action="delete", sku=["boot-red"], sure="1")

    assert list(Product.objects.present().order_by("sku").values_list("sku", flat=True)) == [
        "boot",
        "boot-blue",
        "boot-blue-m",
        "boot-blue-s",
    ]


def test_nothing_ticked_does_nothing(client):
    make_product("A")

    bulk(client, action="disable")

    assert Product.objects.get().enabled


def test_a_job_over_many_resumes_behind_its_checkpoint(client, monkeypatch):
    monkeypatch.setattr("catalog.services.mass.CHUNK", 2)
    for number in range(5):
        make_product(f"P{number}")
    bulk(client, action="disable", all="1", count="5", query="")
    job = Job.objects.latest("id")
    Job.objects.filter(pk=job.pk).update(checkpoint={"last": Product.objects.get(sku="P1").pk, "done": 2, "total": 5})

    run_job(str(job.uuid))

    assert list(Product.objects.filter(enabled=True).order_by("sku").values_list("sku", flat=True)) == ["P0", "P1"]

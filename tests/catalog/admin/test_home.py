"""The first page."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pim.choices import JobState
from pim.models import Job
from tests.catalog.admin.pages import log_in
from tests.factories.catalog import make_product
from tests.factories.structure import make_structure

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def structure():
    cache.clear()
    make_structure()


def test_it_counts_complete_products_by_channel_and_locale_and_products_by_stage():
    price = [{"amount": "1", "currency": "EUR"}, {"amount": "1", "currency": "USD"}]
    make_product("A", values={"name:en_US": "Clog", "price": price})
    make_product("B", stage="approved")

    page = log_in("manager").get(reverse("admin:index"))

    figures = {
        (channel, row.locale): (row.complete, row.total) for channel, rows in page.context["channels"] for row in rows
    }
    assert figures == {("print", "en_US"): (0, 2), ("web", "de_DE"): (0, 2), ("web", "en_US"): (1, 2)}
    stages = {row.stage.code: row.count for row in page.context["stages"]}
    assert (stages["draft"], stages["approved"], stages["in_review"]) == (1, 1, 0)
    assert [row.product.sku for row in page.context["recent"]] == ["B", "A"]


def test_a_reviewer_finds_what_waits_for_them_and_a_manager_does_not():
    make_product("A", stage="in_review")
    make_product("B")

    reviewer = log_in("reviewer").get(reverse("admin:index"))
    manager = log_in("manager").get(reverse("admin:index"))

    assert [row.product.sku for row in reviewer.context["queue"]] == ["A"]
    assert reviewer.context["queue_count"].value == 1
    assert manager.context["queue"] == []
    assert manager.context["queue_url"] == ""


def test_failed_jobs_are_named_with_their_error():
    from django.utils import timezone

    Job.objects.create(kind="mass_edit", state=JobState.FAILED, error="It broke", finished=timezone.now())

    page = log_in("manager").get(reverse("admin:index"))

    assert [job["error"] for job in page.context["failed_jobs"]] == ["It broke"]


def test_it_costs_the_same_for_few_products_and_for_many():
    client = log_in()
    make_product("A")
    client.get(reverse("admin:index"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("admin:index"))
    for number in range(20):
        make_product(f"P{number}")
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("admin:index"))

    assert len(many) <= len(few)


def test_somebody_who_may_see_no_products_still_has_a_first_page():
    page = log_in("nobody").get(reverse("admin:index"))

    assert page.status_code == 200
    assert "channels" not in page.context

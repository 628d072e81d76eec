"""What a person has changed goes out before the thousands of a job."""

from __future__ import annotations

import pytest
from django.test import Client

from catalog.services.changes import ProductChange
from channels.choices import Lane
from channels.models import Dirty, Publication
from channels.services.following import read_urgent
from channels.services.publishing import publish_pending
from pim.choices import JobState
from pim.models import ApiToken, Job
from pim.services.tokens import revoke_token
from tests.factories.catalog import write
from tests.factories.channels import COMPLETE, make_bearer, make_shoes, make_shop, publish

pytestmark = pytest.mark.django_db


def test_the_urgent_lane_is_read_past_a_job_and_published_in_a_batch_of_its_own() -> None:
    make_shop()
    publish()
    job = Job.objects.create(kind="mass_edit", state=JobState.DONE)
    changes = [
        ProductChange(f"bulk-{n}", family="shoe", categories=["shoes"], values=COMPLETE, stage="draft")
        for n in range(3)
    ]
    write(*changes, job=job, atomic=True)
    make_shoes("boot")

    read_urgent()

    assert set(Dirty.objects.values_list("lane", flat=True)) == {Lane.INTERACTIVE}
    assert Dirty.objects.filter(view__code="web").count() == 1

    publish()
    assert Publication.objects.get(view__code="web", sku="boot").position == 1
    assert Publication.objects.filter(view__code="web", state="live").count() == 4


def test_a_publisher_reads_on_what_is_urgent_between_two_batches() -> None:
    make_shop()
    make_shoes("a", "b")
    calls: list[int] = []

    def read_on() -> None:
        calls.append(Publication.objects.count())
        read_urgent()

    publish_pending(batch=1, before_batch=read_on)

    assert calls == [0, 1, 2]


def test_a_token_switched_off_here_stops_reading_at_once() -> None:
    make_shop()
    bearer = make_bearer()
    headers = {"Authorization": bearer}
    assert Client().get("/hub/web/products", headers=headers).status_code == 200

    revoke_token(ApiToken.objects.get(), actor=None)

    assert Client().get("/hub/web/products", headers=headers).status_code == 401

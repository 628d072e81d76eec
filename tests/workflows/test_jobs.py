"""The transition job: watched, refused row by row, resumed after a kill."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pim.errors import DomainError
from pim.models import Entry, Job
from pim.services.jobs import run_job
from pim.services.undo import undo_job
from tests.factories.assets import make_asset
from tests.factories.workflows import make_caller
from workflows.services import jobs
from workflows.services.jobs import start_transition_job

Make = Callable[..., list[str]]
Stages = Callable[[], dict[str, str]]

pytestmark = pytest.mark.django_db


def start(transition: str = "approve", caller: str = "reviewer", **options: Any) -> Job:
    return start_transition_job("product", transition, actor=make_caller(caller), origin="admin", **options)


def run(job: Job) -> Job:
    assert run_job(str(job.uuid))
    job.refresh_from_db()
    return job


def test_named_products_move_in_one_job(make_products: Make, stages: Stages) -> None:
    make_products("a", "b", stage="in_review")
    make_products("c", stage="approved")
    make_products("d", stage="draft")

    job = run(start(keys=["a", "b", "c", "d", "ghost"], comment="Season"))

    assert (job.state, job.done, job.total) == ("done", 5, 5)
    assert job.counters == job.result == {"moved": 2, "unchanged": 1, "refused": 2}
    assert list(job.issues.order_by("key").values_list("key", "level", "code")) == [
        ("d", "error", "wrong_stage"),
        ("ghost", "error", "not_found"),
    ]
    assert stages() == {"a": "approved", "b": "approved", "c": "approved", "d": "draft"}
    assert set(Entry.objects.filter(job_id=job.pk).values_list("key", "message")) == {("a", "Season"), ("b", "Season")}


def test_a_killed_job_goes_on_where_it_was(
    make_products: Make, stages: Stages, monkeypatch: pytest.MonkeyPatch
) -> None:
    skus = make_products(*(f"sku{n}" for n in range(7)), stage="in_review")
    monkeypatch.setattr(jobs, "CHUNK", 2)
    job = start(keys=skus)
    tell, told = jobs._tell, []

    def die_in_the_third_chunk(*args: Any, **options: Any) -> None:
        tell(*args, **options)
        told.append(options["done"])
        if len(told) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(jobs, "_tell", die_in_the_third_chunk)
    with pytest.raises(KeyboardInterrupt):
        run_job(str(job.uuid))
    assert list(stages().values()).count("approved") == 4
    Job.objects.filter(pk=job.pk).update(lease_until="2020-01-01T00:00Z")
    monkeypatch.setattr(jobs, "_tell", tell)

    job = run(job)

    assert (job.state, job.done) == ("done", 7)
    assert job.counters == {"moved": 7, "unchanged": 0, "refused": 0}
    assert Entry.objects.filter(job_id=job.pk).count() == 7
    assert set(stages().values()) == {"approved"}


def test_a_cancelled_job_stops_between_chunks(
    make_products: Make, stages: Stages, monkeypatch: pytest.MonkeyPatch
) -> None:
    skus = make_products(*(f"sku{n}" for n in range(6)), stage="in_review")
    monkeypatch.setattr(jobs, "CHUNK", 2)
    job = start(keys=skus)
    tell = jobs._tell

    def ask_to_stop(*args: Any, **options: Any) -> None:
        if options["done"] == 4:
            Job.objects.filter(pk=job.pk).update(is_cancel_requested=True)
        tell(*args, **options)

    monkeypatch.setattr(jobs, "_tell", ask_to_stop)
    job = run(job)

    assert job.state == "cancelled"
    assert list(stages().values()).count("approved") == job.done == 2


@pytest.mark.parametrize(
    ("caller", "options", "code"),
    [
        ("manager", {"keys": ["mug"]}, "not_allowed"),
        ("creative", {"keys": ["mug"]}, "not_allowed"),
        ("reviewer", {}, "selection_required"),
        ("reviewer", {"keys": ["mug"], "filter": {}}, "selection_required"),
        ("reviewer", {"keys": ["mug"] * 50_001}, "too_many"),
        ("reviewer", {"keys": ["mug"], "transition": "send_back"}, "comment_required"),
        ("reviewer", {"keys": ["mug"], "transition": "explode"}, "unknown_transition"),
    ],
)
def test_what_cannot_run_is_refused_at_once(caller: str, options: dict[str, Any], code: str) -> None:
    with pytest.raises(DomainError) as refusal:
        start(caller=caller, **options)

    assert refusal.value.code == code
    assert Job.objects.count() == 0


def test_whoever_lost_the_right_meanwhile_moves_nothing(make_products: Make, stages: Stages) -> None:
    make_products("mug", stage="in_review")
    job = start(keys=["mug"])
    assert job.actor is not None
    job.actor.groups.clear()

    job = run(job)

    assert (job.state, job.error) == ("failed", "You may not change the stage of this.")
    assert stages() == {"mug": "in_review"}


def test_the_job_of_a_deleted_account_moves_nothing(make_products: Make, stages: Stages) -> None:
    make_products("mug", stage="in_review")
    job = start(keys=["mug"])
    Job.objects.update(actor=None)

    job = run(job)

    assert (job.state, job.error) == ("failed", "The account that started this does not exist any more.")
    assert stages() == {"mug": "in_review"}


def test_a_filter_names_the_products(make_products: Make, stages: Stages, monkeypatch: pytest.MonkeyPatch) -> None:
    make_products(*(f"sku{n}" for n in range(5)), stage="in_review")
    make_products("draft", stage="draft")
    monkeypatch.setattr(jobs, "CHUNK", 2)

    job = run(start(filter={"field": "stage", "op": "eq", "value": "in_review"}))

    assert (job.state, job.done, job.total) == ("done", 5, 5)
    assert job.counters == {"moved": 5, "unchanged": 0, "refused": 0}
    assert stages() == {"draft": "draft"} | {f"sku{n}": "approved" for n in range(5)}


def test_an_empty_filter_means_all(make_products: Make) -> None:
    make_products("a", "b", stage="in_review")
    make_products("draft", stage="draft")

    job = run(start(filter={}))

    assert job.counters == {"moved": 2, "unchanged": 0, "refused": 1}


def test_a_filter_job_goes_on_where_it_was(
    make_products: Make, stages: Stages, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_products(*(f"sku{n}" for n in range(5)), stage="in_review")
    monkeypatch.setattr(jobs, "CHUNK", 2)
    job = start(filter={"field": "stage", "value": "in_review"})
    move, moved = jobs.TransitionRun.move_ids, []

    def die_in_the_second_chunk(self: Any, named: Any) -> Any:
        outcome = move(self, named)
        moved.append(outcome.updated)
        if len(moved) == 2:
            raise KeyboardInterrupt
        return outcome

    monkeypatch.setattr(jobs.TransitionRun, "move_ids", die_in_the_second_chunk)
    with pytest.raises(KeyboardInterrupt):
        run_job(str(job.uuid))
    assert list(stages().values()).count("approved") == 2
    Job.objects.filter(pk=job.pk).update(lease_until="2020-01-01T00:00Z")
    monkeypatch.setattr(jobs.TransitionRun, "move_ids", move)

    job = run(job)

    assert (job.state, job.done, job.total) == ("done", 5, 5)
    assert job.counters == {"moved": 5, "unchanged": 0, "refused": 0}
    assert Entry.objects.filter(job_id=job.pk).count() == 5


def test_a_filter_that_means_nothing_is_refused_at_once() -> None:
    with pytest.raises(DomainError) as refusal:
        start(filter={"field": "colour_of_the_sky", "value": "blue"})

    assert (refusal.value.code, refusal.value.pointer) == ("unknown_field", "/filter/field")
    assert Job.objects.count() == 0


def test_assets_move_in_a_job_too() -> None:
    first, second = make_asset(), make_asset()
    job = start_transition_job("asset", "submit", actor=make_caller("creative"), origin="admin", filter={})

    job = run(job)

    assert job.counters == {"moved": 2, "unchanged": 0, "refused": 0}
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.stage, second.stage) == ("in_review", "in_review")


def test_the_job_can_be_undone(make_products: Make, stages: Stages) -> None:
    make_products("a", "b", stage="in_review")
    job = run(start(keys=["a", "b"]))

    undo = run(undo_job(job, actor=job.actor, is_detached=False))

    assert (undo.state, list(undo.issues.values_list("code", flat=True))) == ("done", [])
    assert stages() == {"a": "in_review", "b": "in_review"}

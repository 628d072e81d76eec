"""Jobs: leases, checkpoints, cancelling, and what is left when a worker dies."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from pim import extensions
from pim.errors import Conflict, Refused
from pim.extensions import JobContext, JobKind
from pim.models import Job
from pim.services import jobs

pytestmark = pytest.mark.django_db


def run(job: Job, body: Callable[[JobContext], None]) -> Job:
    with extensions.job_kinds.registered(job.kind, JobKind(job.kind, job.kind, body)):
        jobs.run_job(str(job.uuid))
    job.refresh_from_db()
    return job


def start() -> Job:
    with extensions.job_kinds.registered("probe", JobKind("probe", "probe", lambda ctx: None)):
        return jobs.start_job("probe", {"n": 3}, actor=None, is_detached=False)


def test_a_job_tells_its_progress_and_findings() -> None:
    def body(ctx: JobContext) -> None:
        ctx.issue("warning", "odd", "This is odd.", file="a.csv", line=7, column="name", key="A1")
        ctx.checkpoint(state={"line": 7}, done=1, total=3, counters={"read": 1})
        ctx.finish({"seconds": 1})

    job = run(start(), body)

    assert (job.state, job.done, job.total, job.counters) == ("done", 1, 3, {"read": 1})
    assert job.result == {"seconds": 1}
    assert list(job.issues.values_list("file", "line", "column", "level", "code", "key")) == [
        ("a.csv", 7, "name", "warning", "odd", "A1")
    ]


def test_a_job_resumes_from_its_checkpoint() -> None:
    job = start()
    seen = []

    def dies(ctx: JobContext) -> None:
        ctx.checkpoint(state={"line": 5}, counters={"read": 5})
        raise KeyboardInterrupt

    def goes_on(ctx: JobContext) -> None:
        seen.append((ctx.state, ctx.counters))

    with pytest.raises(KeyboardInterrupt):
        run(job, dies)
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    job = run(job, goes_on)

    assert seen == [({"line": 5}, {"read": 5})]
    assert job.state == "done"


def test_a_running_job_is_not_taken_from_a_living_worker() -> None:
    job = start()
    Job.objects.update(
        state="running", lease_until=timezone.now() + timedelta(seconds=20), lease_owner=jobs._owner_name()
    )

    assert not jobs.run_job(str(job.uuid))
    assert jobs.find_orphan("probe", {"n": 3}) is None


def test_a_job_of_a_dead_process_is_taken_over_at_once() -> None:
    job = start()
    owner = f"{socket.gethostname()}:{os.getpid()}@another-start-time"
    Job.objects.update(state="running", lease_until=timezone.now() + timedelta(seconds=20), lease_owner=owner)

    assert jobs.find_orphan("probe", {"n": 3}) == job
    assert run(job, lambda ctx: None).state == "done"


def test_a_job_that_kills_its_worker_three_times_at_one_place_is_stopped() -> None:
    job = start()

    def dies(ctx: JobContext) -> None:
        raise KeyboardInterrupt

    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            run(job, dies)
        Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    job = run(job, dies)

    assert job.state == "failed"
    assert "three times" in job.error


def test_progress_forgives_earlier_deaths() -> None:
    job = start()
    Job.objects.update(attempts=2)

    run(job, lambda ctx: ctx.checkpoint(state={"line": 1}))

    assert Job.objects.get().attempts == 1


def test_cancelling_stops_at_the_next_checkpoint() -> None:
    job = start()

    def body(ctx: JobContext) -> None:
        jobs.cancel_job(job, actor=None)
        ctx.checkpoint(state={"line": 1})
        pytest.fail("must not go on")

    assert run(job, body).state == "cancelled"
    assert job.checkpoint == {"line": 1}


def test_a_waiting_job_is_cancelled_at_once_and_an_ended_one_not_at_all() -> None:
    job = jobs.cancel_job(start(), actor=None)

    assert job.state == "cancelled"
    with pytest.raises(Conflict):
        jobs.cancel_job(job, actor=None)


def test_losing_the_lease_rolls_back() -> None:
    job = start()

    def body(ctx: JobContext) -> None:
        Job.objects.update(lease_owner="somebody else")
        ctx.checkpoint(state={"line": 1})
        pytest.fail("must not go on")

    job = run(job, body)

    assert (job.state, job.checkpoint) == ("running", {})


def test_a_refusal_fails_the_job_with_its_sentence() -> None:
    def body(ctx: JobContext) -> None:
        raise Refused("no_file", "There is no such file.")

    job = run(start(), body)

    assert (job.state, job.error) == ("failed", "There is no such file.")


def test_a_waiting_job_is_sent_again_once_per_lease() -> None:
    job = start()
    Job.objects.update(created=timezone.now() - timedelta(minutes=1))
    sent: list[str] = []
    with (
        extensions.job_kinds.registered("probe", JobKind("probe", "probe", lambda ctx: None)),
        extensions.enqueuers.registered("celery", lambda uuid, queue: sent.append(uuid)),
    ):
        assert (jobs.requeue_orphans(), jobs.requeue_orphans()) == ([str(job.uuid)], [])
        Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        jobs.requeue_orphans()

    assert sent == [str(job.uuid)] * 2
    assert run(job, lambda ctx: None).state == "done"


def test_orphans_are_queued_again(monkeypatch: pytest.MonkeyPatch) -> None:
    job = start()
    Job.objects.update(state="running", lease_until=timezone.now() - timedelta(seconds=1))
    sent = []
    with (
        extensions.job_kinds.registered("probe", JobKind("probe", "probe", lambda ctx: None, queue="publish")),
        extensions.enqueuers.registered("celery", lambda uuid, queue: sent.append((uuid, queue))),
    ):
        jobs.requeue_orphans()

    assert sent == [(str(job.uuid), "publish")]

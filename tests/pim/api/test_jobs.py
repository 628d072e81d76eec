"""Jobs over REST: watched, cancelled, undone, and what they found."""

import json

import pytest

from pim import extensions
from pim.models import Job, JobIssue
from tests.factories.callers import make_program, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def program():
    return make_program()


@pytest.fixture
def job():
    job = Job.objects.create(kind="undo", state="done", done=3, total=3, counters={"undone": 3})
    JobIssue.objects.bulk_create(
        JobIssue(job=job, level="error" if number % 2 else "warning", code="bad", message=f"row {number}", line=number)
        for number in range(5)
    )
    return job


def test_jobs_are_listed_newest_first_and_filtered(program, job):
    Job.objects.create(kind="import", state="running")

    rows = program.get("/api/v1/jobs/").json()["results"]
    done = program.get("/api/v1/jobs/?state=done&kind__in=undo,import&count=exact").json()

    assert [row["kind"] for row in rows] == ["import", "undo"]
    assert (done["count"], done["results"][0]["uuid"]) == (1, str(job.uuid))
    assert "checkpoint" not in done["results"][0]


def test_findings_come_in_pages_or_all_at_once(program, job):
    page = program.get(f"/api/v1/jobs/{job.uuid}/issues/?level=error&limit=1&count=exact").json()
    lines = program.get(f"/api/v1/jobs/{job.uuid}/issues/", headers={"Accept": "application/x-ndjson"})

    assert (page["count"], page["results"][0]["line"]) == (2, 1)
    assert program.get(page["next"]).json()["results"][0]["line"] == 3
    assert lines.headers["Content-Type"] == "application/x-ndjson"
    assert [json.loads(line)["line"] for line in lines.content.splitlines()] == [0, 1, 2, 3, 4]


def test_a_waiting_job_is_cancelled_and_one_that_ended_is_not(program, job):
    waiting = Job.objects.create(kind="undo")

    cancelled = program.post(f"/api/v1/jobs/{waiting.uuid}/cancel/")
    ended = program.post(f"/api/v1/jobs/{job.uuid}/cancel/")

    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    assert (ended.status_code, ended.json()["code"]) == (409, "job_ended")


def test_a_job_is_undone_by_another(program, monkeypatch):
    kind = extensions.JobKind("spring", "Spring", lambda ctx: None, is_undoable=True)
    with extensions.job_kinds.registered("spring", kind):
        job = Job.objects.create(kind="spring", state="done")

        answer = program.post(f"/api/v1/jobs/{job.uuid}/undo/", {"force": True})

    assert (answer.status_code, answer.json()["undo_of"]) == (202, str(job.uuid))
    assert Job.objects.get(uuid=answer.json()["uuid"]).parameters["force"] is True


def test_what_cannot_be_undone_says_so(program, job):
    answer = program.post(f"/api/v1/jobs/{job.uuid}/undo/")

    assert (answer.status_code, answer.json()["code"]) == (400, "not_undoable")


@pytest.mark.parametrize(
    ("action", "permission", "status"),
    [("cancel", "pim.view_job", 403), ("cancel", "pim.change_job", 409), ("undo", "pim.change_job", 403)],
)
def test_cancelling_needs_change_and_undoing_needs_add(job, action, permission, status):
    client = make_program(make_user(permissions=[permission]))

    assert client.post(f"/api/v1/jobs/{job.uuid}/{action}/").status_code == status


@pytest.mark.parametrize("uuid", ["nope", "00000000-0000-4000-8000-000000000000"])
def test_a_job_that_is_not_there(program, uuid):
    assert program.get(f"/api/v1/jobs/{uuid}/").status_code == 404

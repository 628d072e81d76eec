"""A write that is sent twice under a key is done once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from pim.models import Entry, IdempotentRequest
from tests.factories.callers import make_program, make_user

pytestmark = pytest.mark.django_db
KEY = {"Idempotency-Key": "order-7"}


@pytest.fixture
def program():
    return make_program()


def test_the_same_request_is_answered_as_the_first_time(program):
    first = program.post("/api/v1/locales/", {"code": "de_DE"}, headers=KEY)
    second = program.post("/api/v1/locales/", {"code": "de_DE"}, headers=KEY)

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert second.headers["Idempotency-Replayed"] == "true"
    assert [second.headers[name] for name in ("ETag", "Location")] == [
        first.headers[name] for name in ("ETag", "Location")
    ]
    assert Entry.objects.exclude(subject_type="token").count() == 1


def test_a_refusal_is_repeated_too(program):
    answers = [program.post("/api/v1/locales/", {"code": "a b"}, headers=KEY) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    assert answers[1].headers["Content-Type"] == "application/problem+json"


def test_a_bulk_is_repeated(program):
    answers = [
        program.patch("/api/v1/bulk/locales/", '{"code": "de_DE"}', content_type="application/x-ndjson", headers=KEY)
        for _ in range(2)
    ]

    assert answers[0].content == answers[1].content
    assert Entry.objects.exclude(subject_type="token").count() == 1


def test_the_key_of_another_request_is_refused(program):
    program.post("/api/v1/locales/", {"code": "de_DE"}, headers=KEY)

    body = program.post("/api/v1/locales/", {"code": "fr_FR"}, headers=KEY)
    address = program.post("/api/v1/currencies/", {"code": "de_DE"}, headers=KEY)

    assert [(a.status_code, a.json()["code"]) for a in (body, address)] == [(422, "idempotency_key_reused")] * 2


def test_a_request_that_is_still_answered_is_a_conflict_and_one_that_died_is_not(program):
    program.post("/api/v1/locales/", {"code": "de_DE"}, headers=KEY)
    IdempotentRequest.objects.update(status=None)

    waiting = program.post("/api/v1/locales/", {"code": "de_DE"}, headers=KEY)
    IdempotentRequest.objects.update(created=timezone.now() - timedelta(minutes=6))
    again = program.post("/api/v1/locales/", {"code": "de_DE"}, headers=KEY)

    assert (waiting.status_code, waiting.json()["code"]) == (409, "request_in_progress")
    assert again.json()["code"] == "exists_already"


def test_an_answer_is_forgotten_after_a_day(program):
    program.delete("/api/v1/locales/xx/", headers=KEY)
    IdempotentRequest.objects.update(created=timezone.now() - timedelta(hours=25))

    assert "Idempotency-Replayed" not in program.delete("/api/v1/locales/xx/", headers=KEY).headers


def test_a_failure_of_ours_may_be_tried_again(program, monkeypatch):
    program.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr("pim.api.structure.write_structure", lambda *_args, **_more: 1 / 0)
        failed = program.post("/api/v1/locales/", {"code": "de_DE"}, headers=KEY)
    again = program.post("/api/v1/locales/", {"code": "de_DE"}, headers=KEY)

    assert (failed.status_code, again.status_code) == (500, 201)


def test_keys_belong_to_their_account(program):
    program.post("/api/v1/locales/", {"code": "de_DE"}, headers=KEY)
    other = make_program(make_user("other", is_superuser=True))

    assert other.post("/api/v1/locales/", {"code": "fr_FR"}, headers=KEY).status_code == 201


def test_reading_takes_no_key(program):
    program.get("/api/v1/locales/", headers=KEY)

    assert not IdempotentRequest.objects.exists()
    assert (
        program.post("/api/v1/locales/", {}, headers={"Idempotency-Key": "x" * 201}).json()["code"]
        == "invalid_idempotency_key"
    )

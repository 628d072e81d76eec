"""What follows a commit: nothing before it, nothing after a rollback, and no error of it reaches anybody."""

from __future__ import annotations

import logging
from functools import partial

import pytest
from django.db import transaction

from pim.services.after_commit import after_commit

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_call_waits_for_the_commit() -> None:
    calls: list[tuple[str, int]] = []

    with transaction.atomic():
        after_commit(lambda name, *, size: calls.append((name, size)), "file", size=3)
        waited = list(calls)

    assert waited == []
    assert calls == [("file", 3)]


def test_a_call_does_not_outlive_a_rollback() -> None:
    calls: list[str] = []

    with transaction.atomic():
        after_commit(calls.append, "gone")
        transaction.set_rollback(True)

    assert calls == []


@pytest.mark.parametrize("is_partial", [False, True])
def test_a_call_that_fails_is_logged_and_the_next_one_runs(
    *, is_partial: bool, caplog: pytest.LogCaptureFixture
) -> None:
    calls: list[str] = []

    with caplog.at_level(logging.ERROR, logger="django.db.backends.base"), transaction.atomic():
        after_commit(partial(_refuse, "x") if is_partial else _refuse, *([] if is_partial else ["x"]))
        after_commit(calls.append, "next")

    assert calls == ["next"]
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [OSError]


def _refuse(text: str) -> None:
    raise OSError(text)

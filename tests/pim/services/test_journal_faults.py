"""What goes wrong around the journal and jobs goes wrong alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from pim import extensions, journal
from pim.extensions import StreamedEntry
from pim.models import Entry, Job, Pending
from pim.services import jobs
from tests.factories.structure import make

pytestmark = pytest.mark.django_db


class Broken:
    def consume(self, entries: Sequence[StreamedEntry]) -> None:
        raise RuntimeError("broken")


class Reader:
    def __init__(self) -> None:
        self.entries: list[StreamedEntry] = []

    def consume(self, entries: Sequence[StreamedEntry]) -> None:
        self.entries += entries


def write(message: str = "", **delta: list[object]) -> None:
    with transaction.atomic():
        line = journal.Line("product", uuid4(), "A", "update", 1, delta)
        journal.write_entries([line], actor=None, origin="command", message=message)


def test_a_broken_consumer_keeps_nobody_else_from_reading() -> None:
    reader = Reader()
    write()

    with (
        extensions.consumers.registered("broken", Broken()),
        extensions.consumers.registered("reader", reader),
        pytest.raises(RuntimeError),
    ):
        journal.run_consumers()

    assert len(reader.entries) == 1


def test_what_arrives_while_consumers_run_is_read_by_them() -> None:
    class Busy(Reader):
        def consume(self, entries: Sequence[StreamedEntry]) -> None:
            if not self.entries:
                write()
            super().consume(entries)

    busy = Busy()
    write()

    with extensions.consumers.registered("busy", busy):
        journal.run_consumers()

    assert (len(busy.entries), Pending.objects.count()) == (2, 0)


def test_labels_that_look_like_a_shortened_text_are_labels() -> None:
    make("attribute_group", odd={"labels": {"@text": "not a hash"}})
    write(text=["x" * 20_000, {"@text": "neither"}])

    reader = Reader()
    with extensions.consumers.registered("reader", reader):
        journal.run_consumers()

    assert reader.entries[0].delta["@labels"] == [None, {"@text": "not a hash"}]
    assert reader.entries[1].delta["text"] == ["x" * 20_000, {"@text": "neither"}]


def test_messages_are_kept_whatever_they_hold() -> None:
    write(message="a\0b\ud800")

    assert Entry.objects.get().message == "a\ufffdb?"


def test_findings_are_kept_whatever_they_hold() -> None:
    job = Job.objects.create(kind="hostile")

    def run(ctx: extensions.JobContext) -> None:
        ctx.issue("error", "odd", "a\0b\ud800", file="\0", column="\ud800", key="x" * 500)
        ctx.checkpoint(done=1)

    with extensions.job_kinds.registered("hostile", extensions.JobKind("hostile", "", run)):
        jobs.run_job(str(job.uuid))

    job.refresh_from_db()
    assert (job.state, job.issues.get().message) == ("done", "a\ufffdb?")


def test_a_lease_that_the_same_process_takes_again_is_lost_to_the_first() -> None:
    job = Job.objects.create(kind="slow")
    runs: list[str] = []

    def run(ctx: extensions.JobContext) -> None:
        runs.append("in")
        if len(runs) == 1:
            Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
            jobs.run_job(str(job.uuid))
        ctx.checkpoint(done=len(runs))
        runs.append("out")

    with extensions.job_kinds.registered("slow", extensions.JobKind("slow", "", run)):
        jobs.run_job(str(job.uuid))

    assert runs == ["in", "in", "out"]


def test_a_transaction_wakes_once_however_much_of_it_is_rolled_back() -> None:
    with transaction.atomic():
        with transaction.atomic():
            write()
            transaction.set_rollback(True)
        assert not _wakes()
        write()
        write()

        assert _wakes() == 1


def _wakes() -> int:
    return sum(call is journal.wake for _sids, call, *_ in connection.run_on_commit)

"""The journal: nothing is lost, whatever the order in which transactions commit."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from uuid import uuid4

import pytest
from django.db import connection, transaction

from pim import extensions, journal
from pim.extensions import StreamedEntry
from pim.models import Cursor, Entry, JournalText, Pending


class Reader:
    """A consumer that keeps what it reads."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def consume(self, entries: Sequence[StreamedEntry]) -> None:
        self.keys += [entry.key for entry in entries]


def write(key: str, **delta: list[object]) -> None:
    with transaction.atomic():
        line = journal.Line("product", uuid4(), key, "update", 1, delta)
        journal.write_entries([line], actor=None, origin="command")


@pytest.mark.django_db(transaction=True)
def test_the_slower_transaction_is_read_after_the_faster_one() -> None:
    """The smaller id commits last: a cursor on ids would have passed it by (reference: the journal's order)."""
    reader = Reader()
    has_written, may_commit = threading.Event(), threading.Event()

    def write_slowly() -> None:
        try:
            with transaction.atomic():
                line = journal.Line("product", uuid4(), "slow", "update", 1)
                journal.write_entries([line], actor=None, origin="command")
                has_written.set()
                assert may_commit.wait(10)
        finally:
            connection.close()

    with extensions.consumers.registered("reader", reader):
        thread = threading.Thread(target=write_slowly)
        thread.start()
        assert has_written.wait(10)
        write("fast")
        journal.run_consumers()
        assert reader.keys == ["fast"]
        may_commit.set()
        thread.join(10)

        journal.run_consumers()

    slow, fast = Entry.objects.get(key="slow"), Entry.objects.get(key="fast")
    assert slow.pk < fast.pk
    assert reader.keys == ["fast", "slow"]


@pytest.mark.django_db(transaction=True)
def test_six_writers_and_two_relays_lose_nothing() -> None:
    reader = Reader()

    def work(name: int) -> None:
        try:
            for number in range(20):
                write(f"{name}-{number}")
                journal.relay()
        finally:
            connection.close()

    with extensions.consumers.registered("reader", reader):
        threads = [threading.Thread(target=work, args=(name,)) for name in range(6)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            journal.run_consumers()
        journal.run_consumers()

    assert sorted(reader.keys) == sorted(f"{name}-{number}" for name in range(6) for number in range(20))
    assert not Pending.objects.exists()


@pytest.mark.django_db
def test_a_consumer_that_fails_keeps_its_cursor() -> None:
    class Broken:
        def consume(self, entries: Sequence[StreamedEntry]) -> None:
            raise RuntimeError

    write("one")
    with extensions.consumers.registered("broken", Broken()), pytest.raises(RuntimeError):
        journal.run_consumers()

    assert not Cursor.objects.filter(consumer="broken", position__gt=0).exists()


@pytest.mark.django_db
def test_a_long_text_is_kept_once_and_read_back_whole() -> None:
    text = "long " * 5_000

    write("one", description=[None, text])
    write("two", description=[text, "short"])

    assert JournalText.objects.count() == 1
    assert Entry.objects.get(key="two").delta["description"][0].keys() == {"@text"}
    journal.relay()
    assert [entry.delta["description"] for entry in journal.read_stream(0)][-2:] == [[None, text], [text, "short"]]


@pytest.mark.django_db(transaction=True)
def test_entries_outside_a_transaction_are_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        journal.write_entries([journal.Line("product", uuid4(), "x", "update", 1)], actor=None, origin="command")


@pytest.mark.django_db
def test_partitions_are_created_ahead_once() -> None:
    journal.ensure_partitions(ahead=4)
    journal.ensure_partitions(ahead=4)

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_inherits WHERE inhparent = 'pim_entry'::regclass")
        assert cursor.fetchone() == (5,)

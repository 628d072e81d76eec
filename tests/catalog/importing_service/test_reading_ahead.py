"""The thread that reads the next chunk: order, faults, language, and that it ends with its reader."""

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest
from django.utils import translation
from django.utils.translation import get_language

from catalog.services.importing.reading_ahead import read_ahead


def test_chunks_come_in_order_and_none_is_lost() -> None:
    assert [list(chunk) for chunk in read_ahead(iter(range(7)), 3)] == [[0, 1, 2], [3, 4, 5], [6]]


def test_nothing_to_read_yields_nothing() -> None:
    assert list(read_ahead(iter(()), 3)) == []


def test_a_fault_is_raised_where_its_chunk_is_asked_for() -> None:
    def faulty() -> Iterator[int]:
        yield from range(4)
        raise ValueError("broken file")

    chunks = read_ahead(faulty(), 2)

    assert [list(next(chunks)), list(next(chunks))] == [[0, 1], [2, 3]]
    with pytest.raises(ValueError, match="broken file"):
        next(chunks)


def test_at_most_one_chunk_is_read_ahead() -> None:
    numbers = iter(range(100))
    with closing(read_ahead(numbers, 10)) as chunks:
        next(chunks)

    assert next(numbers) == 20


def test_no_thread_outlives_the_reader() -> None:
    with closing(read_ahead(iter(range(100)), 10)) as chunks:
        next(chunks)

    assert not [thread for thread in threading.enumerate() if thread.name.startswith("read-ahead")]


def test_the_thread_speaks_the_callers_language() -> None:
    with translation.override("de"):
        assert list(read_ahead((get_language() for _ in range(2)), 1)) == [["de"], ["de"]]

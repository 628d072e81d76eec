"""Reading the next chunk of a file while the last one is being written: the database's waits are the reader's time."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from itertools import islice
from typing import TypeVar

from catalog.services.writing.collecting import pausing_collection

Result = TypeVar("Result")


def read_ahead(results: Iterator[Result], size: int) -> Generator[Sequence[Result]]:
    """Yield results in chunks of `size`, one of which is read by a thread while the caller works on the one before.

    The thread sees the caller's context (its language); it must not need the caller's database connection. What fails
    in it is raised here, when the chunk is asked for. To be closed before the file that is read.
    """
    context = copy_context()
    with ThreadPoolExecutor(1, thread_name_prefix="read-ahead") as pool:
        coming = pool.submit(context.run, _take, results, size)
        while chunk := coming.result():
            coming = pool.submit(context.run, _take, results, size)
            yield chunk


def _take(results: Iterator[Result], size: int) -> Sequence[Result]:
    with pausing_collection():
        return list(islice(results, size))

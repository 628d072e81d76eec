"""Reading the next chunk of a file while the last one is being written: the database's waits are the reader's time."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

from django.utils import translation

from catalog.services.writing.collecting import pausing_collection

Result = TypeVar("Result")


def read_ahead(results: Iterator[Result], size: int) -> Generator[Sequence[Result]]:
    """Yield results in chunks of `size`, one of which is read by a thread while the caller works on the one before.

    The thread speaks the caller's language; it must not need the caller's database connection. What fails in it is
    raised here, when the chunk is asked for. To be closed before the file that is read.
    """
    language = translation.get_language()
    with ThreadPoolExecutor(1, thread_name_prefix="read-ahead") as pool:
        coming = pool.submit(_take, results, size, language)
        while chunk := coming.result():
            coming = pool.submit(_take, results, size, language)
            yield chunk


def _take(results: Iterator[Result], size: int, language: str | None) -> Sequence[Result]:
    with pausing_collection(), translation.override(language):
        return list(islice(results, size))

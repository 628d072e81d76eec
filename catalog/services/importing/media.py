"""The files of a source as assets: taken in by content, found again by content."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import BinaryIO
from uuid import UUID

from assets.services.bulk_ingest import THREADS, Examined, Ingested, examine, find_by_hashes, hash_one, take_in
from catalog.importing.records import ProductRecord
from catalog.importing.sources import ImportSource
from pim.choices import Origin
from pim.extensions import JobContext
from pim.values.keys import join_key


class MediaFinder:
    """Knows which asset shows the bytes of which file.

    What this process has taken in, it remembers; what an earlier run had, it finds by reading the file again.
    """

    def __init__(self, source: ImportSource, ctx: JobContext, *, is_rehearsal: bool) -> None:
        self._source = source
        self._ctx = ctx
        self._is_rehearsal = is_rehearsal
        self._known: dict[str, UUID | None] = {}

    def examine(self, paths: Sequence[str]) -> Examined:
        """Read files and look into those that are new; outside of a transaction, because it takes its time."""
        return examine({path: partial(self._open, path) for path in paths})

    def take_in(self, examined: Examined) -> Ingested:
        """Store files, in the caller's transaction; equal files are one asset, and known ones none.

        Raises:
            NotAllowed: the actor may not add assets.
        """
        result = take_in(
            examined,
            actor=self._ctx.actor,
            origin=Origin.IMPORT,
            job=self._ctx.job_id,
            stores_files=not self._is_rehearsal,
        )
        self._known.update(result.assets)
        self._known.update(dict.fromkeys(result.refused))
        return result

    def look_up(self, paths: Iterable[str]) -> None:
        """Find the assets of files that this process has not seen: hash them, and ask the library once."""
        unknown = [path for path in dict.fromkeys(paths) if path not in self._known]
        if not unknown:
            return
        with ThreadPoolExecutor(THREADS) as pool:
            hashes = dict(
                zip(unknown, pool.map(hash_one, [partial(self._open, path) for path in unknown]), strict=True)
            )
        assets = find_by_hashes(hashes.values())
        self._known.update((path, assets.get(sha256)) for path, sha256 in hashes.items())

    def values_of(self, record: ProductRecord, lists: frozenset[str]) -> dict[str, object]:
        """The media of a record as `{flat key: uuid or uuids}`; files that were refused are left out.

        Args:
            lists: attributes that take several assets.
        """
        values: dict[str, object] = {}
        for attribute, scopes in record.files.items():
            for (channel, locale), paths in scopes.items():
                uuids = [str(uuid) for path in paths if (uuid := self._known.get(path)) is not None]
                if uuids:
                    values[join_key(attribute, channel, locale)] = uuids if attribute in lists else uuids[0]
        return values

    def _open(self, path: str) -> BinaryIO:
        return self._source.open(path)


def paths_of(records: Iterable[ProductRecord]) -> Iterable[str]:
    """Every file that records name."""
    return (
        path for record in records for scopes in record.files.values() for paths in scopes.values() for path in paths
    )

"""The journal's doors: the write path adds entries, one relay orders them, consumers read them in order."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, transaction

from pim import extensions
from pim.models import Cursor, Entry, JournalText, Pending, User
from pim.models.jobs import Job
from pim.values.texts import storable

logger = logging.getLogger(__name__)

BATCH = 1_000
"""Entries a consumer gets at once."""

IDLE_PASSES = 3
"""Times the consumers look again for what another relay is moving."""

RELAY_LOCK = 0x7672_0001
"""Advisory lock of the one relay ("vr")."""

TEXT_LIMIT = 16_384
"""Characters above which a text is kept once, by its hash."""

PARTITION_ROWS = 10_000_000
"""Entries in one partition of the journal."""


_request_id: ContextVar[str] = ContextVar("id of the request that is being answered", default="")


@contextmanager
def tracing_request(request_id: str) -> Iterator[None]:
    """Let entries written inside say which request wrote them; set once, by the middleware."""
    before = _request_id.set(request_id)
    try:
        yield
    finally:
        _request_id.reset(before)


@dataclass(frozen=True, slots=True)
class Line:
    """One change to record. `delta` is `{key: [before, after]}`; what is not a value starts with `@`."""

    subject_type: str
    subject_uuid: UUID | str
    key: str
    kind: str
    revision: int
    delta: Mapping[str, Sequence[Any]] = field(default_factory=dict)


def write_entries(
    lines: Sequence[Line],
    *,
    actor: User | None,
    origin: str,
    job: Job | int | None = None,
    message: str = "",
    request_id: str = "",
    caused_by: int | None = None,
) -> list[int]:
    """Append entries in the caller's transaction and wake the consumers when it commits.

    Returns:
        The ids of the entries, in the order of `lines`. Ids are not commit order: consumers read the stream.
    """
    if not lines:
        return []
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("journal entries belong to the transaction of their change")
    job_id = job.pk if isinstance(job, Job) else job
    actor_id = actor.pk if actor else None
    message = storable(message)
    request_id = request_id or _request_id.get()
    texts: dict[str, str] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('pim_entry_id_seq') FROM generate_series(1, %s)", [len(lines)])
        ids = [row[0] for row in cursor.fetchall()]
        with cursor.copy(
            "COPY pim_entry (id, actor_id, origin, job_id, request_id, caused_by, message, subject_type, subject_uuid,"
            " key, kind, revision, delta) FROM STDIN"
        ) as copy:
            for entry_id, line in zip(ids, lines, strict=True):
                delta = _dump(line.delta, texts)
                copy.write_row(
                    (entry_id, actor_id, origin, job_id, request_id, caused_by, message, line.subject_type,
                     str(line.subject_uuid), line.key, line.kind, line.revision, delta)
                )  # fmt: skip
        cursor.execute("INSERT INTO pim_pending (entry) SELECT unnest(%s::bigint[])", [ids])
    if texts:
        JournalText.objects.bulk_create(
            [JournalText(sha256=digest, text=text) for digest, text in sorted(texts.items())], ignore_conflicts=True
        )
    _wake_once()
    return ids


def _wake_once() -> None:
    """Wake the consumers when the transaction commits, however many times it writes.

    A call that waits already goes only if a savepoint around this write is rolled back as well.
    """
    if not any(call is wake for _savepoints, call, *_ in connection.run_on_commit):
        transaction.on_commit(wake)


def wake() -> None:
    """Tell whoever runs the consumers that there is something to read."""
    for call in extensions.wakers.values():
        call()


def relay() -> int:
    """Move pending entries into the stream, unless another relay is at it.

    Positions are given by one relay at a time, after the entries are committed: a reader that has seen a position
    has seen every smaller one. Returns how many entries moved.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [RELAY_LOCK])
        row = cursor.fetchone()
        if not row or not row[0]:
            return 0
        cursor.execute(
            "WITH moved AS (DELETE FROM pim_pending RETURNING entry)"
            " INSERT INTO pim_stream (entry) SELECT entry FROM moved ORDER BY entry"
        )
        return int(cursor.rowcount)


def read_stream(after: int, limit: int = BATCH) -> list[extensions.StreamedEntry]:
    """Read entries behind a position, oldest first; their deltas are fetched when one of a subject type is asked for."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.position, e.id, e.at, e.actor_id, e.job_id, e.subject_type, e.subject_uuid, e.key, e.kind,"
            " e.revision FROM pim_stream s JOIN pim_entry e ON e.id = s.entry"
            " WHERE s.position > %s ORDER BY s.position LIMIT %s",
            [after, limit],
        )
        rows = cursor.fetchall()
    batches: dict[str, _DeltaBatch] = {}
    entries = []
    for row in rows:
        batch = batches.setdefault(row[5], _DeltaBatch())
        batch.ids.append(row[1])
        entries.append(_streamed(row, _AskedDelta(batch, row[1])))
    return entries


class _DeltaBatch:
    """The deltas of the entries that were read together and are about one type of subject."""

    __slots__ = ("_texts", "ids")

    def __init__(self) -> None:
        self.ids: list[int] = []
        self._texts: dict[int, str] | None = None

    def text_of(self, entry: int) -> str:
        if self._texts is None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT id, delta::text FROM pim_entry WHERE id = ANY(%s)", [self.ids])
                self._texts = dict(cursor.fetchall())
        return self._texts[entry]


class _AskedDelta(Mapping[str, Sequence[Any]]):
    """A delta that is read when it is looked at: of an import's entries, most consumers want to know no more than that."""

    __slots__ = ("_batch", "_entry", "_found")

    def __init__(self, batch: _DeltaBatch, entry: int) -> None:
        self._batch = batch
        self._entry = entry
        self._found: dict[str, list[Any]] | None = None

    def _read(self) -> dict[str, list[Any]]:
        if self._found is None:
            self._found = _restore(orjson.loads(self._batch.text_of(self._entry)))
        return self._found

    def __getitem__(self, key: str) -> Sequence[Any]:
        return self._read()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())


def read_entries_of_job(job_id: int, *, before: int | None, limit: int = BATCH) -> list[extensions.StreamedEntry]:
    """Read the entries of a job backwards, newest first; position is 0."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 0, e.id, e.at, e.actor_id, e.job_id, e.subject_type, e.subject_uuid, e.key, e.kind, e.revision,"
            " e.delta::text FROM pim_entry e WHERE e.job_id = %s AND e.id < %s ORDER BY e.id DESC LIMIT %s",
            [job_id, before if before is not None else 2**62, limit],
        )
        return [_streamed(row, _restore(orjson.loads(delta))) for *row, delta in cursor.fetchall()]


def run_consumers(only: Collection[str] | None = None) -> int:
    """Relay, then let every consumer read what it has not read; returns the entries consumed.

    A consumer that another process is running is left alone. Each batch and its cursor commit together. One that
    fails does not keep the others from reading; its error is raised in the end.

    Args:
        only: names of consumers; None means all.
    """
    chosen = [(name, each) for name, each in extensions.consumers.items() if only is None or name in only]
    consumed, idle, failures = 0, 0, []
    while idle < IDLE_PASSES:
        moved, before = relay(), consumed
        for name, consumer in chosen:
            try:
                consumed += _run_consumer(name, consumer)
            except Exception as error:  # one that fails stays where it is; the others read on
                logger.exception("the consumer %s failed", name)
                failures.append(error)
        # Whoever came meanwhile may have found the locks taken and gone away: what it brought is read here.
        is_idle = not moved and consumed == before
        if failures or (is_idle and not Pending.objects.exists()):
            break
        idle += is_idle
    if failures:
        raise failures[0]
    return consumed


def _run_consumer(name: str, consumer: extensions.Consumer) -> int:
    consumed = 0
    Cursor.objects.get_or_create(consumer=name)
    while True:
        with transaction.atomic():
            cursor = Cursor.objects.select_for_update(skip_locked=True).filter(consumer=name).first()
            if cursor is None:
                return consumed
            entries = read_stream(cursor.position)
            if not entries:
                return consumed
            consumer.consume(entries)
            cursor.position = entries[-1].position
            cursor.save(update_fields=["position"])
            consumed += len(entries)


def history_of(subject_uuid: UUID | str, *, limit: int = 100) -> list[Entry]:
    """The latest entries of a subject, newest first, with long texts put back."""
    entries = list(
        Entry.objects.filter(subject_uuid=subject_uuid).select_related("actor", "job").order_by("-id")[:limit]
    )
    for entry in entries:
        entry.delta = _restore(entry.delta)
    return entries


def read_entries(ids: Sequence[int]) -> list[Entry]:
    """Entries in the order of their ids given, with long texts put back; a constant number of queries."""
    found = Entry.objects.select_related("actor", "job").in_bulk(ids)
    entries = [found[pk] for pk in ids if pk in found]
    texts = _read_texts(entry.delta for entry in entries)
    for entry in entries:
        entry.delta = _restore(entry.delta, texts)
    return entries


def ensure_partitions(*, ahead: int = 2) -> None:
    """Create the partitions that the next entries need. Repeatable; run by beat."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM pim_entry_id_seq")
        row = cursor.fetchone()
        current = (row[0] if row else 1) // PARTITION_ROWS
        for number in range(current, current + ahead + 1):
            first, last = number * PARTITION_ROWS, (number + 1) * PARTITION_ROWS
            cursor.execute(
                f"CREATE TABLE IF NOT EXISTS pim_entry_p{number} PARTITION OF pim_entry"
                f" FOR VALUES FROM ({first}) TO ({last})"
            )


def _streamed(row: Sequence[Any], delta: Mapping[str, Sequence[Any]]) -> extensions.StreamedEntry:
    position, pk, at, actor, job, subject_type, subject_uuid, key, kind, revision = row
    return extensions.StreamedEntry(
        position, pk, at, actor, job, subject_type, subject_uuid, key, kind, revision, delta
    )


def _dump(delta: Mapping[str, Sequence[Any]], texts: dict[str, str]) -> str:
    """A delta as JSON; a text above the limit, which a short delta cannot hold, goes into `texts`."""
    dumped = orjson.dumps(delta)
    if len(dumped) > TEXT_LIMIT:
        dumped = orjson.dumps(_shorten(delta, texts))
    return dumped.decode()


def _shorten(delta: Mapping[str, Sequence[Any]], texts: dict[str, str]) -> dict[str, list[Any]]:
    return {key: [_shorten_value(value, texts) for value in pair] for key, pair in delta.items()}


def _shorten_value(value: Any, texts: dict[str, str]) -> Any:
    if not isinstance(value, str) or len(value) <= TEXT_LIMIT:
        return value
    digest = hashlib.sha256(value.encode()).hexdigest()
    texts[digest] = value
    return {"@text": digest}


def _is_shortened(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"@text"} and isinstance(value["@text"], str)


def _read_texts(deltas: Iterable[Mapping[str, Sequence[Any]]]) -> dict[str, str]:
    """The long texts that deltas name, by their hash; no query where they name none."""
    wanted = {value["@text"] for delta in deltas for pair in delta.values() for value in pair if _is_shortened(value)}
    return dict(JournalText.objects.filter(sha256__in=wanted).values_list("sha256", "text")) if wanted else {}


def _restore(delta: dict[str, list[Any]], known: Mapping[str, str] | None = None) -> dict[str, list[Any]]:
    texts = known if known is not None else _read_texts([delta])
    if not texts:
        return delta
    return {
        key: [texts.get(value["@text"], value) if _is_shortened(value) else value for value in pair]
        for key, pair in delta.items()
    }

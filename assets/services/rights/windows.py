"""Days on which verdicts turn by themselves, as events: whoever stores a window notes it here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from assets.services.rights.verdicts import end_of_right
from pim.choices import EntryKind
from pim.extensions import StreamedEntry
from pim.models import Due, Entry

CHUNK = 500
NOTICE = "notice_"
"""After the subject's type, the beginning of the kinds of dates on which people are told; the days left follow."""


@dataclass(frozen=True, slots=True)
class Window:
    """When a licence, a release or an asset may be used; both days belong to it."""

    uuid: UUID
    key: str
    valid_from: date | None
    valid_until: date | None


def note_windows(subject_type: str, windows: Iterable[Window]) -> None:
    """Say when windows begin and are over; what was noted of these subjects before is forgotten. Two queries.

    The journal then has an entry of that subject at midnight UTC, and the views follow it as they follow a change.
    """
    rows = list(windows)
    forget_windows(subject_type, [row.uuid for row in rows])
    days = [(row, f"{subject_type}_{name}", at) for row in rows for name, at in _moments(row)]
    Due.objects.bulk_create(
        [
            Due(at=at, kind=kind, subject_type=subject_type, subject_uuid=row.uuid, key=row.key)
            for row, kind, at in days
        ],
        batch_size=CHUNK,
    )


def is_notice(entry: StreamedEntry | Entry) -> bool:
    """Whether an entry of the journal says only that a date of notice has come."""
    start = f"@{entry.subject_type}_{NOTICE}"
    return entry.kind == EntryKind.DUE and any(key.startswith(start) for key in entry.delta)


def _moments(window: Window) -> Iterator[tuple[str, datetime]]:
    """The beginning, the end, and the days of notice before it that are still to come."""
    if window.valid_from:
        yield "begins", datetime.combine(window.valid_from, time.min, tzinfo=UTC)
    if window.valid_until:
        end, now = end_of_right(window.valid_until), timezone.now()
        yield "ended", end
        for days in settings.RIGHTS_NOTICE_DAYS:
            if end - timedelta(days=days) > now:
                yield f"{NOTICE}{days}", end - timedelta(days=days)


def forget_windows(subject_type: str, uuids: Collection[UUID]) -> None:
    """The subjects are no more, or have other windows."""
    ours = Q(kind__in=[f"{subject_type}_begins", f"{subject_type}_ended"])
    ours |= Q(kind__startswith=f"{subject_type}_{NOTICE}")
    Due.objects.filter(ours, subject_type=subject_type, subject_uuid__in=list(uuids)).delete()

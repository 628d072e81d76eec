"""Days on which verdicts turn by themselves, as events: whoever stores a window notes it here."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID

from assets.services.verdicts import end_of_right
from pim.models import Due

CHUNK = 500


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
    begins, ended = (f"{subject_type}_{name}" for name in ("begins", "ended"))
    days = [
        (row, kind, at)
        for row in rows
        for kind, at in (
            (begins, datetime.combine(row.valid_from, time.min, tzinfo=UTC) if row.valid_from else None),
            (ended, end_of_right(row.valid_until) if row.valid_until else None),
        )
        if at is not None
    ]
    Due.objects.bulk_create(
        [
            Due(at=at, kind=kind, subject_type=subject_type, subject_uuid=row.uuid, key=row.key)
            for row, kind, at in days
        ],
        batch_size=CHUNK,
    )


def forget_windows(subject_type: str, uuids: Collection[UUID]) -> None:
    """The subjects are no more, or have other windows."""
    kinds = [f"{subject_type}_{name}" for name in ("begins", "ended")]
    Due.objects.filter(subject_type=subject_type, subject_uuid__in=list(uuids), kind__in=kinds).delete()

"""Days on which verdicts turn by themselves, as events: whoever stores a window notes it here."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time
from uuid import UUID

from assets.services.verdicts import end_of_right
from pim.models import Due
from pim.services.due import set_due


def note_windows(subject_type: str, uuid: UUID, key: str, valid_from: date | None, valid_until: date | None) -> None:
    """Say when the window of a licence, a release or an asset begins and is over; both days belong to it.

    The journal then has an entry of that subject at midnight UTC, and the views follow it as they follow a change.
    """
    begins = datetime.combine(valid_from, time.min, tzinfo=UTC) if valid_from else None
    set_due(f"{subject_type}_begins", subject_type, uuid, begins, key=key)
    set_due(f"{subject_type}_ended", subject_type, uuid, end_of_right(valid_until) if valid_until else None, key=key)


def forget_windows(subject_type: str, uuids: Collection[UUID]) -> None:
    """The subjects are no more."""
    Due.objects.filter(subject_type=subject_type, subject_uuid__in=list(uuids)).delete()

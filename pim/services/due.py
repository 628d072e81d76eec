"""Dates that matter: set by whoever owns the fact, journaled when they come."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from pim import journal
from pim.choices import EntryKind, Origin
from pim.models import Due

CHUNK = 500


def fire_due(now: datetime | None = None) -> int:
    """Journal every date that has come, and forget it; returns how many.

    Two that run at once share the work. The entry's kind is `due`, its delta `{"@<kind>": [None, date]}`.
    """
    fired = 0
    while True:
        with transaction.atomic():
            rows = list(
                Due.objects.select_for_update(skip_locked=True)
                .filter(at__lte=now or timezone.now())
                .order_by("at")[:CHUNK]
            )
            if not rows:
                return fired
            journal.write_entries(
                [
                    journal.Line(
                        row.subject_type,
                        row.subject_uuid,
                        row.key,
                        EntryKind.DUE,
                        0,
                        {f"@{row.kind}": [None, row.at.isoformat()]},
                    )
                    for row in rows
                ],
                actor=None,
                origin=Origin.SYSTEM,
            )
            Due.objects.filter(pk__in=[row.pk for row in rows]).delete()
            fired += len(rows)

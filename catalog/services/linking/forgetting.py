"""Previews that nobody applied, and runs that were applied long ago, go with their rows: one for each file looked at."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from catalog.choices import LinkingState
from catalog.models import Linking

PREVIEW_KEPT = timedelta(days=14)
"""By then a preview says little of what would happen now."""
RUN_KEPT = timedelta(days=90)
"""What a run has linked stays in the journal and in its job, which can be undone all the same."""


def forget_linkings() -> int:
    """Delete old previews and runs, but none that is being applied; returns how many. Run by the timetable."""
    now = timezone.now()
    previews = Linking.objects.filter(
        state__in=[LinkingState.PLANNING, LinkingState.READY], created__lt=now - PREVIEW_KEPT
    )
    runs = Linking.objects.filter(state=LinkingState.APPLIED, created__lt=now - RUN_KEPT)
    gone = [*previews.values_list("pk", flat=True), *runs.values_list("pk", flat=True)]
    for pk in gone:
        Linking.objects.filter(pk=pk).exclude(state=LinkingState.APPLYING).delete()
    return len(gone)

"""What a person saw when they opened a form: the present state with everything since taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from pim.models import Entry


def rewind(state: Mapping[str, Any], subject_uuid: UUID, *, seen: int, now: int, prefix: str = "") -> dict[str, Any]:
    """The state of a subject at the revision `seen`; one query, and none where nothing has changed since.

    `prefix` is what the journal writes before the keys of the state (`@` for structure).
    """
    before = dict(state)
    if seen >= now:
        return before
    entries = Entry.objects.filter(subject_uuid=subject_uuid, revision__gt=seen).order_by("-id")
    for delta in entries.values_list("delta", flat=True):
        for key, pair in delta.items():
            name = key.removeprefix(prefix)
            if pair[0] is None:
                before.pop(name, None)
            else:
                before[name] = pair[0]
    return before

"""Entries of the journal as people read them: who, when, what was and what is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pim.choices import EntryKind, Origin
from pim.models import Entry

Formatter = Callable[[str, Any], str]
"""(key of the delta, value) → text."""

MAX_CHARACTERS = 600


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One line of a diff."""

    key: str
    before: str
    after: str
    raw_key: str = ""


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """One entry, ready for a template."""

    id: int
    at: datetime
    actor: str
    origin: str
    kind: str
    kind_label: str
    revision: int
    message: str
    subject_type: str
    key: str
    job_uuid: str = ""
    job_kind: str = ""
    changes: tuple[ShownChange, ...] = field(default=())


def describe_entries(
    entries: Iterable[Entry], *, write: Formatter | None = None, name: Callable[[str], str] | None = None
) -> list[ShownEntry]:
    """Turn entries (with actor and job loaded) into rows; `write` and `name` word a subject's own values and keys."""
    format_value = write or (lambda _key, value: write_plain(value))
    format_key = name or (lambda key: key.removeprefix("@"))
    return [
        ShownEntry(
            id=entry.pk,
            at=entry.at,
            actor=(entry.actor.get_full_name() or entry.actor.get_username()) if entry.actor else "",
            origin=_word(Origin, entry.origin),
            kind=entry.kind,
            kind_label=_word(EntryKind, entry.kind),
            revision=entry.revision,
            message=entry.message,
            subject_type=entry.subject_type,
            key=entry.key,
            job_uuid=str(entry.job.uuid) if entry.job else "",
            job_kind=entry.job.kind if entry.job else "",
            changes=tuple(
                ShownChange(format_key(key), format_value(key, pair[0]), format_value(key, pair[1]), key)
                for key, pair in sorted(entry.delta.items())
            ),
        )
        for entry in entries
    ]


def write_plain(value: Any) -> str:
    """A stored value as a short text; empty for what is not there."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        text = ", ".join(value)
    elif isinstance(value, dict) and all(isinstance(item, str) for item in value.values()):
        text = ", ".join(f"{name}: {item}" for name, item in value.items())
    else:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MAX_CHARACTERS else f"{text[:MAX_CHARACTERS]}…"


def _word(choices: Any, code: str) -> str:
    try:
        return str(choices(code).label)
    except ValueError:
        return code

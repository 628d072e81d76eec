"""The one door through which structure (locales, attributes, categories, families, …) changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import ProtectedError, RestrictedError
from django.utils.translation import gettext as _

from pim import extensions, journal
from pim.choices import EntryKind
from pim.errors import DomainError, Done, NotFound, Outcome, Refusal, Refused
from pim.models import StructureState
from pim.services.snapshot import forget_structure, forgotten_on_error
from pim.values.storable import refuse_unstorable_json

if TYPE_CHECKING:
    from pim.models import Job, User

MAX_KEY = 201
"""Characters of the longest key: an option's, `attribute.code`."""


@dataclass(frozen=True, slots=True)
class StructureChange:
    """What should be true of one piece of structure.

    Args:
        key: its key: the code; for options `attribute.code`.
        fields: `{field: value}` merged over the present state; None deletes.
        row: where it stands in the caller's file or request, for the outcome.
    """

    key: str
    fields: Mapping[str, Any] | None
    row: int | None = None


def write_structure(
    kind: str,
    changes: Sequence[StructureChange],
    *,
    actor: User | None,
    origin: str,
    job: Job | int | None = None,
    message: str = "",
    dry_run: bool = False,
    atomic: bool = False,
) -> Outcome:
    """Create, change or delete pieces of structure of one kind; a change that changes nothing writes nothing.

    Each row fails alone, unless `atomic`. Takes the structure's lock for the length of the transaction, so structure
    writes never interleave. Every process sees a new epoch after the commit.

    Raises:
        Refused: `atomic`, and a row was refused; nothing is stored.
        NotRegistered: there is no such kind.
    """
    structure_kind = extensions.structure_kinds.get(kind)
    outcome = Outcome(dry_run=dry_run)
    with forgotten_on_error(), transaction.atomic():
        _lock_structure()
        existing = structure_kind.load([change.key for change in changes if _is_key(change.key)])
        lines: list[journal.Line] = []
        for number, change in enumerate(changes):
            row = change.row if change.row is not None else number
            if _is_said_already(structure_kind, change, existing):
                obj = existing[change.key.casefold()]
                outcome.unchanged += 1
                outcome.results.append(Done(change.key, "unchanged", str(obj.uuid), obj.revision, row))
                continue
            try:
                with transaction.atomic():
                    line = _write_one(structure_kind, change, existing, outcome, row)
            except DomainError as error:
                outcome.refused.append(Refusal.of(change.key if _is_key(change.key) else "", error, row))
                if _is_key(change.key):  # what the kind did to the object is rolled back, so the object goes too
                    existing.pop(change.key.casefold(), None)
                    existing.update(structure_kind.load([change.key]))
                continue
            if line:
                lines.append(line)
        if atomic:
            outcome.raise_first()
        if lines:
            journal.write_entries(lines, actor=actor, origin=origin, job=job, message=message)
            _move_epoch()
        if dry_run:
            transaction.set_rollback(True)
            forget_structure()
    return outcome


def read_state(kind: str, key: str) -> dict[str, Any]:
    """The whole state of one piece of structure.

    Raises:
        NotFound: there is none with this key.
    """
    structure_kind = extensions.structure_kinds.get(kind)
    found = structure_kind.load([key]).get(key.casefold())
    if found is None:
        raise NotFound("not_found", _("There is no %(kind)s %(key)s.") % {"kind": structure_kind.label, "key": key})
    return structure_kind.serialise(found)


def _lock_structure() -> None:
    StructureState.objects.get_or_create(pk=1)
    StructureState.objects.select_for_update().get(pk=1)


def _is_said_already(kind: extensions.StructureKind, change: StructureChange, existing: Mapping[str, Any]) -> bool:
    """Whether a change says nothing but what is stored, word for word: most rows of an import that runs again."""
    obj = existing.get(change.key.casefold()) if _is_key(change.key) else None
    if obj is None or not isinstance(change.fields, Mapping):
        return False
    state = kind.serialise(obj)
    return all(name in state and state[name] == value for name, value in change.fields.items())


def _move_epoch() -> None:
    """Give the structure a number that it has never had, not even in a transaction that was rolled back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pim_structurestate"
            " SET epoch = greatest(epoch + 1, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)"
        )


def _is_key(key: object) -> bool:
    return isinstance(key, str) and len(key) <= MAX_KEY and key.isprintable()


def _write_one(
    kind: extensions.StructureKind, change: StructureChange, existing: dict[str, Any], outcome: Outcome, row: int
) -> journal.Line | None:
    if not _is_key(change.key):
        raise Refused("invalid_code", _("A code has 1 to 100 letters, digits or underscores."), "/code")
    key = change.key.casefold()
    obj = existing.get(key)
    if change.fields is None:
        return _delete_one(kind, change, obj, existing, outcome, row)
    before = kind.serialise(obj) if obj is not None else None
    fields: object = change.fields
    if not isinstance(fields, Mapping):
        raise Refused("not_json", _("An object of fields is expected."))
    refuse_unstorable_json(fields, "")
    unknown = set(change.fields) - set(kind.defaults()) - {"code"}
    if unknown:
        name = min(unknown)
        raise Refused(
            "unknown_field",
            _("“%(field)s” is not a field of a %(kind)s.") % {"field": name, "kind": kind.label},
            f"/{name}",
        )
    after = kind.clean({**(before if before is not None else kind.defaults()), **change.fields}, before)
    if obj is not None and after == before:
        outcome.unchanged += 1
        outcome.results.append(Done(change.key, "unchanged", str(obj.uuid), obj.revision, row))
        return None
    stored = kind.apply(after, obj)
    stored.revision = (obj.revision if obj is not None else 0) + 1
    stored.save(update_fields=["revision"])
    existing[key] = stored
    is_new = before is None
    outcome.created += is_new
    outcome.updated += not is_new
    outcome.results.append(Done(change.key, "created" if is_new else "updated", str(stored.uuid), stored.revision, row))
    before = before or {}
    delta = {f"@{name}": [before.get(name), value] for name, value in after.items() if before.get(name) != value}
    return journal.Line(
        kind.code,
        stored.uuid,
        kind.key(stored),
        EntryKind.CREATE if is_new else EntryKind.UPDATE,
        stored.revision,
        delta,
    )


def _delete_one(
    kind: extensions.StructureKind,
    change: StructureChange,
    obj: Any,
    existing: dict[str, Any],
    outcome: Outcome,
    row: int,
) -> journal.Line | None:
    if obj is None:
        raise NotFound("not_found", _("There is no %(kind)s %(key)s.") % {"kind": kind.label, "key": change.key})
    before, uuid, name, revision = kind.serialise(obj), obj.uuid, kind.key(obj), obj.revision + 1
    try:
        kind.delete(obj)
    except (ProtectedError, RestrictedError) as error:
        raise Refused("in_use", _("“%(key)s” is in use and cannot be deleted.") % {"key": name}) from error
    existing.pop(change.key.casefold(), None)
    outcome.deleted += 1
    outcome.results.append(Done(change.key, "deleted", str(uuid), revision, row))
    delta = {f"@{field}": [value, None] for field, value in before.items()}
    return journal.Line(kind.code, uuid, name, EntryKind.DELETE, revision, delta)

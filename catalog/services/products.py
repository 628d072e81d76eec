"""The one door through which products, models and variants change: one change or fifty thousand."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext

from django.db import DatabaseError, IntegrityError, transaction
from django.utils.translation import gettext as _
from psycopg.errors import DeadlockDetected

from catalog.services.changes import ProductChange
from catalog.services.writing.chunks import Chunk
from catalog.services.writing.collecting import pausing_collection
from catalog.services.writing.ordering import parents_first
from catalog.services.writing.shapes import check_shape, printable_sku
from pim.choices import HUMAN_ORIGINS
from pim.errors import DomainError, NotAllowed, Outcome, Refusal
from pim.models import Job, User
from pim.services.snapshot import current_epoch

CHUNK = 1_000
"""Changes in one transaction."""

PERMISSION = "catalog.change_product"

ATTEMPTS = 5
"""Times a chunk is planned, when other writers keep getting in its way."""


def write_products(
    changes: Sequence[ProductChange],
    *,
    actor: User | None,
    origin: str,
    job: Job | int | None = None,
    message: str = "",
    dry_run: bool = False,
    atomic: bool = False,
    before_commit: Callable[[Outcome], None] | None = None,
    permission: str = PERMISSION,
) -> Outcome:
    """Create and change products; a change that changes nothing writes nothing.

    Each row fails alone with pointers into the change, unless `atomic`. Rows are locked in id order; a chunk of 1,000
    is one transaction. Derived rows, journal and memberships are written with the values. Models that have at most
    200 descendants update their derived rows here; those of larger ones follow in the background.

    Args:
        before_commit: called inside each chunk's transaction with the chunk's outcome (checkpoints of jobs).
        permission: what the actor needs where the change is of a kind that has a permission of its own (links of files).

    Raises:
        NotAllowed: the actor may not write products.
        Refused: `atomic`, and a row was refused; nothing is stored.
    """
    _check_permission(actor, origin, permission)
    total = Outcome(dry_run=dry_run)
    sound = _sound(changes, total)
    with transaction.atomic() if atomic else nullcontext():
        if atomic:
            total.raise_first()
        for chunk in _chunks(parents_first(sound)):
            total.add(_write_chunk(chunk, actor, origin, job, message, dry_run=dry_run, before_commit=before_commit))
            if atomic:
                total.raise_first()
    return total


def _sound(changes: Sequence[ProductChange], total: Outcome) -> list[ProductChange]:
    """Number the rows and keep those that have the right shape; the others are refused."""
    sound = []
    for number, change in enumerate(changes):
        if change.row is None:
            change.row = number
        try:
            check_shape(change)
        except DomainError as error:
            total.refused.append(Refusal.of(printable_sku(change), error, change.row))
        else:
            sound.append(change)
    return sound


def _check_permission(actor: User | None, origin: str, permission: str) -> None:
    if origin in HUMAN_ORIGINS and (actor is None or not actor.has_perm(permission)):
        raise NotAllowed("not_allowed", _("You may not change products."))


def _chunks(changes: Sequence[ProductChange]) -> Iterator[Sequence[ProductChange]]:
    for start in range(0, len(changes), CHUNK):
        yield changes[start : start + CHUNK]


def _write_chunk(
    changes: Sequence[ProductChange],
    actor: User | None,
    origin: str,
    job: Job | int | None,
    message: str,
    *,
    dry_run: bool,
    before_commit: Callable[[Outcome], None] | None,
) -> Outcome:
    """Write one chunk; it is planned again when it collides with another writer.

    Collisions: a SKU, an axis or a unique value that somebody else took in the same moment, a deadlock, a structure
    that changed since the plan (its consumers would not find what is not committed yet).
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with pausing_collection(), transaction.atomic():
                chunk = Chunk(changes, actor, origin, job, message, dry_run=dry_run)
                outcome = chunk.write()
                if before_commit:
                    before_commit(outcome)
                if dry_run:
                    transaction.set_rollback(True)
                elif current_epoch() != chunk.catalog.epoch and attempt < ATTEMPTS:
                    raise _StructureMoved
                return outcome
        except (DatabaseError, _StructureMoved) as error:
            if attempt == ATTEMPTS or not _is_collision(error):
                raise
            time.sleep(0.01 * attempt)
    raise AssertionError


class _StructureMoved(Exception):
    """The structure is another one than the chunk was planned with."""


def _is_collision(error: Exception) -> bool:
    return isinstance(error, (IntegrityError, _StructureMoved)) or isinstance(error.__cause__, DeadlockDetected)

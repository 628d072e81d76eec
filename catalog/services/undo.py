"""How entries of products are inverted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from catalog.models import Product
from catalog.services.changes import ProductChange
from catalog.services.deletion import purge_products, restore_products
from catalog.services.editions import EDITION, restore_editions
from catalog.services.products import write_products
from catalog.services.reading import read_states
from catalog.services.writing.links import links_of
from pim.choices import EntryKind, IssueLevel, Origin
from pim.errors import DomainError, Problem
from pim.extensions import JobContext, StreamedEntry
from pim.models import Entry
from pim.services.undo import report_conflict

FIELDS = {"@parent": "parent", "@family": "family", "@family_variant": "family_variant", "@enabled": "enabled",
          "@categories": "categories", "@groups": "groups", "@stage": "stage"}  # fmt: skip
"""Keys of a delta that are fields of a change."""

LISTS = frozenset({"@categories", "@groups"})


class ProductUndoer:
    """Deletes what was created, puts back what was changed, restores what was deleted."""

    is_foundation = False

    def undo(self, entries: Sequence[StreamedEntry], ctx: JobContext, *, force: bool) -> int:
        """Invert entries, newest first, as many at once as name different products in the same way."""
        return sum(self._undo_run(run, ctx, force=force) for run in _runs(entries))

    def _undo_run(self, run: Sequence[StreamedEntry], ctx: JobContext, *, force: bool) -> int:
        if run[0].kind == EntryKind.CREATE:
            return _delete(run, ctx, force=force)
        if run[0].kind == EntryKind.DELETE:
            return sum(_restore(entry, ctx) for entry in run)
        return _write_back(run, ctx, force=force)


def _runs(entries: Sequence[StreamedEntry]) -> Iterator[list[StreamedEntry]]:
    """Neighbouring entries of the same way to invert, in which no product occurs twice."""
    run: list[StreamedEntry] = []
    for entry in entries:
        if run and (_way(entry) != _way(run[0]) or any(entry.subject_uuid == other.subject_uuid for other in run)):
            yield run
            run = []
        run.append(entry)
    if run:
        yield run


def _way(entry: StreamedEntry) -> str:
    return entry.kind if entry.kind in {EntryKind.CREATE, EntryKind.DELETE} else EntryKind.UPDATE


def _delete(entries: Sequence[StreamedEntry], ctx: JobContext, *, force: bool) -> int:
    present = dict(Product.objects.filter(uuid__in=[e.subject_uuid for e in entries]).values_list("uuid", "pk"))
    kept = set() if force else _touched_since(entries, ctx)
    doomed = {pk for uuid, pk in present.items() if uuid not in kept}
    while blocked := set(
        Product.objects.filter(parent__in=doomed).exclude(pk__in=doomed).values_list("parent_id", flat=True)
    ):
        doomed -= blocked
    gone = 0
    for entry in entries:
        if present.get(entry.subject_uuid) in doomed or entry.subject_uuid not in present:
            gone += 1
        else:
            report_conflict(ctx, entry, ["@created" if entry.subject_uuid in kept else "@children"])
    purge_products(
        [str(uuid) for uuid, pk in present.items() if pk in doomed],
        actor=ctx.actor, origin=Origin.UNDO, job=ctx.job_id,
    )  # fmt: skip
    return gone


def _restore(entry: StreamedEntry, ctx: JobContext) -> bool:
    try:
        restore_products([str(entry.subject_uuid)], actor=ctx.actor, origin=Origin.UNDO, job=ctx.job_id)
    except DomainError as error:
        _report(ctx, entry, error.problems)
        return False
    return True


def _write_back(entries: Sequence[StreamedEntry], ctx: JobContext, *, force: bool) -> int:
    ids = dict(Product.objects.present().filter(uuid__in=[e.subject_uuid for e in entries]).values_list("uuid", "pk"))
    states = read_states(list(ids.values()))
    changes: list[ProductChange] = []
    for number, entry in enumerate(entries):
        now = states.get(ids.get(entry.subject_uuid, 0))
        if now is None:
            report_conflict(ctx, entry, ["@deleted"])
            continue
        clashes = [key for key, pair in entry.delta.items() if key != EDITION and _is_other(now.get(key), pair[1])]
        if clashes and not force:
            report_conflict(ctx, entry, clashes)
            continue
        changes.append(_inverse(entry, number))
    outcome = write_products(changes, actor=ctx.actor, origin=Origin.UNDO, job=ctx.job_id)
    for refusal in outcome.refused:
        _report(ctx, entries[refusal.row or 0], refusal.problems)
    refused = {refusal.row for refusal in outcome.refused}
    written = [entries[change.row or 0] for change in changes if change.row not in refused]
    restore_editions({ids[entry.subject_uuid]: entry.delta[EDITION][0] for entry in written if EDITION in entry.delta})
    return len(written)


def _report(ctx: JobContext, entry: StreamedEntry, problems: Sequence[Problem]) -> None:
    for problem in problems:
        ctx.issue(IssueLevel.ERROR, problem.code, problem.message, key=f"product {entry.key}")


def _is_other(now: Any, then: Any) -> bool:
    return now != then and not (now in (None, []) and then in (None, []))


def _inverse(entry: StreamedEntry, number: int) -> ProductChange:
    """The change that puts back what an entry changed."""
    change = ProductChange(entry.key, uuid=str(entry.subject_uuid), must_exist=True, row=number)
    stored: dict[str, Any] = {}
    links: dict[str, Any] = {}
    for key, pair in entry.delta.items():
        if key.startswith("@associations."):
            links[key.partition(".")[2]] = links_of(pair[0])
        elif key in FIELDS:
            setattr(change, FIELDS[key], (pair[0] or []) if key in LISTS else pair[0])
        elif not key.startswith("@"):
            stored[key] = pair[0]
    change.stored = stored
    if links:
        change.associations, change.own_links_only = links, True
    return change


def _touched_since(entries: Sequence[StreamedEntry], ctx: JobContext) -> set[Any]:
    """Products that something else than this job and its undo has written since they were created."""
    jobs = {entry.job_id for entry in entries if entry.job_id is not None} | {ctx.job_id}
    others = Entry.objects.filter(subject_uuid__in=[e.subject_uuid for e in entries]).exclude(job_id__in=jobs)
    return set(others.values_list("subject_uuid", flat=True))

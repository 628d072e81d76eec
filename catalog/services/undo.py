"""How entries of products are inverted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from catalog.models import Product
from catalog.services.changes import ProductChange
from catalog.services.deletion import purge_products, restore_products
from catalog.services.products import write_products
from catalog.services.reading import read_states
from catalog.services.stages import move_products
from catalog.services.writing.links import links_of
from pim.choices import EntryKind, IssueLevel, Origin
from pim.errors import DomainError
from pim.extensions import JobContext, StreamedEntry
from pim.models import Entry
from pim.services.undo import report_conflict

FIELDS = {"@parent": "parent", "@family": "family", "@family_variant": "family_variant", "@enabled": "enabled",
          "@categories": "categories", "@groups": "groups"}  # fmt: skip
"""Keys of a delta that are fields of a change."""


LISTS = frozenset({"@categories", "@groups"})


class ProductUndoer:
    """Deletes what was created, puts back what was changed, restores what was deleted."""

    def undo(self, entries: Sequence[StreamedEntry], ctx: JobContext, *, force: bool) -> int:
        """Invert entries, newest first; a run of creations is deleted at once."""
        done = 0
        created: list[StreamedEntry] = []
        for entry in entries:
            if entry.kind == EntryKind.CREATE:
                created.append(entry)
                continue
            done += self._delete(created, ctx, force=force)
            created = []
            done += self._put_back(entry, ctx, force=force)
        return done + self._delete(created, ctx, force=force)

    def _delete(self, entries: Sequence[StreamedEntry], ctx: JobContext, *, force: bool) -> int:
        if not entries:
            return 0
        doomed: list[str] = []
        present = dict(
            Product.objects.filter(uuid__in=[e.subject_uuid for e in entries]).values_list("uuid", "revision")
        )
        touched = set() if force else _touched_since(entries, ctx)
        for entry in entries:
            if entry.subject_uuid in touched:
                report_conflict(ctx, entry, ["@created"])
            elif entry.subject_uuid in present:
                doomed.append(str(entry.subject_uuid))
        try:
            purge_products(doomed, actor=ctx.actor, origin=Origin.UNDO, job=ctx.job_id)
        except DomainError as error:
            ctx.issue(IssueLevel.ERROR, error.code, error.message)
            return 0
        return len(entries) - len(touched)

    def _put_back(self, entry: StreamedEntry, ctx: JobContext, *, force: bool) -> bool:
        try:
            if entry.kind == EntryKind.DELETE:
                restore_products([str(entry.subject_uuid)], actor=ctx.actor, origin=Origin.UNDO, job=ctx.job_id)
                return True
            return self._write_back(entry, ctx, force=force)
        except DomainError as error:
            ctx.issue(IssueLevel.ERROR, error.code, error.message, key=f"product {entry.key}")
            return False

    def _write_back(self, entry: StreamedEntry, ctx: JobContext, *, force: bool) -> bool:
        product = Product.objects.present().filter(uuid=entry.subject_uuid).first()
        if product is None:
            report_conflict(ctx, entry, ["@deleted"])
            return False
        now = read_states([product.pk])[product.pk]
        clashes = [key for key, pair in entry.delta.items() if (now.get(key) or None) != (pair[1] or None)]
        if clashes and not force:
            report_conflict(ctx, entry, clashes)
            return False
        if "@stage" in entry.delta:
            stage = str(entry.delta["@stage"][0])
            move_products([product.pk], stage, actor=ctx.actor, origin=Origin.UNDO, job=ctx.job_id)
            if entry.kind == EntryKind.TRANSITION:
                return True
        change = _inverse(entry)
        outcome = write_products([change], actor=ctx.actor, origin=Origin.UNDO, job=ctx.job_id)
        for refusal in outcome.refused:
            for problem in refusal.problems:
                ctx.issue(IssueLevel.ERROR, problem.code, problem.message, key=f"product {entry.key}")
        return not outcome.refused


def _inverse(entry: StreamedEntry) -> ProductChange:
    """The change that puts back what an entry changed."""
    change = ProductChange(entry.key, uuid=str(entry.subject_uuid), must_exist=True)
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
        change.associations = links
    return change


def _touched_since(entries: Sequence[StreamedEntry], ctx: JobContext) -> set[Any]:
    """Products that something else than this job and its undo has written since they were created."""
    jobs = {entry.job_id for entry in entries if entry.job_id is not None} | {ctx.job_id}
    others = Entry.objects.filter(subject_uuid__in=[e.subject_uuid for e in entries]).exclude(job_id__in=jobs)
    return set(others.values_list("subject_uuid", flat=True))

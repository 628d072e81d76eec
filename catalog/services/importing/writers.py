"""How each phase of an import writes a chunk: rows, figures, findings and checkpoint in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import PurePosixPath
from typing import Protocol

from django.db import transaction
from django.db.models import Count

from catalog.importing.generic import JSON_SUFFIXES, GenericPlan
from catalog.importing.issues import Issue, Parsed, make_issue
from catalog.importing.records import MediaRecord, ProductRecord, StateRecord
from catalog.importing.steps import ImportPlan, Item, Step
from catalog.importing.tabular.rows import TABLE_SUFFIXES
from catalog.importing.vocabulary import LIST_TYPES, Vocabulary
from catalog.models import Association
from catalog.services.importing.changes import make_association_changes, make_change
from catalog.services.importing.columns import make_column_namer
from catalog.services.importing.findings import count_read, count_written, findings_of, issues_of, warnings_of
from catalog.services.importing.media import MediaFinder, paths_of
from catalog.services.importing.options import find_new_options
from catalog.services.importing.parameters import CREATE, ImportParameters
from catalog.services.importing.progress import ImportContext, Progress
from catalog.services.importing.tally import Tally
from catalog.services.importing.vocabulary import read_vocabulary
from catalog.services.products import write_products
from pim.choices import IssueLevel, Origin
from pim.errors import Outcome, Refusal
from pim.extensions import structure_kinds
from pim.models import Entry
from pim.services.snapshot import forgotten_on_error
from pim.services.structure import StructureChange, write_structure

Chunk = Sequence[Parsed[Item]]

NOTES = TABLE_SUFFIXES | JSON_SUFFIXES | {".yml", ".yaml", ".md"}
"""Files that no product shows when they lie beside the tables."""


class Desk:
    """What all writers of one run share."""

    def __init__(self, ctx: ImportContext, plan: ImportPlan, parameters: ImportParameters, progress: Progress) -> None:
        self.ctx = ctx
        self.plan = plan
        self.parameters = parameters
        self.progress = progress
        self.media = MediaFinder(plan.source, ctx, is_rehearsal=parameters.is_rehearsal)


class ChunkWriter(Protocol):
    """Writes the chunks of one step.

    Attributes:
        size: results in a chunk.
        known: the words that the step's files are read with.
    """

    size: int
    known: Vocabulary

    def is_needed(self) -> bool:
        """Whether the step has anything to do at all."""
        ...

    def write(self, chunk: Chunk) -> None:
        """Write one chunk and commit it with its checkpoint."""
        ...


class _Writer:
    size = 1_000

    def __init__(self, desk: Desk, step: Step) -> None:
        self.desk = desk
        self.step = step
        self.known = read_vocabulary()
        self.name_column = make_column_namer(desk.plan, step, self.known)

    def is_needed(self) -> bool:
        return True

    def commit(
        self,
        chunk: Chunk,
        outcome: Outcome,
        issues: Iterable[Issue] = (),
        *,
        is_growing: bool = False,
        late_updates: int = 0,
    ) -> Tally:
        """Count and check a chunk in, in its transaction; the returned figures hold once it has committed.

        Args:
            is_growing: the rows were not known of when the total was made.
            late_updates: rows that an earlier pass has counted as unchanged, and that this one has changed.
        """
        tally = self.desk.progress.tally.copy()
        if late_updates:
            tally.add(self.step.entity, unchanged=-late_updates, updated=late_updates)
        read = 0
        if self.step.counts:
            read = count_read(tally, self.step.entity, chunk)
            count_written(tally, self.step.entity, outcome)
        self.desk.progress.commit(
            tally,
            [*findings_of(chunk), *issues],
            rows=self.desk.progress.rows + len(chunk),
            done=read,
            total=read if is_growing else 0,
        )
        return tally

    def committed(self, chunk: Chunk, tally: Tally, *, is_growing: bool = False) -> None:
        read = sum(1 for each in chunk if each.line) if self.step.counts else 0
        progress = self.desk.progress
        progress.committed(tally, rows=progress.rows + len(chunk), done=read, total=read if is_growing else 0)

    def refusals(self, outcome: Outcome, level: str = IssueLevel.ERROR) -> list[Issue]:
        return list(issues_of(outcome.refused, self.step.file, level, self.name_column))


class SkippedRows(_Writer):
    """Rows that are read for the count only."""

    size = 5_000

    def write(self, chunk: Chunk) -> None:
        """Count."""
        with transaction.atomic():
            tally = self.commit(chunk, Outcome())
        self.committed(chunk, tally)


class StructureWriter(_Writer):
    """Locales, attributes, options, categories, families: through `write_structure`."""

    size = 250

    def write(self, chunk: Chunk) -> None:
        """Write states; measurement families that exist are left as their owners have them."""
        records = [each.item for each in chunk if isinstance(each.item, StateRecord)]
        if not self.step.counts:
            present = structure_kinds.get(self.step.kind).load([record.key for record in records])
            records = [record for record in records if record.key.casefold() not in present]
        changes = [StructureChange(record.key, dict(record.fields), record.line) for record in records]
        with forgotten_on_error(), transaction.atomic():
            outcome = write_structure(
                self.step.kind,
                changes,
                actor=self.desk.ctx.actor,
                origin=Origin.IMPORT,
                job=self.desk.ctx.job_id,
            )
            tally = self.commit(chunk, outcome, self.refusals(outcome))
        self.committed(chunk, tally)


class AssetWriter(_Writer):
    """The source's files: examined first, then stored."""

    size = 50

    def is_needed(self) -> bool:
        """Not where a source holds tables only, which saves a pass over them."""
        return any(
            "/" in name or PurePosixPath(name).suffix.lower() not in NOTES for name in self.desk.plan.source.names()
        )

    def write(self, chunk: Chunk) -> None:
        """Take files in; equal ones become one asset."""
        paths = [each.item.path for each in chunk if isinstance(each.item, MediaRecord)]
        examined = self.desk.media.examine(paths)
        with transaction.atomic():
            ingested = self.desk.media.take_in(examined)
            outcome = Outcome(
                created=ingested.created,
                unchanged=len(ingested.assets) - ingested.created,
                refused=[Refusal.of(path, error) for path, error in ingested.refused.items()],
            )
            issues = [
                Issue(path, None, "", IssueLevel.ERROR.value, error.code, str(error.message), path)
                for path, error in ingested.refused.items()
            ]
            tally = self.commit(chunk, outcome, issues, is_growing=True)
        self.committed(chunk, tally, is_growing=True)


class ProductWriter(_Writer):
    """Models and products without their associations: through `write_products`."""

    def __init__(self, desk: Desk, step: Step) -> None:
        super().__init__(desk, step)
        attributes = self.known.attributes.values()
        self._lists = frozenset(attribute.code for attribute in attributes if attribute.type in LIST_TYPES)
        self._is_kind_sure = not isinstance(desk.plan, GenericPlan)

    def write(self, chunk: Chunk) -> None:
        """Write products; those that are as the file says are not touched."""
        records = [each.item for each in chunk if isinstance(each.item, ProductRecord)]
        if any(record.associations for record in records):
            self.desk.progress.linked.add(self.step.entity)
        if self.desk.parameters.unknown_options == CREATE:
            self._create_options(records)
        self.desk.media.look_up(paths_of(records))
        changes = [
            make_change(
                record,
                self.desk.media.values_of(record, self._lists),
                stage=self.desk.parameters.stage,
                is_kind_sure=self._is_kind_sure,
            )
            for record in records
        ]
        tallies: list[Tally] = []

        def check_in(outcome: Outcome) -> None:
            warnings = warnings_of(outcome, chunk, self.step.file, self.name_column)
            tallies.append(self.commit(chunk, outcome, [*self.refusals(outcome), *warnings]))

        if changes:
            write_products(
                changes,
                actor=self.desk.ctx.actor,
                origin=Origin.IMPORT,
                job=self.desk.ctx.job_id,
                before_commit=check_in,
            )
        else:
            with transaction.atomic():
                check_in(Outcome())
        self.committed(chunk, tallies[-1])

    def _create_options(self, records: Sequence[ProductRecord]) -> None:
        """Create what is missing before the rows are written; a transaction of its own, so that its lock is short."""
        found = find_new_options(records)
        if not found:
            return
        with forgotten_on_error(), transaction.atomic():
            outcome = write_structure(
                "option",
                [change for change, _record in found],
                actor=self.desk.ctx.actor,
                origin=Origin.IMPORT,
                job=self.desk.ctx.job_id,
            )
            created = {done.key for done in outcome.results if done.kind == "created"}
            tally = self.desk.progress.tally.copy()
            tally.add("attribute_options", created=outcome.created)
            issues = [
                make_issue(
                    "option_created", self.step.file, record.line, self.name_column(f"/values/{attribute}"),
                    key=record.sku, attribute=attribute, code=change.key.partition(".")[2],
                )
                for change, record in found
                if change.key in created and (attribute := change.key.partition(".")[0])
            ]  # fmt: skip
            self.desk.progress.commit(tally, issues, rows=self.desk.progress.rows)
        self.desk.progress.committed(tally, rows=self.desk.progress.rows)


class AssociationWriter(_Writer):
    """The second pass over products: their associations, which may point at any row of the first."""

    def is_needed(self) -> bool:
        """Not where no row names a target and no product has one."""
        return self.step.entity in self.desk.progress.linked or Association.objects.exists()

    def write(self, chunk: Chunk) -> None:
        """Write associations; rows that the first pass refused stay refused."""
        records = [each.item for each in chunk if isinstance(each.item, ProductRecord)]
        refused = self.desk.ctx.refused_lines(self.step.file, [record.line for record in records])
        changes = make_association_changes([record for record in records if record.line not in refused])
        tallies: list[Tally] = []

        def check_in(outcome: Outcome) -> None:
            changed = [done.uuid for done in outcome.results if done.kind == "updated"]
            late = _count_written_once(self.desk.ctx.job_id, changed) if changed else 0
            issues = self.refusals(outcome, IssueLevel.WARNING)
            tallies.append(self.commit(chunk, outcome, issues, late_updates=late))

        if changes:
            write_products(
                changes,
                actor=self.desk.ctx.actor,
                origin=Origin.IMPORT,
                job=self.desk.ctx.job_id,
                before_commit=check_in,
            )
        else:
            with transaction.atomic():
                check_in(Outcome())
        self.committed(chunk, tallies[-1])


def _count_written_once(job: int, uuids: Collection[str]) -> int:
    """How many of these products the job has changed exactly once, which is now."""
    counted = Entry.objects.filter(job_id=job, subject_uuid__in=uuids).values("subject_uuid").annotate(n=Count("id"))
    return counted.filter(n=1).count()

"""Runs the steps of an import plan, chunk by chunk; each chunk is one transaction with its checkpoint."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.extensions import get_stage_rules, import_followers
from catalog.importing.akeneo.plan import plan_import
from catalog.importing.generic import plan_generic
from catalog.importing.sources import ImportSource, SourceRefused
from catalog.importing.steps import ASSETS, ASSOCIATIONS, PRODUCTS, STRUCTURE, ImportPlan, Step
from catalog.services.importing.parameters import ImportParameters
from catalog.services.importing.progress import ImportContext, Progress, RunningImport
from catalog.services.importing.reading_ahead import read_ahead
from catalog.services.importing.rehearsing import rehearse
from catalog.services.importing.sources import READ_ERRORS, delete_upload, fingerprint, open_files
from catalog.services.importing.vocabulary import read_vocabulary
from catalog.services.importing.writers import (
    AssetWriter,
    AssociationWriter,
    ChunkWriter,
    Desk,
    ProductWriter,
    SkippedRows,
    StructureWriter,
)
from pim.errors import Refused
from pim.extensions import JobContext

WRITERS: dict[str, Callable[[Desk, Step], ChunkWriter]] = {
    STRUCTURE: StructureWriter,
    ASSETS: AssetWriter,
    PRODUCTS: ProductWriter,
    ASSOCIATIONS: AssociationWriter,
}


def run_import(ctx: JobContext) -> None:
    """Run an import job from its last checkpoint to its end.

    Raises:
        Refused: the source is gone, cannot be read, or is not what it was when the import began.
    """
    parameters = ImportParameters.from_json(ctx.parameters)
    if not ctx.state.get("over"):
        if parameters.stage and not get_stage_rules().exists(parameters.stage):
            raise Refused("unknown_stage", _("There is no stage “%s”.") % parameters.stage, "/stage")
        with open_files(parameters) as source:
            try:
                if parameters.is_rehearsal:
                    rehearse(ctx, lambda rehearsal: _run_plan(rehearsal, source, parameters))
                else:
                    _run_plan(RunningImport(ctx), source, parameters)
                    _finish(ctx)
            except READ_ERRORS as error:
                raise SourceRefused("bad_archive", _("The files cannot be read: %s.") % error) from error
    delete_upload(parameters)


def _finish(ctx: JobContext) -> None:
    """Let others follow, such as the views of new channels; they and the last checkpoint commit together."""
    with transaction.atomic():
        for follow in import_followers.values():
            follow(ctx.actor, ctx.job_id)
        ctx.checkpoint(state={"over": True})


def make_plan(source: ImportSource, parameters: ImportParameters) -> ImportPlan:
    """What the parameters ask for, laid out.

    Raises:
        Refused: the profile cannot be read, or the source has no such file.
    """
    if not parameters.file:
        return plan_import(source, read_vocabulary())
    if not source.has(parameters.file):
        raise SourceRefused("no_source", _("There is no file “%s”.") % parameters.file)
    return plan_generic(source, parameters.file, parameters.profile(), read_vocabulary())


def _run_plan(ctx: ImportContext, source: ImportSource, parameters: ImportParameters) -> None:
    plan = make_plan(source, parameters)
    progress = Progress(ctx, fingerprint(source))
    if progress.source != fingerprint(source):
        raise SourceRefused("source_changed", _("The files have changed since this import began; start it again."))
    if progress.is_new:
        _begin(plan, progress)
    desk = Desk(ctx, plan, parameters, progress)
    first = progress.step
    for number, step in enumerate(plan.steps):
        if number < first:
            continue
        if number > first:
            progress.enter(number)
        _run_step(desk, step)


def _begin(plan: ImportPlan, progress: Progress) -> None:
    """Name the entities, say what was found about the source as a whole, and count what there is to do."""
    tally = progress.tally.copy()
    total = 0
    for step in plan.steps:
        if step.counts:
            tally.open(step.entity)
            total += plan.count(step) if step.level == 0 and step.phase != ASSETS else 0
    with transaction.atomic():
        progress.commit(tally, plan.issues, rows=0, total=total)
    progress.committed(tally, rows=0, total=total)


def _run_step(desk: Desk, step: Step) -> None:
    writer = WRITERS.get(step.phase, SkippedRows)(desk, step)
    if not writer.is_needed():
        return
    results = desk.plan.read(step, writer.known)
    with closing(read_ahead(islice(results, desk.progress.rows, None), writer.size)) as chunks:
        for chunk in chunks:
            writer.write(chunk)

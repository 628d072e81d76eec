"""Runs of the naming rules: a preview that writes nothing, and its application, once, exactly as it was shown."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.choices import LinkingState, RowState
from catalog.models import Linking, LinkingRow, Product
from catalog.services.linking.examining import NamedFile, Planned, ProductRef, examine, read_own_values
from catalog.services.linking.matches import store_matches
from catalog.services.linking.placing import PERMISSION, place_files, write_places
from catalog.services.linking.rules import get_rules
from catalog.services.linking.selecting import clean_selection, count_files, walk_files
from pim.choices import IssueLevel, JobState, Origin
from pim.errors import Conflict, NotAllowed, Refused
from pim.extensions import JobContext, JobKind
from pim.services.jobs import run_job, start_job

if TYPE_CHECKING:
    from pim.models import Job, User

CHUNK = 500
INLINE = 1_000
"""Files that a preview looks at while the person waits; more are looked at in a job."""

WORKED = ("state", "why", "message", "before", "candidates")


def preview_linking(
    selection: object, *, actor: User | None, rules: Sequence[str] | None = None, is_detached: bool = True
) -> Linking:
    """Look at what the naming rules would link; nothing of it is written to any product.

    A run over more than 1,000 files is made by a job: it is `planning` until that is done.

    Args:
        rules: codes of the rules to use; None: all that are active.

    Raises:
        NotAllowed: the actor may not link files.
        Refused: `invalid_selection`, `no_rules`, or what is wrong with the filter.
    """
    _check(actor)
    cleaned = clean_selection(selection)
    chosen = get_rules().choose(rules)
    if not chosen or (rules is not None and {rule.code for rule in chosen} != set(rules)):
        raise Refused("no_rules", _("There is no such naming rule that is active."), "/rules")
    with transaction.atomic():
        linking = Linking.objects.create(owner=actor, selection=cleaned, rules=[rule.code for rule in chosen])
        is_small = count_files(cleaned) <= INLINE
        linking.planning = start_job(
            PREVIEW.code, {"linking": str(linking.uuid)}, actor=actor, is_detached=is_detached and not is_small
        )
        linking.save(update_fields=["planning"])
    if is_small:
        run_job(str(linking.planning.uuid))
        linking.refresh_from_db()
    return linking


def apply_linking(linking: Linking, token: str, *, actor: User | None, origin: str, is_detached: bool = True) -> Job:
    """Start the job that links what a preview shows, and nothing else; it can be undone.

    What has changed since the preview is left alone and named. Files that wait for their SKU, and those that need a
    decision, are kept for later.

    Args:
        token: the preview's own, which whoever has seen it can show.

    Raises:
        NotAllowed: the actor may not link files.
        Refused: `wrong_token`.
        Conflict: `preview_not_ready` while the preview is being made, `applied_already`.
    """
    _check(actor)
    if not hmac.compare_digest(token.encode(), linking.token.encode()):
        raise Refused("wrong_token", _("This is not the token of this preview."), "/token")
    with transaction.atomic():
        locked = Linking.objects.select_for_update().get(pk=linking.pk)
        if locked.state == LinkingState.PLANNING:
            raise Conflict("preview_not_ready", _("The preview is still being made."))
        if locked.state != LinkingState.READY:
            raise Conflict("applied_already", _("This preview has been applied already."))
        locked.state = LinkingState.APPLYING
        parameters = {"linking": str(locked.uuid), "origin": str(origin)}
        locked.job = start_job(LINK.code, parameters, actor=actor, is_detached=is_detached)
        locked.save(update_fields=["state", "job"])
    return locked.job


def run_preview(ctx: JobContext) -> None:
    """Look at the files chunk by chunk, then at the places where several of them meet."""
    linking = Linking.objects.get(uuid=ctx.parameters["linking"])
    rules = get_rules().choose(linking.rules)
    total, done = count_files(linking.selection), int(ctx.state.get("done", 0))
    ctx.checkpoint(done=done, total=total)
    if not ctx.state.get("examined"):
        for files in walk_files(linking.selection, after=int(ctx.state.get("after", 0))):
            plans = examine(files, rules)
            done += len(files)
            with transaction.atomic():
                LinkingRow.objects.bulk_create([_row(linking, plan) for plan in plans], ignore_conflicts=True)
                ctx.checkpoint(state={"after": files[-1].id, "done": done}, done=done, total=max(total, done))
        ctx.checkpoint(state={"examined": True, "done": done})
    for rows, plans in _walk_links(linking, after=ctx.state.get("product")):
        placed = place_files(plans)
        write_places(placed, actor=ctx.actor, origin=Origin.ADMIN, labels={}, dry_run=True)
        with transaction.atomic():
            _store(rows, plans)
            ctx.checkpoint(state={**ctx.state, "product": str(rows[-1].product_uuid)})
    with transaction.atomic():
        Linking.objects.filter(pk=linking.pk).update(state=LinkingState.READY, counts=count_rows(linking))
    ctx.finish(count_rows(linking))


def run_linking(ctx: JobContext) -> None:
    """Write what the preview shows, products in chunks; each chunk commits with its checkpoint."""
    linking = Linking.objects.get(uuid=ctx.parameters["linking"])
    labels = get_rules().labels
    total = linking.rows.filter(state=RowState.LINK).count() + int(ctx.state.get("done", 0))
    done = int(ctx.state.get("done", 0))
    ctx.checkpoint(done=done, total=total)
    for rows, plans in _walk_links(linking, after=ctx.state.get("product")):
        with transaction.atomic():
            _refuse_stale(plans)
            placed = place_files(plans)
            write_places(
                placed, actor=ctx.actor, origin=ctx.parameters["origin"], labels=labels, job=ctx.job_id,
            )  # fmt: skip
            for plan in plans:
                if plan.state == RowState.LINK:
                    plan.state = RowState.DONE
                elif plan.state != RowState.LINKED:
                    ctx.issue(IssueLevel.WARNING, plan.why, plan.message, file=plan.file.filename, key=plan.sku)
            _store(rows, plans)
            store_matches(plans)
            done += len(rows)
            state = {**ctx.state, "product": str(rows[-1].product_uuid), "done": done}
            ctx.checkpoint(state=state, done=done, total=max(total, done), counters=count_rows(linking))
    _keep_for_later(linking, ctx)
    with transaction.atomic():
        counts = count_rows(linking)
        Linking.objects.filter(pk=linking.pk).update(state=LinkingState.APPLIED, counts=counts)
    ctx.finish(counts)


def count_rows(linking: Linking) -> dict[str, int]:
    """{state: rows}; one query."""
    return {row["state"]: row["n"] for row in linking.rows.order_by().values("state").annotate(n=Count("pk"))}


def is_broken(linking: Linking) -> bool:
    """Whether the job that makes the preview, or applies it, has ended before its end."""
    job = linking.planning if linking.state == LinkingState.PLANNING else linking.job
    is_working = linking.state in {LinkingState.PLANNING, LinkingState.APPLYING}
    return is_working and (job is None or job.state in {JobState.FAILED, JobState.CANCELLED})


def _check(actor: User | None) -> None:
    if actor is None or not actor.has_perm(PERMISSION):
        raise NotAllowed("not_allowed", _("You may not link files to products."))


def _keep_for_later(linking: Linking, ctx: JobContext) -> None:
    """Files that wait, and those that need a decision, outlive the run."""
    later = linking.rows.filter(state__in=[RowState.WAITING, RowState.AMBIGUOUS]).order_by("pk")
    after = int(ctx.state.get("kept", 0))
    while rows := list(later.filter(pk__gt=after).select_related("asset__version")[:CHUNK]):
        after = rows[-1].pk
        with transaction.atomic():
            store_matches([_planned(row, {}) for row in rows])
            ctx.checkpoint(state={**ctx.state, "kept": after})


def _walk_links(linking: Linking, *, after: str | None) -> Iterator[tuple[list[LinkingRow], list[Planned]]]:
    """The rows that would be linked, with what they mean now, all of a product together; four queries a chunk."""
    links = linking.rows.filter(state=RowState.LINK, product_uuid__isnull=False)
    while True:
        behind = links.filter(product_uuid__gt=after) if after else links
        found_uuids = behind.order_by("product_uuid").values_list("product_uuid", flat=True).distinct()[:CHUNK]
        uuids = [uuid for uuid in found_uuids if uuid is not None]
        if not uuids:
            return
        found = links.filter(product_uuid__in=uuids).select_related("asset__version")
        rows = sorted(found, key=lambda row: (str(row.product_uuid), row.pk))
        products = {
            uuid: ProductRef(pk, str(uuid), sku, revision)
            for pk, uuid, sku, revision in Product.objects.present()
            .filter(uuid__in=uuids)
            .values_list("pk", "uuid", "sku", "revision")
        }
        after = str(uuids[-1])
        yield rows, [_planned(row, products) for row in rows]


def _planned(row: LinkingRow, products: dict[Any, ProductRef]) -> Planned:
    version = row.asset.version
    file = NamedFile(row.asset_id, str(row.asset.uuid), version.filename if version else row.asset.code)
    plan = Planned(
        file, RowState(row.state), row.why, row.rule, products.get(row.product_uuid), row.sku, row.attribute, row.key,
        row.position, row.mode, row.confidence, row.before, row.message, row.candidates, row.loose_keys,
    )  # fmt: skip
    if plan.state == RowState.LINK and plan.product is None:
        plan.decide(RowState.STALE, "product_gone")
    return plan


def _refuse_stale(plans: Sequence[Planned]) -> None:
    """Leave alone what has changed since the preview."""
    values = read_own_values({plan.product.id for plan in plans if plan.product})
    for plan in plans:
        if plan.product is not None and values.get(plan.product.id, {}).get(plan.key) != plan.before:
            plan.decide(RowState.STALE, "changed_since")


def _row(linking: Linking, plan: Planned) -> LinkingRow:
    return LinkingRow(
        linking=linking, asset_id=plan.file.id, state=plan.state, rule=plan.rule,
        product_uuid=plan.product.uuid if plan.product else None, sku=plan.sku[:255], attribute=plan.attribute,
        key=plan.key, position=plan.position, mode=plan.mode, confidence=plan.confidence, before=plan.before,
        candidates=plan.candidates, loose_keys=plan.loose_keys, why=plan.why, message=plan.message,
    )  # fmt: skip


def _store(rows: Sequence[LinkingRow], plans: Sequence[Planned]) -> None:
    changed = []
    for row, plan in zip(rows, plans, strict=True):
        if (row.state, row.why) != (plan.state, plan.why):
            for name in WORKED:
                setattr(row, name, getattr(plan, name))
            changed.append(row)
    LinkingRow.objects.bulk_update(changed, WORKED)


PREVIEW = JobKind("preview_links", gettext_lazy("Preview of links"), run_preview)
LINK = JobKind("link_assets", gettext_lazy("Linking of files"), run_linking, is_undoable=True)

__all__ = ["LINK", "PREVIEW", "apply_linking", "count_rows", "is_broken", "preview_linking"]

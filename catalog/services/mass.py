"""One change to many products: a few at once, thousands in a job that can be watched, stopped and undone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Product
from catalog.services.changes import ProductChange
from catalog.services.deletion import delete_products
from catalog.services.listing import get_fields, select_products
from catalog.services.products import write_products
from pim.choices import IssueLevel, Origin
from pim.errors import NotAllowed, Outcome, Refused
from pim.extensions import JobContext, JobKind
from pim.querying.tree import parse_filter
from pim.querysets.pages import count_all, fetch_ids_after
from pim.services.jobs import start_job
from pim.values.specs import Json

if TYPE_CHECKING:
    from pim.models import Job, User

CHUNK = 500
OPERATIONS = {
    "enable": gettext_lazy("Enable"),
    "disable": gettext_lazy("Disable"),
    "delete": gettext_lazy("Move to the recycle bin"),
}
PERMISSIONS = {
    "enable": "catalog.change_product",
    "disable": "catalog.change_product",
    "delete": "catalog.delete_product",
}


def edit_many(operation: str, skus: Sequence[str], *, actor: User | None, job: Job | int | None = None) -> Outcome:
    """Do one thing to the products named, in one transaction per 500.

    Raises:
        NotAllowed: the actor may not.
        Refused: there is no such operation.
    """
    check_operation(operation, actor)
    outcome = Outcome()
    for start in range(0, len(skus), CHUNK):
        chunk = skus[start : start + CHUNK]
        if operation == "delete":
            outcome.add(delete_products(chunk, actor=actor, origin=Origin.ADMIN, job=job, with_variants=True))
        else:
            changes = [ProductChange(sku, enabled=operation == "enable", must_exist=True) for sku in chunk]
            outcome.add(write_products(changes, actor=actor, origin=Origin.ADMIN, job=job))
    return outcome


def start_mass_edit(
    operation: str, *, actor: User | None, skus: Sequence[str] | None = None, where: Json = None
) -> Job:
    """Start the job that does it to many: those named, or all that match a filter (`{}`: everything).

    Raises:
        NotAllowed, Refused: see `edit_many`; or what is wrong with the filter.
    """
    check_operation(operation, actor)
    if skus is None:
        select_products(parse_filter(where, catalogue=get_fields(), root="/filter"))
    parameters = {"operation": operation, "skus": list(skus) if skus is not None else None, "filter": where}
    return start_job(MASS_EDIT.code, parameters, actor=actor)


def check_operation(operation: str, actor: User | None) -> None:
    """Refuse what does not exist or is not allowed.

    Raises:
        NotAllowed, Refused.
    """
    if operation not in OPERATIONS:
        raise Refused("unknown_operation", _("There is no operation “%s”.") % operation, "/operation")
    if actor is None or not actor.has_perm(PERMISSIONS[operation]):
        raise NotAllowed("not_allowed", _("You may not do this to products."))


def run_mass_edit(ctx: JobContext) -> None:
    """Chunk after chunk; each commits with its checkpoint."""
    operation, skus = ctx.parameters["operation"], ctx.parameters["skus"]
    if skus is not None:
        place = int(ctx.state.get("place", 0))
        while place < len(skus):
            chunk = skus[place : place + CHUNK]
            place += len(chunk)
            with transaction.atomic():
                _tell(
                    ctx,
                    edit_many(operation, chunk, actor=ctx.actor, job=ctx.job_id),
                    {"place": place},
                    place,
                    len(skus),
                )
        return
    where = select_products(parse_filter(ctx.parameters["filter"], catalogue=get_fields()))
    total = int(ctx.state.get("total") or count_all(connection, where))
    last, done = int(ctx.state.get("last", 0)), int(ctx.state.get("done", 0))
    while ids := fetch_ids_after(connection, where, after=last, limit=CHUNK):
        last, done = ids[-1], done + len(ids)
        with transaction.atomic():
            found = list(Product.objects.filter(pk__in=ids).order_by("pk").values_list("sku", flat=True))
            outcome = edit_many(operation, found, actor=ctx.actor, job=ctx.job_id)
            _tell(ctx, outcome, {"last": last, "done": done, "total": total}, done, max(total, done))


def _tell(ctx: JobContext, outcome: Outcome, state: dict[str, Any], done: int, total: int) -> None:
    for refusal in outcome.refused:
        for problem in refusal.problems:
            ctx.issue(IssueLevel.ERROR, problem.code, problem.message, key=refusal.key)
    before = ctx.counters
    figures = {
        "changed": outcome.written,
        "unchanged": outcome.unchanged,
        "refused": len(outcome.refused),
    }
    counters = {name: int(before.get(name, 0)) + n for name, n in figures.items()}
    ctx.checkpoint(state=state, done=done, total=total, counters=counters)


MASS_EDIT = JobKind("mass_edit", gettext_lazy("Mass edit of products"), run_mass_edit, is_undoable=True)

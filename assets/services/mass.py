"""One change to many assets, as a job that can be watched, stopped and undone; and what it would change, before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.models import Asset
from assets.services.access import require
from assets.services.deletion import count_usages, delete_assets
from assets.services.documents import describe_assets
from assets.services.searching.listing import get_fields, select_assets
from assets.services.writing import AssetChange, write_assets
from pim.choices import IssueLevel, Origin
from pim.errors import Outcome, Problem, Refused
from pim.extensions import JobContext, JobKind
from pim.querying.tree import parse_filter
from pim.querysets.pages import count_all, fetch_ids_after
from pim.services.jobs import run_job, start_job
from pim.values.specs import Json

if TYPE_CHECKING:
    from pim.models import Job, User

CHUNK = 200
AT_ONCE = 60
"""Assets that are changed while the person waits; more are a worker's."""

MAX_KEYS = 50_000
REHEARSED = 200
"""Assets on which a change is tried before it is made."""

SHOWN = 12
EDIT, DELETE = "edit", "delete"
OPERATIONS = {EDIT: gettext_lazy("Edit metadata"), DELETE: gettext_lazy("Delete")}


@dataclass(frozen=True, slots=True)
class Selected:
    """The assets meant: named by uuid, or all that a filter finds (`{}`: everything)."""

    uuids: tuple[str, ...] | None = None
    where: Json = None

    def __post_init__(self) -> None:
        # What is no uuid names no asset.
        if self.uuids is not None:
            object.__setattr__(self, "uuids", tuple(uuid for uuid in self.uuids if _is_uuid(uuid)))

    def ids(self, *, after: int, limit: int) -> list[int]:
        """The next keys behind one, ascending."""
        if self.uuids is None:
            return fetch_ids_after(connection, self._selection(), after=after, limit=limit)
        rows = Asset.objects.filter(uuid__in=self.uuids, pk__gt=after).order_by("pk")
        return list(rows.values_list("pk", flat=True)[:limit])

    def count(self) -> int:
        """How many there are."""
        if self.uuids is None:
            return count_all(connection, self._selection())
        return Asset.objects.filter(uuid__in=self.uuids).count()

    def check(self) -> None:
        """Refuse what names nothing.

        Raises:
            Refused: `nothing_selected`, `too_many`, or what is wrong with the filter.
        """
        if self.uuids is None:
            self._selection()
        elif not self.uuids:
            raise Refused("nothing_selected", _("Select some assets first."))
        elif len(self.uuids) > MAX_KEYS:
            raise Refused("too_many", _("Name more than %d assets by a filter.") % MAX_KEYS)

    def _selection(self) -> Any:
        return select_assets(parse_filter(self.where, catalogue=get_fields(), root="/filter"))


@dataclass(frozen=True, slots=True)
class Difference:
    """What would become of one asset: (field, before, after) as documents have them; or why nothing would."""

    asset: Asset
    changes: tuple[tuple[str, Any, Any], ...] = ()
    problem: Problem | None = None


@dataclass(slots=True)
class Rehearsal:
    """What a mass edit would do, tried on the first 200: how many would change, and the first of them."""

    total: int
    tried: int
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    shown: list[Difference] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether every asset was tried."""
        return self.tried >= self.total


def rehearse_mass_edit(
    operation: str, selected: Selected, fields: Mapping[str, Any], *, actor: User | None
) -> Rehearsal:
    """Try a mass edit and store nothing.

    Raises:
        NotAllowed, Refused: see `start_mass_edit`.
    """
    check_mass_edit(operation, selected, fields, actor=actor)
    ids = selected.ids(after=0, limit=REHEARSED)
    found = Asset.objects.with_current().in_bulk(ids)
    assets = [found[pk] for pk in ids if pk in found]
    rehearsal = Rehearsal(selected.count(), len(assets))
    if operation == DELETE:
        _rehearse_deletion(assets, rehearsal)
        return rehearsal
    before = {document["uuid"]: document for document in describe_assets(assets[:SHOWN])}
    with transaction.atomic():
        changes = [AssetChange(str(asset.uuid), fields) for asset in assets]
        outcome = write_assets(changes, actor=actor, origin=Origin.ADMIN)
        now = Asset.objects.with_current().in_bulk(ids[:SHOWN])
        after = {
            document["uuid"]: document for document in describe_assets([now[pk] for pk in ids[:SHOWN] if pk in now])
        }
        transaction.set_rollback(True)
    rehearsal.changed, rehearsal.unchanged, rehearsal.refused = outcome.written, outcome.unchanged, len(outcome.refused)
    refused = {refusal.key: refusal.problems[0] for refusal in outcome.refused}
    for asset in assets[:SHOWN]:
        key = str(asset.uuid)
        changes_of = tuple(_differences(before[key], after.get(key, before[key])))
        rehearsal.shown.append(Difference(asset, changes_of, refused.get(key)))
    return rehearsal


def start_mass_edit(
    operation: str, selected: Selected, fields: Mapping[str, Any] | None = None, *, actor: User | None
) -> Job:
    """Start the job that changes (`edit`, with the fields of an `AssetChange`) or deletes many assets.

    A few are done at once, within this call; the job that is returned has then ended.

    Raises:
        NotAllowed: the actor may not.
        Refused: `unknown_operation`, `nothing_selected`, `nothing_to_change`, `too_many`, or the filter's.
    """
    check_mass_edit(operation, selected, fields or {}, actor=actor)
    is_small = selected.uuids is not None and len(selected.uuids) <= AT_ONCE
    parameters = {
        "operation": operation,
        "uuids": list(selected.uuids) if selected.uuids is not None else None,
        "filter": selected.where,
        "fields": dict(fields or {}),
    }
    kind = MASS_DELETE if operation == DELETE else MASS_EDIT
    job = start_job(kind.code, parameters, actor=actor, is_detached=not is_small)
    if is_small:
        run_job(str(job.uuid))
        job.refresh_from_db()
    return job


def check_mass_edit(operation: str, selected: Selected, fields: Mapping[str, Any], *, actor: User | None) -> None:
    """What `start_mass_edit` asks before it starts; the dialogs ask it first.

    Raises:
        NotAllowed: the actor may not change, or delete, assets.
        Refused: `unknown_operation`, `nothing_to_change`, `stage_by_transition`, or what is wrong with the selection.
    """
    if operation not in OPERATIONS:
        raise Refused("unknown_operation", _("There is no operation “%s”.") % operation, "/operation")
    require(actor, "delete" if operation == DELETE else "change")
    selected.check()
    if operation == EDIT and not fields:
        raise Refused("nothing_to_change", _("Choose what to change first."))
    if "stage" in fields or "version" in fields:
        raise Refused("stage_by_transition", _("A stage is changed by a transition."), "/stage")


def run_mass_edit(ctx: JobContext) -> None:
    """Chunk after chunk, by ascending keys; each commits with its checkpoint."""
    uuids = ctx.parameters["uuids"]
    selected = Selected(tuple(uuids) if uuids is not None else None, ctx.parameters["filter"])
    total = int(ctx.state["total"]) if "total" in ctx.state else selected.count()
    last, done = int(ctx.state.get("last", 0)), int(ctx.state.get("done", 0))
    while ids := selected.ids(after=last, limit=CHUNK):
        last, done = ids[-1], done + len(ids)
        with transaction.atomic():
            outcome = _apply(ctx, ids)
            _tell(ctx, outcome, {"last": last, "done": done, "total": total}, max(total, done))
    ctx.finish(ctx.counters)


def _apply(ctx: JobContext, ids: Sequence[int]) -> Outcome:
    keys = list(Asset.objects.filter(pk__in=ids).order_by("pk").values_list("uuid", flat=True))
    common: dict[str, Any] = {"actor": ctx.actor, "origin": Origin.ADMIN, "job": ctx.job_id}
    if ctx.parameters["operation"] == DELETE:
        return delete_assets(keys, **common)
    return write_assets([AssetChange(str(key), ctx.parameters["fields"]) for key in keys], **common)


def _tell(ctx: JobContext, outcome: Outcome, state: dict[str, Any], total: int) -> None:
    for refusal in outcome.refused:
        for problem in refusal.problems:
            ctx.issue(IssueLevel.ERROR, problem.code, problem.message, key=refusal.key)
    figures = {
        "changed": outcome.written,
        "unchanged": outcome.unchanged,
        "refused": len(outcome.refused),
    }
    counters = {name: int(ctx.counters.get(name, 0)) + number for name, number in figures.items()}
    ctx.checkpoint(state=state, done=state["done"], total=total, counters=counters)


def _rehearse_deletion(assets: Sequence[Asset], rehearsal: Rehearsal) -> None:
    used = count_usages([asset.uuid for asset in assets])
    for asset in assets:
        count = used.get(asset.uuid, 0)
        rehearsal.refused += bool(count)
        rehearsal.changed += not count
        if len(rehearsal.shown) < SHOWN:
            sentence = _("It is used in %d places and stays.") % count
            rehearsal.shown.append(Difference(asset, (), Problem("in_use", sentence) if count else None))


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


_IGNORED = frozenset({"revision", "updated", "created", "renditions", "verdict", "version", "uuid", "completeness"})


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Sequence[tuple[str, Any, Any]]:
    return [
        (name, before.get(name), after.get(name))
        for name in sorted({*before, *after} - _IGNORED)
        if before.get(name) != after.get(name)
    ]


MASS_EDIT = JobKind("asset_mass_edit", gettext_lazy("Mass edit of assets"), run_mass_edit, is_undoable=True)
MASS_DELETE = JobKind("asset_mass_delete", gettext_lazy("Deletion of assets"), run_mass_edit)
"""Files that are deleted are gone: this one cannot be undone."""

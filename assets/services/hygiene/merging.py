"""Duplicates become one asset: whatever uses them uses the one, which takes over what they know; all of it can be undone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets import extensions
from assets.choices import VersionState
from assets.models import (
    Asset,
    AssetCategory,
    AssetRelease,
    AssetVersion,
    CollectionItem,
    NearDuplicate,
    ShareItem,
)
from assets.services.access import require
from assets.services.deletion import count_usages
from assets.services.hygiene.finding import ARCHIVED
from assets.services.texts import load_texts
from assets.services.writing import AssetChange, write_assets
from pim import journal
from pim.choices import EntryKind, Origin
from pim.errors import NotFound, Outcome, Problem, Refused
from pim.extensions import JobContext, JobKind, StreamedEntry
from pim.services.jobs import run_job, start_job

if TYPE_CHECKING:
    from pim.models import Job, User

MERGE = "merge_assets"
SUBJECT = "asset_merge"
MOST_AT_ONCE = 50
_COPIED = ("storage_key", "filename", "size_bytes", "sha256", "content_sha256", "media_type", "width_px", "height_px",
           "duration_ms", "pages", "preview_key", "dhash", "palette", "measures", "metadata")  # fmt: skip
_TEXTS = {"alt": "alt", "label": "labels"}


@dataclass(frozen=True, slots=True)
class MergePlan:
    """What a merge would do. `master` is the asset whose file is the best, where that is not the kept one's."""

    keep: Asset
    drops: tuple[Asset, ...]
    products: int
    uses: Mapping[UUID, int]
    collections: int
    shares: int
    master: Asset | None
    fields: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class _Moved:
    """What was repointed by hand, as the journal keeps it."""

    collections: list[dict[str, Any]] = field(default_factory=list)
    shares: list[dict[str, Any]] = field(default_factory=list)


def plan_merge(keep: UUID, drops: Collection[UUID], *, actor: User | None) -> MergePlan:
    """Say what a merge would do, and what stands against it; nothing is changed.

    Raises:
        NotAllowed: the actor may not change assets.
        NotFound: one of the assets is gone.
        Refused: `nothing_to_merge`, `too_many_assets`.
    """
    require(actor, "change")
    kept, gone = _load(keep, drops)
    outcome = _repoint(kept, gone, actor=actor, origin=Origin.ADMIN, job=None, dry_run=True)
    problems = [problem for refusal in outcome.refused for problem in refusal.problems]
    licenses = {asset.license.code for asset in (kept, *gone) if asset.license}
    if len(licenses) > 1:
        sentence = _("They have different licences: %s. Give them the same one first.") % ", ".join(sorted(licenses))
        problems.append(Problem("licenses_differ", sentence))
    waiting = [asset.code for asset in (kept, *gone) if asset.version is None]
    if waiting:
        problems.append(Problem("not_ready", _("These are still being checked: %s.") % ", ".join(waiting)))
    pks = [asset.pk for asset in gone]
    return MergePlan(
        keep=kept,
        drops=tuple(gone),
        products=outcome.updated,
        uses=count_usages([asset.uuid for asset in (kept, *gone)]),
        collections=CollectionItem.objects.filter(asset__in=pks).values("collection").distinct().count(),
        shares=ShareItem.objects.filter(asset__in=pks).values("share").distinct().count(),
        master=_find_master(kept, gone),
        fields=_unite(kept, gone),
        problems=tuple(problems),
    )


def start_merge(keep: UUID, drops: Sequence[UUID], *, actor: User | None) -> Job:
    """Merge in a job that can be undone, and is done when this returns.

    Raises:
        NotAllowed, Refused: see `plan_merge`; the first of its problems.
    """
    plan = plan_merge(keep, drops, actor=actor)
    if plan.problems:
        first = plan.problems[0]
        raise Refused(first.code, first.message, first.pointer, problems=plan.problems)
    parameters = {"keep": str(keep), "drops": [str(asset.uuid) for asset in plan.drops]}
    job = start_job(MERGE, parameters, actor=actor, is_detached=False)
    run_job(str(job.uuid))
    job.refresh_from_db()
    return job


def run_merge(ctx: JobContext) -> None:
    """The merge as a job: all of it, or nothing.

    Raises:
        Refused: see `plan_merge`; or something that uses the assets refuses the change.
    """
    with transaction.atomic():
        plan = plan_merge(
            UUID(ctx.parameters["keep"]), [UUID(text) for text in ctx.parameters["drops"]], actor=ctx.actor
        )
        if plan.problems:
            first = plan.problems[0]
            raise Refused(first.code, first.message, first.pointer, problems=plan.problems)
        counters = merge_assets(plan, actor=ctx.actor, job=ctx.job_id)
        ctx.checkpoint(done=len(plan.drops), total=len(plan.drops), counters=counters)
    ctx.finish(counters)


def merge_assets(plan: MergePlan, *, actor: User | None, job: int) -> dict[str, int]:
    """Do what a plan says, in the caller's transaction; the merged assets stay, archived and used by nobody."""
    keep, drops = plan.keep, plan.drops
    origin, message = Origin.ADMIN, _("Merged into %s.") % keep.code
    list(Asset.objects.select_for_update().filter(pk__in=[keep.pk, *(drop.pk for drop in drops)]).order_by("pk"))
    outcome = _repoint(keep, drops, actor=actor, origin=origin, job=job, dry_run=False)
    outcome.raise_first()
    fields = dict(plan.fields)
    if plan.master is not None:
        fields["version"] = _adopt_file(keep, plan.master)
    if fields:
        change = AssetChange(str(keep.uuid), fields)
        write_assets([change], actor=actor, origin=origin, job=job, message=message, atomic=True)
    moved = _move_items(keep, drops)
    pairs = [keep.pk, *(drop.pk for drop in drops)]
    NearDuplicate.objects.filter(first__in=pairs, second__in=pairs).update(is_dismissed=True)
    if extensions.get_stage_rules().exists(ARCHIVED):
        changes = [AssetChange(str(drop.uuid), {"stage": ARCHIVED}) for drop in drops]
        write_assets(changes, actor=actor, origin=origin, job=job, message=message, atomic=True)
    delta: dict[str, list[Any]] = {
        "@merged": [None, [drop.code for drop in drops]],
        "@moved": [None, {"collections": moved.collections, "shares": moved.shares}],
    }
    line = journal.Line(SUBJECT, keep.uuid, keep.code, EntryKind.UPDATE, keep.revision, delta)
    journal.write_entries([line], actor=actor, origin=origin, job=job, message=message)
    return {
        "assets": len(drops),
        "products": outcome.updated,
        "collections": len(moved.collections),
        "shares": len(moved.shares),
    }


class MergeUndoer:
    """Puts assets back into the collections and links that a merge took them out of; the rest undoes itself."""

    is_foundation = False

    def undo(self, entries: Sequence[StreamedEntry], ctx: JobContext, *, force: bool) -> int:
        """Repeatable: what is there already stays."""
        for entry in entries:
            moved = entry.delta["@moved"][1]
            keep = Asset.objects.filter(uuid=entry.subject_uuid).first()
            for row in moved["collections"]:
                _put_back(CollectionItem, "collection", row, keep)
            for row in moved["shares"]:
                _put_back(ShareItem, "share", row, keep)
        return len(entries)


MERGE_JOB = JobKind(MERGE, gettext_lazy("Merge of duplicates"), run_merge, is_undoable=True)


def _load(keep: UUID, drops: Collection[UUID]) -> tuple[Asset, list[Asset]]:
    wanted = set(drops) - {keep}
    if not wanted:
        raise Refused("nothing_to_merge", _("Choose at least two assets, and the one to keep."))
    if len(wanted) > MOST_AT_ONCE:
        raise Refused("too_many_assets", _("At most %d assets are merged at once.") % MOST_AT_ONCE)
    found = {asset.uuid: asset for asset in Asset.objects.with_current().filter(uuid__in={keep, *wanted})}
    missing = {keep, *wanted} - found.keys()
    if missing:
        raise NotFound("not_found", _("There is no asset “%s”.") % min(map(str, missing)))
    return found[keep], [found[uuid] for uuid in drops if uuid != keep]


def _repoint(
    keep: Asset, drops: Sequence[Asset], *, actor: User | None, origin: str, job: int | None, dry_run: bool
) -> Outcome:
    outcome, old = Outcome(dry_run=dry_run), [drop.uuid for drop in drops]
    for repointer in extensions.usage_repointers.values():
        outcome.add(
            repointer.repoint(
                old,
                keep.uuid,
                actor=actor,
                origin=origin,
                job=job,
                message=_("Merged into %s.") % keep.code,
                dry_run=dry_run,
            )
        )
    return outcome


def _find_master(keep: Asset, drops: Sequence[Asset]) -> Asset | None:
    """Whose picture has the most pixels; of as many, the kept one's stays."""

    def pixels(asset: Asset) -> int:
        version = asset.version
        return (version.width_px or 0) * (version.height_px or 0) if version else 0

    best = max((keep, *drops), key=pixels)
    return best if pixels(best) > pixels(keep) else None


def _unite(keep: Asset, drops: Sequence[Asset]) -> dict[str, Any]:
    """What the kept one takes over: what it does not say itself, and every limit of rights."""
    fields = {**_unite_texts(keep, drops), **_unite_lists(keep, drops), **_unite_days([keep, *drops], keep)}
    license_ = next((drop.license for drop in drops if drop.license), None)
    if license_ is not None and keep.license is None:
        fields["license"] = license_.code
    folder = next((drop.folder for drop in drops if drop.folder), None)
    if folder is not None and keep.folder is None:
        fields["folder"] = folder.code
    return fields


def _unite_texts(keep: Asset, drops: Sequence[Asset]) -> dict[str, Any]:
    texts = load_texts([keep.pk, *(drop.pk for drop in drops)])
    own = texts[keep.pk].texts
    fields: dict[str, dict[str, str]] = {}
    for drop in drops:
        for key, text in texts[drop.pk].texts.items():
            attribute, _colon, locale = key.partition(":")
            name = _TEXTS.get(attribute)
            if name and text and not own.get(key):
                fields.setdefault(name, {}).setdefault(locale, text)
    return fields


def _unite_lists(keep: Asset, drops: Sequence[Asset]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    there = {word.casefold() for word in keep.keywords}
    keywords = {word.casefold(): word for drop in drops for word in drop.keywords if word.casefold() not in there}
    if keywords:
        fields["add_keywords"] = sorted(keywords.values())
    pks = [keep.pk, *(drop.pk for drop in drops)]
    categories = AssetCategory.objects.filter(asset__in=pks).values_list("asset_id", "category__code")
    releases = AssetRelease.objects.filter(asset__in=pks).values_list("asset_id", "release__code")
    for name, rows in (("add_categories", list(categories)), ("add_releases", list(releases))):
        present = {code for pk, code in rows if pk == keep.pk}
        if added := sorted({code for _pk, code in rows} - present):
            fields[name] = added
    return fields


def _unite_days(assets: Sequence[Asset], keep: Asset) -> dict[str, str]:
    """Where one may not be used, all may not: they are the same file."""
    fields = {}
    begins = [asset.valid_from for asset in assets if asset.valid_from]
    ends = [asset.valid_until for asset in assets if asset.valid_until]
    if begins and max(begins) != keep.valid_from:
        fields["valid_from"] = max(begins).isoformat()
    if ends and min(ends) != keep.valid_until:
        fields["valid_until"] = min(ends).isoformat()
    return fields


def _adopt_file(keep: Asset, master: Asset) -> int:
    """A version of the kept asset with the master's file, which lies in the storage once; returns its number."""
    source = master.version
    if source is None:
        raise Refused("not_ready", _("These are still being checked: %s.") % master.code)
    highest = AssetVersion.objects.filter(asset=keep).aggregate(highest=Max("number", default=0))["highest"]
    copied = {name: getattr(source, name) for name in _COPIED}
    version = AssetVersion.objects.create(asset=keep, number=highest + 1, state=VersionState.READY, **copied)
    return version.number


def _move_items(keep: Asset, drops: Sequence[Asset]) -> _Moved:
    return _Moved(
        _move_rows(CollectionItem, "collection", keep, drops),
        _move_rows(ShareItem, "share", keep, drops),
    )


def _move_rows(model: Any, owner: str, keep: Asset, drops: Sequence[Asset]) -> list[dict[str, Any]]:
    """Let places of the merged assets be the kept one's; what was moved, for the journal."""
    moved = []
    held = set(model.objects.filter(asset=keep).values_list(f"{owner}_id", flat=True))
    for row in model.objects.select_related(owner, "asset").filter(asset__in=drops).order_by("position", "pk"):
        holder = getattr(row, owner)
        moved.append(
            {
                "owner": str(holder.uuid),
                "asset": str(row.asset.uuid),
                "position": row.position,
                "was_in": holder.pk in held,
            }
        )
        if holder.pk in held:
            row.delete()
        else:
            held.add(holder.pk)
            model.objects.filter(pk=row.pk).update(asset=keep)
    return moved


def _put_back(model: Any, owner: str, row: Mapping[str, Any], keep: Asset | None) -> None:
    asset = Asset.objects.filter(uuid=row["asset"]).first()
    holder = model._meta.get_field(owner).related_model.objects.filter(uuid=row["owner"]).first()
    if asset is None or holder is None:
        return
    here = model.objects.filter(**{owner: holder})
    if not row["was_in"] and keep is not None:
        here.filter(asset=keep).delete()
    if not here.filter(asset=asset).exists():
        model.objects.create(**{owner: holder}, asset=asset, position=row["position"])

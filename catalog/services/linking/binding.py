"""Links that come late or by themselves: files whose SKU has come, and new files under an automatic rule."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from assets.models import Asset
from catalog.choices import MatchState, RowState
from catalog.models import AssetMatch
from catalog.services.linking.examining import Planned, examine
from catalog.services.linking.matches import forget_matches, store_matches
from catalog.services.linking.placing import describe_candidate, place_files, write_places
from catalog.services.linking.rules import get_rules
from catalog.services.linking.selecting import name_files
from catalog.skus import loose_key, sku_key
from pim.choices import EntryKind, IssueLevel, JobState, Origin
from pim.extensions import JobContext, JobKind, StreamedEntry
from pim.models import Job
from pim.services.jobs import start_job

CHUNK = 500
PENDING = (MatchState.DUE, MatchState.ARRIVED)


class LateLinksConsumer:
    """Notices products that files have waited for, and files that an automatic rule is about.

    It only marks, in two statements a batch at most; a job does the linking, one for all that was marked meanwhile.
    """

    def consume(self, entries: Sequence[StreamedEntry]) -> None:
        """Mark files as due or arrived, and see to it that a job waits for them."""
        keys = {
            loose_key(sku_key(entry.key))
            for entry in entries
            if entry.subject_type == "product" and entry.kind in {EntryKind.CREATE, EntryKind.RESTORE}
        }
        marked = _mark_due(keys - {""})
        arrived = [entry.subject_uuid for entry in entries if entry.subject_type == "asset" and _has_first_file(entry)]
        if arrived and get_rules().automatic:
            marked += _mark_arrived(arrived)
        if marked and not Job.objects.filter(kind=BIND.code, state=JobState.QUEUED).exists():
            start_job(BIND.code, {}, actor=None)


def run_binding(ctx: JobContext) -> None:
    """Link what is marked, chunk by chunk; each chunk commits with its checkpoint."""
    done = int(ctx.state.get("done", 0))
    counters = {"linked": 0, "waiting": 0, "ambiguous": 0, "left": 0, **ctx.counters}
    while True:
        with transaction.atomic():
            pending = AssetMatch.objects.filter(state__in=PENDING).order_by("pk")
            matches = list(pending.select_for_update(skip_locked=True)[:CHUNK])
            if not matches:
                break
            plans = _plan(matches)
            placed = place_files(plans)
            write_places(placed, actor=None, origin=Origin.SYSTEM, labels=get_rules().labels, job=ctx.job_id)
            for plan in plans:
                if plan.state == RowState.LINK:
                    plan.state = RowState.DONE
                elif plan.state == RowState.REFUSED and plan.product is not None:
                    plan.state, plan.candidates = RowState.AMBIGUOUS, [describe_candidate(plan, plan.product)]
                _count(plan, counters, ctx)
            forget_matches(plans)
            store_matches(plans)
            _drop_unusable(matches, plans)
            done += len(matches)
            ctx.checkpoint(state={"done": done}, done=done, total=done + pending.count(), counters=counters)
    ctx.finish(counters)


def _plan(matches: Sequence[AssetMatch]) -> list[Planned]:
    """What the rules make of the files now: new ones meet the automatic rules, those that have waited all of them."""
    rules = get_rules()
    by_state: dict[str, list[int]] = {state: [] for state in PENDING}
    for match in matches:
        by_state[match.state].append(match.asset_id)
    chosen = {MatchState.DUE: rules.rules, MatchState.ARRIVED: rules.choose(sorted(rules.automatic))}
    return [
        plan
        for state, ids in by_state.items()
        if ids
        for plan in examine(name_files(Asset.objects.filter(pk__in=ids)), chosen[MatchState(state)])
    ]


def _count(plan: Planned, counters: dict[str, int], ctx: JobContext) -> None:
    match plan.state:
        case RowState.DONE | RowState.LINKED:
            counters["linked"] += plan.state == RowState.DONE
        case RowState.WAITING | RowState.AMBIGUOUS:
            counters[str(plan.state.value)] += 1
        case _:
            counters["left"] += 1
            if plan.state != RowState.NONE:
                ctx.issue(IssueLevel.WARNING, plan.why, plan.message, file=plan.file.filename, key=plan.sku)


def _drop_unusable(matches: Sequence[AssetMatch], plans: Sequence[Planned]) -> None:
    """Files that have no usable version any more have no plan: they must not be marked for ever."""
    planned = {plan.file.id for plan in plans}
    gone = [match.pk for match in matches if match.asset_id not in planned]
    AssetMatch.objects.filter(pk__in=gone).delete()


def _mark_due(keys: set[str]) -> int:
    """Files that wait for one of these SKUs, or were linked to a product that is there again."""
    if not keys:
        return 0
    waiting = AssetMatch.objects.filter(
        loose_keys__overlap=sorted(keys), state__in=[MatchState.WAITING, MatchState.LINKED]
    )
    return waiting.update(state=MatchState.DUE)


def _mark_arrived(uuids: Sequence[UUID]) -> int:
    ids = list(Asset.objects.filter(uuid__in=uuids, version__isnull=False).values_list("pk", flat=True))
    known = set(AssetMatch.objects.filter(asset_id__in=ids).values_list("asset_id", flat=True))
    fresh = [AssetMatch(asset_id=pk, state=MatchState.ARRIVED) for pk in ids if pk not in known]
    AssetMatch.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def _has_first_file(entry: StreamedEntry) -> bool:
    """Whether the asset has just got its first usable file."""
    version = entry.delta.get("@version") if entry.kind in {EntryKind.CREATE, EntryKind.UPDATE} else None
    return version is not None and version[0] is None and version[1] is not None


BIND = JobKind("bind_assets", gettext_lazy("Late links of files"), run_binding, is_undoable=True)

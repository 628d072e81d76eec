"""The one door through which existing assets change: texts, own values, rights, crops, filing, stage, current version."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assets import extensions
from assets.models import Asset
from assets.probe.sniffing import MEDIA_TYPES
from assets.rights import Subject, restricts
from assets.services.access import require
from assets.services.deriving import derive_assets
from assets.services.renditions import declare_renditions, withdraw_renditions
from assets.services.rights.verdicts import load_releases, subject_of
from assets.services.rights.windows import Window, note_windows
from assets.services.texts import TextPatch, store_texts
from assets.services.writing.changes import FIELDS, AssetChange
from assets.services.writing.context import Context, load_context
from assets.services.writing.fields import Read, read_fields
from assets.services.writing.linking import store_links
from assets.services.writing.values import as_texts, pointer_of, read_stored
from pim import journal
from pim.choices import EntryKind
from pim.errors import Conflict, DomainError, Done, NotFound, Outcome, Problem, Refusal, Refused
from pim.models import Entry
from pim.services.after_commit import after_commit

if TYPE_CHECKING:
    from pim.models import Job, User

SUBJECT = "asset"
CHUNK = 1_000
WINDOW = frozenset({"@valid_from", "@valid_until"})
RIGHTS = WINDOW | {"@license", "@releases"}
"""What the verdict is made of: a change of it may take addresses out of reach."""

COLUMNS = (
    *("kind", "stage", "version", "focal", "crops", "license", "family", "folder", "keywords", "digital_source"),
    *("valid_from", "valid_until", "revision", "updated"),
)


@dataclass(slots=True)
class _Changed:
    """What a batch has come to: assets to store, and of which of them links and rights differ."""

    assets: dict[int, Asset] = field(default_factory=dict)
    terms: dict[int, Subject] = field(default_factory=dict)
    windows: set[int] = field(default_factory=set)
    categories: set[int] = field(default_factory=set)
    releases: set[int] = field(default_factory=set)
    lines: list[journal.Line] = field(default_factory=list)


def write_assets(
    changes: Sequence[AssetChange],
    *,
    actor: User | None,
    origin: str,
    job: Job | int | None = None,
    message: str = "",
    dry_run: bool = False,
    atomic: bool = False,
) -> Outcome:
    """Change assets; a change that changes nothing writes nothing. Each row fails alone, unless `atomic`.

    Locks the assets in the order of their keys. New files come in through `assets.services.ingest`.

    Raises:
        NotAllowed: the actor may not change assets.
        Refused: `atomic`, and a row was refused; nothing is stored.
    """
    require(actor, "change")
    outcome = Outcome(dry_run=dry_run)
    for start in range(0, len(changes), CHUNK):
        with transaction.atomic():
            chunk = changes[start : start + CHUNK]
            outcome.add(_write_chunk(chunk, start, actor=actor, origin=origin, job=job, message=message))
            if atomic:
                outcome.raise_first()
            if dry_run:
                transaction.set_rollback(True)
    return outcome


def _write_chunk(
    changes: Sequence[AssetChange], start: int, *, actor: User | None, origin: str, job: Job | int | None, message: str
) -> Outcome:
    outcome, changed = Outcome(), _Changed()
    assets = _lock(changes)
    context = load_context(changes, assets, actor=actor, origin=origin)
    for number, change in enumerate(changes, start=start):
        row = change.row if change.row is not None else number
        try:
            asset = assets.get(change.key.lower())
            if asset is None:
                raise NotFound("not_found", _("There is no asset “%s”.") % change.key)
            before = subject_of(asset)
            delta = _apply(asset, change, context)
        except DomainError as error:
            outcome.refused.append(Refusal.of(change.key, error, row))
            continue
        if not delta:
            outcome.unchanged += 1
            outcome.results.append(Done(change.key, "unchanged", str(asset.uuid), asset.revision, row))
            continue
        _note(asset, delta, changed, before)
        outcome.updated += 1
        outcome.results.append(Done(change.key, "updated", str(asset.uuid), asset.revision, row))
    _store(changed, context)
    journal.write_entries(changed.lines, actor=actor, origin=origin, job=job, message=message)
    return outcome


def _note(asset: Asset, delta: dict[str, list[Any]], changed: _Changed, before: Subject) -> None:
    asset.revision += 1
    changed.assets[asset.pk] = asset
    if RIGHTS & delta.keys():
        changed.terms.setdefault(asset.pk, before)
    if WINDOW & delta.keys():
        changed.windows.add(asset.pk)
    if "@categories" in delta:
        changed.categories.add(asset.pk)
    if "@releases" in delta:
        changed.releases.add(asset.pk)
    kind = EntryKind.TRANSITION if set(delta) == {"@stage"} else EntryKind.UPDATE
    changed.lines.append(journal.Line(SUBJECT, asset.uuid, asset.code, kind, asset.revision, delta))


def _exposed(changed: _Changed) -> set[str]:
    """The files of which something was allowed that is not any more."""
    assets = changed.assets
    return {
        version.sha256
        for pk, before in changed.terms.items()
        if (version := assets[pk].version) is not None and restricts(subject_of(assets[pk]), before)
    }


def _lock(changes: Sequence[AssetChange]) -> dict[str, Asset]:
    """The assets in question, by uuid and by code, both in lower case."""
    uuids, codes = [], []
    for change in changes:
        try:
            uuids.append(UUID(change.key))
        except ValueError:
            codes.append(change.key.lower())
    list(
        Asset.objects.select_for_update().filter(pk__in=_keys(uuids, codes)).order_by("pk").values_list("pk", flat=True)
    )
    found: dict[str, Asset] = {}
    for asset in Asset.objects.with_current().select_related("folder").filter(pk__in=_keys(uuids, codes)):
        found[str(asset.uuid)] = found[asset.code_key] = asset
    return {key: found[key] for key in found} | {
        change.key.lower(): found[str(UUID(change.key))]
        for change in changes
        if _is_uuid(change.key) and str(UUID(change.key)) in found
    }


def _keys(uuids: Collection[UUID], codes: Collection[str]) -> list[int]:
    by_uuid = Asset.objects.filter(uuid__in=uuids).values_list("pk", flat=True) if uuids else ()
    by_code = Asset.objects.filter(code_key__in=codes).values_list("pk", flat=True) if codes else ()
    return sorted({*by_uuid, *by_code})


def _is_uuid(key: str) -> bool:
    try:
        UUID(key)
    except ValueError:
        return False
    return True


def _apply(asset: Asset, change: AssetChange, context: Context) -> dict[str, list[Any]]:
    """Check a whole change, then put it onto the loaded asset; return the delta."""
    _check_permitted(asset, change, context)
    read = read_fields(asset, change.fields, context)
    family_id = read["family"][1].pk if read.get("family", (None, None))[1] else None
    family_id = family_id if "family" in read else asset.family_id
    family = context.engine.families_by_id.get(family_id) if family_id else None
    delta = {f"@{name}": pair for name, (pair, _value) in read.items()}
    delta |= read_stored(asset, change, family, context)
    _refuse_lost_update(asset, change, delta)
    _set_fields(asset, read, context)
    for key, after in as_texts(delta).items():
        context.values.setdefault(asset.pk, TextPatch()).set(key, after)
    return delta


def _set_fields(asset: Asset, read: Mapping[str, Read], context: Context) -> None:
    for name, (_pair, value) in read.items():
        if name == "categories":
            context.categories[asset.pk] = value
        elif name == "releases":
            context.releases[asset.pk] = value
        else:
            setattr(asset, name, value)
    if "version" in read and (media := MEDIA_TYPES.get(read["version"][1].media_type)) is not None:
        asset.kind = media.kind


def _check_permitted(asset: Asset, change: AssetChange, context: Context) -> None:
    """Raises: Refused, Conflict: before anything is touched."""
    unknown = set(change.fields) - FIELDS
    if unknown:
        name = min(unknown)
        raise Refused("unknown_field", _("“%s” is not a field of an asset.") % name, f"/{name}")
    if asset.pk in context.guards and set(change.fields) != {"stage"}:
        problem = context.guards[asset.pk]
        raise Refused(problem.code, problem.message, problem.pointer)


def _refuse_lost_update(asset: Asset, change: AssetChange, delta: Mapping[str, list[Any]]) -> None:
    """A conflict is a key that somebody has changed since the caller looked; two who edit different keys both win.

    Raises:
        Conflict: with both values of each such key.
    """
    if change.revision is None or change.revision == asset.revision:
        return
    if change.revision > asset.revision:
        raise Conflict("changed_since", _("This asset has never had the revision %d.") % change.revision, "/revision")
    since = Entry.objects.filter(subject_uuid=asset.uuid, revision__gt=change.revision)
    touched = {key for entry_delta in since.values_list("delta", flat=True) for key in entry_delta}
    problems = [
        Problem(
            "changed_since",
            _("Somebody changed this meanwhile to %(now)s; you wanted %(wanted)s.")
            % {"now": delta[key][0], "wanted": delta[key][1]},
            pointer_of(key),
        )
        for key in sorted(touched & delta.keys())
    ]
    if problems:
        raise Conflict(problems[0].code, problems[0].message, problems[0].pointer, problems=problems)


def _store(changed: _Changed, context: Context) -> None:
    assets = list(changed.assets.values())
    if not assets:
        return
    now = timezone.now()
    for asset in assets:
        asset.updated = now
    Asset.objects.bulk_update(assets, COLUMNS, batch_size=500)
    store_links(
        categories={pk: context.categories[pk] for pk in changed.categories},
        releases={pk: context.releases[pk] for pk in changed.releases},
    )
    store_texts({pk: patch for pk, patch in context.values.items() if patch.is_changed})
    if changed.releases:
        load_releases(assets)
    derive_assets(assets)
    note_windows(
        SUBJECT,
        [Window(row.uuid, row.code, row.valid_from, row.valid_until) for row in assets if row.pk in changed.windows],
    )
    if exposed := _exposed(changed):
        withdraw_renditions(exposed)
    declare_renditions(assets)
    for asset in assets:
        if asset.version_id is not None:  # a file that is still being checked is drawn when it passes
            after_commit(extensions.hand_over, "draw", asset.version_id)

"""The one door through which existing assets change: texts, licence, focal rectangle, stage, current version."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assets import extensions
from assets.choices import AssetKind, VersionState
from assets.models import Asset, AssetVersion, License
from assets.render import FocalRectangle
from assets.services.access import require
from assets.services.deriving import derive_assets
from assets.services.renditions import declare_renditions, withdraw_renditions
from assets.services.texts import TEXT_FIELDS, TextPatch, clean_texts, load_texts, store_texts
from pim import journal
from pim.choices import EntryKind
from pim.errors import Conflict, DomainError, Done, NotFound, Outcome, Problem, Refusal, Refused
from pim.models import Entry
from pim.services.snapshot import get_structure

if TYPE_CHECKING:
    from pim.models import Job, User

SUBJECT = "asset"
CHUNK = 1_000
FIELDS = frozenset({"labels", "alt", "license", "focal", "stage", "version"})


@dataclass(frozen=True, slots=True)
class AssetChange:
    """What should be true of one asset.

    Args:
        key: uuid or code.
        fields: `labels` and `alt`: {locale: text, "" or None clears}; merged. `license`: code or None. `focal`:
            {"left", "top", "width", "height"} as fractions, or None. `stage`: code. `version`: number to show.
        revision: the revision the caller saw; None writes without asking.
        row: where it stands in the caller's file or request, for the outcome.
    """

    key: str
    fields: Mapping[str, Any]
    revision: int | None = None
    row: int | None = None


def patch_change(key: str, body: Mapping[str, Any], *, row: int | None = None) -> AssetChange:
    """An API's merge patch as a change: `labels: null` clears all labels, and stages move by transitions only.

    Raises:
        Refused: `stage_by_transition`.
    """
    fields = {name: value for name, value in body.items() if name != "changelog_message"}
    if "stage" in fields:
        raise Refused("stage_by_transition", _("A stage is changed by a transition."), "/stage")
    for name in TEXT_FIELDS.keys() & fields.keys():
        if fields[name] is None:
            fields[name] = dict.fromkeys(get_structure().locales)
    return AssetChange(key, fields, row=row)


@dataclass(slots=True)
class _Context:
    """What the rows of one batch share."""

    licenses: Mapping[str, License]
    versions: Mapping[tuple[int, int], AssetVersion]
    texts: dict[int, TextPatch]
    guards: Mapping[int, Problem] = field(default_factory=dict)


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
    outcome = Outcome()
    assets = _lock(changes)
    context = _load_context(changes, assets, actor=actor, origin=origin)
    lines: list[journal.Line] = []
    changed: dict[int, Asset] = {}
    exposed: set[str] = set()
    for number, change in enumerate(changes, start=start):
        row = change.row if change.row is not None else number
        try:
            asset = assets.get(change.key.lower())
            if asset is None:
                raise NotFound("not_found", _("There is no asset “%s”.") % change.key)
            delta = _apply(asset, change, context)
        except DomainError as error:
            outcome.refused.append(Refusal.of(change.key, error, row))
            continue
        if not delta:
            outcome.unchanged += 1
            outcome.results.append(Done(change.key, "unchanged", str(asset.uuid), asset.revision, row))
            continue
        asset.revision += 1
        changed[asset.pk] = asset
        if "@license" in delta and asset.version is not None:
            exposed.add(asset.version.sha256)
        kind = EntryKind.TRANSITION if set(delta) == {"@stage"} else EntryKind.UPDATE
        lines.append(journal.Line(SUBJECT, asset.uuid, asset.code, kind, asset.revision, delta))
        outcome.updated += 1
        outcome.results.append(Done(change.key, "updated", str(asset.uuid), asset.revision, row))
    _store(list(changed.values()), context, exposed)
    journal.write_entries(lines, actor=actor, origin=origin, job=job, message=message)
    return outcome


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
    for asset in Asset.objects.with_current().filter(pk__in=_keys(uuids, codes)):
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


def _load_context(
    changes: Sequence[AssetChange], assets: Mapping[str, Asset], *, actor: User | None, origin: str
) -> _Context:
    codes = {str(change.fields["license"]).lower() for change in changes if change.fields.get("license")}
    numbers = {change.fields["version"] for change in changes if isinstance(change.fields.get("version"), int)}
    rows = {asset.pk: asset for asset in assets.values()}
    versions = AssetVersion.objects.filter(asset_id__in=rows, number__in=numbers) if numbers else ()
    wants_texts = any(TEXT_FIELDS.keys() & change.fields.keys() for change in changes)
    guards: dict[int, Problem] = {}
    if any(set(change.fields) != {"stage"} for change in changes):
        for guard in extensions.edit_guards.values():
            guards = {**guard.check(list(rows.values()), actor=actor, origin=origin), **guards}
    return _Context(
        licenses={row.code.lower(): row for row in License.objects.all() if row.code.lower() in codes} if codes else {},
        versions={(version.asset_id, version.number): version for version in versions},
        texts=load_texts(list(rows)) if wants_texts else {},
        guards=guards,
    )


def _apply(asset: Asset, change: AssetChange, context: _Context) -> dict[str, list[Any]]:
    """Check a whole change, then put it onto the loaded asset; return the delta."""
    _check_permitted(asset, change, context)
    delta: dict[str, list[Any]] = {}
    after: dict[str, Any] = {}
    for name in _READERS.keys() & change.fields.keys():
        pair, value = _READERS[name](asset, change.fields[name], context)
        if pair[0] != pair[1]:
            delta[f"@{name}"], after[name] = pair, value
    cleaned = clean_texts({name: change.fields[name] for name in TEXT_FIELDS if name in change.fields})
    patch = context.texts.setdefault(asset.pk, TextPatch())
    for key, text in cleaned.items():
        if patch.get(key) != text:
            delta[key] = [patch.get(key), text]
    _refuse_lost_update(asset, change, delta)
    for key, text in cleaned.items():
        if key in delta:
            patch.set(key, text)
    for name, value in after.items():
        setattr(asset, name, value)
    if "version" in after:
        asset.kind = AssetKind.IMAGE if after["version"].is_picture else AssetKind.DOCUMENT
    return delta


def _check_permitted(asset: Asset, change: AssetChange, context: _Context) -> None:
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
            _pointer_of(key),
        )
        for key in sorted(touched & delta.keys())
    ]
    if problems:
        raise Conflict(problems[0].code, problems[0].message, problems[0].pointer, problems=problems)


def _pointer_of(key: str) -> str:
    """Where a key of the delta stands in a change."""
    attribute, _colon, locale = key.partition(":")
    names = {flat: name for name, flat in TEXT_FIELDS.items()}
    return f"/{names[attribute]}/{locale}" if locale else f"/{key.removeprefix('@')}"


def _read_license(asset: Asset, value: object, context: _Context) -> tuple[list[Any], License | None]:
    before = asset.license.code if asset.license else None
    if value in (None, ""):
        return [before, None], None
    found = context.licenses.get(str(value).lower())
    if found is None:
        raise Refused("unknown_license", _("There is no licence “%s”.") % value, "/license")
    return [before, found.code], found


def _read_focal(asset: Asset, value: object, _context: _Context) -> tuple[list[Any], dict[str, float] | None]:
    if value is None:
        return [asset.focal, None], None
    rectangle = parse_focal(value)
    return [asset.focal, rectangle], rectangle


def _read_stage(asset: Asset, value: object, _context: _Context) -> tuple[list[Any], str]:
    if not isinstance(value, str) or not extensions.get_stage_rules().exists(value):
        raise Refused("unknown_stage", _("There is no stage “%s”.") % value, "/stage")
    return [asset.stage, value], value


def _read_version(asset: Asset, value: object, context: _Context) -> tuple[list[Any], AssetVersion]:
    version = context.versions.get((asset.pk, value)) if isinstance(value, int) else None
    if version is None or version.state != VersionState.READY:
        raise Refused("unknown_version", _("There is no ready version “%s”.") % value, "/version")
    return [asset.version.number if asset.version else None, version.number], version


_READERS: Mapping[str, Any] = {
    "license": _read_license,
    "focal": _read_focal,
    "stage": _read_stage,
    "version": _read_version,
}


def parse_focal(value: object) -> dict[str, float]:
    """Read a focal rectangle, rounded to four digits.

    Raises:
        Refused: `invalid_focal`.
    """
    names = ("left", "top", "width", "height")
    if isinstance(value, Mapping) and set(value) == set(names):
        numbers = [value[name] for name in names]
        if all(isinstance(number, int | float) and not isinstance(number, bool) for number in numbers):
            rectangle = {name: round(float(number), 4) for name, number in zip(names, numbers, strict=True)}
            if FocalRectangle(**rectangle).is_valid:
                return rectangle
    raise Refused(
        "invalid_focal",
        _("A focal rectangle has left, top, width and height from 0 to 1, inside the picture."),
        "/focal",
    )


def _store(assets: list[Asset], context: _Context, exposed: Collection[str]) -> None:
    if not assets:
        return
    now = timezone.now()
    for asset in assets:
        asset.updated = now
    Asset.objects.bulk_update(
        assets, ["kind", "stage", "version", "focal", "license", "revision", "updated"], batch_size=500
    )
    store_texts({pk: patch for pk, patch in context.texts.items() if patch.is_changed})
    derive_assets(assets)
    if exposed:
        withdraw_renditions(exposed)
    declare_renditions(assets)
    for asset in assets:
        transaction.on_commit(partial(extensions.hand_over, "draw", asset.version_id), robust=True)

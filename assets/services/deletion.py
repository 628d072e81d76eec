"""Assets really go: rows at once, files after the commit, unless other assets show the same bytes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from assets import extensions, storage
from assets.models import Asset, AssetVersion, Rendition
from assets.services.access import require
from assets.services.ingest import SUBJECT, lock_bytes
from assets.services.previews import preview_keys
from assets.services.renditions import file_key
from assets.services.rights.windows import forget_windows
from pim import journal
from pim.choices import EntryKind
from pim.errors import Done, Outcome, Problem, Refusal
from pim.services.after_commit import after_commit

if TYPE_CHECKING:
    from pim.models import Job, User


def delete_assets(
    uuids: Collection[UUID],
    *,
    actor: User | None,
    origin: str,
    job: Job | int | None = None,
    message: str = "",
    force: bool = False,
) -> Outcome:
    """Delete assets with all their versions and renditions. What is in use is refused, unless `force` (undo).

    There is no recycle bin for files: the journal keeps what they were, not their bytes.

    Raises:
        NotAllowed: the actor may not delete assets.
    """
    require(actor, "delete")
    outcome = Outcome()
    with transaction.atomic():
        assets = list(Asset.objects.select_for_update().filter(uuid__in=uuids).order_by("pk"))
        used = {} if force else count_usages([asset.uuid for asset in assets])
        doomed = [asset for asset in assets if not used.get(asset.uuid)]
        for asset in assets:
            if used.get(asset.uuid):
                sentence = _("“%(code)s” is used in %(count)d places.") % {
                    "code": asset.code,
                    "count": used[asset.uuid],
                }
                outcome.refused.append(Refusal(str(asset.uuid), (Problem("in_use", sentence),)))
        missing = set(uuids) - {asset.uuid for asset in assets}
        outcome.refused.extend(
            Refusal(str(uuid), (Problem("not_found", _("There is no such asset.")),)) for uuid in sorted(missing)
        )
        versions = list(AssetVersion.objects.filter(asset__in=doomed))
        lines = [
            journal.Line(
                SUBJECT, asset.uuid, asset.code, EntryKind.DELETE, asset.revision + 1, _last_delta(asset, versions)
            )
            for asset in doomed
        ]
        Asset.objects.filter(pk__in=[asset.pk for asset in doomed]).update(version=None)
        Asset.objects.filter(pk__in=[asset.pk for asset in doomed]).delete()
        forget_windows(SUBJECT, [asset.uuid for asset in doomed])
        _drop_bytes(versions)
        journal.write_entries(lines, actor=actor, origin=origin, job=job, message=message)
    outcome.deleted = len(doomed)
    outcome.results = [Done(str(asset.uuid), "deleted", str(asset.uuid), asset.revision + 1) for asset in doomed]
    return outcome


def count_usages(uuids: Collection[UUID]) -> dict[UUID, int]:
    """How often each asset is used, over all that higher apps know."""
    counts: dict[UUID, int] = {}
    for finder in extensions.usage_finders.values():
        for uuid, count in finder.count(uuids).items():
            counts[uuid] = counts.get(uuid, 0) + count
    return counts


def _last_delta(asset: Asset, versions: Iterable[AssetVersion]) -> dict[str, list[object]]:
    names = [version.filename for version in versions if version.asset_id == asset.pk]
    return {"@upload": [names[0] if names else None, None], "@stage": [asset.stage, None]}


def _drop_bytes(versions: Collection[AssetVersion]) -> None:
    """Delete the renditions of bytes that nobody shows any more, and ask for their files to go after the commit."""
    hashes = {version.sha256 for version in versions if version.sha256}
    for sha256 in sorted(hashes):
        lock_bytes(sha256)
    kept = set(AssetVersion.objects.with_bytes(hashes).values_list("sha256", flat=True))
    rows = list(Rendition.objects.filter(source_sha256__in=hashes - kept))
    Rendition.objects.filter(pk__in=[row.pk for row in rows]).delete()
    after_commit(storage.delete_files, [file_key(row) for row in rows])
    keys = {version.storage_key: version.sha256 for version in versions}
    after_commit(_delete_unshared, keys)
    gone = [version for version in versions if version.sha256 and version.sha256 not in kept]
    after_commit(_delete_previews, gone)


def _delete_unshared(keys: dict[str, str]) -> None:
    """Look once more under the lock: an upload of the same bytes may have come in since."""
    for key, sha256 in keys.items():
        with transaction.atomic():
            if sha256:
                lock_bytes(sha256)
            if not AssetVersion.objects.filter(storage_key=key).exists():
                storage.delete_files([key])


def _delete_previews(versions: Collection[AssetVersion]) -> None:
    """What was drawn of pages and posters goes with the last file that it was drawn of."""
    for version in versions:
        with transaction.atomic():
            lock_bytes(version.sha256)
            if not AssetVersion.objects.with_bytes([version.sha256]).exists():
                storage.delete_files(preview_keys(version))

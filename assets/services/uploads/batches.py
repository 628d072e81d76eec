"""Batches of files: what is set on all of them is checked before the first byte is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from assets import extensions
from assets.choices import UploadState
from assets.models import Asset, Upload, UploadBatch
from assets.services.access import require
from assets.services.uploads.sending import abort_parts
from assets.services.writing import AssetChange, write_assets
from pim.errors import NotAllowed, NotFound, Refused
from pim.services.after_commit import after_commit

if TYPE_CHECKING:
    from pim.models import User

NOT_FOR_ALL = frozenset({"stage", "version", "focal", "crops"})
"""Fields of an asset that make no sense for many files at once."""

LISTED = 20


def begin_batch(
    fields: Mapping[str, Any] | None = None,
    *,
    actor: User | None,
    origin: str,
    keeps_paths: bool = False,
    unpacks: bool = False,
) -> UploadBatch:
    """Open a batch.

    Args:
        fields: what is set on each asset that the files become; see `AssetChange`.
        keeps_paths: make folders of the library of the folders that the files come in, below the field `folder`.
        unpacks: take ZIP archives and unpack them, instead of refusing them.

    Raises:
        NotAllowed: the actor may not add assets, or not change them where there are fields, or not make folders.
        Refused: what is wrong with the fields, with a pointer below `/fields`.
    """
    require(actor, "add")
    if keeps_paths and actor is not None and not actor.has_perm("assets.add_folder"):
        raise NotAllowed("not_allowed", _("You may not make folders."), "/keeps_paths")
    cleaned = {name: value for name, value in (fields or {}).items() if value not in (None, "", [], {})}
    if cleaned:
        check_fields(cleaned, actor=actor, origin=origin)
    return UploadBatch.objects.create(owner=actor, fields=cleaned, keeps_paths=keeps_paths, unpacks=unpacks)


def check_fields(fields: Mapping[str, Any], *, actor: User | None, origin: str) -> None:
    """Try the fields on an asset that is never stored: whatever the write path would refuse is refused now.

    Raises:
        NotAllowed, Refused: see `write_assets`; pointers begin with `/fields`.
    """
    for name in sorted(NOT_FOR_ALL & fields.keys()):
        raise Refused("unknown_field", _("“%s” cannot be set on a whole upload.") % name, f"/fields/{name}")
    code = f"rehearsal_{uuid4().hex}"
    with transaction.atomic():
        stage = extensions.get_stage_rules().initial()
        asset = Asset.objects.create(code=code, code_key=code, stage=stage, revision=1)
        change = AssetChange(str(asset.uuid), fields)
        outcome = write_assets([change], actor=actor, origin=origin)
        transaction.set_rollback(True)
    if outcome.refused:
        first = outcome.refused[0].problems[0]
        raise Refused(first.code, first.message, f"/fields{first.pointer}")


def find_batch(uuid: UUID | str, *, actor: User | None) -> UploadBatch:
    """A batch of the actor's own; those of others are not there.

    Raises:
        NotAllowed: the actor may not add assets.
        NotFound: `not_found`.
    """
    require(actor, "add")
    try:
        key = UUID(str(uuid))
    except ValueError:
        raise NotFound("not_found", _("There is no such upload.")) from None
    batch = UploadBatch.objects.filter(uuid=key, owner=actor).first()
    if batch is None:
        raise NotFound("not_found", _("There is no such upload."))
    return batch


def list_batches(*, actor: User | None) -> list[UploadBatch]:
    """The actor's batches in which files still wait for bytes, newest first."""
    require(actor, "add")
    waiting = Upload.objects.filter(state=UploadState.OPEN, batch__owner=actor, source_url="").values("batch")
    return list(UploadBatch.objects.filter(pk__in=waiting).order_by("-created", "-pk")[:LISTED])


def cancel_batch(batch: UploadBatch) -> int:
    """Stop what is still being sent and delete its parts; what has arrived stays. Returns how many files that was."""
    with transaction.atomic():
        rows = list(batch.uploads.select_for_update().filter(state=UploadState.OPEN).order_by("pk"))
        batch.uploads.filter(pk__in=[row.pk for row in rows]).update(state=UploadState.CANCELLED)
        after_commit(abort_parts, rows)
    return len(rows)

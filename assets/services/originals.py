"""Originals leave the house through one door: permission, then the verdict, then the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO
from uuid import UUID

from django.utils.translation import gettext as _

from assets import storage
from assets.choices import VersionState
from assets.models import AssetVersion
from assets.services.access import require
from assets.services.rights.verdicts import judge_asset
from pim.errors import NotAllowed, NotFound

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from pim.models import User

SANDBOX = "default-src 'none'; sandbox"
"""The content security policy of every file: whatever it is, it runs nothing."""

ORIGINAL_HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": SANDBOX,
    "X-Content-Type-Options": "nosniff",
}
"""What goes with an original: it is kept by no shared cache, and always an attachment."""


def open_original(
    uuid: UUID, number: int, *, actor: User | AnonymousUser | None, in_ranges: bool = False
) -> tuple[BinaryIO, AssetVersion]:
    """Open one version of an asset for download; the caller closes the file. `in_ranges`: only some places are read.

    Raises:
        NotAllowed: the actor may not download originals, or the licence forbids it today (with its reasons).
        NotFound: there is no such ready version.
    """
    version = (
        AssetVersion.objects.ready().select_related("asset__license").filter(asset__uuid=uuid, number=number).first()
    )
    require(actor, "download", version.asset if version else None)
    if version is None or version.state != VersionState.READY:
        raise NotFound("not_found", _("There is no such version."))
    verdict = judge_asset(version.asset)
    if not verdict.allowed:
        reason = verdict.reasons[0]
        raise NotAllowed(reason.code, reason.message, problems=verdict.reasons)
    try:
        opened = storage.open_ranges if in_ranges else storage.open_file
        return opened(version.storage_key), version
    except FileNotFoundError:
        raise NotFound("file_gone", _("The file is gone from the storage.")) from None

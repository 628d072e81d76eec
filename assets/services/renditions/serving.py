"""A rendition for somebody who has its address."""

from __future__ import annotations

from django.utils.translation import gettext as _

from assets import storage
from assets.choices import RenditionState
from assets.models import Rendition
from assets.services.renditions.drawing import build_renditions
from assets.services.renditions.rows import file_key, recipe_of
from pim.errors import Conflict, NotAllowed, NotFound


def ensure_rendition(preset: str, digest: str, extension: str, *, is_guarded: bool = False) -> Rendition:
    """The rendition of an address, drawn now if it was not, or if its file is gone.

    Raises:
        NotFound: no picture has such a rendition, or it cannot be drawn.
        NotAllowed: it is guarded, and the address has no signature.
        Conflict: `rendition_waits`: it cannot be drawn now, and will be tried again.
    """
    row = Rendition.objects.filter(digest=digest, preset=preset).first()
    if row is None or recipe_of(row).extension != extension or (is_guarded and not row.is_guarded):
        raise NotFound("no_rendition", _("There is no such rendition."))
    if row.is_guarded and not is_guarded:
        raise NotAllowed("signature_missing", _("This picture is served with a signature only."))
    if row.state == RenditionState.READY and not storage.is_stored(file_key(row)):
        _declare_lost(row)
    drawn = build_renditions([digest])
    if not drawn:  # withdrawn meanwhile
        raise NotFound("no_rendition", _("There is no such rendition."))
    row = drawn[0]
    if row.state == RenditionState.FAILED:
        raise NotFound("rendition_failed", row.error)
    if row.state == RenditionState.PENDING:
        raise Conflict("rendition_waits", row.error or _("This picture is still being drawn."))
    return row


def _declare_lost(row: Rendition) -> None:
    """Only as it was seen: whoever came before may have drawn it meanwhile."""
    Rendition.objects.filter(pk=row.pk, state=RenditionState.READY, updated=row.updated).update(
        state=RenditionState.PENDING, attempts=0, not_before=None
    )

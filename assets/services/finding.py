"""One asset by what the caller calls it."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from assets.models import Asset
from pim.errors import NotFound


def find_asset(key: str, *, lock: bool = False) -> Asset:
    """An asset by uuid or code, loaded with version and licence.

    Raises:
        NotFound: there is none.
    """
    assets = Asset.objects.with_current()
    if lock:
        assets = assets.select_for_update(of=("self",))
    try:
        found = assets.filter(uuid=UUID(key)).first()
    except ValueError:
        found = assets.with_codes([key]).first()
    if found is None:
        raise NotFound("not_found", _("There is no asset “%s”.") % key[:100])
    return found

"""Who may do what with assets: the one answer every surface asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from django.utils.translation import gettext as _

from pim.errors import NotAllowed

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from assets.models import Asset
    from pim.models import User

Action = Literal["view", "add", "change", "delete", "download", "pack", "share"]

_PERMISSIONS = {"pack": "assets.add_downloadticket", "share": "assets.add_sharelink"}
"""Permissions that are not about the asset's row itself."""


def can(user: User | AnonymousUser | None, action: Action, asset: Asset | None = None) -> bool:
    """Whether a user may do this with assets; None is the house itself (imports, undo, the worker).

    `asset` is the one in question; access by asset arrives with access rules, and every caller names it already.
    """
    if user is None:
        return True
    return bool(user.is_active and user.has_perm(_PERMISSIONS.get(action, f"assets.{action}_asset")))


def require(user: User | AnonymousUser | None, action: Action, asset: Asset | None = None) -> None:
    """Raises: NotAllowed."""
    if not can(user, action, asset):
        raise NotAllowed("not_allowed", _("You may not do this with assets."))

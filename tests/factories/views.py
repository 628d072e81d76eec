"""Views that people keep."""

from __future__ import annotations

from pim.models import SavedView, User
from pim.services.saved_views import save_view


def make_saved_view(user: User, name: str = "Mine", *, list_name: str = "assets", **fields: object) -> SavedView:
    return save_view(list_name, name, str(fields.pop("query", "")), actor=user, **fields)  # type: ignore[arg-type]

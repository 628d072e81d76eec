"""Views of lists that people keep: their own, and those that others share; like preferences, they are not journaled."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from pim.errors import NotAllowed, NotFound, Refused
from pim.models import SavedView

if TYPE_CHECKING:
    from pim.models import User

MAX_QUERY = 20_000
MOST_VIEWS = 200
"""Views that one person keeps of one list."""

_LIST_NAME = re.compile(r"[a-z_]{1,50}")


def views_for(actor: User) -> QuerySet[SavedView]:
    """Those that somebody sees: their own and the shared ones, by name."""
    return SavedView.objects.select_related("user").filter(Q(user=actor) | Q(is_shared=True))


def list_views(list_name: str, *, actor: User) -> list[SavedView]:
    """The views of one list that somebody sees, their own first."""
    rows = views_for(actor).filter(list_name=list_name)[:MOST_VIEWS]
    return sorted(rows, key=lambda view: (view.user_id != actor.pk, view.name.casefold()))


def find_view(uuid: str, *, actor: User) -> SavedView:
    """One that somebody sees.

    Raises:
        NotFound.
    """
    view = views_for(actor).filter(uuid=uuid).first() if _is_uuid(uuid) else None
    if view is None:
        raise NotFound("not_found", _("There is no such view."))
    return view


def save_view(list_name: str, name: str, query: str, *, actor: User, is_shared: bool = False) -> SavedView:
    """Keep a view under a name; a view of one's own with that name is replaced.

    Raises:
        Refused: `invalid_view`, `too_many_views`.
    """
    fields = _clean({"name": name, "query": query, "is_shared": is_shared})
    if not _LIST_NAME.fullmatch(str(list_name)):
        raise Refused("invalid_view", _("A list has a name of small letters and underscores."), "/list_name")
    with transaction.atomic():
        own = SavedView.objects.filter(user=actor, list_name=list_name)
        if own.exclude(name=fields["name"]).count() >= MOST_VIEWS:
            raise Refused("too_many_views", _("You keep %d views already; delete one first.") % MOST_VIEWS)
        view, _is_new = SavedView.objects.update_or_create(
            user=actor,
            list_name=list_name,
            name=fields["name"],
            defaults={"query": fields["query"], "is_shared": fields["is_shared"], "updated": timezone.now()},
        )
    return view


def change_view(view: SavedView, *, actor: User, **fields: Any) -> SavedView:
    """Change name, query or whether it is shared.

    Raises:
        NotAllowed: it is somebody else's.
        Refused: `invalid_view`; `name_taken`.
    """
    _require_owner(view, actor)
    unknown = set(fields) - {"name", "query", "is_shared"}
    if unknown:
        raise Refused("unknown_field", _("“%s” is not a field of a view.") % min(unknown), f"/{min(unknown)}")
    cleaned = _clean(fields)
    namesakes = SavedView.objects.filter(user=view.user_id, list_name=view.list_name, name=cleaned.get("name"))
    if namesakes.exclude(pk=view.pk).exists():
        raise Refused("name_taken", _("There is a view of this name already."), "/name")
    for name, value in cleaned.items():
        setattr(view, name, value)
    view.updated = timezone.now()
    view.save(update_fields=[*cleaned, "updated"])
    return view


def delete_view(view: SavedView, *, actor: User) -> None:
    """Forget a view.

    Raises:
        NotAllowed: it is somebody else's.
    """
    _require_owner(view, actor)
    SavedView.objects.filter(pk=view.pk).delete()


def describe_views(views: Sequence[SavedView]) -> list[dict[str, Any]]:
    """Views as programs see them; loaded with their owners."""
    return [
        {
            "uuid": str(view.uuid),
            "list_name": view.list_name,
            "name": view.name,
            "query": view.query,
            "is_shared": view.is_shared,
            "owner": view.user.get_username(),
            "created": view.created,
            "updated": view.updated,
        }
        for view in views
    ]


def _require_owner(view: SavedView, actor: User) -> None:
    if view.user_id != actor.pk and not actor.is_superuser:
        raise NotAllowed("not_yours", _("This view belongs to somebody else."))


def _clean(fields: dict[str, Any]) -> dict[str, Any]:
    cleaned = dict(fields)
    if "name" in cleaned:
        name = cleaned["name"].strip() if isinstance(cleaned["name"], str) else ""
        if not 0 < len(name) <= 100 or "\x00" in name:
            raise Refused("invalid_view", _("A view has a name of 1 to 100 characters."), "/name")
        cleaned["name"] = name
    if "query" in cleaned:
        query = cleaned["query"]
        if not isinstance(query, str) or len(query) > MAX_QUERY or "\x00" in query:
            raise Refused("invalid_view", _("The query is the text behind the question mark of an address."), "/query")
        cleaned["query"] = query.lstrip("?")
    if "is_shared" in cleaned and not isinstance(cleaned["is_shared"], bool):
        raise Refused("invalid_view", _("This is true or false."), "/is_shared")
    return cleaned


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True

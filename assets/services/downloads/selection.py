"""Which assets somebody means: some by name, a collection as it is now, or whatever a filter finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from assets.models import Asset, Collection
from assets.services.collections import find_collection, list_collection
from assets.services.searching.listing import AssetPage, get_fields, list_assets, select_assets
from pim.errors import Refused
from pim.querying.compile import Selection
from pim.querying.tree import load_filter, parse_filter
from pim.querysets.pages import count_capped
from pim.values.specs import Json

if TYPE_CHECKING:
    from pim.models import User

MAX_ASSETS = 1_000
PAGE = 100


@dataclass(frozen=True, slots=True)
class AssetSelection:
    """Assets by uuid, a collection by uuid, or a filter as JSON text; the first that is given counts."""

    assets: tuple[UUID, ...] = ()
    collection: UUID | None = None
    filter: str = ""

    @classmethod
    def read(cls, *, assets: Iterable[str] = (), collection: str = "", filter: str = "") -> AssetSelection:  # noqa: A002 - the field's name
        """From what a person or program sends.

        Raises:
            Refused: `invalid_uuid`.
        """
        found = list(dict.fromkeys(_read_uuid(text, "/assets") for text in assets if text))
        return cls(tuple(found), _read_uuid(collection, "/collection") if collection else None, filter)


def resolve_selection(selection: AssetSelection, *, actor: User | None, limit: int = MAX_ASSETS) -> list[UUID]:
    """The uuids of all assets that are meant and exist, in their order; a filter's newest first.

    `actor` sees their own collections and the shared ones; None sees all.

    Raises:
        Refused: `nothing_selected`; `too_many_assets`: more than `limit`; or what is wrong with the filter.
        NotFound: there is no such collection.
    """
    if selection.assets:
        if len(selection.assets) > limit:
            raise too_many(limit)
        present = set(Asset.objects.filter(uuid__in=selection.assets).values_list("uuid", flat=True))
        return [uuid for uuid in selection.assets if uuid in present]
    if selection.collection is not None:
        return list_all(find_collection(str(selection.collection), actor=actor), limit=limit)
    if selection.filter:
        where = select_assets(load_filter(selection.filter, catalogue=get_fields()))
        if count_capped(connection, where, cap=limit).value > limit:
            raise too_many(limit)
        return _walk(lambda after: list_assets(where, after=after, limit=PAGE), limit)
    raise Refused("nothing_selected", _("Choose some assets first."), "/assets")


def list_all(collection: Collection, *, limit: int) -> list[UUID]:
    """What is in a collection now, in its order.

    Raises:
        Refused: `too_many_assets`.
    """
    return _walk(lambda after: page_collection(collection, after=after, limit=PAGE), limit)


def page_collection(
    collection: Collection, *, after: tuple[Json, ...] | None = None, limit: int, backwards: bool = False
) -> AssetPage:
    """A page of a collection as it is now, whatever decides what is in it."""
    if collection.is_smart:
        return list_assets(selection_of(collection), after=after, limit=limit, backwards=backwards)
    return list_collection(collection, select_assets(None), after=after, limit=limit, backwards=backwards)


def selection_of(collection: Collection) -> Selection:
    """What a smart collection finds, as SQL."""
    return select_assets(parse_filter(collection.query, catalogue=get_fields()))


def too_many(limit: int) -> Refused:
    """The refusal of a selection that is too large."""
    return Refused("too_many_assets", _("That is more than %d assets. Narrow the selection.") % limit, "/assets")


def _walk(fetch: Callable[[tuple[Json, ...] | None], AssetPage], limit: int) -> list[UUID]:
    found: list[UUID] = []
    after = None
    while True:
        page = fetch(after)
        found += [asset.uuid for asset in page.assets]
        if len(found) > limit:
            raise too_many(limit)
        after = page.page.next_values
        if after is None:
            return found


def _read_uuid(text: str, pointer: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Refused("invalid_uuid", _("“%s” is not a uuid.") % text[:50], pointer) from None

"""Which assets somebody means: some by name, a collection as it is now, or whatever a filter finds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from assets.models import Asset, Collection
from assets.services.listing import get_fields, list_assets, select_assets
from pim.errors import NotFound, Refused
from pim.querying.tree import Node, load_filter, parse_filter
from pim.querysets.pages import count_capped

MAX_ASSETS = 1_000


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

    @property
    def is_empty(self) -> bool:
        """Whether nothing was named."""
        return not (self.assets or self.collection or self.filter)


def resolve_selection(selection: AssetSelection, *, limit: int = MAX_ASSETS) -> list[UUID]:
    """The uuids of all assets that are meant and exist, in their order; a filter's newest first.

    Raises:
        Refused: `nothing_selected`; `too_many_assets`: more than `limit`.
        NotFound: there is no such collection.
    """
    if selection.assets:
        if len(selection.assets) > limit:
            raise too_many(limit)
        present = set(Asset.objects.filter(uuid__in=selection.assets).values_list("uuid", flat=True))
        return [uuid for uuid in selection.assets if uuid in present]
    if selection.collection is not None:
        return list_collection(find_collection(selection.collection), limit=limit)
    if selection.filter:
        return _list_found(load_filter(selection.filter, catalogue=get_fields()), limit)
    raise Refused("nothing_selected", _("Choose some assets first."), "/assets")


def find_collection(uuid: UUID) -> Collection:
    """Raises: NotFound."""
    found = Collection.objects.filter(uuid=uuid).first()
    if found is None:
        raise NotFound("not_found", _("There is no such collection."), "/collection")
    return found


def list_collection(collection: Collection, *, limit: int) -> list[UUID]:
    """What is in a collection now.

    Raises:
        Refused: `too_many_assets`.
    """
    if collection.is_smart:
        return _list_found(query_of(collection), limit)
    items = collection.items.order_by("position", "pk").values_list("asset__uuid", flat=True)
    return _capped(list(items[: limit + 1]), limit)


def query_of(collection: Collection) -> Node | None:
    """A smart collection's search."""
    return parse_filter(collection.query, catalogue=get_fields())


def too_many(limit: int) -> Refused:
    """The refusal of a selection that is too large."""
    return Refused("too_many_assets", _("That is more than %d assets. Narrow the selection.") % limit, "/assets")


def _list_found(node: Node | None, limit: int) -> list[UUID]:
    where = select_assets(node)
    if count_capped(connection, where, cap=limit).value > limit:
        raise too_many(limit)
    found: list[UUID] = []
    after = None
    while True:
        page = list_assets(where, after=after, limit=100)
        found += [asset.uuid for asset in page.assets]
        after = page.page.next_values
        if after is None or len(found) > limit:
            return _capped(found, limit)


def _capped(found: Sequence[UUID], limit: int) -> list[UUID]:
    if len(found) > limit:
        raise too_many(limit)
    return list(found)


def _read_uuid(text: str, pointer: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Refused("invalid_uuid", _("“%s” is not a uuid.") % text[:50], pointer) from None

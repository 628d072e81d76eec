"""Collections: put together by hand, in an order of their own, or kept together by a search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from assets.models import Asset, Collection, CollectionItem
from assets.services.access import require
from assets.services.searching.collection_fields import COLLECTION
from assets.services.searching.listing import AssetPage, get_fields, load_page, select_assets
from pim import journal
from pim.choices import EntryKind
from pim.errors import NotAllowed, NotFound, Refused
from pim.querying.compile import Selection
from pim.querying.tree import dump_filter, parse_filter, walk_leaves
from pim.querysets.pages import Page, fetch_ids_after
from pim.services.access import check_permission
from pim.values.specs import Json

if TYPE_CHECKING:
    from pim.models import User

SUBJECT = "collection"
MODEL = "assets.collection"
MOST_ITEMS = 10_000
"""Assets in a collection that is put together by hand."""

FIELDS = ("name", "description", "query", "is_shared")


def collections_for(actor: User) -> QuerySet[Collection]:
    """Those that somebody sees: their own and the shared ones, by name."""
    return Collection.objects.select_related("owner").filter(Q(owner=actor) | Q(is_shared=True))


def may_see(collection: Collection | None, actor: User) -> bool:
    """Whether somebody sees a collection, as `collections_for` does; none is no secret."""
    return collection is None or collection.is_shared or collection.owner_id == actor.pk


def find_collection(uuid: str, *, actor: User | None = None, lock: bool = False) -> Collection:
    """One that somebody sees; with no actor: any.

    Raises:
        NotFound.
    """
    rows = collections_for(actor) if actor else Collection.objects.select_related("owner")
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(uuid=uuid).first() if _is_uuid(uuid) else None
    if found is None:
        raise NotFound("not_found", _("There is no such collection."))
    return found


def create_collection(*, actor: User | None, origin: str, message: str = "", **fields: Any) -> Collection:
    """Make a collection of `name`, `description`, `query` (None: by hand) and `is_shared`.

    Raises:
        NotAllowed: the actor may not.
        Refused: `invalid_collection`, `unknown_field`, `search_in_search`, or what is wrong with the query.
    """
    if actor is not None:
        check_permission(actor, MODEL, ("add",))
    after = {"description": "", "query": None, "is_shared": True, **_clean({"name": "", **fields})}
    with transaction.atomic():
        row = Collection.objects.create(owner=actor, revision=1, **after)
        _write(row, EntryKind.CREATE, {name: [None, after[name]] for name in FIELDS}, actor, origin, message)
    return row


def change_collection(
    collection: Collection, *, actor: User | None, origin: str, message: str = "", **fields: Any
) -> Collection:
    """Change fields of a collection; a change that changes nothing writes nothing.

    Raises:
        NotAllowed, Refused: see `create_collection`; `is_manual` where a search is to take the place of what is in it.
    """
    cleaned = _clean(fields)
    with transaction.atomic():
        row = _lock(collection, actor, "change")
        if cleaned.get("query") is not None and not row.is_smart and row.items.exists():
            raise Refused("is_manual", _("Empty the collection before a search decides what is in it."), "/query")
        delta = {name: [getattr(row, name), value] for name, value in cleaned.items() if getattr(row, name) != value}
        if delta:
            for name in delta:
                setattr(row, name, cleaned[name])
            _touch(row, *delta)
            _write(row, EntryKind.UPDATE, delta, actor, origin, message)
    return row


def delete_collection(collection: Collection, *, actor: User | None, origin: str, message: str = "") -> None:
    """Delete a collection; what was in it stays where it is.

    Raises:
        NotAllowed.
    """
    with transaction.atomic():
        row = _lock(collection, actor, "delete")
        row.revision += 1
        delta = {name: [getattr(row, name), None] for name in FIELDS}
        _write(row, EntryKind.DELETE, delta, actor, origin, message)
        row.delete()


def add_items(
    collection: Collection, uuids: Sequence[str | UUID], *, actor: User | None, origin: str, message: str = ""
) -> int:
    """Put assets at the end of a collection, in this order; those that are in it stay where they are. How many came in.

    Raises:
        NotAllowed, NotFound: an asset does not exist.
        Refused: `is_smart`, `collection_full`.
    """
    require(actor, "view")
    with transaction.atomic():
        row = _lock_manual(collection, actor)
        return _append(row, _find_assets(uuids), actor, origin, message)


def add_matches(collection: Collection, where: Json, *, actor: User | None, origin: str, message: str = "") -> int:
    """Put everything that a filter finds at the end of a collection. How many came in.

    Raises:
        NotAllowed, Refused: see `add_items`; or what is wrong with the filter.
    """
    require(actor, "view")
    selection = select_assets(parse_filter(where, catalogue=get_fields(), root="/filter"))
    with transaction.atomic():
        row = _lock_manual(collection, actor)
        found = fetch_ids_after(connection, selection, after=0, limit=MOST_ITEMS + 1)
        return _append(row, found, actor, origin, message)


def remove_items(
    collection: Collection, uuids: Sequence[str | UUID], *, actor: User | None, origin: str, message: str = ""
) -> int:
    """Take assets out of a collection. How many went.

    Raises:
        NotAllowed.
        Refused: `is_smart`.
    """
    with transaction.atomic():
        row = _lock_manual(collection, actor)
        doomed = row.items.filter(asset__uuid__in=[uuid for uuid in uuids if _is_uuid(uuid)]).select_related("asset")
        codes = [item.asset.code for item in doomed]
        if codes:
            CollectionItem.objects.filter(pk__in=[item.pk for item in doomed]).delete()
            _touch(row)
            _write(row, EntryKind.UPDATE, {"removed": [_short(codes), None]}, actor, origin, message)
    return len(codes)


def move_items(
    collection: Collection,
    uuids: Sequence[str | UUID],
    *,
    before: str | None,
    actor: User | None,
    origin: str,
    message: str = "",
) -> None:
    """Move assets of a collection in front of another one, in the order given; None: to the end.

    Raises:
        NotAllowed.
        Refused: `is_smart`, `not_in_collection`.
    """
    with transaction.atomic():
        row = _lock_manual(collection, actor)
        order = list(row.items.order_by("position", "asset_id").values_list("pk", "asset__uuid"))
        by_uuid = {str(uuid): pk for pk, uuid in order}
        moved = list(dict.fromkeys(str(uuid).lower() for uuid in uuids))
        if not moved or any(uuid not in by_uuid for uuid in [*moved, *([before.lower()] if before else [])]):
            raise Refused("not_in_collection", _("This is not in the collection."))
        rest = [pk for pk, uuid in order if str(uuid) not in set(moved)]
        kept = {str(uuid): place for place, (_pk, uuid) in enumerate(o for o in order if o[0] in set(rest))}
        place = kept.get(before.lower(), len(rest)) if before else len(rest)
        wanted = [*rest[:place], *(by_uuid[uuid] for uuid in moved), *rest[place:]]
        if wanted == [pk for pk, _uuid in order]:
            return
        _renumber(wanted)
        _touch(row)
        codes = list(Asset.objects.filter(uuid__in=moved).values_list("code", flat=True))
        _write(row, EntryKind.UPDATE, {"moved": [None, _short(codes)]}, actor, origin, message)


def list_collection(
    collection: Collection,
    where: Selection,
    *,
    after: tuple[Json, ...] | None = None,
    limit: int = 60,
    backwards: bool = False,
) -> AssetPage:
    """A page of a collection that is put together by hand, in its own order, of those that match a selection too."""
    ids = where.ids()
    beyond = f" AND (i.position, i.asset_id) {'<' if backwards else '>'} (%s, %s)" if after else ""
    way = "DESC" if backwards else "ASC"
    text = (
        "SELECT i.asset_id, i.position FROM assets_collectionitem i"
        f" WHERE i.collection_id = %s AND i.asset_id IN ({ids.text}){beyond}"
        f" ORDER BY i.position {way}, i.asset_id {way} LIMIT %s"
    )
    with connection.cursor() as cursor:
        params: list[Any] = [collection.pk, *ids.params, *(after or ()), limit + 1]
        cursor.execute(text, params)
        rows = cursor.fetchall()
    has_more, rows = len(rows) > limit, rows[:limit]
    if backwards:
        rows.reverse()
    places = tuple((position, pk) for pk, position in rows)
    has_next, has_previous = (after is not None, has_more) if backwards else (has_more, after is not None)
    return load_page(
        Page(
            tuple(pk for pk, _position in rows),
            places[-1] if places and has_next else None,
            places[0] if places and has_previous else None,
            places,
        )
    )


def describe_collections(collections: Sequence[Collection]) -> list[dict[str, Any]]:
    """Collections as programs see them, loaded with their owners; one query, whatever the number.

    `size` is None where a search decides.
    """
    sizes = count_items(collections)
    return [
        {
            "uuid": str(row.uuid),
            "name": row.name,
            "description": row.description,
            "query": row.query,
            "is_smart": row.is_smart,
            "is_shared": row.is_shared,
            "owner": row.owner.get_username() if row.owner else None,
            "size": None if row.is_smart else sizes.get(row.pk, 0),
            "revision": row.revision,
            "created": row.created,
            "updated": row.updated,
        }
        for row in collections
    ]


def count_items(collections: Sequence[Collection]) -> dict[int, int]:
    """How many assets are in each that is put together by hand; one query."""
    manual = [row.pk for row in collections if not row.is_smart]
    rows = CollectionItem.objects.filter(collection__in=manual).values("collection").annotate(n=Count("pk")).order_by()
    return dict(rows.values_list("collection", "n"))


def may_write(collection: Collection, actor: User | None, verb: str = "change") -> bool:
    """Whether somebody may change a collection: with the permission, one's own and those that are shared."""
    try:
        _require(collection, actor, verb)
    except NotAllowed:
        return False
    return True


def _require(collection: Collection, actor: User | None, verb: str) -> None:
    if actor is None:
        return
    check_permission(actor, MODEL, (verb,))
    if not collection.is_shared and collection.owner_id != actor.pk:
        raise NotAllowed("not_yours", _("This collection belongs to somebody else."))


def _lock(collection: Collection, actor: User | None, verb: str) -> Collection:
    row = find_collection(str(collection.uuid), lock=True)
    _require(row, actor, verb)
    return row


def _lock_manual(collection: Collection, actor: User | None) -> Collection:
    row = _lock(collection, actor, "change")
    if row.is_smart:
        raise Refused("is_smart", _("A search decides what is in “%s”.") % row.name)
    return row


def _append(row: Collection, asset_ids: Sequence[int], actor: User | None, origin: str, message: str) -> int:
    known = set(row.items.filter(asset__in=asset_ids).values_list("asset_id", flat=True))
    fresh = [pk for pk in dict.fromkeys(asset_ids) if pk not in known]
    if row.items.count() + len(fresh) > MOST_ITEMS:
        raise Refused("collection_full", _("A collection holds at most %d assets.") % MOST_ITEMS)
    if fresh:
        start = (row.items.aggregate(last=Max("position"))["last"] or 0) + 1
        CollectionItem.objects.bulk_create(
            [CollectionItem(collection=row, asset_id=pk, position=start + n) for n, pk in enumerate(fresh)],
            batch_size=1_000,
        )
        _touch(row)
        codes = list(Asset.objects.filter(pk__in=fresh[: _SHOWN + 1]).order_by("pk").values_list("code", flat=True))
        more = len(fresh) - min(len(fresh), _SHOWN)
        _write(row, EntryKind.UPDATE, {"added": [None, _short(codes, more)]}, actor, origin, message)
    return len(fresh)


def _find_assets(uuids: Sequence[str | UUID]) -> list[int]:
    keys = [str(uuid).lower() for uuid in uuids]
    found = {
        str(uuid): pk
        for uuid, pk in Asset.objects.filter(uuid__in=[key for key in keys if _is_uuid(key)]).values_list("uuid", "pk")
    }
    for number, key in enumerate(keys):
        if key not in found:
            raise NotFound("not_found", _("There is no asset “%s”.") % key[:100], f"/assets/{number}")
    return [found[key] for key in keys]


def _renumber(item_ids: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE assets_collectionitem i SET position = n.place"
            " FROM unnest(%s::bigint[]) WITH ORDINALITY AS n(id, place) WHERE i.id = n.id",
            [list(item_ids)],
        )


def _touch(row: Collection, *fields: str) -> None:
    row.revision += 1
    row.updated = timezone.now()
    row.save(update_fields=[*fields, "revision", "updated"])


def _write(
    row: Collection, kind: str, delta: Mapping[str, list[Any]], actor: User | None, origin: str, message: str
) -> None:
    written = {f"@{name}": pair for name, pair in delta.items()}
    line = journal.Line(SUBJECT, row.uuid, row.name[:255], kind, row.revision, written)
    journal.write_entries([line], actor=actor, origin=origin, message=message)


_SHOWN = 50


def _short(codes: Sequence[str], more: int = 0) -> list[str]:
    """The codes that the journal keeps of a long list, and how many it leaves out."""
    more = more or max(len(codes) - _SHOWN, 0)
    return [*codes[:_SHOWN], *([f"+{more}"] if more else [])]


def _clean(fields: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise Refused("unknown_field", _("“%s” is not a field of a collection.") % min(unknown), f"/{min(unknown)}")
    cleaned = dict(fields)
    for name, most in (("name", 200), ("description", 5_000)):
        if name in cleaned:
            text = cleaned[name]
            if (
                not isinstance(text, str)
                or "\x00" in text
                or len(text.strip()) > most
                or not (text.strip() or name != "name")
            ):
                sentence = _("A text of at most %d characters is expected; a name is not empty.")
                raise Refused("invalid_collection", sentence % most, f"/{name}")
            cleaned[name] = text.strip()
    if not isinstance(cleaned.get("is_shared", True), bool):
        raise Refused("invalid_collection", _("This is true or false."), "/is_shared")
    if cleaned.get("query") is not None:
        cleaned["query"] = _clean_query(cleaned["query"])
    return cleaned


def _clean_query(query: Json) -> Json:
    """A filter that can be asked; it may not ask for collections, which may be searches themselves."""
    node = parse_filter(query, catalogue=get_fields(), root="/query")
    if any(leaf.field == COLLECTION for leaf in walk_leaves(node)):
        raise Refused("search_in_search", _("A collection by search cannot ask for collections."), "/query")
    select_assets(node)
    return dump_filter(node)


def _is_uuid(text: str | UUID) -> bool:
    try:
        UUID(str(text))
    except ValueError:
        return False
    return True

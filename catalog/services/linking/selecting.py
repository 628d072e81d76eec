"""Which files a run of the naming rules is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from assets.models import Asset, Upload
from assets.services.searching.listing import get_fields, select_assets
from catalog.models import ProductAsset
from catalog.services.linking.examining import NamedFile
from pim.errors import Refused
from pim.querying.tree import parse_filter
from pim.querysets.pages import count_all, fetch_ids_after

CHUNK = 500
MAX_NAMED = 10_000
"""Files that may be named one by one."""

Selection = Mapping[str, Any]
"""`{"assets": [uuid]}`, `{"filter": tree of the library}`, `{"batch": uuid of an upload}` or `{"unlinked": true}`."""


def clean_selection(selection: object) -> dict[str, Any]:
    """A selection in its one form.

    Raises:
        Refused: `invalid_selection`; or what is wrong with the filter.
    """
    if not isinstance(selection, Mapping) or len(selection) != 1:
        message = _("Name files by one of: assets, filter, batch, unlinked.")
        raise Refused("invalid_selection", message, "/selection")
    kind, value = next(iter(selection.items()))
    if kind == "assets" and isinstance(value, list | tuple) and 0 < len(value) <= MAX_NAMED:
        return {"assets": list(dict.fromkeys(_uuid(each, f"/selection/assets/{n}") for n, each in enumerate(value)))}
    if kind == "batch":
        return {"batch": _uuid(value, "/selection/batch")}
    if kind == "unlinked" and value is True:
        return {"unlinked": True}
    if kind == "filter" and (value is None or isinstance(value, dict)):
        select_assets(parse_filter(value, catalogue=get_fields(), root="/selection/filter"))
        return {"filter": value}
    message = _("Name up to %d files by one of: assets, filter, batch, unlinked.")
    raise Refused("invalid_selection", message % MAX_NAMED, "/selection")


def count_files(selection: Selection) -> int:
    """How many files a clean selection has; those without a usable file are left out."""
    if "filter" in selection:
        return count_all(connection, select_assets(parse_filter(selection["filter"], catalogue=get_fields())))
    return _select(selection).count()


def walk_files(selection: Selection, *, after: int = 0, limit: int = CHUNK) -> Iterator[list[NamedFile]]:
    """The files of a clean selection, in chunks by key of the database, behind one; two queries a chunk at most."""
    while True:
        if "filter" in selection:
            where = select_assets(parse_filter(selection["filter"], catalogue=get_fields()))
            ids: Sequence[int] = fetch_ids_after(connection, where, after=after, limit=limit)
        else:
            ids = list(_select(selection).filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:limit])
        if not ids:
            return
        after = max(ids)
        if files := name_files(Asset.objects.filter(pk__in=ids)):
            yield files


def name_files(assets: QuerySet[Asset]) -> list[NamedFile]:
    """Assets by what they are called; those without a usable file are left out."""
    rows = assets.filter(version__isnull=False).order_by("pk").values_list("pk", "uuid", "version__filename")
    return [NamedFile(pk, str(uuid), filename) for pk, uuid, filename in rows]


def unlinked_assets() -> QuerySet[Asset]:
    """Those that no product shows."""
    used = ProductAsset.objects.filter(asset_uuid=OuterRef("uuid"))
    found: QuerySet[Asset] = Asset.objects.filter(~Exists(used))
    return found


def _select(selection: Selection) -> QuerySet[Asset]:
    assets: QuerySet[Asset] = unlinked_assets() if "unlinked" in selection else Asset.objects.all()
    if "assets" in selection:
        assets = assets.filter(uuid__in=selection["assets"])
    if "batch" in selection:
        sent = Upload.objects.filter(batch__uuid=selection["batch"], asset__isnull=False)
        assets = assets.filter(pk__in=sent.values("asset_id"))
    return assets.filter(version__isnull=False)


def _uuid(value: object, pointer: str) -> str:
    try:
        return str(UUID(str(value)))
    except ValueError:
        raise Refused("invalid_uuid", _("This is not a UUID."), pointer) from None

"""What values and fields of a chunk point at, collected once for all of its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models.functions import Lower

from catalog.services.changes import UNSET, ProductChange
from catalog.services.writing.loading import Loaded
from pim.models import Category


def collect_asset_uuids(changes: Sequence[ProductChange], loaded: Loaded, attributes: frozenset[str]) -> set[str]:
    """The uuids of every asset that the changes or the loaded rows name."""
    uuids: set[str] = set()
    if not attributes:
        return uuids
    for change in changes:
        _collect(uuids, attributes, change.values)
        _collect(uuids, attributes, change.stored)
        for (code, _channel, _locale), parts in change.cells.items():
            if code in attributes:
                uuids.update(text for cell in parts.get("", "").split(",") if (text := cell.strip()) and is_uuid(text))
    for row in loaded.by_id.values():
        _collect(uuids, attributes, row.values)
    return uuids


def _collect(uuids: set[str], attributes: frozenset[str], values: Mapping[str, Any]) -> None:
    for key, value in values.items():
        if value is not None and key.partition(":")[0] in attributes:
            found: Iterable[object] = value if isinstance(value, list) else (value,)
            uuids.update(str(item) for item in found if is_uuid(item))


def is_uuid(text: object) -> bool:
    """Whether a text is a UUID in some form."""
    try:
        UUID(str(text))
    except ValueError:
        return False
    return True


def look_up_categories(changes: Sequence[ProductChange], loaded: Loaded) -> tuple[dict[str, int], dict[int, str]]:
    """Categories that the changes or the loaded rows name: (`{casefolded code: id}`, `{id: code}`); one query."""
    codes = {
        str(code).lower()
        for change in changes
        for code in (
            *(change.categories if change.categories is not UNSET else ()),
            *change.add_categories,
            *change.remove_categories,
        )
    }
    ids = {category for row in loaded.by_id.values() for category in row.categories}
    if not codes and not ids:
        return {}, {}
    found = Category.objects.annotate(code_key=Lower("code"))
    rows = list(
        found.filter(code_key__in=codes)
        .values_list("pk", "code")
        .union(found.filter(pk__in=ids).values_list("pk", "code"))
    )
    return {code.casefold(): pk for pk, code in rows}, dict(rows)

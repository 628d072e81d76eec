"""Lists that are ordered by likeness: by how near a picture's colours are to one, or how alike two pictures look."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import connection

from assets.probe.swatches import colour_distance, name_colour
from assets.services.searching.listing import AssetPage, load_page
from assets.services.searching.similarity_fields import hash_of
from pim.querying.compile import Selection
from pim.querysets.pages import Page

MOST_CANDIDATES = 2_000
"""Matches that are compared, the newest: more is slower than a person waits."""

_HEX = re.compile(r"#?([0-9a-fA-F]{6})")
_RANK_COSTS = 4.0
"""How much farther a colour counts for each place it has lost among an asset's main colours, in ΔE."""


def read_colour(text: str) -> int | None:
    """`#1976d2` as 0x1976D2; None for what is no colour."""
    found = _HEX.fullmatch(text.strip())
    return int(found[1], 16) if found else None


def family_of(rgb: int) -> str:
    """The named colour that a colour belongs to: what the filter language's `colour` asks for."""
    return name_colour(rgb)


def list_by_colour(where: Selection, rgb: int, *, limit: int) -> AssetPage:
    """Those of the selection whose colours are nearest to one, nearest first; one page, of the newest 2,000 matches."""
    rows = _candidates(where, "v.palette", "v.palette <> '{}'")
    ranked = sorted(rows, key=lambda row: (_distance(rgb, row[1]), -row[0]))
    return _load([pk for pk, _palette in ranked[:limit]])


def list_by_likeness(where: Selection, uuid: str, *, limit: int) -> AssetPage:
    """Those of the selection that look most like an asset, first; one page, of the newest 2,000 matches."""
    dhash = hash_of(uuid)
    if dhash is None:
        return _load([])
    rows = _candidates(where, "v.dhash", "v.dhash IS NOT NULL")
    ranked = sorted(rows, key=lambda row: (((row[1] ^ dhash) & (1 << 64) - 1).bit_count(), row[0]))
    return _load([pk for pk, _hash in ranked[:limit]])


def _candidates(where: Selection, column: str, condition: str) -> Sequence[tuple[int, Any]]:
    ids = where.ids()
    text = (
        f"SELECT a.id, {column} FROM assets_asset a JOIN assets_assetversion v ON v.id = a.version_id"
        f" WHERE a.id IN ({ids.text}) AND {condition} ORDER BY a.id DESC LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(text, [*ids.params, MOST_CANDIDATES])
        return list(cursor.fetchall())


def _distance(rgb: int, palette: Sequence[int]) -> float:
    return min(_delta(rgb, colour) + _RANK_COSTS * place for place, colour in enumerate(palette))


@lru_cache(maxsize=50_000)
def _delta(first: int, second: int) -> float:
    return colour_distance(first, second)


def _load(ids: Sequence[int]) -> AssetPage:
    return load_page(Page(tuple(ids), None, None))

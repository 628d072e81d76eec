"""Stores what an asset is filed under and which consents it has: only rows that differ are written."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from assets.models import AssetCategory, AssetRelease


def store_links(*, categories: Mapping[int, Collection[int]], releases: Mapping[int, Collection[int]]) -> None:
    """Store whole sets of links: {asset: keys of the rows it is to be linked with}; the assets are locked."""
    _store(AssetCategory, "category_id", categories)
    _store(AssetRelease, "release_id", releases)


def _store(model: Any, column: str, wanted: Mapping[int, Collection[int]]) -> None:
    if not wanted:
        return
    present = set(model.objects.filter(asset__in=wanted).values_list("asset_id", column))
    pairs = {(asset, key) for asset, keys in wanted.items() for key in keys}
    for asset, key in present - pairs:
        model.objects.filter(asset=asset, **{column: key}).delete()
    model.objects.bulk_create([model(asset_id=asset, **{column: key}) for asset, key in sorted(pairs - present)])

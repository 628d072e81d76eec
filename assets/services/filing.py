"""How assets are filed and described, read for many at once: what a document says beside an asset's own row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assets.models import Asset, AssetCategory, AssetCompleteness, AssetRelease, Folder
from assets.services.engine import ALT, LABEL, get_asset_engine
from assets.services.texts import load_texts
from pim.values.documents import Values, ValueWriter


@dataclass(frozen=True, slots=True)
class Filing:
    """Codes by the keys of the database, and stored values, categories, releases and completeness by asset."""

    values: Mapping[int, Mapping[str, Any]]
    families: Mapping[int | None, str]
    folders: Mapping[int | None, str]
    categories: Mapping[int, list[str]]
    releases: Mapping[int, list[str]]
    completeness: Mapping[int, dict[str, int]]
    writer: ValueWriter

    def texts_of(self, asset: int) -> tuple[dict[str, dict[str, str]], dict[str, Any]]:
        """Labels and alternative texts by locale, and the own values by flat key."""
        texts: dict[str, dict[str, str]] = {ALT: {}, LABEL: {}}
        own: dict[str, Any] = {}
        for key, value in self.values.get(asset, {}).items():
            name, _colon, locale = key.partition(":")
            if name in texts:
                texts[name][locale] = value
            else:
                own[key] = value
        return texts, own

    def write(self, own: Mapping[str, Any]) -> Values:
        """Own values in the shape of documents."""
        return self.writer(own)


def read_filing(assets: Sequence[Asset]) -> Filing:
    """Read it; five queries."""
    pks, engine = [asset.pk for asset in assets], get_asset_engine()
    folders = Folder.objects.filter(pk__in={asset.folder_id for asset in assets if asset.folder_id})
    return Filing(
        values={pk: patch.texts for pk, patch in load_texts(pks).items()},
        families={pk: spec.code for pk, spec in engine.families_by_id.items()},
        folders=dict(folders.values_list("pk", "code")),
        categories=_gather(AssetCategory.objects.filter(asset__in=pks).values_list("asset_id", "category__code")),
        releases=_gather(AssetRelease.objects.filter(asset__in=pks).values_list("asset_id", "release__code")),
        completeness=dict(AssetCompleteness.objects.filter(pk__in=pks).values_list("pk", "pct")),
        writer=ValueWriter(engine.structure),
    )


def _gather(rows: Any) -> dict[int, list[str]]:
    gathered: dict[int, list[str]] = {}
    for asset, code in sorted(rows):
        gathered.setdefault(asset, []).append(code)
    return gathered

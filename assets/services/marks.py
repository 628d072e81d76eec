"""Pictures that presets draw over others as watermarks: to delete one would stop every rendition that carries it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.extensions import Placement, Usage
from assets.models import AssetVersion, RenditionPreset

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class WatermarkUsage:
    """See `assets.extensions.usage_finders`: a preset names its watermark by the file, so any asset that has it is used."""

    label: StrOrPromise = gettext_lazy("Watermarks")

    def find(self, asset_uuid: UUID, *, limit: int) -> Sequence[Usage]:
        """The presets that draw a file of the asset, by code; two queries."""
        presets = _presets_by_picture()
        hashes = AssetVersion.objects.filter(asset__uuid=asset_uuid, sha256__in=presets).values_list(
            "sha256", flat=True
        )
        rows = {row.pk: row for sha256 in set(hashes) for row in presets[sha256]}
        page = "admin:assets_renditionpreset_change"
        return [
            Usage(row.label, reverse(page, args=[row.uuid]), _("watermark"))
            for row in sorted(rows.values(), key=lambda row: row.code)[:limit]
        ]

    def count(self, asset_uuids: Collection[UUID]) -> Mapping[UUID, int]:
        """How many presets draw each asset; two queries, and one where no preset has a picture."""
        presets = _presets_by_picture()
        if not presets:
            return {}
        users: dict[UUID, set[int]] = defaultdict(set)
        rows = AssetVersion.objects.filter(asset__uuid__in=asset_uuids, sha256__in=presets)
        for uuid, sha256 in rows.values_list("asset__uuid", "sha256"):
            users[uuid].update(row.pk for row in presets[sha256])
        return {uuid: len(pks) for uuid, pks in users.items()}


class WatermarkUsageIndex:
    """See `assets.extensions.usage_indexes`. Watermarks stand in nothing that is sold, and are no reuse."""

    def used(self) -> QuerySet[AssetVersion]:
        """The files that presets draw."""
        return AssetVersion.objects.filter(sha256__in=list(_presets_by_picture())).annotate(asset_uuid=F("asset__uuid"))

    def formerly_used(self) -> Collection[UUID]:
        """Presets are not kept in a recycle bin."""
        return ()

    def count_reuse(self) -> tuple[int, int]:
        """None: the figure is about what is sold."""
        return 0, 0

    def placements(self, _asset_uuids: Collection[UUID]) -> Mapping[UUID, Sequence[Placement]]:
        """None: no SKU owns a watermark."""
        return {}


def _presets_by_picture() -> dict[str, list[RenditionPreset]]:
    """{SHA-256: the presets that draw this file now, or will when theirs are drawn}; one query."""
    found: dict[str, list[RenditionPreset]] = defaultdict(list)
    some = Q(settings__watermark__picture__isnull=False) | Q(in_force__watermark__picture__isnull=False)
    for row in RenditionPreset.objects.filter(some):
        marks = ((settings or {}).get("watermark") or {} for settings in (row.settings, row.in_force))
        for sha256 in {mark["picture"] for mark in marks if mark.get("picture")}:
            found[sha256].append(row)
    return found

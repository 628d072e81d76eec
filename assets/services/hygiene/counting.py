"""The figures of the library's health: some set-based queries, run at night; at once where the library is small."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, F, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assets import extensions
from assets.choices import RenditionState
from assets.models import Asset, AssetValues, HygieneReport, OrphanFile, Rendition
from assets.services.hygiene.duplicates import count_exact, count_near
from assets.services.hygiene.finding import BUCKETS, broken_versions, pictures, unused_assets
from assets.services.rights.forecasting import ending_assets
from assets.services.rights.verdicts import today
from pim.extensions import JobContext, JobKind
from pim.services.snapshot import get_structure
from pim.values.snapshot import LocaleSpec

COUNT = "count_hygiene"
LIVE_BELOW = 20_000
"""Assets up to which the page counts for itself."""

HORIZONS_DAYS = (30, 90)
KEPT_FOR = timedelta(days=400)
TREND_POINTS = 60

_ORIGINALS = """
    SELECT asset.kind, coalesce(family.code, ''), count(*), coalesce(sum(size_bytes), 0),
           count(*) FILTER (WHERE NOT is_current), coalesce(sum(size_bytes) FILTER (WHERE NOT is_current), 0)
    FROM (
        SELECT DISTINCT ON (version.storage_key) version.asset_id, version.size_bytes,
               owner.version_id = version.id AS is_current
        FROM assets_assetversion version
        JOIN assets_asset owner ON owner.id = version.asset_id
        WHERE version.state = 'ready'
        ORDER BY version.storage_key, is_current DESC
    ) AS file
    JOIN assets_asset asset ON asset.id = file.asset_id
    LEFT JOIN assets_assetfamily family ON family.id = asset.family_id
    GROUP BY 1, 2 ORDER BY 4 DESC
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """What is shown, and as of when."""

    data: dict[str, Any]
    at: datetime
    is_live: bool


def read_figures() -> Figures | None:
    """The figures now where counting is quick, else the last that were counted; None: nobody has counted yet."""
    if _estimate_assets() < LIVE_BELOW:
        return Figures(count_figures(), timezone.now(), is_live=True)
    last = HygieneReport.objects.first()
    return Figures(last.figures, last.created, is_live=False) if last is not None else None


def count_figures() -> dict[str, Any]:
    """Count everything; about fifteen queries, each over a whole table at most once."""
    buckets = dict(unused_assets().values_list("bucket").annotate(n=Count("pk")).order_by())
    used, reused = map(sum, zip(*(index.count_reuse() for index in extensions.usage_indexes.values()), strict=True))
    groups, spare = count_exact()
    state = dict(Rendition.objects.values_list("state").annotate(n=Count("pk")).order_by())
    refused = broken_versions()
    return {
        "assets": Asset.objects.count(),
        "unused": {bucket.value: buckets.get(bucket.value, 0) for bucket in BUCKETS},
        "versions": refused.count(),
        "missing": refused.filter(state="ready").count(),
        "renditions": state.get(RenditionState.FAILED, 0),
        "pictures": pictures().count(),
        "alt": _count_missing_alt(),
        "expiring": {
            str(days): ending_assets(after=today(), until=today() + timedelta(days=days)).order_by().count()
            for days in HORIZONS_DAYS
        },
        "duplicates": {"groups": groups, "spare": spare, "near": count_near()},
        "presets": _weigh_presets(),
        "originals": _weigh_originals(),
        "reuse": {"used": used, "reused": reused},
        "orphans": OrphanFile.objects.aggregate(files=Count("pk"), size_bytes=Sum("size_bytes", default=0)),
    }


def store_figures() -> HygieneReport:
    """Count, and keep what was counted; what is older than a year goes."""
    begin = time.monotonic()
    figures = count_figures()
    HygieneReport.objects.filter(created__lt=timezone.now() - KEPT_FOR).delete()
    return HygieneReport.objects.create(figures=figures, counted_ms=round((time.monotonic() - begin) * 1000))


def read_trend() -> list[tuple[datetime, dict[str, Any]]]:
    """The last counts, oldest first."""
    rows = HygieneReport.objects.values_list("created", "figures")[:TREND_POINTS]
    return list(rows)[::-1]


def run_count(ctx: JobContext) -> None:
    """Counting as a job."""
    report = store_figures()
    ctx.checkpoint(done=1, total=1, counters={"assets": report.figures["assets"]})
    ctx.finish({"report": str(report.uuid)})


COUNT_JOB = JobKind(COUNT, _("Count of the library's health"), run_count)


def _count_missing_alt() -> dict[str, int]:
    """{locale: pictures without alternative text}, of the locales in use; one query each."""
    total = pictures().count()
    found = {}
    for locale in active_locales():
        said = AssetValues.objects.filter(
            locale=locale.ordinal, values__has_key=f"alt:{locale.code}", asset__in=pictures().values("pk")
        )
        found[locale.code] = total - said.count()
    return found


def active_locales() -> list[LocaleSpec]:
    """The locales of all channels; where no channel has any, all of them."""
    structure = get_structure()
    spoken = {code for channel in structure.channels.values() for code in channel.locales}
    return [spec for code, spec in sorted(structure.locales.items()) if code in spoken or not spoken]


def _weigh_presets() -> list[dict[str, Any]]:
    rows = (
        Rendition.objects.filter(state=RenditionState.READY)
        .values("preset", "fmt")
        .annotate(files=Count("pk"), size=Sum("size_bytes", default=0))
        .order_by(F("size").desc(), "preset", "fmt")
    )
    return [
        {"preset": row["preset"], "format": row["fmt"], "files": row["files"], "size_bytes": row["size"]}
        for row in rows
    ]


def _weigh_originals() -> list[dict[str, Any]]:
    """Files by kind and family, each counted once however many assets share it; old versions apart."""
    names = ("kind", "family", "files", "size_bytes", "old_files", "old_bytes")
    with connection.cursor() as cursor:
        cursor.execute(_ORIGINALS)
        return [dict(zip(names, (*row[:2], *map(int, row[2:])), strict=True)) for row in cursor.fetchall()]


def _estimate_assets() -> int:
    """What the planner believes; exact where the table is small."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = 'assets_asset'::regclass")
        believed = int(cursor.fetchone()[0])
    return believed if believed >= LIVE_BELOW else Asset.objects.values("pk")[:LIVE_BELOW].count()

"""The first page: what needs me, how complete the catalog is, and where I was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from assets.services.rights.alerts import SHOWN as ENDINGS_SHOWN
from assets.services.rights.alerts import list_endings
from catalog.admin.grid.rows import Row, make_rows, tone_of
from catalog.admin.grid.state import GridState, read_grid
from catalog.admin.linking.counting import count_decisions
from catalog.extensions import ShownStage, get_stage_desk
from catalog.models import Product
from catalog.services.listing import order_products, select_products
from catalog.services.snapshot import get_catalog_structure
from pim.choices import JobState
from pim.extensions import job_kinds
from pim.models import Job
from pim.querying.pages import PageRequest
from pim.querying.tree import Leaf, Operator
from pim.querysets.pages import Count, count_capped, fetch_ids
from pim.values.labels import label_of

FIGURES_KEEP_S = 60
"""How long the catalog's figures are kept: they count every product."""

FAILED_SINCE = timedelta(days=14)
SHOWN = 8


@dataclass(frozen=True, slots=True)
class SlotFigure:
    """Completeness of the catalog in one channel and locale. `percent` is the share of complete products."""

    locale: str
    complete: int
    total: int
    percent: int
    average: int
    tone: str
    url: str


@dataclass(frozen=True, slots=True)
class StageFigure:
    """Products in one stage."""

    stage: ShownStage
    count: int
    share: int
    url: str


def describe_home(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The context of the index; called by unfold."""
    user: Any = request.user
    if not user.has_perm("catalog.view_product"):
        return context
    state = read_grid(request)
    figures = _figures()
    desk = get_stage_desk()
    waiting = list(desk.waiting_stages(actor=user)) if desk else []
    queue, queued = _queue(state, waiting)
    recent_ids = Product.objects.present().order_by("-updated", "-id").values_list("pk", flat=True)[:SHOWN]
    context.update(
        title=_("Home"),
        channels=_channels(figures),
        stages=_stages(figures, desk.stages() if desk else ()),
        queue=queue,
        queue_count=queued,
        queue_url=_grid(stage__in=",".join(waiting)) if waiting else "",
        recent=make_rows(list(recent_ids), state),
        decisions=count_decisions(request),
        decisions_url=reverse("admin:catalog_assetmatch_changelist"),
        endings=list_endings() if user.has_perm("assets.view_license") else [],
        endings_shown=f":{ENDINGS_SHOWN}",
        failed_jobs=_failed_jobs() if user.has_perm("pim.view_job") else [],
        total=figures["total"],
        state=state,
    )
    return context


def _queue(state: GridState, stages: Sequence[str]) -> tuple[list[Row], Count]:
    """Products that wait for this person, those that have waited longest first."""
    if not stages:
        return [], Count(0, is_exact=True)
    where = select_products(Leaf("stage", Operator.IN, list(stages)))
    page = fetch_ids(connection, PageRequest(where, order_products("updated"), limit=SHOWN))
    return make_rows(page.ids, state), count_capped(connection, where)


def _failed_jobs() -> list[dict[str, Any]]:
    found = Job.objects.filter(state=JobState.FAILED, finished__gte=timezone.now() - FAILED_SINCE)
    rows = found.select_related("actor").defer("checkpoint", "parameters", "result").order_by("-pk")[:SHOWN]
    return [
        {
            "label": str(kind.label) if (kind := job_kinds.find(job.kind)) else job.kind,
            "url": reverse("admin:pim_job_change", args=(job.uuid,)),
            "error": job.error,
            "finished": job.finished,
            "actor": job.actor,
        }
        for job in rows
    ]


def _figures() -> dict[str, Any]:
    """Counts over the whole catalog, at most a minute old."""
    catalog = get_catalog_structure()
    key = f"home-figures-{catalog.epoch}"
    figures: dict[str, Any] | None = cache.get(key)
    if figures is None:
        figures = _count(sorted(catalog.slots.items()))
        cache.set(key, figures, FIGURES_KEEP_S)
    return figures


def _count(slots: Sequence[tuple[tuple[str, str], int]]) -> dict[str, Any]:
    columns = "".join(
        f", count(*) FILTER (WHERE c.pct[{slot + 1:d}] = 100), coalesce(avg(c.pct[{slot + 1:d}]), 0)::int"
        for _pair, slot in slots
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*){columns} FROM catalog_productcompleteness c")  # noqa: S608 - slots are numbers of ours
        total, *counts = cursor.fetchone()
        cursor.execute("SELECT stage, count(*) FROM catalog_product WHERE deleted_at IS NULL GROUP BY stage")
        stages = dict(cursor.fetchall())
    pairs = [pair for pair, _slot in slots]
    by_slot = {pair: (counts[2 * n], counts[2 * n + 1]) for n, pair in enumerate(pairs)}
    return {"total": sum(stages.values()), "with_completeness": total, "slots": by_slot, "stages": stages}


def _channels(figures: dict[str, Any]) -> list[tuple[str, list[SlotFigure]]]:
    catalog = get_catalog_structure()
    total = figures["with_completeness"]
    shown = []
    for code, channel in sorted(catalog.base.channels.items(), key=lambda item: item[1].ordinal):
        rows = []
        for locale in channel.locales:
            complete, average = figures["slots"].get((code, locale), (0, 0))
            percent = complete * 100 // total if total else 0
            url = _grid(
                **{f"complete[{code},{locale}]": "false", "kind__ne": "model", "channel": code, "locale": locale}
            )
            rows.append(SlotFigure(locale, complete, total, percent, average, tone_of(percent), url))
        shown.append((label_of(channel.labels, code), rows))
    return shown


def _stages(figures: dict[str, Any], stages: Sequence[ShownStage]) -> list[StageFigure]:
    counts: dict[str, int] = figures["stages"]
    known = {stage.code: stage for stage in stages}
    ordered = [*known.values(), *(ShownStage(code, code) for code in counts if code not in known)]
    total = sum(counts.values()) or 1
    return [
        StageFigure(stage, n, round(n * 100 / total), _grid(stage=stage.code))
        for stage in ordered
        for n in (counts.get(stage.code, 0),)
    ]


def _grid(**params: str) -> str:
    return f"{reverse('admin:catalog_product_changelist')}?{urlencode(params)}"

"""The page that looks ahead: what ends by itself, month by month, and the products that then miss a picture."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from assets.rights import phrase_of
from assets.rights.territories import territory_name
from assets.services.cells import plain_cell
from assets.services.rights.forecasting import DEFAULT_DAYS, ForecastDay, LostAsset, forecast, list_targets
from assets.services.rights.verdicts import today
from pim.services.snapshot import get_structure
from pim.values.labels import label_of

if TYPE_CHECKING:
    from pim.admin.base import UuidAdmin

SPANS = (30, 90, 180, 365)
MAX_ROWS = 100
COLUMNS = ("day", "asset", "reasons", "views", "channels", "territories", "main_picture_of", "picture_of")


@dataclass(slots=True)
class Month:
    """One bar of the timeline."""

    first: date
    n_assets: int = 0
    products: set[Any] = field(default_factory=set)
    height: int = 0

    @property
    def n_products(self) -> int:
        """Products that lose a picture in that month, each once."""
        return len(self.products)


def forecast_view(page: UuidAdmin[Any], request: HttpRequest) -> HttpResponseBase:
    """Show the forecast, or give it out as CSV with `?format=csv`."""
    if not page.has_view_permission(request):
        raise PermissionDenied
    asked = request.GET
    span = int(asked["days"]) if asked.get("days", "") in {str(days) for days in SPANS} else DEFAULT_DAYS
    channel, territory = asked.get("channel", ""), asked.get("territory", "")
    days = forecast(days=span, channel=channel, territory=territory)
    if asked.get("format") == "csv":
        return _download(days)
    targets = list_targets()
    structure = get_structure()
    months = _by_month(days, span)
    context = page.page_context(
        request,
        _("Rights forecast"),
        opts=None,
        content_title=_("Rights forecast"),
        days=[_shown(day) for day in days],
        months=months,
        span=span,
        spans=SPANS,
        channel=channel,
        territory=territory,
        channels=[
            (code, label_of(structure.channels[code].labels, code))
            for code in sorted({target.channel for target in targets})
            if code in structure.channels
        ],
        territories=[(code, territory_name(code)) for code in sorted({target.territory for target in targets} - {""})],
        n_assets=len({lost.asset.pk for day in days for lost in day.assets}),
        n_main=len({product for day in days for product in day.losing_main}),
        n_products=len({product for day in days for product in day.losing_any}),
        csv_url="?" + urlencode({"days": str(span), "channel": channel, "territory": territory, "format": "csv"}),
        library_url=f"{reverse('admin:assets_asset_changelist')}?rights=expiring",
    )
    return TemplateResponse(request, "assets/forecast.html", context)


def _shown(day: ForecastDay) -> dict[str, Any]:
    return {
        "day": day.day,
        "n_assets": len({lost.asset.pk for lost in day.assets}),
        "n_main": len(day.losing_main),
        "n_products": len(day.losing_any),
        "rows": [_row(lost) for lost in day.assets[:MAX_ROWS]],
        "rest": max(len(day.assets) - MAX_ROWS, 0),
    }


def _row(lost: LostAsset) -> dict[str, Any]:
    products = list(dict.fromkeys((use.product, use.sku) for use in (*lost.main, *lost.others)))
    return {
        "asset": lost.asset,
        "reasons": [phrase_of(code) for code in lost.codes],
        "targets": [
            f"{target.label} ({territory_name(target.territory)})" if target.territory else target.label
            for target in lost.targets
        ],
        "n_main": len({use.product for use in lost.main}),
        "n_products": len(products),
        "products": products[:10],
    }


def _by_month(days: Sequence[ForecastDay], span: int) -> list[Month]:
    """Every month of the time looked at, also those in which nothing ends."""
    first = today()
    firsts = {(first + timedelta(days=number)).replace(day=1) for number in range(span + 1)}
    months = {month: Month(month) for month in sorted(firsts)}
    for day in days:
        month = months[day.day.replace(day=1)]
        month.n_assets += len({lost.asset.pk for lost in day.assets})
        month.products |= day.losing_any
    highest = max(month.n_assets for month in months.values()) or 1
    for month in months.values():
        month.height = round(month.n_assets * 60 / highest)
    return list(months.values())


class _Echo:
    """Hands a line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def _download(days: Sequence[ForecastDay]) -> StreamingHttpResponse:
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff" + writer.writerow(COLUMNS)
        for day in days:
            for lost in day.assets:
                yield writer.writerow([plain_cell(cell) for cell in _cells(day.day, lost)])

    return StreamingHttpResponse(
        lines(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="rights-forecast.csv"', "Cache-Control": "no-store"},
    )


def _cells(day: date, lost: LostAsset) -> tuple[str, ...]:
    return (
        day.isoformat(),
        lost.asset.code,
        " ".join(lost.codes),
        " ".join(target.code for target in lost.targets),
        " ".join(sorted({target.channel for target in lost.targets})),
        " ".join(sorted({target.territory for target in lost.targets} - {""})),
        " ".join(sorted({use.sku for use in lost.main})),
        " ".join(sorted({use.sku for use in lost.others})),
    )

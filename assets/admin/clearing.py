"""The rights of one asset as a table: where it may be used, and for each no the reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from assets.choices import Medium
from assets.extensions import Target, targets
from assets.models import Asset, License, Release
from assets.rights.territories import TERRITORIES
from assets.services.rights.verdicts import judge_asset
from pim.services.snapshot import get_structure
from pim.values.labels import label_of

MAX_TERRITORIES = 12
ELSEWHERE = "ZZ"
"""A country that no agreement names. Source: ISO 3166, where ZZ is left to users."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The verdict in one place."""

    is_allowed: bool
    until: date | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RightsRow:
    """One channel."""

    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class RightsPanel:
    """Everything the page says about rights. `places` are the heads of the columns; `sentence` is the short answer."""

    sentence: str
    is_allowed: bool
    places: tuple[str, ...]
    rows: tuple[RightsRow, ...]
    reasons: tuple[str, ...]
    releases: tuple[Release, ...]
    media: tuple[str, ...]
    views: tuple[RightsRow, ...] = ()

    @property
    def tone(self) -> str:
        """Good where everything is allowed, bad where nothing is today."""
        is_everywhere = all(cell.is_allowed for row in self.rows for cell in row.cells)
        return "is-bad" if not self.is_allowed else "is-good" if is_everywhere else "is-warn"


def describe_rights(asset: Asset) -> RightsPanel:
    """Ask for the verdict on every channel in every country that an agreement names."""
    releases = tuple(asset.releases.order_by("code"))
    grants: list[License | Release] = [*([asset.license] if asset.license else []), *releases]
    named = sorted({place for grant in grants for place in grant.territories})[:MAX_TERRITORIES]
    channels = get_structure().channels
    places: list[str | None] = [*named, ELSEWHERE] if named else [None]
    rows = [RightsRow(_("Inside the house"), _judge_row(asset, None, places))]
    rows += [
        RightsRow(label_of(channels[code].labels, code), _judge_row(asset, code, places)) for code in sorted(channels)
    ]
    views = tuple(_judge_target(asset, target) for source in targets.values() for target in source.list())
    here = judge_asset(asset)
    reasons = dict.fromkeys(
        reason for row in rows for cell in row.cells for reason in cell.reasons if ELSEWHERE not in reason
    )
    media = sorted({medium for grant in grants for medium in grant.media})
    return RightsPanel(
        sentence=_summarise(rows, here.valid_until, is_allowed=here.allowed),
        is_allowed=here.allowed,
        places=tuple(_name(place) for place in places),
        rows=tuple(rows),
        reasons=tuple(reasons),
        releases=releases,
        views=views,
        media=tuple(str(Medium(medium).label) for medium in media),
    )


def _judge_target(asset: Asset, target: Target) -> RightsRow:
    verdict = judge_asset(
        asset, channel=target.channel, territory=target.territory or None, medium=target.medium or None
    )
    reasons = tuple(str(reason.message) for reason in verdict.reasons)
    return RightsRow(target.label, (Cell(verdict.allowed, verdict.valid_until, reasons),))


def _name(place: str | None) -> str:
    if place is None:
        return _("everywhere")
    return _("elsewhere") if place == ELSEWHERE else str(TERRITORIES.get(place, place))


def _judge_row(asset: Asset, channel: str | None, places: list[str | None]) -> tuple[Cell, ...]:
    cells = []
    for place in places:
        verdict = judge_asset(asset, channel=channel, territory=place)
        reasons = tuple(str(reason.message) for reason in verdict.reasons)
        cells.append(Cell(verdict.allowed, verdict.valid_until if verdict.allowed else None, reasons))
    return tuple(cells)


def _summarise(rows: list[RightsRow], until: date | None, *, is_allowed: bool) -> str:
    if not is_allowed:
        return _("May not be used today.")
    if any(not cell.is_allowed for row in rows for cell in row.cells):
        return _("May be used in some places only.")
    return _("May be used everywhere until %s.") % until if until else _("May be used everywhere.")

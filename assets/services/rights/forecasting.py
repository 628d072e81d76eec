"""Looking ahead: which files lose a right on which day, and which products then miss them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from uuid import UUID

from django.db.models import Q, QuerySet

from assets import extensions
from assets.extensions import ProductUse, Target
from assets.models import Asset, AssetRelease
from assets.rights import Subject
from assets.rights.forecast import Loss, Place, find_losses
from assets.services.rights.verdicts import subject_of, today

DEFAULT_DAYS = 90
MAX_DAYS = 366 * 3


@dataclass(frozen=True, slots=True)
class LostAsset:
    """An asset that loses a right: the first reason's sentence is told in its own words by `codes`."""

    asset: Asset
    codes: tuple[str, ...]
    targets: tuple[Target, ...]
    main: tuple[ProductUse, ...]
    others: tuple[ProductUse, ...]


@dataclass
class ForecastDay:
    """What happens on one day. Products are counted once, whatever number of files they lose."""

    day: date
    assets: list[LostAsset] = field(default_factory=list)

    @cached_property
    def losing_main(self) -> set[UUID]:
        """Products that lose their main picture."""
        return {use.product for lost in self.assets for use in lost.main}

    @cached_property
    def losing_any(self) -> set[UUID]:
        """Products that lose a picture, the main one or another."""
        return self.losing_main | {use.product for lost in self.assets for use in lost.others}


def list_targets() -> list[Target]:
    """Where files are shown to others: for these places the verdict is asked."""
    return [target for source in extensions.targets.values() for target in source.list()]


def forecast(
    *,
    days: int = DEFAULT_DAYS,
    until: date | None = None,
    channel: str | None = None,
    territory: str | None = None,
) -> list[ForecastDay]:
    """What ends by itself within these days, by day, with the products that then miss a picture.

    Six queries, whatever the number of assets. A product counts where it is live today in a place that loses the file.

    Args:
        until: the last day looked at; instead of `days`.
        channel, territory: only places of this channel, or in this country.
    """
    start = today()
    last = min(until or start + timedelta(days=days), start + timedelta(days=MAX_DAYS))
    targets = [
        target for target in list_targets()
        if channel in (None, "", target.channel) and territory in (None, "", target.territory)
    ]  # fmt: skip
    found = _find_losses(targets, after=start, until=last)
    uses = _read_uses([asset.uuid for asset, _losses in found])
    shown = _read_shown({use.product for each in uses.values() for use in each})
    by_day: dict[date, ForecastDay] = {}
    for asset, losses in found:
        for loss in losses:
            hit = tuple(target for target in targets if _place_of(target) in loss.places)
            missed = [use for use in uses.get(asset.uuid, ()) if _is_missed(use, hit, shown)]
            by_day.setdefault(loss.day, ForecastDay(loss.day)).assets.append(
                LostAsset(
                    asset,
                    loss.codes,
                    hit,
                    tuple(use for use in missed if use.is_main),
                    tuple(use for use in missed if not use.is_main),
                )
            )
    return [by_day[day] for day in sorted(by_day)]


def ending_assets(*, after: date, until: date) -> QuerySet[Asset]:
    """Assets of which some window is over after one day and until another; not every one of them is in force now."""
    window = (after, until - timedelta(days=1))
    by_release = AssetRelease.objects.filter(release__valid_until__range=window).values("asset_id")
    return Asset.objects.with_current().filter(
        Q(license__valid_until__range=window) | Q(valid_until__range=window) | Q(pk__in=by_release)
    )


def _find_losses(targets: Sequence[Target], *, after: date, until: date) -> list[tuple[Asset, list[Loss]]]:
    """Equal terms are judged once."""
    places = {_place_of(target) for target in targets} or {Place()}
    known: dict[Subject, list[Loss]] = {}
    found = []
    for asset in ending_assets(after=after, until=until).defer("version__metadata").order_by("code_key"):
        subject = subject_of(asset)
        if subject not in known:
            known[subject] = list(find_losses(subject, sorted(places, key=_order), after=after, until=until))
        if known[subject]:
            found.append((asset, known[subject]))
    return found


def _order(place: Place) -> tuple[str, str, str]:
    return place.channel, place.territory, place.medium


def _place_of(target: Target) -> Place:
    return Place(target.channel, target.territory, target.medium)


def _read_uses(assets: Collection[UUID]) -> Mapping[UUID, list[ProductUse]]:
    uses: dict[UUID, list[ProductUse]] = defaultdict(list)
    for source in extensions.product_uses.values():
        for use in source.read(assets):
            uses[use.asset].append(use)
    return uses


def _read_shown(products: Collection[UUID]) -> Mapping[UUID, set[str]]:
    shown: dict[UUID, set[str]] = defaultdict(set)
    for source in extensions.targets.values():
        for product, codes in source.shown(products).items():
            shown[product].update(codes)
    return shown


def _is_missed(use: ProductUse, targets: Iterable[Target], shown: Mapping[UUID, Collection[str]]) -> bool:
    """Whether a place that loses the file shows the product with it today."""
    return any(use.channel in ("", target.channel) and target.code in shown.get(use.product, ()) for target in targets)

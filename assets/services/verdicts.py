"""The verdict on an asset, for whoever is about to give out an address of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

from assets.models import Asset
from assets.rights import LicenseTerms, Verdict, judge


def today() -> date:
    """The day on which verdicts are given, in UTC everywhere."""
    return timezone.now().astimezone(UTC).date()


def judge_asset(asset: Asset, *, channel: str | None = None, on: date | None = None) -> Verdict:
    """May this asset be used, on this channel, that day? Load the asset with its licence."""
    return judge(terms_of(asset), on=on or today(), channel=channel)


def terms_of(asset: Asset) -> LicenseTerms | None:
    """What its licence allows; None: it is the house's own."""
    return asset.license.terms if asset.license is not None else None


def end_of_right(terms: LicenseTerms) -> datetime | None:
    """The moment at which the right is over."""
    if terms.valid_until is None:
        return None
    return datetime.combine(terms.valid_until + timedelta(days=1), time.min, tzinfo=UTC)

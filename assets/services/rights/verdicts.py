"""The verdict on an asset, for whoever is about to give out an address of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from assets.models import Asset
from assets.querysets import RELEASE_TERMS, read_release_rows
from assets.rights import ReleaseTerms, Subject, Verdict, judge

NEVER = datetime(2100, 1, 1, tzinfo=UTC)
"""What stands in a signed address where the right has no end; such an address lives until the right changes."""


def today() -> date:
    """The day on which verdicts are given, in UTC everywhere."""
    return timezone.now().astimezone(UTC).date()


def judge_asset(
    asset: Asset,
    *,
    channel: str | None = None,
    territory: str | None = None,
    medium: str | None = None,
    on: date | None = None,
) -> Verdict:
    """May this asset be used: on this channel, in this country, in this medium, that day?

    None asks nothing: no channel is use inside the house, no territory is use bound to no country. Load the asset with
    `with_current()`, then it costs no query.
    """
    return judge_subject(subject_of(asset), channel=channel, territory=territory, medium=medium, on=on)


def judge_subject(
    subject: Subject,
    *,
    channel: str | None = None,
    territory: str | None = None,
    medium: str | None = None,
    on: date | None = None,
) -> Verdict:
    """The same of what is agreed; `on` defaults to today, UTC."""
    return judge(subject, on=on or today(), channel=channel, territory=territory, medium=medium)


def subject_of(asset: Asset) -> Subject:
    """What is agreed about an asset, as the pure verdict reads it."""
    loaded = asset.__dict__.get(RELEASE_TERMS)
    if loaded is None:
        load_releases([asset])
        loaded = asset.__dict__[RELEASE_TERMS]
    return Subject(
        license=asset.license.terms if asset.license is not None else None,
        releases=tuple(_release_terms(row) for row in loaded),
        valid_from=asset.valid_from,
        valid_until=asset.valid_until,
    )


def load_releases(assets: Iterable[Asset]) -> None:
    """Read anew what the releases of loaded assets say, after either has changed; one query."""
    by_pk = {asset.pk: asset for asset in assets}
    for asset in by_pk.values():
        asset.__dict__[RELEASE_TERMS] = []
    for pk, row in read_release_rows(by_pk):
        by_pk[pk].__dict__[RELEASE_TERMS].append(row)


def is_guarded(asset: Asset) -> bool:
    """Whether addresses of the asset's files are signed."""
    return subject_of(asset).is_guarded


def end_of_right(last_day: date | None) -> datetime:
    """The moment at which a right is over, by its last day."""
    return datetime.combine(last_day + timedelta(days=1), time.min, tzinfo=UTC) if last_day else NEVER


def _release_terms(row: Mapping[str, Any]) -> ReleaseTerms:
    return ReleaseTerms(
        code=row["code"],
        valid_from=_day(row["valid_from"]),
        valid_until=_day(row["valid_until"]),
        channels=frozenset(row["channels"]),
        territories=frozenset(row["territories"]),
        media=frozenset(row["media"]),
        withdrawn=_day(row["withdrawn"]),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None

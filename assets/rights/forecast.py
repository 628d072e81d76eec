"""When a yes turns into a no by itself, and where."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from assets.rights.terms import Subject
from assets.rights.verdict import judge, turning_days


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is shown; both empty: inside the house."""

    channel: str = ""
    territory: str = ""
    medium: str = ""


@dataclass(frozen=True, slots=True)
class Loss:
    """On this day something may not be used any more in these places, for these reasons (codes)."""

    day: date
    places: tuple[Place, ...]
    codes: tuple[str, ...]


def find_losses(subject: Subject, places: Collection[Place], *, after: date, until: date) -> Iterator[Loss]:
    """Every day in (after, until] on which the verdict turns from yes to no in some of these places, in order."""
    for day in sorted(turning_days(subject)):
        if not after < day <= until:
            continue
        lost: dict[tuple[str, ...], list[Place]] = {}
        for place in places:
            asked = {"channel": place.channel, "territory": place.territory, "medium": place.medium}
            now = judge(subject, on=day, **asked)
            if not now.allowed and judge(subject, on=day - timedelta(days=1), **asked).allowed:
                lost.setdefault(now.codes, []).append(place)
        for codes, found in lost.items():
            yield Loss(day, tuple(found), codes)

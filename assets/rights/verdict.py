"""The one verdict every exit asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from pim.errors import Problem


@dataclass(frozen=True, slots=True)
class LicenseTerms:
    """What a licence allows. Both days belong to the window; empty `channels` means every channel."""

    code: str
    valid_from: date | None = None
    valid_until: date | None = None
    channels: frozenset[str] = frozenset()

    @property
    def is_guarded(self) -> bool:
        """Whether URLs must expire: the right ends some day."""
        return self.valid_until is not None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer, with a reason for each no. `valid_until` is the last day on which a yes holds."""

    allowed: bool
    reasons: tuple[Problem, ...] = ()
    valid_until: date | None = None


FREE = Verdict(allowed=True)


def judge(terms: LicenseTerms | None, *, on: date, channel: str | None = None) -> Verdict:
    """Decide whether a file may be used.
    `terms` is None where the file has no licence: it is the house's own. `channel` is None for use inside the house
    (admin, management API), which no channel limit forbids. `on` is a day in UTC.
    """
    if terms is None:
        return FREE
    reasons: list[Problem] = []
    if terms.valid_from and on < terms.valid_from:
        reasons.append(
            Problem(
                "license_not_yet_valid",
                _("The licence %(code)s begins on %(day)s.") % {"code": terms.code, "day": terms.valid_from},
            )
        )
    if terms.valid_until and on > terms.valid_until:
        reasons.append(
            Problem(
                "license_expired",
                _("The licence %(code)s ended on %(day)s.") % {"code": terms.code, "day": terms.valid_until},
            )
        )
    if channel is not None and terms.channels and channel not in terms.channels:
        reasons.append(
            Problem(
                "license_excludes_channel",
                _("The licence %(code)s does not cover the channel %(channel)s.")
                % {"code": terms.code, "channel": channel},
            )
        )
    if reasons:
        return Verdict(allowed=False, reasons=tuple(reasons))
    return Verdict(allowed=True, valid_until=terms.valid_until)


def first_day_without_right(terms: LicenseTerms) -> date | None:
    """The day on which a verdict turns to no by itself; None where it never does."""
    return terms.valid_until + timedelta(days=1) if terms.valid_until else None

"""The one verdict every exit asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain

from django.utils.translation import gettext_lazy as _

from assets.rights.terms import FREE_SUBJECT, Grant, ReleaseTerms, Source, Subject
from pim.errors import Problem

_SENTENCES = {
    "license_not_yet_valid": _("The licence %(code)s begins on %(day)s."),
    "license_expired": _("The licence %(code)s ended on %(day)s."),
    "license_excludes_channel": _("The licence %(code)s does not cover the channel %(place)s."),
    "license_excludes_territory": _("The licence %(code)s does not cover %(place)s."),
    "license_excludes_medium": _("The licence %(code)s does not cover the medium %(place)s."),
    "release_not_yet_valid": _("The release %(code)s begins on %(day)s."),
    "release_expired": _("The release %(code)s ended on %(day)s."),
    "release_excludes_channel": _("The release %(code)s does not cover the channel %(place)s."),
    "release_excludes_territory": _("The release %(code)s does not cover %(place)s."),
    "release_excludes_medium": _("The release %(code)s does not cover the medium %(place)s."),
    "release_withdrawn": _("The release %(code)s was withdrawn on %(day)s."),
    "asset_not_yet_usable": _("The file may be used from %(day)s on."),
    "asset_no_longer_usable": _("The file was usable until %(day)s."),
}
REASONS = frozenset(_SENTENCES)
"""Every code a verdict may give."""

_PHRASES = {
    "license_not_yet_valid": _("its licence has not begun"),
    "license_expired": _("its licence has ended"),
    "license_excludes_channel": _("its licence does not cover the channel"),
    "license_excludes_territory": _("its licence does not cover the country"),
    "license_excludes_medium": _("its licence does not cover the medium"),
    "release_not_yet_valid": _("a release has not begun"),
    "release_expired": _("a release has ended"),
    "release_excludes_channel": _("a release does not cover the channel"),
    "release_excludes_territory": _("a release does not cover the country"),
    "release_excludes_medium": _("a release does not cover the medium"),
    "release_withdrawn": _("a release was withdrawn"),
    "asset_not_yet_usable": _("it is under embargo"),
    "asset_no_longer_usable": _("its time of use is over"),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer, with a reason for each no.

    `valid_until` is the last day on which a yes holds, None where it has no end. `changes_on` is the next day on which
    some window begins or is over: until then the answer stays what it is. `credit` is what must stand beside a picture.
    """

    allowed: bool
    reasons: tuple[Problem, ...] = ()
    valid_until: date | None = None
    needs_watermark: bool = False
    credit: str = ""
    changes_on: date | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the reasons, in their order."""
        return tuple(reason.code for reason in self.reasons)


FREE = Verdict(allowed=True)


def phrase_of(code: str) -> str:
    """A reason in some words, where nothing but its code is known."""
    return str(_PHRASES.get(code, code))


def judge(
    subject: Subject,
    *,
    on: date,
    channel: str | None = None,
    territory: str | None = None,
    medium: str | None = None,
) -> Verdict:
    """Decide whether a file may be used; all reasons at once: the licence's, each release's, the file's own.

    Args:
        on: a day in UTC.
        channel: None for use inside the house (admin, management API), which no channel limit forbids.
        territory: ISO 3166 code; None where the use is bound to no country.
        medium: see `assets.choices.Medium`; None where it is not known.
    """
    if subject == FREE_SUBJECT:
        return FREE
    grants = list(subject.grants)
    reasons = tuple(
        chain.from_iterable(
            _judge_grant(grant, on=on, channel=channel, territory=territory, medium=medium) for grant in grants
        )
    )
    ends = [grant.valid_until for grant in grants if grant.valid_until]
    return Verdict(
        allowed=not reasons,
        reasons=reasons,
        valid_until=None if reasons else min(ends, default=None),
        needs_watermark=subject.needs_watermark,
        credit=subject.license.credit if subject.license else "",
        changes_on=next_change(subject, after=on),
    )


def next_change(subject: Subject, *, after: date) -> date | None:
    """The first day after this one on which the verdict may be another; None where it never is by itself."""
    return min((day for day in turning_days(subject) if day > after), default=None)


def turning_days(subject: Subject) -> set[date]:
    """All days on which a window begins, or is over for the first time."""
    begins = {grant.valid_from for grant in subject.grants if grant.valid_from}
    over = {grant.valid_until + timedelta(days=1) for grant in subject.grants if grant.valid_until}
    return begins | over


def _judge_grant(
    grant: Grant, *, on: date, channel: str | None, territory: str | None, medium: str | None
) -> Iterator[Problem]:
    source = grant.source
    if isinstance(grant, ReleaseTerms) and grant.withdrawn is not None:
        yield _reason("release_withdrawn", grant, day=grant.withdrawn)
    if grant.valid_from and on < grant.valid_from:
        code = "asset_not_yet_usable" if source is Source.ASSET else f"{source}_not_yet_valid"
        yield _reason(code, grant, day=grant.valid_from)
    if grant.valid_until and on > grant.valid_until:
        code = "asset_no_longer_usable" if source is Source.ASSET else f"{source}_expired"
        yield _reason(code, grant, day=grant.valid_until)
    for name, asked, covered in (
        ("channel", channel, grant.channels),
        ("territory", territory, grant.territories),
        ("medium", medium, grant.media),
    ):
        if asked and covered and asked not in covered:
            yield _reason(f"{source}_excludes_{name}", grant, place=asked)


def _reason(code: str, grant: Grant, **words: object) -> Problem:
    pointer = {Source.LICENSE: "/license", Source.RELEASE: f"/releases/{grant.code}", Source.ASSET: ""}[grant.source]
    return Problem(code, _SENTENCES[code] % {"code": grant.code, **words}, pointer)

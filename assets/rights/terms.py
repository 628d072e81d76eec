"""What agreements and embargoes say about one file, as plain facts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache


class Source(StrEnum):
    """Whose word it is; the first part of a reason's code."""

    LICENSE = "license"
    RELEASE = "release"
    ASSET = "asset"


@dataclass(frozen=True, slots=True)
class Grant:
    """When and where something may be used. Both days belong to the window; an empty set means everywhere."""

    code: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    channels: frozenset[str] = frozenset()
    territories: frozenset[str] = frozenset()
    media: frozenset[str] = frozenset()

    @property
    def source(self) -> Source:
        """The asset's own dates, unless a subclass says otherwise."""
        return Source.ASSET

    @property
    def is_guarded(self) -> bool:
        """Whether addresses must be signed: the right ends some day, or holds in some places only."""
        return self.valid_until is not None or bool(self.territories or self.media)

    @property
    def is_limited(self) -> bool:
        """Whether it forbids or asks for anything at all."""
        return bool(self.valid_from or self.valid_until or self.channels or self.territories or self.media)

    def canonical(self) -> list[object]:
        """Everything a verdict depends on, as JSON in one form."""
        return [
            self.source,
            self.code,
            self.valid_from.isoformat() if self.valid_from else None,
            self.valid_until.isoformat() if self.valid_until else None,
            *(sorted(part) for part in (self.channels, self.territories, self.media)),
        ]

    def covers(self, other: Grant) -> bool:
        """Whether this allows whatever the other allows."""
        begins = self.valid_from is None or (other.valid_from is not None and self.valid_from <= other.valid_from)
        ends = self.valid_until is None or (other.valid_until is not None and other.valid_until <= self.valid_until)
        return (
            begins
            and ends
            and all(
                not mine or (theirs and theirs <= mine)
                for mine, theirs in (
                    (self.channels, other.channels),
                    (self.territories, other.territories),
                    (self.media, other.media),
                )
            )
        )


@dataclass(frozen=True, slots=True)
class LicenseTerms(Grant):
    """What a licence allows, and what it asks for in return."""

    needs_watermark: bool = False
    credit: str = ""

    @property
    def source(self) -> Source:
        """A licence."""
        return Source.LICENSE

    @property
    def is_limited(self) -> bool:
        """A watermark is asked for too."""
        return self.needs_watermark or any(
            (self.valid_from, self.valid_until, self.channels, self.territories, self.media)
        )

    def canonical(self) -> list[object]:
        """See `Grant.canonical`."""
        return [*Grant.canonical(self), self.needs_watermark]


@dataclass(frozen=True, slots=True)
class ReleaseTerms(Grant):
    """What a person or an owner of property consents to; `withdrawn` is the day on which the consent ended."""

    withdrawn: date | None = None

    @property
    def source(self) -> Source:
        """A release."""
        return Source.RELEASE

    @property
    def is_guarded(self) -> bool:
        """Always: a consent may be withdrawn any day."""
        return True

    @property
    def is_limited(self) -> bool:
        """Always, for the same reason."""
        return True

    def canonical(self) -> list[object]:
        """See `Grant.canonical`."""
        return [*Grant.canonical(self), self.withdrawn is not None]


@dataclass(frozen=True, slots=True)
class Subject:
    """One file with everything that is agreed about it. No licence and no release: it is the house's own."""

    license: LicenseTerms | None = None
    releases: tuple[ReleaseTerms, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None

    @property
    def grants(self) -> Iterator[Grant]:
        """All that must say yes."""
        if self.license is not None:
            yield self.license
        yield from self.releases
        if self.valid_from is not None or self.valid_until is not None:
            yield Grant(valid_from=self.valid_from, valid_until=self.valid_until)

    @property
    def is_guarded(self) -> bool:
        """Whether addresses of its files must be signed."""
        return any(grant.is_guarded for grant in self.grants)

    @property
    def needs_watermark(self) -> bool:
        """Whether renditions carry a watermark, whatever their preset says."""
        return self.license is not None and self.license.needs_watermark

    @property
    def fingerprint(self) -> str:
        """A name of these terms, 32 hex digits, equal exactly where they are; empty where nothing limits the use.

        It is part of a rendition's digest: addresses that were handed out under other terms lead elsewhere.
        """
        return _fingerprint(self) if self != FREE_SUBJECT else ""


FREE_SUBJECT = Subject()


@lru_cache(maxsize=4_096)  # many files are under the same terms
def _fingerprint(subject: Subject) -> str:
    terms = sorted(json.dumps(grant.canonical()) for grant in subject.grants if grant.is_limited)
    return hashlib.sha256("\n".join(terms).encode()).hexdigest()[:32] if terms else ""


def restricts(after: Subject, before: Subject) -> bool:
    """Whether something that was allowed may not be any more, so that addresses handed out must stop working.

    False only where `after` certainly allows whatever `before` did.
    """
    if after.needs_watermark and not before.needs_watermark:
        return True
    if any(release.withdrawn for release in after.releases):
        return not any(release.withdrawn for release in before.releases)
    return not all(any(new.covers(old) for old in before.grants) or new.covers(Grant()) for new in after.grants)

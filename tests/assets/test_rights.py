from __future__ import annotations

from datetime import date

import pytest

from assets.rights import LicenseTerms, judge

TERMS = LicenseTerms("summer", date(2026, 6, 1), date(2026, 8, 31), frozenset({"print"}))


@pytest.mark.parametrize(
    ("day", "channel", "codes"),
    [
        (date(2026, 5, 31), "print", ["license_not_yet_valid"]),
        (date(2026, 6, 1), "print", []),
        (date(2026, 8, 31), "print", []),
        (date(2026, 9, 1), "print", ["license_expired"]),
        (date(2026, 7, 1), "mobile", ["license_excludes_channel"]),
        (date(2026, 9, 1), "mobile", ["license_expired", "license_excludes_channel"]),
        (date(2026, 7, 1), None, []),
    ],
)
def test_the_verdict_names_every_reason(day: date, channel: str | None, codes: list[str]) -> None:
    verdict = judge(TERMS, on=day, channel=channel)

    assert verdict.allowed is (not codes)
    assert [reason.code for reason in verdict.reasons] == codes
    assert verdict.valid_until == (date(2026, 8, 31) if verdict.allowed else None)


def test_what_has_no_licence_is_free() -> None:
    verdict = judge(None, on=date(2026, 1, 1), channel="print")

    assert verdict.allowed
    assert verdict.valid_until is None

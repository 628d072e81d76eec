from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.rights import (
    FREE,
    FREE_SUBJECT,
    REASONS,
    LicenseTerms,
    ReleaseTerms,
    Subject,
    judge,
    next_change,
    phrase_of,
    restricts,
    turning_days,
)
from assets.rights.territories import TERRITORIES, territory_name

SUMMER = LicenseTerms(
    "summer",
    date(2026, 6, 1),
    date(2026, 8, 31),
    frozenset({"print"}),
    frozenset({"DE", "AT"}),
    frozenset({"web", "social"}),
    needs_watermark=True,
    credit="Ada Archive",
)
ANNA = ReleaseTerms("anna", date(2026, 5, 1), date(2026, 7, 31), frozenset(), frozenset({"DE"}), frozenset({"web"}))


@pytest.mark.parametrize(
    ("day", "channel", "territory", "medium", "codes"),
    [
        (date(2026, 5, 31), "print", "DE", "web", ["license_not_yet_valid"]),
        (date(2026, 6, 1), "print", "DE", "web", []),
        (date(2026, 8, 31), "print", "AT", "social", []),
        (date(2026, 9, 1), "print", "DE", "web", ["license_expired"]),
        (date(2026, 7, 1), "mobile", "DE", "web", ["license_excludes_channel"]),
        (date(2026, 7, 1), "print", "FR", "web", ["license_excludes_territory"]),
        (date(2026, 7, 1), "print", "DE", "print", ["license_excludes_medium"]),
        (
            date(2026, 9, 1),
            "mobile",
            "FR",
            "outdoor",
            ["license_expired", "license_excludes_channel", "license_excludes_territory", "license_excludes_medium"],
        ),
        (date(2026, 7, 1), None, None, None, []),
        (date(2026, 7, 1), "", "", "", []),
    ],
)
def test_a_licence_names_every_reason(
    day: date, channel: str | None, territory: str | None, medium: str | None, codes: list[str]
) -> None:
    verdict = judge(Subject(SUMMER), on=day, channel=channel, territory=territory, medium=medium)

    assert verdict.allowed is (not codes)
    assert list(verdict.codes) == codes
    assert verdict.valid_until == (date(2026, 8, 31) if verdict.allowed else None)
    assert (verdict.needs_watermark, verdict.credit) == (True, "Ada Archive")


@pytest.mark.parametrize(
    ("release", "codes"),
    [
        (ANNA, []),
        (ReleaseTerms("anna", valid_from=date(2026, 7, 2)), ["release_not_yet_valid"]),
        (ReleaseTerms("anna", valid_until=date(2026, 6, 30)), ["release_expired"]),
        (ReleaseTerms("anna", channels=frozenset({"mobile"})), ["release_excludes_channel"]),
        (ReleaseTerms("anna", territories=frozenset({"AT"})), ["release_excludes_territory"]),
        (ReleaseTerms("anna", media=frozenset({"print"})), ["release_excludes_medium"]),
        (ReleaseTerms("anna", withdrawn=date(2026, 6, 9)), ["release_withdrawn"]),
        (
            ReleaseTerms("anna", valid_until=date(2026, 6, 30), withdrawn=date(2026, 6, 9)),
            ["release_withdrawn", "release_expired"],
        ),
    ],
)
def test_a_release_names_every_reason(release: ReleaseTerms, codes: list[str]) -> None:
    verdict = judge(Subject(releases=(release,)), on=date(2026, 7, 1), channel="print", territory="DE", medium="web")

    assert list(verdict.codes) == codes


def test_reasons_of_licence_releases_and_embargo_come_together_and_say_what_they_are_about() -> None:
    subject = Subject(
        LicenseTerms("old", valid_until=date(2026, 1, 31)),
        (ANNA, ReleaseTerms("bob", withdrawn=date(2026, 2, 3))),
        valid_from=date(2026, 12, 1),
    )

    verdict = judge(subject, on=date(2026, 2, 4))

    assert [(reason.code, reason.pointer) for reason in verdict.reasons] == [
        ("license_expired", "/license"),
        ("release_not_yet_valid", "/releases/anna"),
        ("release_withdrawn", "/releases/bob"),
        ("asset_not_yet_usable", ""),
    ]
    assert [str(reason.message) for reason in verdict.reasons] == [
        "The licence old ended on 2026-01-31.",
        "The release anna begins on 2026-05-01.",
        "The release bob was withdrawn on 2026-02-03.",
        "The file may be used from 2026-12-01 on.",
    ]


@pytest.mark.parametrize(
    ("day", "codes", "until"),
    [
        (date(2026, 2, 28), ["asset_not_yet_usable"], None),
        (date(2026, 3, 1), [], date(2026, 3, 31)),
        (date(2026, 4, 1), ["asset_no_longer_usable"], None),
    ],
)
def test_an_embargo_holds_on_both_sides(day: date, codes: list[str], until: date | None) -> None:
    verdict = judge(Subject(valid_from=date(2026, 3, 1), valid_until=date(2026, 3, 31)), on=day)

    assert (list(verdict.codes), verdict.valid_until) == (codes, until)


def test_the_earliest_end_counts_and_the_next_turning_day_is_told() -> None:
    subject = Subject(SUMMER, (ANNA,), valid_until=date(2026, 12, 31))

    verdict = judge(subject, on=date(2026, 7, 1), channel="print", territory="DE", medium="web")

    assert verdict.valid_until == date(2026, 7, 31)
    assert verdict.changes_on == date(2026, 8, 1)
    assert turning_days(subject) == {
        date(2026, 6, 1), date(2026, 9, 1), date(2026, 5, 1), date(2026, 8, 1), date(2027, 1, 1)
    }  # fmt: skip


def test_what_has_no_licence_is_free() -> None:
    assert judge(FREE_SUBJECT, on=date(2026, 1, 1), channel="print", territory="DE", medium="web") is FREE
    assert (FREE_SUBJECT.is_guarded, FREE_SUBJECT.fingerprint) == (False, "")


@pytest.mark.parametrize(
    ("subject", "guarded"),
    [
        (Subject(LicenseTerms("a")), False),
        (Subject(LicenseTerms("a", channels=frozenset({"print"}))), False),
        (Subject(LicenseTerms("a", valid_from=date(2026, 1, 1))), False),
        (Subject(LicenseTerms("a", valid_until=date(2026, 1, 1))), True),
        (Subject(LicenseTerms("a", territories=frozenset({"DE"}))), True),
        (Subject(LicenseTerms("a", media=frozenset({"web"}))), True),
        (Subject(releases=(ReleaseTerms("anna"),)), True),
        (Subject(valid_from=date(2026, 1, 1)), False),
        (Subject(valid_until=date(2026, 1, 1)), True),
    ],
)
def test_an_address_is_signed_where_something_ends_or_is_bound_to_a_place(subject: Subject, guarded: bool) -> None:
    assert subject.is_guarded is guarded


def test_the_fingerprint_names_the_terms_and_not_their_order() -> None:
    bob = ReleaseTerms("bob")

    assert Subject(SUMMER, (ANNA, bob)).fingerprint == Subject(SUMMER, (bob, ANNA)).fingerprint
    assert len(Subject(SUMMER).fingerprint) == 32
    assert Subject(SUMMER).fingerprint != Subject(SUMMER, (bob,)).fingerprint
    assert (
        Subject(releases=(bob,)).fingerprint != Subject(releases=(ReleaseTerms("bob", withdrawn=date.min),)).fingerprint
    )


DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 31))
OPTIONAL_DAYS = st.none() | DAYS
CHANNELS, COUNTRIES, MEDIA = (
    st.frozensets(st.sampled_from(names), max_size=2)
    for names in (("web", "print"), ("DE", "FR", "US"), ("web", "social", "print"))
)
LICENSES = st.builds(
    LicenseTerms, st.just("l"), OPTIONAL_DAYS, OPTIONAL_DAYS, CHANNELS, COUNTRIES, MEDIA, needs_watermark=st.booleans()
)
RELEASES = st.builds(
    ReleaseTerms,
    st.sampled_from("ab"),
    OPTIONAL_DAYS,
    OPTIONAL_DAYS,
    CHANNELS,
    COUNTRIES,
    MEDIA,
    withdrawn=OPTIONAL_DAYS,
)
SUBJECTS = st.builds(
    Subject, st.none() | LICENSES, st.lists(RELEASES, max_size=2).map(tuple), OPTIONAL_DAYS, OPTIONAL_DAYS
)
QUESTIONS = st.fixed_dictionaries(
    {
        "channel": st.none() | st.sampled_from(("web", "print")),
        "territory": st.none() | st.sampled_from(("DE", "FR", "US")),
        "medium": st.none() | st.sampled_from(("web", "social", "print")),
    }
)


@given(SUBJECTS, DAYS, QUESTIONS)
def test_a_verdict_is_a_yes_exactly_where_there_is_no_reason(
    subject: Subject, day: date, question: dict[str, str]
) -> None:
    verdict = judge(subject, on=day, **question)

    assert verdict.allowed is not verdict.reasons or not verdict.reasons
    assert verdict.allowed == (not verdict.reasons)
    assert set(verdict.codes) <= REASONS


@given(SUBJECTS, DAYS, QUESTIONS)
def test_a_yes_holds_until_its_last_day_and_no_longer(subject: Subject, day: date, question: dict[str, str]) -> None:
    verdict = judge(subject, on=day, **question)

    if verdict.allowed and verdict.valid_until:
        assert judge(subject, on=verdict.valid_until, **question).allowed
        assert not judge(subject, on=verdict.valid_until + timedelta(days=1), **question).allowed


@given(SUBJECTS, DAYS, QUESTIONS)
def test_nothing_changes_before_the_day_it_says(subject: Subject, day: date, question: dict[str, str]) -> None:
    verdict = judge(subject, on=day, **question)

    last = next_change(subject, after=day)
    assert verdict.changes_on == last or subject == FREE_SUBJECT
    same = (last - timedelta(days=1)) if last else date(2030, 1, 1)
    assert judge(subject, on=same, **question).codes == verdict.codes


@given(SUBJECTS, DAYS, QUESTIONS)
def test_asking_less_never_finds_more_reasons(subject: Subject, day: date, question: dict[str, str]) -> None:
    inside = judge(subject, on=day)

    assert set(inside.codes) <= set(judge(subject, on=day, **question).codes)


@given(SUBJECTS, SUBJECTS, DAYS, QUESTIONS)
def test_terms_that_do_not_restrict_allow_whatever_was_allowed(
    after: Subject, before: Subject, day: date, question: dict[str, str]
) -> None:
    if not restricts(after, before) and judge(before, on=day, **question).allowed:
        verdict = judge(after, on=day, **question)
        assert verdict.allowed
        assert before.needs_watermark or not verdict.needs_watermark


@given(SUBJECTS)
def test_the_same_terms_restrict_nothing(subject: Subject) -> None:
    assert not restricts(subject, subject)
    assert not restricts(FREE_SUBJECT, subject)


def test_every_reason_has_a_phrase() -> None:
    assert [code for code in REASONS if phrase_of(code) == code] == []


def test_countries_are_the_249_of_iso_3166() -> None:
    assert len(TERRITORIES) == 249
    assert territory_name("DE") == "Germany"
    assert territory_name("XX") == "XX"

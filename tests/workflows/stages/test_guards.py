"""What guards demand, and their exact sentences."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pim.errors import Problem, Refused
from workflows.stages.guards import (
    Complete,
    Condition,
    Guard,
    NothingMissing,
    RightsUsable,
    SubjectFacts,
    dump_guard,
    load_guard,
)

SLOTS = [("print", "de_DE"), ("print", "en_US"), ("web", "en_US")]


def check(guard: Guard, **facts: Any) -> list[tuple[str, str]]:
    problems = guard.check(SubjectFacts("mug", "draft", **facts), SLOTS)
    return [(problem.code, str(problem.message)) for problem in problems]


def test_completeness_is_asked_of_every_locale_of_the_channel() -> None:
    completeness = {("print", "de_DE"): 60, ("print", "en_US"): 100, ("web", "en_US"): 0}

    assert check(Complete(100, "print"), completeness=completeness) == [
        ("incomplete", "For print in de_DE this is complete to 60 %; 100 % is asked.")
    ]


def test_completeness_of_named_locales_only() -> None:
    completeness = {("print", "de_DE"): 0, ("print", "en_US"): 80}

    assert check(Complete(80, "print", ("en_US",)), completeness=completeness) == []


def test_completeness_that_nobody_has_computed_blocks() -> None:
    assert check(Complete(1, "web"), completeness={("web", "en_US"): None}) == [
        ("completeness_unknown", "Nobody knows yet how complete this is for web in en_US.")
    ]


def test_a_model_is_never_asked_for_completeness() -> None:
    assert check(Complete(100), lends_only=True) == []
    assert check(NothingMissing(), lends_only=True, missing={("web", "en_US"): ["name"]}) == []


def test_without_a_family_nobody_can_say_what_is_complete() -> None:
    told = [("no_family", "This has no family, so nobody can say whether it is complete.")]

    assert check(Complete(100), has_family=False) == told
    assert check(NothingMissing(), has_family=False) == told


def test_missing_attributes_are_named_up_to_five() -> None:
    missing = {("print", "de_DE"): ["a", "b", "c", "d", "e", "f", "g"], ("web", "en_US"): ["name"]}

    assert check(NothingMissing(), missing=missing) == [
        ("required_missing", "For print in de_DE this lacks a, b, c, d, e and 2 more."),
        ("required_missing", "For web in en_US this lacks name."),
    ]


def test_rights_are_asked_for_the_channel_of_the_guard() -> None:
    rights = {"": [], "print": [Problem("license_expired", "mug-1: The licence ended.")]}

    assert check(RightsUsable(), rights=rights) == []
    assert check(RightsUsable("print"), rights=rights) == [("license_expired", "mug-1: The licence ended.")]


def test_a_condition_says_its_own_sentence() -> None:
    guard = load_guard({"kind": "condition", "filter": {"field": "family", "value": "mugs"}, "messages": {}}, "")
    spoken = Condition('{"field": "x"}', {"en_US": "Set a main picture first."})

    assert isinstance(guard, Condition)
    assert check(guard) == [("condition_not_met", "This does not meet the condition.")]
    assert check(guard, matches=frozenset({guard.key})) == []
    assert check(spoken) == [("condition_not_met", "Set a main picture first.")]


@pytest.mark.parametrize(
    ("data", "pointer"),
    [
        ("complete", "/g"),
        ({"kind": "unheard"}, "/g/kind"),
        ({"kind": "complete", "percent": 0}, "/g/percent"),
        ({"kind": "complete", "percent": True}, "/g/percent"),
        ({"kind": "complete", "percent": "100"}, "/g/percent"),
        ({"kind": "complete", "chanel": "print"}, "/g/chanel"),
        ({"kind": "complete", "channel": 1}, "/g/channel"),
        ({"kind": "complete", "locales": "de_DE"}, "/g/locales"),
        ({"kind": "nothing_missing", "locales": [1]}, "/g/locales"),
        ({"kind": "rights_usable", "locales": []}, "/g/locales"),
        ({"kind": "condition"}, "/g/filter"),
        ({"kind": "condition", "filter": {}}, "/g/filter"),
        ({"kind": "condition", "filter": {"field": "sku"}, "messages": {"en": 1}}, "/g/messages"),
    ],
)
def test_a_guard_that_says_nothing_clear_is_refused(data: object, pointer: str) -> None:
    with pytest.raises(Refused) as refusal:
        load_guard(data, "/g")

    assert refusal.value.code == "invalid_guard"
    assert refusal.value.pointer == pointer


codes = st.text("abc_", min_size=1, max_size=5)
guards = st.one_of(
    st.builds(Complete, st.integers(1, 100), st.none() | codes, st.lists(codes, max_size=3).map(tuple)),
    st.builds(NothingMissing, st.none() | codes, st.lists(codes, max_size=3).map(tuple)),
    st.builds(RightsUsable, st.none() | codes),
)


@given(guards)
def test_a_guard_reads_back_what_it_writes(guard: Guard) -> None:
    assert load_guard(dump_guard(guard), "") == guard

"""Who may take which way, and what they are told where they may not."""

from __future__ import annotations

import pytest

from workflows.stages.defaults import ASSET_WORKFLOW, CREATIVES, MANAGERS, PRODUCT_WORKFLOW, REVIEWERS
from workflows.stages.guards import Complete, SubjectFacts
from workflows.stages.machine import check_caller, check_edit, check_transition
from workflows.stages.parsing import load_workflow
from workflows.stages.specs import SYSTEM, Caller, StageCode, TransitionCode, TransitionSpec

PRODUCTS = load_workflow(PRODUCT_WORKFLOW)
ASSETS = load_workflow(ASSET_WORKFLOW)

ANONYMOUS = Caller(may_change=False)
MANAGER = Caller(may_change=True, groups=frozenset({MANAGERS}))
CREATIVE_ON_PRODUCTS = Caller(may_change=False, groups=frozenset({CREATIVES}))
CREATIVE = Caller(may_change=True, groups=frozenset({CREATIVES}))
REVIEWER = Caller(may_change=True, groups=frozenset({REVIEWERS}))
SUPERUSER = Caller(may_change=True, is_superuser=True)


def messages(code: str, stage: str, caller: Caller, *, comment: str | None = "why") -> list[tuple[str, str]]:
    facts = SubjectFacts("mug", stage)
    problems = check_transition(PRODUCTS, PRODUCTS.transitions[code], facts, caller, comment=comment)
    return [(problem.code, str(problem.message)) for problem in problems]


@pytest.mark.parametrize(
    ("caller", "allowed"),
    [
        (ANONYMOUS, set()),
        (CREATIVE_ON_PRODUCTS, set()),
        (MANAGER, {"start", "submit", "reopen", "retire", "revive"}),
        (REVIEWER, {"start", "submit", "approve", "send_back", "reopen", "retire", "revive"}),
        (SUPERUSER, {"start", "submit", "approve", "send_back", "reopen", "retire", "revive"}),
        (SYSTEM, {"start", "submit", "approve", "send_back", "reopen", "retire", "revive"}),
    ],
)
def test_each_caller_has_their_ways_through_the_product_workflow(caller: Caller, allowed: set[str]) -> None:
    ways = {code for code, way in PRODUCTS.transitions.items() if check_caller(way, caller) is None}

    assert ways == allowed


@pytest.mark.parametrize(
    ("caller", "allowed"),
    [
        (ANONYMOUS, set()),
        (MANAGER, {"submit"}),
        (CREATIVE, {"submit", "archive", "restore"}),
        (REVIEWER, {"submit", "approve", "send_back", "archive", "restore"}),
        (SUPERUSER, {"submit", "approve", "send_back", "archive", "restore"}),
    ],
)
def test_each_caller_has_their_ways_through_the_asset_workflow(caller: Caller, allowed: set[str]) -> None:
    ways = {code for code, way in ASSETS.transitions.items() if check_caller(way, caller) is None}

    assert ways == allowed


def test_who_is_in_the_wrong_group_is_told_the_right_ones() -> None:
    assert messages("approve", "in_review", MANAGER) == [
        ("not_allowed", "“Approve” is for these groups only: Reviewers.")
    ]


def test_who_may_change_nothing_is_told_only_that() -> None:
    assert messages("approve", "draft", ANONYMOUS) == [("not_allowed", "You may not change the stage of this.")]


def test_a_subject_elsewhere_is_told_where_the_way_starts() -> None:
    assert messages("approve", "draft", REVIEWER) == [
        ("wrong_stage", "“Approve” starts in: In review. This is in: Draft.")
    ]


def test_a_stage_that_nobody_knows_is_named_by_its_code() -> None:
    assert messages("start", "lost", REVIEWER) == [
        ("wrong_stage", "“Start enriching” starts in: Draft. This is in: lost.")
    ]


@pytest.mark.parametrize(("comment", "found"), [("", 1), ("  ", 1), ("The weight is wrong", 0), (None, 0)])
def test_a_comment_is_asked_where_the_transition_asks_it(comment: str | None, found: int) -> None:
    told = messages("send_back", "in_review", REVIEWER, comment=comment)

    assert told == [("comment_required", "“Send back” asks for a comment that says why.")] * found


def test_without_groups_whoever_may_change_may_go() -> None:
    way = TransitionSpec(TransitionCode("go"), (StageCode("draft"),), StageCode("approved"))

    assert check_caller(way, CREATIVE) is None
    assert check_caller(way, ANONYMOUS) is not None


def test_all_guards_speak_at_once() -> None:
    way = TransitionSpec(
        TransitionCode("go"),
        (StageCode("draft"),),
        StageCode("approved"),
        guards=(Complete(100, "print"), Complete(50, "web")),
        asks_comment=True,
    )
    facts = SubjectFacts("mug", "draft", completeness={("print", "de_DE"): 60, ("web", "de_DE"): 40})

    problems = check_transition(
        PRODUCTS, way, facts, SUPERUSER, slots=[("print", "de_DE"), ("web", "de_DE")], comment=""
    )

    assert [problem.code for problem in problems] == ["incomplete", "incomplete", "comment_required"]


@pytest.mark.parametrize(
    ("stage", "caller", "sentence"),
    [
        ("draft", MANAGER, None),
        ("enriching", ANONYMOUS, None),
        ("approved", MANAGER, None),
        ("in_review", MANAGER, "In the stage “In review” only these groups edit: Reviewers."),
        ("in_review", REVIEWER, None),
        ("in_review", SUPERUSER, None),
        ("retired", REVIEWER, "In the stage “Retired” nothing is edited."),
        ("retired", SUPERUSER, None),
        ("retired", SYSTEM, None),
    ],
)
def test_locked_stages_keep_editors_out(stage: str, caller: Caller, sentence: str | None) -> None:
    problem = check_edit(PRODUCTS.stages[stage], caller)

    assert (str(problem.message) if problem else None) == sentence
    assert problem is None or problem.code == "stage_locked"


def test_a_stage_that_does_not_exist_locks_nothing() -> None:
    assert check_edit(None, MANAGER) is None

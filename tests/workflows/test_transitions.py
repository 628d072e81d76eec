"""Moving products: permission by caller, refusals that change nothing, and the journal."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django import DjangoAssertNumQueries

from catalog.models import Product
from pim.errors import NotAllowed, NotFound, Outcome, Problem, Refusal, Refused
from pim.models import Entry, User
from tests.factories.workflows import KINDS_OF_CALLER, make_caller
from workflows.services import available_transitions, raise_refusal, transition_products

Make = Callable[..., list[str]]
Stages = Callable[[], dict[str, str]]

pytestmark = pytest.mark.django_db

ALLOWED = {
    "nobody": set(),
    "manager": {"submit", "reopen", "retire", "revive"},
    "creative": set(),
    "reviewer": {"submit", "approve", "send_back", "reopen", "retire", "revive"},
    "superuser": {"submit", "approve", "send_back", "reopen", "retire", "revive"},
    "inactive": set(),
}
FROM = {
    "submit": "draft",
    "approve": "in_review",
    "send_back": "in_review",
    "reopen": "approved",
    "retire": "approved",
    "revive": "retired",
}


def codes(outcome: Outcome) -> list[tuple[str, str]]:
    return [(refusal.key, problem.code) for refusal in outcome.refused for problem in refusal.problems]


@pytest.mark.parametrize("kind", KINDS_OF_CALLER)
@pytest.mark.parametrize("transition", FROM)
def test_only_the_groups_of_a_transition_take_it(
    kind: str, transition: str, make_products: Make, stages: Stages
) -> None:
    make_products("mug", stage=FROM[transition])
    caller, before = make_caller(kind), Entry.objects.count()

    outcome = transition_products(["mug"], transition, actor=caller, origin="api", comment="because")

    if transition in ALLOWED[kind]:
        assert (outcome.updated, outcome.refused) == (1, [])
        assert stages()["mug"] != FROM[transition]
        assert Entry.objects.count() == before + 1
    else:
        assert codes(outcome) == [("mug", "not_allowed")]
        assert stages() == {"mug": FROM[transition]}
        assert Entry.objects.count() == before


def test_each_move_leaves_one_entry_with_the_comment(make_products: Make) -> None:
    make_products("mug", "cup", stage="in_review")
    reviewer = make_caller("reviewer")
    before = Entry.objects.order_by("-id").values_list("id", flat=True)[0]

    transition_products(["mug", "cup"], "send_back", actor=reviewer, origin="admin", comment=" Too short ")

    entries = Entry.objects.filter(id__gt=before).order_by("key")
    assert [(e.key, e.kind, e.subject_type, e.origin, e.message, e.actor_id, e.delta, e.revision) for e in entries] == [
        (sku, "transition", "product", "admin", "Too short", reviewer.pk, {"@stage": ["in_review", "enriching"]}, 2)
        for sku in ("cup", "mug")
    ]


def test_rows_fail_alone_and_say_why(make_products: Make, stages: Stages) -> None:
    make_products("a", stage="in_review")
    make_products("b", stage="draft")
    make_products("c", stage="approved")

    outcome = transition_products(["a", "B", "c", "ghost"], "approve", actor=make_caller("reviewer"), origin="api")

    assert outcome.refused == [
        Refusal("ghost", (Problem("not_found", "There is nothing called “ghost”."),), 3),
        Refusal("b", (Problem("wrong_stage", "“Approve” starts in: In review. This is in: Draft."),), 1),
    ]
    assert [(done.key, done.kind, done.row) for done in outcome.results] == [("c", "unchanged", 2), ("a", "updated", 0)]
    assert stages() == {"a": "approved", "b": "draft", "c": "approved"}


def test_a_comment_that_is_asked_and_not_given_moves_nothing(make_products: Make, stages: Stages) -> None:
    make_products("mug", stage="in_review")

    outcome = transition_products(["mug"], "send_back", actor=make_caller("reviewer"), origin="api", comment=" ")

    assert codes(outcome) == [("mug", "comment_required")]
    assert outcome.refused[0].problems[0].pointer == "/comment"
    assert stages() == {"mug": "in_review"}


def test_a_second_time_changes_nothing(make_products: Make) -> None:
    make_products("mug", stage="in_review")
    reviewer = make_caller("reviewer")
    transition_products(["mug"], "approve", actor=reviewer, origin="api")
    before = Entry.objects.count()

    outcome = transition_products(["mug", "MUG"], "approve", actor=reviewer, origin="api")

    assert (outcome.updated, outcome.unchanged, outcome.refused) == (0, 1, [])
    assert Entry.objects.count() == before


def test_a_dry_run_judges_and_stores_nothing(make_products: Make, stages: Stages) -> None:
    make_products("a", "b", stage="in_review")
    make_products("c", stage="draft")
    before = Entry.objects.count()

    outcome = transition_products(["a", "b", "c"], "approve", actor=make_caller("reviewer"), origin="api", dry_run=True)

    assert (outcome.dry_run, outcome.updated, codes(outcome)) == (True, 2, [("c", "wrong_stage")])
    assert stages() == {"a": "in_review", "b": "in_review", "c": "draft"}
    assert Entry.objects.count() == before


def test_an_unknown_transition_is_refused_with_those_that_exist() -> None:
    with pytest.raises(Refused) as refusal:
        transition_products(["mug"], "aprove", actor=None, origin="api")

    assert refusal.value.code == "unknown_transition"
    assert "approve" in str(refusal.value.message)


def test_nobody_acts_for_the_house_itself(make_products: Make, stages: Stages) -> None:
    make_products("mug", stage="in_review")

    transition_products(["mug"], "approve", actor=None, origin="system")

    assert stages() == {"mug": "approved"}


def test_what_is_in_the_recycle_bin_does_not_move(make_products: Make) -> None:
    make_products("mug", stage="in_review")
    Product.objects.update(deleted_at="2026-01-01T00:00Z")

    outcome = transition_products(["mug"], "approve", actor=None, origin="system")

    assert codes(outcome) == [("mug", "not_found")]


def test_the_number_of_queries_does_not_grow_with_the_rows(
    make_products: Make, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_products(*(f"sku{n}" for n in range(300)), stage="in_review")
    reviewer = make_caller("reviewer")
    transition_products([], "approve", actor=reviewer, origin="api")

    with django_assert_max_num_queries(20):
        outcome = transition_products([f"sku{n}" for n in range(300)], "approve", actor=reviewer, origin="api")

    assert outcome.updated == 300


@pytest.mark.parametrize(
    ("code", "error"),
    [("not_allowed", NotAllowed), ("not_found", NotFound), ("wrong_stage", Refused)],
)
def test_a_single_refusal_becomes_its_exception(code: str, error: type[Exception]) -> None:
    outcome = Outcome(refused=[Refusal("mug", (Problem(code, "no"), Problem("other", "no")))])

    with pytest.raises(error) as refusal:
        raise_refusal(outcome)

    assert type(refusal.value) is error
    assert [problem.code for problem in refusal.value.problems] == [code, "other"]  # type: ignore[attr-defined]


def test_buttons_know_what_blocks_them(make_products: Make) -> None:
    make_products("mug", stage="in_review")
    mug = Product.objects.get()

    ways = available_transitions(mug, make_caller("manager"))

    assert [(way.transition.code, way.is_allowed, [p.code for p in way.problems]) for way in ways] == [
        ("approve", False, ["not_allowed"]),
        ("send_back", False, ["not_allowed"]),
        ("retire", True, []),
    ]
    assert [way.is_allowed for way in available_transitions(mug, make_caller("reviewer"))] == [True, True, True]
    assert not any(way.is_allowed for way in available_transitions(mug, AnonymousUser()))
    assert User.objects.count() == 2

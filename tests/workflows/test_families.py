"""Models and variants move apart or together."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.workflows.worlds import make_mug_with_sizes, make_structure, put
from workflows.services import transition_products

Stages = Callable[[], dict[str, str]]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mugs(db: None) -> None:
    make_structure()
    make_mug_with_sizes()


def test_approval_does_not_cascade_by_itself(stages: Stages) -> None:
    transition_products(["mug_s"], "approve", actor=None, origin="api")

    assert stages() == {"mug": "in_review", "mug_l": "in_review", "mug_s": "approved"}


def test_the_model_moves_along_with_its_variant(stages: Stages) -> None:
    outcome = transition_products(["mug_s"], "approve", actor=None, origin="api", include_ancestors=True)

    assert outcome.updated == 2
    assert stages() == {"mug": "approved", "mug_l": "in_review", "mug_s": "approved"}


def test_the_variants_move_along_with_their_model(stages: Stages) -> None:
    outcome = transition_products(["mug"], "approve", actor=None, origin="api", include_variants=True)

    assert outcome.updated == 3
    assert set(stages().values()) == {"approved"}


def test_a_model_that_is_there_already_is_not_told(stages: Stages) -> None:
    transition_products(["mug"], "approve", actor=None, origin="api")

    outcome = transition_products(["mug_s", "mug_l"], "approve", actor=None, origin="api", include_ancestors=True)

    assert (outcome.updated, outcome.unchanged, outcome.refused) == (2, 0, [])
    assert set(stages().values()) == {"approved"}


def test_a_model_that_stands_elsewhere_is_told_and_does_not_hold_the_variant(stages: Stages) -> None:
    transition_products(["mug"], "retire", actor=None, origin="api")

    outcome = transition_products(["mug_s"], "approve", actor=None, origin="api", include_ancestors=True)

    assert [(refusal.key, refusal.problems[0].code) for refusal in outcome.refused] == [("mug", "wrong_stage")]
    assert stages() == {"mug": "retired", "mug_l": "in_review", "mug_s": "approved"}


def test_others_stay_where_they_are(stages: Stages) -> None:
    put("cup", family="mugs", stage="in_review")

    transition_products(["mug_s"], "approve", actor=None, origin="api", include_ancestors=True, include_variants=True)

    assert stages() == {"cup": "in_review", "mug": "approved", "mug_l": "in_review", "mug_s": "approved"}

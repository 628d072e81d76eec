"""Assets through their own workflow."""

from __future__ import annotations

import pytest

from assets.models import Asset
from assets.services.writing import AssetChange, write_assets
from pim.models import Entry
from tests.factories.assets import make_asset
from tests.factories.workflows import KINDS_OF_CALLER, make_caller
from tests.workflows.worlds import make_structure
from workflows.services import available_transitions, transition_assets

pytestmark = pytest.mark.django_db

ALLOWED = {
    "nobody": set(),
    "manager": {"submit"},
    "creative": {"submit", "archive", "restore"},
    "reviewer": {"submit", "approve", "send_back", "archive", "restore"},
    "superuser": {"submit", "approve", "send_back", "archive", "restore"},
    "inactive": set(),
}
FROM = {
    "submit": "received",
    "approve": "in_review",
    "send_back": "in_review",
    "archive": "approved",
    "restore": "archived",
}


@pytest.mark.parametrize("kind", KINDS_OF_CALLER)
@pytest.mark.parametrize("transition", FROM)
def test_only_the_groups_of_a_transition_take_it(kind: str, transition: str) -> None:
    asset = make_asset(stage=FROM[transition])
    caller, before = make_caller(kind), Entry.objects.count()

    outcome = transition_assets([asset.code], transition, actor=caller, origin="api", comment="because")

    asset.refresh_from_db()
    if transition in ALLOWED[kind]:
        assert (outcome.updated, outcome.refused) == (1, [])
        assert asset.stage != FROM[transition]
        assert Entry.objects.count() == before + 1
    else:
        assert [refusal.problems[0].code for refusal in outcome.refused] == ["not_allowed"]
        assert asset.stage == FROM[transition]
        assert Entry.objects.count() == before


def test_a_move_leaves_one_entry() -> None:
    asset, creative = make_asset(), make_caller("creative")

    transition_assets([str(asset.uuid)], "submit", actor=creative, origin="graphql", comment="Have a look")

    entry = Entry.objects.order_by("-id")[0]
    assert (entry.subject_type, entry.key, entry.kind, entry.origin, entry.message, entry.actor_id, entry.delta) == (
        "asset", asset.code, "transition", "graphql", "Have a look", creative.pk,
        {"@stage": ["received", "in_review"]},
    )  # fmt: skip


def test_an_archived_asset_is_edited_by_superusers_only() -> None:
    make_structure()
    asset = make_asset(stage="archived")
    change = AssetChange(asset.code, {"alt": {"en_US": "A mug"}})

    outcome = write_assets([change], actor=make_caller("creative"), origin="api")

    assert [problem.code for problem in outcome.refused[0].problems] == ["stage_locked"]
    assert write_assets([change], actor=make_caller("superuser"), origin="api").updated == 1


def test_buttons_of_an_asset() -> None:
    make_asset()

    ways = available_transitions(Asset.objects.get(), make_caller("manager"))

    assert [(way.transition.code, way.is_allowed) for way in ways] == [("submit", True), ("archive", False)]

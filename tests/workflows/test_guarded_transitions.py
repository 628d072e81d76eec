"""Guards read what the write path has derived, and say it in sentences."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from catalog.models import Product
from pim.errors import Outcome, Refused
from pim.models import Entry
from pim.services.structure import StructureChange, write_structure
from tests.factories.assets import make_asset, make_license
from tests.factories.workflows import make_caller
from tests.workflows.worlds import guard_transition, make_mug_with_sizes, make_structure, put, write
from workflows.services import available_transitions, transition_assets, transition_products

Stages = Callable[[], dict[str, str]]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def structure(db: None) -> None:
    make_structure()


def told(outcome: Outcome) -> list[tuple[str, str, str]]:
    return [
        (refusal.key, problem.code, str(problem.message)) for refusal in outcome.refused for problem in refusal.problems
    ]


def submit(*skus: str) -> Outcome:
    return transition_products(skus, "submit", actor=make_caller("manager"), origin="admin")


def test_completeness_is_asked_for_channel_and_locale(stages: Stages) -> None:
    guard_transition("submit", {"kind": "complete", "percent": 100, "channel": "print"})
    put("full", family="mugs", values={"name:de_DE": "Becher", "name:en_US": "Mug", "size": "l"})
    put("half", family="mugs", values={"name:en_US": "Mug", "size": "l"})
    put("orphan")
    before = Entry.objects.count()

    outcome = submit("full", "half", "orphan")

    assert told(outcome) == [
        ("half", "incomplete", "For print in de_DE this is complete to 50 %; 100 % is asked."),
        ("orphan", "no_family", "This has no family, so nobody can say whether it is complete."),
    ]
    assert stages() == {"full": "in_review", "half": "draft", "orphan": "draft"}
    assert Entry.objects.count() == before + 1


def test_missing_attributes_are_named(stages: Stages) -> None:
    guard_transition("submit", {"kind": "nothing_missing", "channel": "print", "locales": ["de_DE"]})
    put("half", family="mugs", values={"name:en_US": "Mug"})

    outcome = submit("half")

    assert told(outcome) == [("half", "required_missing", "For print in de_DE this lacks name, size.")]
    assert stages() == {"half": "draft"}


def test_a_model_passes_where_its_variants_must_be_complete(stages: Stages) -> None:
    guard_transition("submit", {"kind": "complete"})
    make_mug_with_sizes(stage="draft")

    outcome = transition_products(["mug"], "submit", actor=None, origin="api", include_variants=True)

    assert sorted({key for key, _code, _text in told(outcome)}) == ["mug_l", "mug_s"]
    assert stages() == {"mug": "in_review", "mug_l": "draft", "mug_s": "draft"}


def test_rights_of_pictures_count_also_where_they_are_inherited(stages: Stages) -> None:
    make_license("summer", valid_until="2020-08-31")
    guard_transition("submit", {"kind": "rights_usable"})
    make_mug_with_sizes(stage="draft")
    picture = make_asset(license_id=_license_key("summer"))
    put("mug", values={"picture": str(picture.uuid)})

    outcome = submit("mug_s")

    sentence = f"{picture.code}: The licence summer ended on {date(2020, 8, 31)}."
    assert told(outcome) == [("mug_s", "license_expired", sentence)]
    assert stages()["mug_s"] == "draft"


def test_an_asset_is_asked_for_its_own_rights() -> None:
    make_license("summer", valid_until="2020-08-31")
    guard_transition("submit", {"kind": "rights_usable"}, workflow="assets")
    bad, good = make_asset(license_id=_license_key("summer")), make_asset()

    outcome = transition_assets([bad.code, str(good.uuid)], "submit", actor=make_caller("creative"), origin="api")

    assert [(key, code) for key, code, _text in told(outcome)] == [(bad.code, "license_expired")]
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.stage, good.stage) == ("received", "in_review")


def test_a_condition_is_a_filter(stages: Stages) -> None:
    condition = {
        "kind": "condition",
        "filter": {"field": "family", "value": "mugs"},
        "messages": {"en_US": "Make it a mug first."},
    }
    guard_transition("submit", condition)
    put("mug", family="mugs")
    put("orphan")

    outcome = submit("mug", "orphan")

    assert told(outcome) == [("orphan", "condition_not_met", "Make it a mug first.")]
    assert stages() == {"mug": "in_review", "orphan": "draft"}


def test_a_condition_whose_attribute_is_gone_is_fulfilled_by_nobody(stages: Stages) -> None:
    write("attribute", "mood", type="text", group="general")
    guard_transition("submit", {"kind": "condition", "filter": {"field": "mood", "op": "empty"}})
    put("mug", family="mugs")
    write_structure("attribute", [StructureChange("mood", None)], actor=None, origin="system", atomic=True)

    outcome = submit("mug")

    assert [code for _key, code, _text in told(outcome)] == ["condition_not_met"]
    assert stages() == {"mug": "draft"}


def test_a_condition_on_an_unknown_field_is_refused_when_it_is_written() -> None:
    with pytest.raises(Refused) as refusal:
        guard_transition("submit", {"kind": "condition", "filter": {"field": "mood", "value": "good"}})

    assert (refusal.value.code, refusal.value.pointer) == ("unknown_field", "/transitions/1/guards/0/filter/field")


def test_buttons_show_the_guards_that_fail() -> None:
    guard_transition("submit", {"kind": "complete", "channel": "print", "locales": ["en_US"]})
    put("half", family="mugs", values={"name:en_US": "Mug"})

    ways = available_transitions(Product.objects.get(), make_caller("manager"))

    assert [(way.transition.code, [problem.code for problem in way.problems]) for way in ways] == [
        ("start", []),
        ("submit", ["incomplete"]),
        ("retire", []),
    ]


def _license_key(code: str) -> int:
    from assets.models import License

    return License.objects.get(code=code).pk

"""The gate is a pure decision with reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from channels.mapping.gate import OwnerState, Reason, Standing, judge
from channels.mapping.terms import AssetState, ViewTerms
from pim.values.specs import AssetRef

TERMS = ViewTerms(1, "web", "web", ("de_DE", "en_US"), ("EUR",))
GOOD = Standing(
    lineage=[OwnerState("model", True, True, "approved"), OwnerState("boot", True, True, "approved")],
    is_selected=True,
    percentages={"de_DE": 100, "en_US": 100},
)
REF = AssetRef(0, "u", "", "", "", "")


def test_what_passes_everywhere_has_no_reasons() -> None:
    verdict = judge(TERMS, GOOD)

    assert (verdict.locales, verdict.reasons, verdict.changes_at) == (("de_DE", "en_US"), (), None)


@pytest.mark.parametrize(
    ("standing", "codes"),
    [
        (replace(GOOD, is_selected=False), [Reason.NOT_SELECTED]),
        (replace(GOOD, lineage=[GOOD.lineage[0], OwnerState("boot", False, True)]), [Reason.DISABLED]),
        (replace(GOOD, lineage=[OwnerState("model", True, False), GOOD.lineage[1]]), [Reason.NOT_APPROVED]),
        (replace(GOOD, percentages=None), [Reason.NO_FAMILY]),
        (replace(GOOD, percentages={"de_DE": 99}), [Reason.INCOMPLETE, Reason.INCOMPLETE]),
        (replace(GOOD, assets={"u": None}), [Reason.ASSET_NOT_READY]),
        (replace(GOOD, assets={"u": AssetState(REF, is_ready=False)}), [Reason.ASSET_NOT_READY]),
        (replace(GOOD, assets={"u": AssetState(REF, reasons=("license_expired",))}), [Reason.ASSET_NOT_ALLOWED]),
    ],
)
def test_each_condition_alone_withholds(standing: Standing, codes: list[Reason]) -> None:
    verdict = judge(TERMS, standing)

    assert verdict.locales == ()
    assert [reason["code"] for reason in verdict.reasons] == codes


def test_one_locale_is_enough_unless_the_view_asks_for_all() -> None:
    standing = replace(GOOD, percentages={"de_DE": 50, "en_US": 100}, missing={"de_DE": ["name"]})

    some = judge(TERMS, standing)
    every = judge(replace(TERMS, requires_every_locale=True), standing)

    assert (some.locales, every.locales) == (("en_US",), ())
    assert some.reasons == every.reasons
    assert some.reasons[0] == {"code": "incomplete", "locale": "de_DE", "percentage": 50, "missing": ["name"]}


def test_a_view_that_asks_for_nothing_shows_what_is_selected() -> None:
    lax = replace(TERMS, requires_approval=False, completeness=0)
    standing = replace(GOOD, lineage=[OwnerState("boot", True, False)], percentages=None)

    assert judge(lax, standing).locales == TERMS.locales


def test_the_first_right_that_ends_is_when_the_verdict_changes() -> None:
    early, late = datetime(2026, 3, 1, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC)
    standing = replace(GOOD, assets={"a": AssetState(REF, changes_at=late), "b": AssetState(REF, changes_at=early)})

    assert judge(TERMS, standing).changes_at == early

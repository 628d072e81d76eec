from __future__ import annotations

from typing import Any

import pytest

from assets import extensions
from assets.models import Asset, AssetValues
from assets.services.references import asset_refs
from assets.services.searching.listing import count_assets, get_fields, list_assets, select_assets
from assets.services.writing import AssetChange, write_assets
from pim.choices import Origin
from pim.errors import NotAllowed, Problem, Refused
from pim.models import Entry, User
from pim.querying.tree import parse_filter
from pim.services.structure import StructureChange, write_structure
from tests.factories.assets import make_asset, make_license

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def locales() -> None:
    changes = [StructureChange(code, {"code": code}) for code in ("en_US", "de_DE")]
    write_structure("locale", changes, actor=None, origin=Origin.SYSTEM).raise_first()


def write(key: str, **fields: Any) -> Any:
    return write_assets([AssetChange(key, fields)], actor=None, origin="admin")


def find(**filters: Any) -> set[str]:
    leaves = [
        {"field": name, "op": "contains" if name == "search" else "eq", "value": value}
        for name, value in filters.items()
    ]
    node = parse_filter({"and": leaves} if leaves else None, catalogue=get_fields())
    return {asset.code for asset in list_assets(select_assets(node)).assets}


def test_texts_are_kept_per_locale_and_merged() -> None:
    asset = make_asset()

    write(asset.code, alt={"en_US": "A red mug", "de_DE": "Ein roter Becher"})
    write(asset.code, alt={"de_DE": ""}, labels={"en_US": "Mug"})

    rows = {row.locale: row.values for row in AssetValues.objects.filter(asset=asset)}
    assert len(rows) == 1
    assert rows.popitem()[1] == {"alt:en_US": "A red mug", "label:en_US": "Mug"}
    assert asset_refs([asset.uuid])[str(asset.uuid)].alt == {"en_US": "A red mug"}
    last = Entry.objects.filter(subject_uuid=asset.uuid).latest("id")
    assert last.delta == {"alt:de_DE": ["Ein roter Becher", None], "label:en_US": [None, "Mug"]}


def test_a_change_that_changes_nothing_writes_nothing() -> None:
    asset = make_asset()
    write(asset.code, alt={"en_US": "A red mug"})
    before = (Entry.objects.count(), Asset.objects.values_list("revision", "updated").get(pk=asset.pk))

    outcome = write(str(asset.uuid), alt={"en_US": " A red mug "}, license=None, stage=asset.stage)

    assert (outcome.unchanged, outcome.updated) == (1, 0)
    assert (Entry.objects.count(), Asset.objects.values_list("revision", "updated").get(pk=asset.pk)) == before


@pytest.mark.parametrize(
    ("fields", "code", "pointer"),
    [
        ({"colour": "red"}, "unknown_field", "/colour"),
        ({"license": "nowhere"}, "unknown_license", "/license"),
        ({"alt": {"xx_XX": "x"}}, "unknown_locale", "/alt/xx_XX"),
        ({"alt": {"en_US": 3}}, "invalid_texts", "/alt/en_US"),
        ({"alt": "x"}, "invalid_texts", "/alt"),
        ({"alt": {"en_US": "x" * 3_000}}, "text_too_long", "/alt/en_US"),
        ({"stage": "nowhere"}, "unknown_stage", "/stage"),
        ({"version": 9}, "unknown_version", "/version"),
    ],
)
def test_each_row_fails_alone_with_a_pointer(fields: dict[str, Any], code: str, pointer: str) -> None:
    bad, good = make_asset(), make_asset()
    changes = [AssetChange(bad.code, fields), AssetChange(good.code, {"alt": {"en_US": "fine"}})]

    outcome = write_assets(changes, actor=None, origin="admin")

    assert outcome.updated == 1
    assert [(r.key, r.problems[0].code, r.problems[0].pointer) for r in outcome.refused] == [(bad.code, code, pointer)]


def test_atomic_is_all_or_none_and_a_dry_run_stores_nothing() -> None:
    asset = make_asset()
    changes = [AssetChange(asset.code, {"alt": {"en_US": "x"}}), AssetChange("nowhere", {})]

    with pytest.raises(Refused):
        write_assets(changes, actor=None, origin="admin", atomic=True)
    outcome = write_assets(changes, actor=None, origin="admin", dry_run=True)

    assert (outcome.updated, len(outcome.refused)) == (1, 1)
    assert not AssetValues.objects.exists()
    assert Asset.objects.get(pk=asset.pk).revision == 1


def test_a_conflict_is_a_key_changed_since_and_names_both_values() -> None:
    asset = make_asset()
    write(asset.code, alt={"en_US": "theirs"})

    stale = AssetChange(asset.code, {"alt": {"en_US": "mine"}}, revision=1)
    beside = AssetChange(asset.code, {"labels": {"en_US": "Mug"}}, revision=1)
    outcome = write_assets([stale, beside], actor=None, origin="admin")

    problem = outcome.refused[0].problems[0]
    assert (problem.code, problem.pointer) == ("changed_since", "/alt/en_US")
    assert "theirs" in str(problem.message)
    assert outcome.updated == 1
    assert AssetValues.objects.get(asset=asset).values == {"alt:en_US": "theirs", "label:en_US": "Mug"}


def test_a_guard_stops_edits_but_not_the_stage() -> None:
    asset = make_asset()

    class Locked:
        def check(self, assets: Any, *, actor: Any, origin: str) -> dict[int, Problem]:
            return {found.pk: Problem("stage_locked", "This stage is locked.") for found in assets}

    with extensions.edit_guards.registered("locked", Locked()):
        refused = write(asset.code, alt={"en_US": "x"})
        moved = write(asset.code, stage=asset.stage)

    assert [refusal.problems[0].code for refusal in refused.refused] == ["stage_locked"]
    assert moved.refused == []


def test_who_may_not_change_assets_changes_none() -> None:
    asset = make_asset()

    with pytest.raises(NotAllowed):
        write_assets([AssetChange(asset.code, {})], actor=User.objects.create_user("visitor"), origin="admin")


def test_the_library_is_filtered_by_the_filter_language() -> None:
    mug, poster = make_asset("red mug.png"), make_asset("poster.png")
    code = make_license().code
    write(mug.code, license=code, alt={"en_US": "Keramik Becher Größe"})

    assert find() == {"red_mug", "poster"}
    assert find(license=code) == {"red_mug"}
    assert find(kind="image", media_type="image/png", ready=True) == {"red_mug", "poster"}
    assert find(kind="document") == set()
    assert find(search="grosse becher") == {"red_mug"}
    assert find(search="poster.png") == {"poster"}
    assert find(stage=poster.stage, code="poster") == {"poster"}
    assert count_assets(select_assets(None)).value == 2


def test_the_library_is_paged_by_keyset_without_a_query_by_asset(django_assert_num_queries: Any) -> None:
    codes = [make_asset(f"p{number}.png").code for number in range(7)]
    where = select_assets(None)

    first = list_assets(where, sort="code", limit=3)
    with django_assert_num_queries(5):
        second = list_assets(where, sort="code", limit=3, after=first.page.next_values)
    third = list_assets(where, sort="code", limit=3, after=second.page.next_values)

    pages = [[asset.code for asset in page.assets] for page in (first, second, third)]
    assert pages == [codes[:3], codes[3:6], codes[6:]]
    assert third.page.next_values is None
    with pytest.raises(Refused):
        list_assets(where, sort="colour")

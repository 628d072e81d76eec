"""Mass edits: tried before they are made, made in chunks, and taken back."""

from __future__ import annotations

import pytest

from assets.models import Asset
from assets.services.mass import Selected, rehearse_mass_edit, start_mass_edit
from pim.errors import DomainError, NotAllowed
from pim.models import Entry, Job
from pim.services.jobs import run_job
from pim.services.undo import undo_job
from tests.factories.assets import make_asset, make_folder
from tests.factories.callers import make_user

pytestmark = pytest.mark.django_db


def named(*assets: Asset) -> Selected:
    return Selected(tuple(str(asset.uuid) for asset in assets))


def keywords() -> dict[str, list[str]]:
    return dict(Asset.objects.values_list("code", "keywords"))


@pytest.fixture
def boss():
    return make_user("boss", is_superuser=True)


def test_a_few_are_changed_at_once_and_taken_back(boss):
    mug, poster = make_asset("mug.png", keywords=["old"]), make_asset("poster.png")
    make_folder("spring")

    job = start_mass_edit("edit", named(mug, poster), {"add_keywords": ["new"], "folder": "spring"}, actor=boss)

    assert (job.state, job.counters) == ("done", {"changed": 2, "unchanged": 0, "refused": 0})
    assert keywords() == {"mug": ["old", "new"], "poster": ["new"]}
    assert Entry.objects.filter(job=job).count() == 2
    undo = undo_job(job, actor=boss, is_detached=False)
    run_job(str(undo.uuid))
    assert keywords() == {"mug": ["old"], "poster": []}
    assert set(Asset.objects.values_list("folder", flat=True)) == {None}


def test_everything_that_matches_is_changed_chunk_by_chunk(boss, monkeypatch):
    monkeypatch.setattr("assets.services.mass.CHUNK", 2)
    for number in range(5):
        make_asset(f"mug {number}.png")
    make_asset("poster.png")
    mugs = {"field": "search", "op": "contains", "value": "mug"}

    job = start_mass_edit("edit", Selected(where=mugs), {"keywords": ["cup"]}, actor=boss)
    assert job.state == "queued"
    run_job(str(job.uuid))

    job.refresh_from_db()
    assert (job.done, job.total, job.counters["changed"]) == (5, 5, 5)
    assert sorted(code for code, words in keywords().items() if words == ["cup"]) == [f"mug_{n}" for n in range(5)]


def test_a_filter_that_the_edit_itself_empties_loses_nobody(boss, monkeypatch):
    monkeypatch.setattr("assets.services.mass.CHUNK", 2)
    for number in range(5):
        make_asset(f"{number}.png")
        Asset.objects.update(keywords=["old"])
    from assets.services.deriving import derive_assets

    derive_assets(list(Asset.objects.with_current()))
    job = start_mass_edit(
        "edit", Selected(where={"field": "keyword", "value": "old"}), {"remove_keywords": ["old"]}, actor=boss
    )
    run_job(str(job.uuid))

    assert set(map(tuple, keywords().values())) == {()}


def test_a_rehearsal_says_what_would_become_of_each_and_stores_nothing(boss):
    mug, poster = make_asset("mug.png", keywords=["new"]), make_asset("poster.png")

    tried = rehearse_mass_edit("edit", named(mug, poster), {"add_keywords": ["new"]}, actor=boss)

    assert (tried.total, tried.changed, tried.unchanged, tried.refused, tried.is_whole) == (2, 1, 1, 0, True)
    assert [(row.asset.code, row.changes) for row in tried.shown] == [
        ("mug", ()),
        ("poster", (("keywords", [], ["new"]),)),
    ]
    assert keywords() == {"mug": ["new"], "poster": []}
    assert not Job.objects.exists()


def test_what_is_wrong_is_told_by_the_rehearsal_and_named_in_the_job(boss):
    mug = make_asset("mug.png")

    tried = rehearse_mass_edit("edit", named(mug), {"folder": "nowhere"}, actor=boss)
    job = start_mass_edit("edit", named(mug), {"folder": "nowhere"}, actor=boss)

    assert tried.shown[0].problem is not None
    assert (tried.shown[0].problem.code, tried.refused) == ("unknown_folder", 1)
    assert [(issue.code, issue.key) for issue in job.issues.all()] == [("unknown_folder", str(mug.uuid))]


def test_assets_are_deleted_and_that_is_not_taken_back(boss):
    mug = make_asset("mug.png")

    job = start_mass_edit("delete", named(mug), actor=boss)

    assert not Asset.objects.exists()
    with pytest.raises(DomainError) as refused:
        undo_job(job, actor=boss)
    assert refused.value.code == "not_undoable"


@pytest.mark.parametrize(
    ("operation", "selected", "fields", "code"),
    [
        ("paint", Selected(("x",)), {"folder": None}, "unknown_operation"),
        ("edit", Selected(()), {"folder": None}, "nothing_selected"),
        ("edit", Selected(where={}), {}, "nothing_to_change"),
        ("edit", Selected(where={}), {"stage": "approved"}, "stage_by_transition"),
        ("edit", Selected(where={"field": "x", "value": 1}), {"folder": None}, "unknown_field"),
    ],
)
def test_what_makes_no_mass_edit_is_refused(boss, operation, selected, fields, code):
    for call in (rehearse_mass_edit, start_mass_edit):
        with pytest.raises(DomainError) as refused:
            call(operation, selected, fields, actor=boss)
        assert refused.value.code == code
    assert not Job.objects.exists()


def test_who_may_not_change_assets_may_not_change_many():
    reader = make_user("reader", permissions=["assets.view_asset", "assets.change_asset"])
    mug = make_asset("mug.png")

    with pytest.raises(NotAllowed):
        start_mass_edit("delete", named(mug), actor=reader)
    with pytest.raises(NotAllowed):
        start_mass_edit("edit", named(mug), {"keywords": ["x"]}, actor=make_user("nobody"))

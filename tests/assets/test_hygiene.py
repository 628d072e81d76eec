"""The health of the library: its figures, its lists, and duplicates that become one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from assets import extensions, storage
from assets.choices import RenditionState
from assets.models import (
    Asset,
    AssetVersion,
    Collection,
    HygieneReport,
    NearDuplicate,
    Rendition,
    ShareItem,
)
from assets.services.deletion import count_usages
from assets.services.hygiene import counting
from assets.services.hygiene.counting import count_figures, read_figures, read_trend, store_figures
from assets.services.hygiene.duplicates import count_exact, count_near, dismiss_pair, list_exact, list_near
from assets.services.hygiene.finding import Bucket, find_assets
from assets.services.hygiene.merging import plan_merge, start_merge
from assets.services.rights.verdicts import today
from assets.services.sweeping.nightly import start_nightly_jobs
from assets.services.writing import AssetChange, write_assets
from catalog.models import ProductValues
from catalog.services.deletion import delete_products
from pim.choices import JobState, Origin
from pim.errors import NotAllowed, NotFound, Refused
from pim.models import Entry, Job, User
from pim.services.undo import undo_job
from tests.assets.pictures import as_bytes, draw_scene
from tests.factories.assets import make_asset, make_collection, make_license
from tests.factories.catalog import make_product
from tests.factories.sharing import make_share
from tests.factories.structure import make, make_plain_family, make_structure
from tests.factories.workflows import make_workflow

pytestmark = pytest.mark.django_db


@pytest.fixture
def root() -> User:
    return User.objects.create_superuser("root")


@pytest.fixture
def poster() -> None:
    make_structure()
    make(
        "attribute",
        picture={"type": "asset", "group": "basics"},
        gallery={"type": "asset_list", "group": "basics"},
    )
    make_plain_family("poster", ["sku", "name", "picture", "gallery"])


def age(asset: Asset, days: int) -> Asset:
    Asset.objects.filter(pk=asset.pk).update(created=timezone.now() - timedelta(days=days))
    return asset


def change(asset: Asset, **fields: Any) -> None:
    write_assets([AssetChange(asset.code, fields)], actor=None, origin=Origin.SYSTEM).raise_first()


def listed(kind: str, **more: Any) -> list[int]:
    return list(find_assets(kind, **more).pks)


@pytest.mark.usefixtures("poster")
def test_unused_assets_are_sorted_by_how_sure_it_is() -> None:
    used, former = age(make_asset(), 400), age(make_asset(), 400)
    make_product("A1", family="poster", values={"picture": str(used.uuid)})
    make_product("B2", family="poster", values={"gallery": [str(former.uuid)]})
    delete_products(["B2"], actor=None, origin="command")
    collected, shared, embargoed = (age(make_asset(), 400) for _ in range(3))
    make_collection("Kept", collected)
    make_share(shared)
    Asset.objects.filter(pk=embargoed.pk).update(valid_from=today() + timedelta(days=3))
    recent, probable, definite = make_asset(), age(make_asset(), 60), age(make_asset(), 91)

    found = {bucket: listed("unused", detail=bucket) for bucket in Bucket}

    assert found == {
        Bucket.PROTECTED: [collected.pk, shared.pk, embargoed.pk],
        Bucket.FORMER: [former.pk],
        Bucket.RECENT: [recent.pk],
        Bucket.PROBABLE: [probable.pk],
        Bucket.DEFINITE: [definite.pk],
    }
    assert count_figures()["unused"] == {"protected": 3, "former": 1, "recent": 1, "probable": 1, "definite": 1}


@pytest.mark.usefixtures("poster")
def test_figures_count_what_is_there() -> None:
    one, two = make_asset(), make_asset()
    make_product("A1", family="poster", values={"picture": str(one.uuid), "gallery": [str(two.uuid)]})
    make_product("B2", family="poster", values={"picture": str(one.uuid)})
    change(one, alt={"en_US": "A mug"})
    AssetVersion.objects.filter(pk=two.version_id).update(error="The file is missing from the storage.")
    Rendition.objects.filter(source_sha256=one.version.sha256, preset="thumb").update(
        state=RenditionState.READY, size_bytes=700
    )
    Rendition.objects.filter(source_sha256=two.version.sha256, preset="thumb").update(
        state=RenditionState.FAILED, error="It is broken."
    )
    license_ = make_license(valid_until=str(today() + timedelta(days=60)))
    Asset.objects.filter(pk=one.pk).update(license=license_)

    figures = count_figures()

    assert (figures["assets"], figures["pictures"]) == (2, 2)
    assert figures["reuse"] == {"used": 2, "reused": 1}
    assert (figures["versions"], figures["missing"], figures["renditions"]) == (1, 1, 1)
    assert figures["alt"]["en_US"] == 1
    assert set(figures["alt"].values()) - {1} <= {2}
    assert figures["expiring"] == {"30": 0, "90": 1}
    assert figures["presets"] == [{"preset": "thumb", "format": "webp", "files": 1, "size_bytes": 700}]
    sizes = one.version.size_bytes + two.version.size_bytes
    assert figures["originals"] == [
        {"kind": "image", "family": "", "files": 2, "size_bytes": sizes, "old_files": 0, "old_bytes": 0}
    ]
    assert listed("alt", detail="en_US") == [two.pk]
    assert find_assets("versions").notes == {two.pk: "v1: The file is missing from the storage."}
    assert find_assets("renditions").notes == {two.pk: "thumb · webp: It is broken."}
    assert (listed("expiring"), listed("expiring", detail="90")) == ([], [one.pk])


def test_an_old_version_is_weighed_apart_and_shared_bytes_once() -> None:
    asset, twin = make_asset(), make_asset()
    kept = asset.version
    Asset.objects.filter(pk=twin.pk).update(version=None)
    AssetVersion.objects.filter(asset=twin).update(storage_key=kept.storage_key, size_bytes=kept.size_bytes)
    old = AssetVersion.objects.create(
        asset=asset, number=2, state="ready", storage_key="originals/aa/old.png", size_bytes=5
    )

    weighed = count_figures()["originals"]

    assert old.pk != kept.pk
    assert [(row["files"], row["size_bytes"], row["old_files"], row["old_bytes"]) for row in weighed] == [
        (2, kept.size_bytes + 5, 1, 5)
    ]


def test_a_list_is_walked_page_by_page() -> None:
    assets = [age(make_asset(), 100) for _ in range(5)]
    seen: list[int] = []
    after: int | None = 0

    while after is not None:
        page = find_assets("unused", detail="definite", after=after, limit=2)
        seen += page.pks
        after = page.after

    assert seen == [asset.pk for asset in assets]


@pytest.mark.parametrize(("kind", "detail"), [("nothing", ""), ("unused", "maybe"), ("alt", "xx_XX")])
def test_a_list_that_is_none_is_not_found(kind: str, detail: str) -> None:
    with pytest.raises(NotFound):
        find_assets(kind, detail=detail)


def test_figures_cost_the_same_however_many_assets_there_are(django_assert_max_num_queries: Any) -> None:
    for _ in range(8):
        make_asset()
    make_structure()

    with django_assert_max_num_queries(35):
        count_figures()


def test_a_large_library_shows_what_was_counted_last(monkeypatch: pytest.MonkeyPatch) -> None:
    make_asset()
    small = read_figures()
    monkeypatch.setattr(counting, "LIVE_BELOW", 1)
    before = read_figures()
    report = store_figures()
    make_asset()
    after = read_figures()

    assert small is not None
    assert (small.is_live, small.data["assets"]) == (True, 1)
    assert before is None
    assert after is not None
    assert (after.is_live, after.data["assets"], after.at) == (False, 1, report.created)
    assert [figures["assets"] for _at, figures in read_trend()] == [1]


def test_the_night_checks_sweeps_and_counts_once() -> None:
    make_asset()

    first, second = start_nightly_jobs(), start_nightly_jobs()

    assert [job.kind for job in first] == ["heal_library", "sweep_storage", "count_hygiene"]
    assert second == [] or {job.state for job in Job.objects.all()} == {JobState.DONE}


def make_twins(**fields: Any) -> tuple[Asset, Asset]:
    """Two assets with the same pixels."""
    one, two = make_asset(**fields), make_asset()
    AssetVersion.objects.filter(pk=two.version_id).update(content_sha256="c" * 64)
    AssetVersion.objects.filter(pk=one.version_id).update(content_sha256="c" * 64)
    return one, two


def test_duplicates_are_grouped_by_what_is_in_the_file() -> None:
    one, two = make_twins()
    make_asset()
    groups, after = list_exact()

    assert [group.pks for group in groups] == [(one.pk, two.pk)]
    assert (after, count_exact()) == ("", (1, 1))


def test_look_alikes_are_listed_nearest_first_and_kept_apart() -> None:
    one, two, three = (make_asset() for _ in range(3))
    NearDuplicate.objects.all().delete()
    NearDuplicate.objects.create(first=one, second=two, distance=5)
    NearDuplicate.objects.create(first=two, second=three, distance=2)

    first, after = list_near(limit=1)
    second, end = list_near(after=after, limit=1)
    dismiss_pair(three, two)

    assert [(group.pks, group.distance) for group in first + second] == [
        ((two.pk, three.pk), 2),
        ((one.pk, two.pk), 5),
    ]
    assert (end, count_near()) == ("", 1)


@pytest.mark.usefixtures("poster")
def test_a_merge_repoints_every_use_and_unites_what_is_known(root: User) -> None:
    make_workflow("asset")
    keep, drop, other = make_asset(), make_asset(), make_asset()
    make_product("A1", family="poster", values={"picture": str(drop.uuid), "gallery": [str(drop.uuid), str(keep.uuid)]})
    make_product("B2", family="poster", values={"picture": str(other.uuid)})
    with_both, with_one = make_collection("Both", drop, keep), make_collection("One", other, drop)
    link = make_share(drop, owner=root)
    change(keep, alt={"en_US": "A mug"}, add_keywords=["mug"])
    change(drop, alt={"en_US": "Another", "de_DE": "Ein Becher"}, add_keywords=["Mug", "red"])
    change(drop, valid_until="2030-01-01")
    plan = plan_merge(keep.uuid, [drop.uuid], actor=root)

    job = start_merge(keep.uuid, [drop.uuid], actor=root)

    assert (plan.products, plan.collections, plan.shares, plan.master, plan.problems) == (1, 2, 1, None, ())
    assert plan.fields == {"alt": {"de_DE": "Ein Becher"}, "add_keywords": ["red"], "valid_until": "2030-01-01"}
    assert (job.state, job.result) == (JobState.DONE, {"assets": 1, "products": 1, "collections": 2, "shares": 1})
    assert ProductValues.objects.get(product__sku="A1", locale=0).values == {
        "picture": str(keep.uuid),
        "gallery": [str(keep.uuid)],
    }
    assert items_of(with_both) == [keep.pk]
    assert items_of(with_one) == [other.pk, keep.pk]
    assert list(ShareItem.objects.filter(share=link).values_list("asset", flat=True)) == [keep.pk]
    keep.refresh_from_db()
    drop.refresh_from_db()
    assert (keep.keywords, str(keep.valid_until), drop.stage) == (["mug", "red"], "2030-01-01", "archived")
    assert count_usages([drop.uuid]) == {}
    assert Entry.objects.filter(subject_type="asset_merge", job=job).count() == 1


def items_of(collection: Collection) -> list[int]:
    return list(collection.items.order_by("position", "pk").values_list("asset", flat=True))


@pytest.mark.usefixtures("poster")
def test_a_merge_is_undone_in_whole(root: User) -> None:
    make_workflow("asset")
    keep, drop = make_asset(), make_asset(content=as_bytes(draw_scene(480, 320, seed=7), "PNG"))
    make_product("A1", family="poster", values={"picture": str(drop.uuid)})
    collection, link = make_collection("One", drop), make_share(drop, owner=root)
    change(drop, alt={"de_DE": "Ein Becher"}, add_keywords=["red"])
    stages = (keep.stage, drop.stage)
    job = start_merge(keep.uuid, [drop.uuid], actor=root)

    undo = undo_job(job, actor=root, is_detached=False)
    from pim.services.jobs import run_job

    run_job(str(undo.uuid))

    undo.refresh_from_db()
    keep.refresh_from_db()
    drop.refresh_from_db()
    assert (undo.state, undo.counters["conflicts"]) == (JobState.DONE, 0)
    assert ProductValues.objects.get(product__sku="A1", locale=0).values == {"picture": str(drop.uuid)}
    assert items_of(collection) == [drop.pk]
    assert list(ShareItem.objects.filter(share=link).values_list("asset", flat=True)) == [drop.pk]
    assert (keep.keywords, (keep.stage, drop.stage), keep.version.number) == ([], stages, 1)


def test_the_best_file_is_kept_whichever_asset_is(root: User) -> None:
    keep = make_asset("small.png")
    drop = make_asset("large.png", content=as_bytes(draw_scene(480, 320, seed=3), "PNG"))
    plan = plan_merge(keep.uuid, [drop.uuid], actor=root)

    start_merge(keep.uuid, [drop.uuid], actor=root)

    keep = Asset.objects.with_current().get(pk=keep.pk)
    assert plan.master == drop
    assert (keep.version.number, keep.version.filename, keep.version.width_px) == (2, "large.png", 480)
    assert keep.version.storage_key == drop.version.storage_key
    assert storage.is_stored(keep.version.storage_key)


def test_what_stands_against_a_merge_is_said_and_nothing_is_changed(root: User) -> None:
    keep, drop = make_asset(), make_asset()
    for asset in (keep, drop):
        Asset.objects.filter(pk=asset.pk).update(license=make_license())

    plan = plan_merge(keep.uuid, [drop.uuid], actor=root)
    with pytest.raises(Refused) as caught:
        start_merge(keep.uuid, [drop.uuid], actor=root)

    assert [problem.code for problem in plan.problems] == ["licenses_differ"]
    assert caught.value.code == "licenses_differ"
    assert Job.objects.count() == 0


@pytest.mark.parametrize("drops", [[], ["keep"], ["unknown"]])
def test_a_merge_of_nothing_is_refused(root: User, drops: list[str]) -> None:
    keep = make_asset()
    uuids = [keep.uuid if name == "keep" else uuid4() for name in drops]

    with pytest.raises(NotFound if drops == ["unknown"] else Refused):
        plan_merge(keep.uuid, uuids, actor=root)


def test_who_may_not_change_assets_merges_none() -> None:
    keep, drop = make_asset(), make_asset()

    with pytest.raises(NotAllowed):
        start_merge(keep.uuid, [drop.uuid], actor=User.objects.create_user("plain"))

    assert HygieneReport.objects.count() == 0


def test_every_use_that_is_known_can_be_repointed() -> None:
    registries = (extensions.usage_finders, extensions.usage_indexes, extensions.usage_repointers)
    finders, indexes, repointers = ({code for code, _entry in registry.items()} for registry in registries)

    # A preset names a watermark by its file, which a merge keeps.
    assert finders == indexes == {*repointers, "watermarks"}
    assert repointers == {"products"}

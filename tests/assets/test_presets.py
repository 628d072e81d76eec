"""A changed preset: what it costs, and when it comes into force."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from assets import extensions
from assets.models import Asset, License, Rendition, RenditionPreset
from assets.render import parse_preset
from assets.services.deletion import delete_assets
from assets.services.hygiene.finding import unused_assets
from assets.services.renditions import build_renditions, current_recipes, declare_preset, declare_renditions
from assets.services.renditions.estimates import estimate_change
from assets.services.renditions.presets import HOUSE_MARK, get_presets
from assets.services.renditions.previewing import draw_preview
from assets.services.renditions.redrawing import KIND, discard_changes, put_in_force, resume_redrawing
from assets.services.renditions.urls import rendition_url
from pim.errors import Conflict, NotFound
from pim.models import Entry, Job, User
from pim.services.jobs import cancel_job, run_job
from pim.services.structure import StructureChange, write_structure
from tests.assets.pictures import as_bytes, draw_scene
from tests.factories.assets import make_asset, make_license, make_preset

pytestmark = pytest.mark.django_db

CARD = {"fit": "cover", "width": 60, "height": 60, "formats": ["webp", "jpeg"]}


def change(code: str, **settings: Any) -> RenditionPreset:
    write_structure(
        "rendition_preset", [StructureChange(code, {"settings": settings})], actor=None, origin="admin"
    ).raise_first()
    return RenditionPreset.objects.get(code=code)


def url_of(asset: Asset, preset: str = "card", fmt: str | None = None) -> str:
    loaded = Asset.objects.with_current().get(pk=asset.pk)
    return rendition_url(loaded, get_presets().get(preset), fmt).url


def draw(asset: Asset, preset: str = "card") -> None:
    loaded = Asset.objects.with_current().get(pk=asset.pk)
    declare_renditions([loaded])
    build_renditions([recipe.digest for recipe in current_recipes(loaded) if recipe.preset.code == preset])


def run_redrawing(code: str = "card") -> Job:
    job = Job.objects.filter(kind=KIND, parameters__preset=code).latest("pk")
    run_job(str(job.uuid))
    job.refresh_from_db()
    return job


def test_a_preset_that_nobody_has_drawn_by_changes_at_once() -> None:
    make_preset("card", **CARD)
    asset = make_asset()
    before = url_of(asset)

    row = change("card", **{**CARD, "width": 80})

    assert row.in_force is None
    assert url_of(asset) != before
    assert not Job.objects.filter(kind=KIND).exists()


def test_addresses_stay_until_the_new_files_are_there() -> None:
    make_preset("card", **CARD)
    asset, never_shown = make_asset(), make_asset()
    draw(asset)
    before = url_of(asset)

    row = change("card", **{**CARD, "width": 80})
    waiting = url_of(asset)
    job = run_redrawing()

    assert row.in_force is not None
    assert row.in_force["width"] == 60
    assert waiting == before
    assert (job.state, job.done, job.total) == ("done", 2, 2)
    assert RenditionPreset.objects.get(code="card").in_force is None
    after = url_of(asset)
    assert after != before
    assert Rendition.objects.get(digest=after.rpartition("/")[2].partition(".")[0]).state == "ready"
    assert Rendition.objects.get(digest=url_of(never_shown).rpartition("/")[2].partition(".")[0]).state == "pending"
    entry = Entry.objects.filter(subject_type="rendition_preset", job=job).get()
    assert list(entry.delta) == ["@in_force"]


def test_old_addresses_go_on_being_answered_after_the_switch(client: Client) -> None:
    make_preset("card", **CARD)
    asset = make_asset()
    draw(asset)
    before = url_of(asset)
    change("card", **{**CARD, "width": 80})
    run_redrawing()

    served = client.get(before)

    assert served.status_code == 200
    assert b"".join(served.streaming_content)


def test_only_formats_whose_files_change_are_drawn() -> None:
    make_preset("card", **CARD)
    asset = make_asset()
    draw(asset)
    webp = url_of(asset, fmt="webp")

    change("card", **{**CARD, "quality": {"jpeg": 50}})
    run_redrawing()

    assert url_of(asset, fmt="webp") == webp
    assert Rendition.objects.filter(preset="card", fmt="webp").count() == 1
    assert Rendition.objects.filter(preset="card", fmt="jpeg", state="ready").count() == 2


def test_a_preset_that_is_drawn_at_once_has_all_its_files_before_the_switch() -> None:
    make_preset("card", is_eager=True, **CARD)
    drawn, other = make_asset(), make_asset()
    draw(drawn)

    change("card", **{**CARD, "width": 80})
    run_redrawing()

    for asset in (drawn, other):
        digest = url_of(asset).rpartition("/")[2].partition(".")[0]
        assert Rendition.objects.get(digest=digest).state == "ready"


def test_a_change_during_the_change_leaves_the_first_one_behind() -> None:
    make_preset("card", **CARD)
    asset = make_asset()
    draw(asset)
    before = url_of(asset)
    change("card", **{**CARD, "width": 80})
    first = Job.objects.get(kind=KIND)

    row = change("card", **{**CARD, "width": 90})

    first.refresh_from_db()
    assert first.state == "cancelled"
    assert row.in_force is not None
    assert row.in_force["width"] == 60
    assert url_of(asset) == before
    run_redrawing()
    assert RenditionPreset.objects.get(code="card").in_force is None
    assert not Rendition.objects.filter(preset="card", recipe__preset__width=80).exists()


def test_going_back_while_files_are_drawn_costs_nothing() -> None:
    make_preset("card", **CARD)
    asset = make_asset()
    draw(asset)
    before = url_of(asset)
    change("card", **{**CARD, "width": 80})

    discard_changes("card", actor=None, origin="admin")

    row = RenditionPreset.objects.get(code="card")
    assert (row.in_force, row.settings["width"]) == (None, 60)
    assert url_of(asset) == before


def test_a_cancelled_change_can_be_resumed_or_put_in_force() -> None:
    make_preset("card", **CARD)
    asset = make_asset()
    draw(asset)
    change("card", **{**CARD, "width": 80})
    with pytest.raises(Conflict) as running:
        resume_redrawing("card", actor=None)
    cancel_job(Job.objects.get(kind=KIND), actor=None)

    resume_redrawing("card", actor=None)
    put_in_force("card")

    assert running.value.code == "still_drawing"
    assert RenditionPreset.objects.get(code="card").in_force is None
    with pytest.raises(Conflict) as refused:
        resume_redrawing("card", actor=None)
    assert refused.value.code == "nothing_to_draw"


def test_a_preset_of_the_house_stays_in_force_until_its_successor_is_drawn() -> None:
    asset = make_asset()
    draw(asset, "thumb")
    before = url_of(asset, "thumb")

    make_preset("thumb", fit="contain", width=100, height=100, formats=["webp"])

    assert url_of(asset, "thumb") == before
    run_redrawing("thumb")
    assert url_of(asset, "thumb") != before


def test_nobody_may_say_what_is_in_force() -> None:
    make_preset("card", **CARD)

    outcome = write_structure(
        "rendition_preset", [StructureChange("card", {"in_force": CARD})], actor=None, origin="api"
    )

    assert [refusal.problems[0].code for refusal in outcome.refused] == ["invalid_in_force"]


def test_the_cost_of_a_change_counts_what_would_be_drawn() -> None:
    make_preset("card", **CARD)
    first, second, third = make_asset(), make_asset(), make_asset()
    for asset in (first, second):
        draw(asset)
    Rendition.objects.filter(fmt="webp").update(drawn_ms=36, size_bytes=3_600)
    new = parse_preset("card", {**CARD, "width": 120, "quality": {"webp": 80}})

    lazy = estimate_change(new, is_eager=False)
    eager = estimate_change(new, is_eager=True)
    unchanged = estimate_change(parse_preset("card", CARD), is_eager=False)

    assert {share.fmt: share.files for share in lazy.shares} == {"webp": 2, "jpeg": 2}
    assert {share.fmt: share.files for share in eager.shares} == {"webp": 3, "jpeg": 3}
    webp = lazy.shares[0]
    assert (webp.fmt, round(webp.seconds * 1000), webp.size_bytes) == ("webp", 144, 14_400)
    assert (lazy.files_now, unchanged.files, unchanged.seconds) == (4, 0, 0)
    assert third.version is not None


def test_a_preview_draws_what_is_not_saved_and_stores_nothing() -> None:
    asset = Asset.objects.with_current().get(pk=make_asset(content=as_bytes(draw_scene(3_000, 2_000), "PNG")).pk)
    rows = Rendition.objects.count()

    small = draw_preview(asset, parse_preset("new", {"fit": "cover", "width": 300, "height": 300}), "webp")
    large = draw_preview(asset, parse_preset("new", {"fit": "original", "formats": ["jpeg"]}), "jpeg")

    assert (small.width_px, small.height_px, small.media_type, small.is_reduced) == (300, 300, "image/webp", False)
    assert (large.width_px, large.height_px, large.is_reduced) == (1_600, 1_067, True)
    assert Rendition.objects.count() == rows


def test_a_preview_of_what_has_no_picture_is_refused() -> None:
    asset = Asset.objects.with_current().get(pk=make_asset("a.txt", content=b"words").pk)

    with pytest.raises(NotFound):
        draw_preview(asset, parse_preset("new", {"fit": "original"}), "webp")


def test_rights_put_the_houses_watermark_on_every_rendition() -> None:
    make_preset("card", **{**CARD, "watermark": {"text": "Ours"}})
    asset = make_asset()
    before = url_of(asset)
    terms = make_license()
    License.objects.filter(pk=terms.pk).update(needs_watermark=True)
    Asset.objects.filter(pk=asset.pk).update(license=terms)
    loaded = Asset.objects.with_current().get(pk=asset.pk)

    marks = {recipe.preset.code: recipe.watermark for recipe in current_recipes(loaded)}

    assert set(marks.values()) == {HOUSE_MARK}
    assert url_of(asset) != before


def test_the_houses_watermark_is_that_of_the_preset_of_this_name() -> None:
    asset = make_asset()
    terms = make_license()
    License.objects.filter(pk=terms.pk).update(needs_watermark=True)
    Asset.objects.filter(pk=asset.pk).update(license=terms)
    before = url_of(asset, "thumb")

    make_preset("watermark", fit="contain", width=9, height=9, watermark={"text": "Nord", "is_tiled": True})
    declare_preset("watermark")

    after = url_of(asset, "thumb")
    assert get_presets().mark.text == "Nord"
    assert get_presets().get("watermark") is None
    assert after != before
    assert Rendition.objects.filter(digest=after.rpartition("/")[2].partition(".")[0]).exists()


def test_a_watermark_may_name_an_asset_and_keeps_its_file() -> None:
    logo = make_asset("logo.png")
    assert logo.version is not None

    preset = make_preset("card", **{**CARD, "watermark": {"asset": logo.code}})

    assert preset.settings["watermark"]["picture"] == logo.version.sha256
    assert preset.settings["watermark"]["asset"] == str(logo.uuid)


def test_a_picture_that_a_preset_draws_over_others_is_used_and_stays(client: Client) -> None:
    logo, other = make_asset("logo.png"), make_asset("other.png")
    preset = make_preset("card", **{**CARD, "watermark": {"asset": logo.code}})
    finder = extensions.usage_finders.get("watermarks")

    assert [(usage.label, usage.context) for usage in finder.find(logo.uuid, limit=5)] == [(preset.label, "watermark")]
    assert finder.count([logo.uuid, other.uuid]) == {logo.uuid: 1}
    outcome = delete_assets([logo.uuid], actor=None, origin="admin")
    assert [problem.code for refusal in outcome.refused for problem in refusal.problems] == ["in_use"]
    assert [asset.code for asset in unused_assets()] == [other.code]

    client.force_login(User.objects.create_superuser("boss"))
    page = client.get(f"/admin/assets/asset/{logo.uuid}/change/").content.decode()
    assert f"/admin/assets/renditionpreset/{preset.uuid}/" in page

    write_structure("rendition_preset", [StructureChange("card", {"settings": CARD})], actor=None, origin="admin")
    assert finder.count([logo.uuid]) == {}


def test_a_watermark_of_an_asset_that_is_not_there_is_refused() -> None:
    fields = {"code": "card", "settings": {**CARD, "watermark": {"asset": "nowhere"}}}

    outcome = write_structure("rendition_preset", [StructureChange("card", fields)], actor=None, origin="api")

    assert [problem.pointer for problem in outcome.refused[0].problems] == ["/settings/watermark/asset"]

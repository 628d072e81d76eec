from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from PIL import Image

from assets import tasks
from assets.models import Asset, Rendition
from assets.render import keys
from assets.services.references import asset_refs, delivered_assets
from assets.services.renditions import (
    build_renditions,
    current_recipes,
    declare_preset,
    declare_renditions,
    file_key,
    find_undeclared,
)
from assets.services.renditions import drawing as service
from assets.services.renditions.presets import get_presets
from assets.services.renditions.urls import IssuedUrl, rendition_url
from assets.services.rights.verdicts import today
from assets.services.writing import AssetChange, write_assets
from pim.choices import Origin
from pim.models import Due, Entry, User
from pim.services.structure import StructureChange, write_structure
from tests.factories.assets import make_asset, make_license, make_preset

pytestmark = pytest.mark.django_db


def issue(asset: Asset, preset: str = "thumb", fmt: str | None = None, **more: Any) -> IssuedUrl:
    return rendition_url(Asset.objects.with_current().get(pk=asset.pk), get_presets().get(preset), fmt, **more)


def body_of(response: Any) -> bytes:
    """Reading to the end closes the file, and not the test's connection as `close()` would."""
    return b"".join(response.streaming_content) if response.streaming else response.content


def status_of(client: Client, url: str) -> int:
    response = client.get(url)
    body_of(response)
    return response.status_code


def licensed(asset: Asset, **terms: Any) -> Asset:
    code = make_license(**terms).code
    write_assets([AssetChange(asset.code, {"license": code})], actor=None, origin=Origin.SYSTEM).raise_first()
    return Asset.objects.with_current().get(pk=asset.pk)


def test_an_address_is_worked_out_without_any_query(django_assert_num_queries: Any) -> None:
    asset = Asset.objects.with_current().get(pk=make_asset().pk)
    thumb = get_presets().get("thumb")

    with django_assert_num_queries(0):
        issued = rendition_url(asset, thumb)

    digest = Rendition.objects.get(preset="thumb").digest
    assert issued.url == f"/media/r/thumb/{digest[:2]}/{digest}.webp"
    assert (issued.width, issued.height) == (240, 160)


def test_the_first_request_draws_and_the_next_ones_ask_nothing(client: Client, django_assert_num_queries: Any) -> None:
    url = issue(make_asset()).url

    first = client.get(url)
    body = body_of(first)
    with django_assert_num_queries(0):
        second = client.get(url)

    assert (first.status_code, second.status_code) == (200, 200)
    assert Image.open(io.BytesIO(body)).size == (240, 160)
    assert body_of(second) == body
    assert second.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert second.headers["X-Content-Type-Options"] == "nosniff"
    assert second.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert second.headers["Content-Type"] == "image/webp"
    assert client.get(url, headers={"If-None-Match": second.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("change", ["other digest", "other shard", "other preset", "other format", "nonsense"])
def test_an_address_that_was_not_issued_finds_nothing(client: Client, change: str) -> None:
    url = issue(make_asset()).url
    digest = url.rpartition("/")[2].partition(".")[0]
    other = ("0" if digest[0] != "0" else "1") + digest[1:]
    changed = {
        "other digest": url.replace(digest, other).replace(f"/{digest[:2]}/", f"/{other[:2]}/"),
        "other shard": url.replace(f"/{digest[:2]}/", "/zz/"),
        "other preset": url.replace("/thumb/", "/preview/"),
        "other format": url.replace(".webp", ".avif"),
        "nonsense": "/media/r/../../etc/passwd",
    }[change]

    assert status_of(client, changed) == 404
    assert not Rendition.objects.filter(state="ready").exists()


def test_a_lost_file_is_drawn_again(client: Client) -> None:
    asset = make_asset()
    url = issue(asset).url
    status_of(client, url)
    row = Rendition.objects.get(preset="thumb")
    default_storage.delete(file_key(row))

    assert status_of(client, url) == 200


def test_a_broken_source_is_a_failed_row_with_a_sentence(client: Client, media_root: Path) -> None:
    asset = make_asset()
    assert asset.version is not None
    path = media_root / asset.version.storage_key
    path.write_bytes(path.read_bytes()[:200])

    assert status_of(client, issue(asset).url) == 404

    row = Rendition.objects.get(preset="thumb")
    assert (row.state, bool(row.error)) == ("failed", True)


@pytest.mark.django_db(transaction=True)
def test_twenty_requests_at_once_draw_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asset = make_asset()
    url = issue(asset).url
    Rendition.objects.update(state="pending")
    default_storage.delete(file_key(Rendition.objects.get(preset="thumb")))
    drawn = []
    real = service.render

    def counting(*args: Any, **more: Any) -> Any:
        drawn.append(args[2])
        return real(*args, **more)

    monkeypatch.setattr(service, "render", counting)

    def ask(_number: int) -> int:
        try:
            return status_of(Client(), url)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        statuses = list(pool.map(ask, range(20)))

    assert statuses == [200] * 20
    assert len(drawn) == 1


def test_all_renditions_of_one_source_come_from_one_decode(monkeypatch: pytest.MonkeyPatch) -> None:
    make_preset("card", fit="cover", width=60, height=60, formats=["webp", "jpeg", "avif"])
    asset = make_asset()
    decodes = []
    real = service.render

    def counting(*args: Any, **more: Any) -> Any:
        decodes.append(args[2])
        return real(*args, **more)

    monkeypatch.setattr(service, "render", counting)
    rows = build_renditions([recipe.digest for recipe in current_recipes(asset)])

    assert {(row.preset, row.fmt, row.state) for row in rows} == {
        ("thumb", "webp", "ready"),
        ("preview", "webp", "ready"),
        ("card", "webp", "ready"),
        ("card", "jpeg", "ready"),
        ("card", "avif", "ready"),
    }
    assert len(decodes) == 1


def test_a_changed_focal_rectangle_gives_crops_new_addresses_and_leaves_the_rest() -> None:
    make_preset("card", fit="cover", width=60, height=60, formats=["webp"])
    asset = make_asset()
    before = (issue(asset, "card").url, issue(asset, "thumb").url)
    rectangle = {"left": 0.0, "top": 0.0, "width": 0.2, "height": 0.2}

    outcome = write_assets([AssetChange(asset.code, {"focal": rectangle})], actor=None, origin="admin")

    after = (issue(asset, "card").url, issue(asset, "thumb").url)
    assert outcome.updated == 1
    assert after[0] != before[0]
    assert after[1] == before[1]
    assert Rendition.objects.filter(preset="card").count() == 2
    assert write_assets([AssetChange(asset.code, {"focal": rectangle})], actor=None, origin="admin").unchanged == 1
    write_assets([AssetChange(asset.code, {"focal": None})], actor=None, origin="admin")
    assert issue(asset, "card").url == before[0]


@pytest.mark.parametrize(
    "rectangle",
    [
        {"left": 0.5, "top": 0, "width": 0.6, "height": 0.5},
        {"left": 0},
        [1, 2],
        {"left": "a", "top": 0, "width": 1, "height": 1},
    ],
)
def test_a_focal_rectangle_outside_the_picture_is_refused(rectangle: Any) -> None:
    asset = make_asset()

    outcome = write_assets([AssetChange(asset.code, {"focal": rectangle})], actor=None, origin="admin")

    assert [refusal.problems[0].code for refusal in outcome.refused] == ["invalid_focal"]
    assert Asset.objects.get(pk=asset.pk).revision == asset.revision


def test_a_new_preset_is_declared_for_every_asset() -> None:
    make_asset()
    make_asset()
    make_preset("card", fit="cover", width=60, height=60, formats=["webp"])

    assert declare_preset("card") in {0, 2}
    assert Rendition.objects.filter(preset="card").count() == 2
    assert declare_renditions(Asset.objects.with_current()) == 0


def test_an_expired_licence_closes_every_address_with_its_reason() -> None:
    asset = licensed(make_asset(), valid_until=(today() - timedelta(days=1)).isoformat())

    issued = issue(asset)

    assert issued.url == ""
    assert [reason.code for reason in issued.verdict.reasons] == ["license_expired"]


def test_a_licence_for_one_channel_closes_the_others() -> None:
    asset = make_asset()
    license_row = make_license()
    license_row.channels = ["print"]
    license_row.save()
    write_assets([AssetChange(asset.code, {"license": license_row.code})], actor=None, origin="admin").raise_first()

    assert issue(asset, channel="print").url
    assert issue(asset).url
    assert [reason.code for reason in issue(asset, channel="mobile").verdict.reasons] == ["license_excludes_channel"]


@pytest.mark.django_db(transaction=True)
def test_a_right_with_an_end_gives_signed_addresses_and_closes_the_open_ones(client: Client) -> None:
    asset = make_asset()
    open_url = issue(asset).url
    assert status_of(client, open_url) == 200

    asset = licensed(asset, valid_until=(today() + timedelta(days=3)).isoformat())
    signed = issue(asset).url

    assert status_of(client, open_url) == 404
    bare, _, query = signed.partition("?")
    assert bare != open_url
    assert query.startswith("e=")
    served = client.get(signed)
    body_of(served)
    assert served.status_code == 200
    assert served.headers["Cache-Control"] == "public, max-age=300, must-revalidate"
    assert status_of(client, bare) == 403
    assert status_of(client, signed[:-1] + ("0" if signed[-1] != "0" else "1")) == 403
    assert status_of(client, signed.replace("?e=", "?e=9")) == 403
    assert status_of(client, f"{bare}?e=1&s=") == 403


@pytest.mark.django_db(transaction=True)
def test_a_licence_that_loses_its_end_opens_the_addresses_again(client: Client) -> None:
    asset = make_asset()
    open_url = issue(asset).url
    asset = licensed(asset, valid_until=(today() + timedelta(days=3)).isoformat())
    assert asset.license is not None
    signed_url = issue(asset).url

    write_structure(
        "license", [StructureChange(asset.license.code, {"valid_until": None})], actor=None, origin="admin"
    ).raise_first()

    assert issue(asset).url == open_url
    assert status_of(client, open_url) == 200
    assert status_of(client, signed_url) == 200


def test_the_days_of_a_licence_become_due() -> None:
    row = make_license(valid_from="2027-01-01", valid_until="2027-06-30")

    assert {(due.kind, due.at.date()) for due in Due.objects.filter(subject_uuid=row.uuid)} == {
        ("license_begins", date(2027, 1, 1)),
        ("license_notice_30", date(2027, 6, 1)),
        ("license_notice_7", date(2027, 6, 24)),
        ("license_notice_1", date(2027, 6, 30)),
        ("license_ended", date(2027, 7, 1)),
    }


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"valid_from": "2027-02-01", "valid_until": "2027-01-01"}, "window_reversed"),
        ({"valid_until": "soon"}, "invalid_date"),
        ({"channels": ["nowhere"]}, "unknown_channel"),
    ],
)
def test_a_licence_that_makes_no_sense_is_refused(fields: dict[str, Any], code: str) -> None:
    outcome = write_structure("license", [StructureChange("l", {"code": "l", **fields})], actor=None, origin="admin")

    assert [refusal.problems[0].code for refusal in outcome.refused] == [code]


def test_originals_are_for_those_who_may_download_them(client: Client) -> None:
    asset = make_asset("plan.png")
    url = f"/media/original/{asset.uuid}/1/"
    assert status_of(client, url) == 302

    client.force_login(User.objects.create_user("visitor"))
    assert status_of(client, url) == 403

    client.force_login(User.objects.create_superuser("boss"))
    served = client.get(url)
    body_of(served)
    assert served.status_code == 200
    assert served.headers["Content-Disposition"] == 'attachment; filename="plan.png"'
    assert served.headers["Cache-Control"] == "private, no-store"
    assert status_of(client, url.replace("/1/", "/7/")) == 404

    licensed(asset, valid_until=(today() - timedelta(days=1)).isoformat())
    refused = client.get(url)
    assert refused.status_code == 403
    assert b"ended" in refused.content


def test_references_take_two_queries_whatever_the_number(django_assert_num_queries: Any) -> None:
    assets = [make_asset() for _ in range(5)]
    uuids = [str(asset.uuid) for asset in assets]

    with django_assert_num_queries(2):
        refs = asset_refs([*uuids, "not a uuid"])

    assert set(refs) == set(uuids)
    first = refs[uuids[0]]
    assert (first.id, first.width, first.media_type, first.kind) == (assets[0].pk, 240, "image/png", "image")


def test_delivered_assets_carry_address_size_and_verdict() -> None:
    free = make_asset()
    ended = licensed(make_asset(), valid_until=(today() - timedelta(days=1)).isoformat())

    delivered = delivered_assets([free.uuid, ended.uuid], preset="thumb", channel="print")

    assert delivered[str(free.uuid)].url.startswith("/media/r/thumb/")
    assert delivered[str(free.uuid)].width == 240
    assert delivered[str(ended.uuid)].url == ""
    assert not delivered[str(ended.uuid)].verdict.allowed


def test_a_document_is_delivered_as_the_file_it_is(client: Client) -> None:
    content = b"%PDF-1.7\nmanual"
    asset = make_asset("manual.pdf", content=content)

    delivered = delivered_assets([asset.uuid], preset="thumb")[str(asset.uuid)]
    answer = client.get(delivered.url)

    assert (delivered.url.endswith(".pdf"), delivered.width) == (True, None)
    assert body_of(answer) == content
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert issue(asset).url == ""


def test_preset_changes_are_journaled_and_cost_nothing_when_nothing_changes() -> None:
    make_preset("card", fit="cover", width=60, height=60)
    entries = Entry.objects.count()

    make_preset("card", fit="cover", width=60, height=60)

    assert Entry.objects.count() == entries
    assert Entry.objects.get(subject_type="rendition_preset").delta["@settings"][1]["width"] == 60


def test_a_new_revision_of_the_engine_has_everything_declared_by_itself(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    asset = Asset.objects.with_current().get(pk=make_asset().pk)
    asked: list[str] = []
    monkeypatch.setattr(tasks.declare, "delay", asked.append)
    cache.delete_many(["assets.declaring.thumb", "assets.declaring.preview"])
    tasks.declare_missed()
    assert asked == []

    monkeypatch.setattr(keys, "ENGINE_REVISION", keys.ENGINE_REVISION + 1)
    address = rendition_url(asset, get_presets().get("thumb")).url
    assert client.get(address).status_code == 404
    tasks.declare_missed()
    tasks.declare_missed()

    assert asked == ["preview", "thumb"]
    for preset in asked:
        declare_preset(preset)
    assert find_undeclared() == []
    assert client.get(address).getvalue()

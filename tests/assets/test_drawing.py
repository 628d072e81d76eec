"""Renditions are drawn once, patiently, by the right worker, from the right source, and served to the right address."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.utils import timezone
from PIL import Image

from assets import extensions, storage
from assets.models import Asset, AssetVersion, License, Rendition
from assets.services.renditions import (
    build_eager_renditions,
    build_renditions,
    build_slow_renditions,
    current_recipes,
    declare_renditions,
    drawing,
    file_key,
    find_waiting,
    rebuild_renditions,
)
from assets.services.renditions.pages import issue_pages
from assets.services.renditions.presets import FILE, get_presets
from assets.services.renditions.urls import rendition_url, sign
from assets.services.rights.verdicts import today
from assets.services.writing import AssetChange, write_assets
from tests.assets.pictures import as_bytes, draw_scene
from tests.factories.assets import make_asset, make_license, make_preset

pytestmark = pytest.mark.django_db


def load(asset: Asset) -> Asset:
    return Asset.objects.with_current().get(pk=asset.pk)


def digest_of(asset: Asset, preset: str = "thumb") -> str:
    return next(recipe.digest for recipe in current_recipes(load(asset)) if recipe.preset.code == preset)


def body_of(client: Client, url: str) -> tuple[int, bytes]:
    answer = client.get(url)
    body = b"".join(answer) if answer.streaming else answer.content  # type: ignore[arg-type]  # never asynchronous
    return answer.status_code, body


def status_of(client: Client, url: str) -> int:
    return body_of(client, url)[0]


@contextmanager
def counted_draws(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    calls: list[int] = []
    real = drawing.render

    def counting(file: Any, media: Any, orders: Any, **more: Any) -> Any:
        calls.append(len(orders))
        return real(file, media, orders, **more)

    with monkeypatch.context() as patch:
        patch.setattr(drawing, "render", counting)
        yield calls


@contextmanager
def missing_original(asset: Asset) -> Iterator[None]:
    assert asset.version is not None
    key = asset.version.storage_key
    with storage.open_file(key) as file:
        content = file.read()
    default_storage.delete(key)
    yield
    storage.store_file(key, io.BytesIO(content))


def pass_time(**by: int) -> None:
    Rendition.objects.filter(not_before__isnull=False).update(not_before=timezone.now() - timedelta(**by))


def test_an_original_that_is_away_for_a_while_does_not_fail_its_renditions(client: Client) -> None:
    asset = make_asset()
    digest, url = digest_of(asset), rendition_url(load(asset), get_presets().get("thumb")).url

    with missing_original(asset):
        answer = client.get(url)
        row = Rendition.objects.get(digest=digest)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert (row.state, row.attempts, row.error) == ("pending", 1, "The original cannot be reached.")
    assert row.not_before is not None
    assert timedelta(seconds=50) < row.not_before - timezone.now() < timedelta(seconds=61)
    assert status_of(client, url) == 503
    assert Rendition.objects.get(digest=digest).attempts == 1
    pass_time(seconds=1)
    assert find_waiting() == ([digest], [])
    assert status_of(client, url) == 200
    assert Rendition.objects.get(digest=digest).attempts == 0


def test_after_three_attempts_nobody_tries_by_himself_any_more(client: Client) -> None:
    asset = make_asset()
    digest = digest_of(asset)

    with missing_original(asset):
        for _attempt in range(3):
            build_renditions([digest])
            pass_time(seconds=1)
        row = Rendition.objects.get(digest=digest)

    assert (row.state, row.error) == ("failed", "The original cannot be reached.")
    assert find_waiting() == ([], [])
    assert status_of(client, rendition_url(load(asset), get_presets().get("thumb")).url) == 404
    assert {row.state for row in rebuild_renditions(load(asset))} == {"ready"}


def test_a_picture_that_kills_its_worker_is_given_up_after_three_times(monkeypatch: pytest.MonkeyPatch) -> None:
    asset = make_asset()
    digest = digest_of(asset)

    def die(*_args: Any, **_more: Any) -> Any:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(drawing, "render", die)
        for _attempt in range(3):
            with pytest.raises(SystemExit):
                build_renditions([digest])
            assert Rendition.objects.get(digest=digest).state == "pending"
            pass_time(seconds=1)
        row = build_renditions([digest])[0]

    assert (row.state, row.error) == ("failed", "It stopped the worker each time it was drawn.")


def test_the_beat_hands_slow_formats_to_their_own_worker() -> None:
    make_preset("card", fit="cover", width=60, height=60, formats=["webp", "avif"])
    asset = make_asset()

    with missing_original(asset):
        build_renditions([recipe.digest for recipe in current_recipes(load(asset)) if recipe.preset.code == "card"])
    pass_time(seconds=1)

    quick, slow = find_waiting()
    assert {Rendition.objects.get(digest=digest).fmt for digest in quick} == {"webp"}
    assert {Rendition.objects.get(digest=digest).fmt for digest in slow} == {"avif"}


def test_what_is_drawn_at_once_leaves_slow_formats_to_their_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    make_preset("card", is_eager=True, fit="cover", width=60, height=60, formats=["webp", "jpeg", "avif"])
    asset = make_asset()
    asked: list[tuple[str, str]] = []
    monkeypatch.setattr(extensions, "hand_over", lambda work, key: asked.append((work, str(key))))

    build_eager_renditions(asset.version_id or 0)
    states = dict(Rendition.objects.filter(preset="card").values_list("fmt", "state"))
    build_slow_renditions(asset.version_id or 0)

    assert states == {"webp": "ready", "jpeg": "ready", "avif": "pending"}
    assert asked == [("draw_slow", str(asset.version_id))]
    assert Rendition.objects.get(preset="card", fmt="avif").state == "ready"
    assert Rendition.objects.get(preset="preview").state == "pending"


def test_presets_that_higher_apps_show_are_drawn_at_once() -> None:
    make_preset("card", fit="cover", width=60, height=60, formats=["webp"])

    with extensions.eager_presets.registered("test", lambda: {"card"}):
        assert "card" in get_presets().eager
        asset = make_asset()
        build_eager_renditions(asset.version_id or 0)

    assert Rendition.objects.get(preset="card").state == "ready"


def test_what_drawing_took_is_kept() -> None:
    asset = make_asset(content=as_bytes(draw_scene(1_600, 1_200), "PNG"))

    row = build_renditions([digest_of(asset, "preview")])[0]

    assert row.drawn_ms is not None
    assert row.drawn_ms > 0


@pytest.mark.django_db(transaction=True)
def test_twenty_workers_draw_one_rendition_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asset = make_asset(content=as_bytes(Image.effect_noise((1_200, 900), 60), "PNG"))
    digest = digest_of(asset, "preview")

    def work(_number: int) -> str:
        try:
            return build_renditions([digest])[0].state
        finally:
            connection.close()

    with counted_draws(monkeypatch) as calls, ThreadPoolExecutor(20) as pool:
        states = list(pool.map(work, range(20)))

    assert states == ["ready"] * 20
    assert calls == [1]


@pytest.mark.django_db(transaction=True)
def test_twenty_readers_of_a_lost_file_have_it_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asset = make_asset()
    url = rendition_url(load(asset), get_presets().get("thumb")).url
    assert status_of(Client(), url) == 200
    default_storage.delete(file_key(Rendition.objects.get(preset="thumb")))

    def read(_number: int) -> int:
        try:
            return status_of(Client(), url)
        finally:
            connection.close()

    with counted_draws(monkeypatch) as calls, ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(read, range(20)))

    assert statuses == [200] * 20
    assert calls == [1]


@pytest.mark.django_db(transaction=True)
def test_a_file_whose_row_is_withdrawn_while_it_is_drawn_does_not_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    asset = make_asset()
    row = Rendition.objects.get(digest=digest_of(asset, "preview"))
    real = drawing.render

    def withdraw_first(*args: Any, **more: Any) -> Any:
        Rendition.objects.filter(pk=row.pk).delete()
        return real(*args, **more)

    with monkeypatch.context() as patch:
        patch.setattr(drawing, "render", withdraw_first)
        assert status_of(Client(), rendition_url(load(asset), get_presets().get("preview")).url) == 404

    assert not storage.is_stored(file_key(row))


def test_a_crop_of_one_preset_gives_it_a_new_address_and_leaves_the_others() -> None:
    make_preset("card", fit="contain", width=60, height=60, formats=["png"])
    asset = make_asset()
    before = {code: digest_of(asset, code) for code in ("card", "thumb")}
    crop = {"left": 0.5, "top": 0.0, "width": 0.5, "height": 0.5}

    write_assets([AssetChange(asset.code, {"crops": {"card": crop}})], actor=None, origin="admin").raise_first()

    assert digest_of(asset, "card") != before["card"]
    assert digest_of(asset, "thumb") == before["thumb"]
    issued = rendition_url(load(asset), get_presets().get("card"))
    row = build_renditions([digest_of(asset, "card")])[0]
    assert (issued.width, issued.height) == (row.width_px, row.height_px) == (60, 40)


def test_a_document_with_a_preview_has_pictures_and_is_still_a_document(client: Client) -> None:
    asset = make_asset("manual.pdf", content=b"%PDF-1.7\nmanual")
    page = as_bytes(draw_scene(300, 400), "PNG")
    storage.store_file("previews/aa/page-1.png", io.BytesIO(page))
    AssetVersion.objects.filter(pk=asset.version_id).update(
        preview_key="previews/aa/page-1.png", width_px=300, height_px=400, pages=3
    )
    declare_renditions([load(asset)])

    picture = rendition_url(load(asset), get_presets().get("thumb"))
    document = rendition_url(load(asset), get_presets().get(FILE))

    assert (picture.width, picture.height) == (240, 320)
    assert Image.open(io.BytesIO(body_of(client, picture.url)[1])).format == "WEBP"
    assert document.url.endswith(".pdf")
    assert body_of(client, document.url)[1] == b"%PDF-1.7\nmanual"


def test_every_page_of_a_document_has_its_own_picture(client: Client) -> None:
    asset = make_asset("manual.pdf", content=b"%PDF-1.7\nmanual 2")
    assert asset.version is not None
    sha256 = asset.version.sha256
    for number, colour in ((1, "red"), (2, "blue")):
        key = f"previews/{sha256[:2]}/{sha256}-{number}.png"
        storage.store_file(key, io.BytesIO(as_bytes(Image.new("RGB", (60, 80), colour), "PNG")))
    AssetVersion.objects.filter(pk=asset.version_id).update(
        preview_key=f"previews/{sha256[:2]}/{sha256}-1.png", width_px=60, height_px=80, pages=2
    )
    declare_renditions([load(asset)])

    pages = issue_pages(load(asset), preset="thumb", count=5)

    assert len({issued.url for issued in pages}) == 2
    colours = []
    for issued in pages:
        red, _green, blue = Image.open(io.BytesIO(body_of(client, issued.url)[1])).convert("RGB").getpixel((30, 40))  # type: ignore[misc]
        colours.append("red" if red > blue else "blue")
    assert colours == ["red", "blue"]
    assert issue_pages(make_asset(), preset="nowhere") == []


def test_a_document_whose_rights_ask_for_a_watermark_does_not_leave_as_it_came() -> None:
    asset = make_asset("manual.pdf", content=b"%PDF-1.7\nmanual 3")
    terms = make_license()
    License.objects.filter(pk=terms.pk).update(needs_watermark=True)
    Asset.objects.filter(pk=asset.pk).update(license=terms)

    assert rendition_url(load(asset), get_presets().get(FILE)).url == ""


def test_a_licence_that_asks_for_a_watermark_has_one_drawn() -> None:
    make_preset(
        "watermark", fit="original", watermark={"text": "MARK", "size": 80, "opacity": 100, "position": "centre"}
    )
    asset = make_asset(content=as_bytes(Image.new("RGB", (300, 200), (90, 90, 90)), "PNG"))
    terms = make_license()
    License.objects.filter(pk=terms.pk).update(needs_watermark=True)
    Asset.objects.filter(pk=asset.pk).update(license=terms)
    declare_renditions([load(asset)])

    row = build_renditions([digest_of(asset)])[0]

    with storage.open_file(file_key(row)) as file:
        brightest = Image.open(file).convert("L").getextrema()[1]
    assert row.state == "ready"
    assert isinstance(brightest, int)
    assert brightest > 200


def signed_url(days: int = 3) -> str:
    asset = make_asset()
    terms = make_license(valid_until=(today() + timedelta(days=days)).isoformat())
    write_assets([AssetChange(asset.code, {"license": terms.code})], actor=None, origin="admin").raise_first()
    return rendition_url(load(asset), get_presets().get("thumb")).url


def test_a_signed_address_stands_for_nothing_but_itself(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every character of path, moment and signature is changed once; nothing is drawn for any of them."""
    url = signed_url()
    path, _mark, query = url.partition("?")
    start = len("/media/r/")

    with counted_draws(monkeypatch) as calls:
        statuses = {}
        for at in [*range(start, len(path)), *range(len(path) + 3, len(url))]:
            if url[at] in "/.&=?s" and at > len(path):
                continue
            other = "0" if url[at] != "0" else "1"
            changed = url[:at] + other + url[at + 1 :]
            statuses[changed] = status_of(client, changed)

    assert set(statuses.values()) <= {403, 404}
    assert {status for changed, status in statuses.items() if changed.startswith(f"{path}?")} == {403}
    assert calls == []
    assert status_of(client, url) == 200
    assert query


@pytest.mark.parametrize(
    "change",
    [
        lambda url: url.replace("?e=", "?e=0"),
        lambda url: re.sub(r"e=\d", "e=\u0661", url),
        lambda url: url.replace("&s=", "&s=%20"),
        lambda url: re.sub(r"s=(\w+)", lambda found: f"s={found[1].upper()}", url),
        lambda url: re.sub(r"&s=\w+", "", url),
        lambda url: re.sub(r"e=\d+&", "", url),
        lambda url: re.sub(r"e=\d+", "e=" + "9" * 13, url),
        lambda url: url.replace("/thumb/", "/preview/"),
        lambda url: url.replace(".webp", ".avif"),
        lambda url: url.replace(".webp?", ".webp/more?"),
        lambda url: url.replace("/media/r/", "/media/r//"),
    ],
)
def test_an_address_has_one_spelling(client: Client, change: Any) -> None:
    url = signed_url()

    assert status_of(client, change(url)) in {403, 404}
    assert not Rendition.objects.filter(state="ready").exists()


def test_a_signature_that_is_over_is_refused_without_work(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    path = signed_url().partition("?")[0]
    past = int((timezone.now() - timedelta(seconds=5)).timestamp())

    with counted_draws(monkeypatch) as calls:
        status = status_of(client, f"{path}?e={past}&s={sign(path, past)}")

    assert (status, calls) == (403, [])

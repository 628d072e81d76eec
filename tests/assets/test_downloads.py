"""A ZIP is asked for once, fetched once, made while it is read, and holds what may leave at that moment."""

from __future__ import annotations

import csv
import hashlib
import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.utils import timezone
from PIL import Image

from assets import storage
from assets.models import Asset, AssetVersion, DownloadTicket, Rendition
from assets.services.downloads import packing
from assets.services.downloads.packing import plan_download
from assets.services.downloads.requests import DownloadRequest, Use
from assets.services.downloads.selection import AssetSelection, resolve_selection
from assets.services.downloads.tickets import UserGate, ask_download, fetch_download, forget_tickets
from assets.services.downloads.zipping import Member, stream_zip
from assets.services.rights.verdicts import today
from assets.services.writing import AssetChange, write_assets
from pim.choices import Origin
from pim.errors import NotAllowed, NotFound, Refused
from pim.models import User
from tests.factories.assets import make_asset, make_collection, make_folder, make_license, make_preset

pytestmark = pytest.mark.django_db


@pytest.fixture
def root() -> User:
    return User.objects.create_superuser("root")


def make_account(*permissions: str) -> User:
    user = User.objects.create_user("somebody")
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


def fetch(request: DownloadRequest, actor: User) -> zipfile.ZipFile:
    token = ask_download(request, actor=actor).token
    return zipfile.ZipFile(io.BytesIO(b"".join(fetch_download(token, actor=actor))))


def manifest_of(archive: zipfile.ZipFile) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive.read("manifest.csv").decode("utf-8-sig"))))


def ask_for(*assets: Asset, **more: Any) -> DownloadRequest:
    return DownloadRequest(tuple(asset.uuid for asset in assets), **more)


def put_under(asset: Asset, **terms: Any) -> None:
    code = make_license(**terms).code
    write_assets([AssetChange(asset.code, {"license": code})], actor=None, origin=Origin.SYSTEM).raise_first()


def test_originals_come_as_they_were_uploaded_with_a_manifest(root: User) -> None:
    one, two = make_asset("mug.png"), make_asset("cup.png")

    archive = fetch(ask_for(one, two), root)

    assert archive.testzip() is None
    assert archive.namelist() == ["mug.png", "cup.png", "manifest.csv"]
    assert hashlib.sha256(archive.read("mug.png")).hexdigest() == one.version.sha256
    assert all(info.compress_type == zipfile.ZIP_STORED for info in archive.infolist())
    assert manifest_of(archive) == [
        {
            "path": asset.version.filename,
            "asset": asset.code,
            "uuid": str(asset.uuid),
            "sha256": asset.version.sha256,
            "preset": "original",
            "licence": "",
            "credit": "",
            "verdict": "allowed",
            "reason": "",
        }
        for asset in (one, two)
    ]


def test_renditions_are_drawn_on_the_way(root: User) -> None:
    preset = make_preset(fit="contain", width=40, height=40, formats=["webp"]).code
    asset = make_asset("mug.png")
    plan = plan_download(ask_for(asset, preset=preset), UserGate(root, Use()))

    archive = fetch(ask_for(asset, preset=preset), root)

    assert (plan.undrawn, plan.size_bytes) == (1, 0)
    assert archive.namelist() == ["mug.webp", "manifest.csv"]
    assert Image.open(io.BytesIO(archive.read("mug.webp"))).size == (40, 27)
    assert manifest_of(archive)[0]["sha256"] == hashlib.sha256(archive.read("mug.webp")).hexdigest()
    drawn = plan_download(ask_for(asset, preset=preset), UserGate(root, Use()))
    assert (drawn.undrawn, drawn.size_bytes) == (0, len(archive.read("mug.webp")))


def test_a_rendition_whose_file_is_gone_is_drawn_again(root: User) -> None:
    asset = make_asset("mug.png")
    fetch(ask_for(asset, preset="thumb"), root)
    storage.delete_files([file.key for file in storage.walk_files("r/")])

    archive = fetch(ask_for(asset, preset="thumb"), root)

    assert Image.open(io.BytesIO(archive.read("mug.webp"))).size == (240, 160)


def test_what_takes_too_long_to_draw_is_left_out(root: User, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn, undrawn = make_asset("drawn.png"), make_asset("undrawn.png")
    fetch(ask_for(drawn, preset="thumb"), root)
    monkeypatch.setattr(packing, "DRAWING_S", 0.0)

    archive = fetch(ask_for(drawn, undrawn, preset="thumb"), root)

    assert archive.namelist() == ["drawn.webp", "manifest.csv"]
    assert [row["verdict"] for row in manifest_of(archive)] == ["allowed", "left out"]
    assert manifest_of(archive)[1]["reason"] == "It is not drawn yet. Download it once more in a while."


def test_layouts_make_folders_and_number_what_is_called_alike(root: User) -> None:
    make_folder("autumn", labels={"en_US": "Autumn"})
    folder = make_folder("mugs", parent="autumn")
    assets = [make_asset("mug.png"), make_asset("mug.png"), make_asset("cup.png")]
    Asset.objects.filter(pk__in=[assets[0].pk, assets[1].pk]).update(folder=folder)

    flat, by_folder = fetch(ask_for(*assets), root), fetch(ask_for(*assets, layout="folder"), root)

    assert flat.namelist() == ["mug.png", "mug-2.png", "cup.png", "manifest.csv"]
    assert by_folder.namelist() == ["Autumn/mugs/mug.png", "Autumn/mugs/mug-2.png", "cup.png", "manifest.csv"]


@pytest.mark.parametrize("name", ["../../evil.png", "C:\\evil.png", "nul.png", "a\u202egnp.exe", "=cmd()|x.png"])
def test_a_hostile_file_name_does_no_harm(root: User, name: str, tmp_path: Path) -> None:
    asset = make_asset()
    AssetVersion.objects.filter(pk=asset.version_id).update(filename=name)

    archive = fetch(ask_for(asset), root)
    archive.extractall(tmp_path / "out")

    assert len(list((tmp_path / "out").iterdir())) == 2
    assert sorted(tmp_path.glob("*.png")) == []
    path = archive.namelist()[0]
    assert not set(path) & set("/\\:|\u202e")
    assert not manifest_of(archive)[0]["path"].startswith("=")


def test_what_may_not_leave_is_left_out_and_says_why(root: User) -> None:
    free, expired, deleted = make_asset("free.png"), make_asset("expired.png"), uuid4()
    put_under(expired, valid_until=str(today() - timedelta(days=1)))

    archive = fetch(DownloadRequest((free.uuid, expired.uuid, deleted)), root)

    assert archive.namelist() == ["free.png", "manifest.csv"]
    rows = {row["uuid"]: row for row in manifest_of(archive)}
    assert [rows[str(key)]["verdict"] for key in (free.uuid, expired.uuid, deleted)] == [
        "allowed",
        "left out",
        "left out",
    ]
    assert "ended on" in rows[str(expired.uuid)]["reason"]
    assert rows[str(expired.uuid)]["path"] == ""
    assert rows[str(deleted)]["reason"] == "There is no such asset any more."


def test_the_use_is_asked_for(root: User) -> None:
    asset, other = make_asset("german.png"), make_asset("other.png")
    put_under(asset, territories=["DE"])

    swiss = fetch(ask_for(asset, other, use=Use(territory="CH")), root)
    german = fetch(ask_for(asset, other, use=Use(territory="DE")), root)

    assert swiss.namelist() == ["other.png", "manifest.csv"]
    assert german.namelist() == ["german.png", "other.png", "manifest.csv"]


def test_nothing_that_may_leave_is_refused_before_it_starts(root: User) -> None:
    asset = make_asset()
    put_under(asset, valid_until=str(today() - timedelta(days=1)))

    with pytest.raises(Refused) as caught:
        ask_download(ask_for(asset), actor=root)

    assert caught.value.code == "nothing_to_download"
    assert [problem.code for problem in caught.value.problems] == ["license_expired"]
    assert DownloadTicket.objects.count() == 0


def test_too_much_is_refused_before_it_starts(root: User, monkeypatch: pytest.MonkeyPatch) -> None:
    asset = make_asset()
    AssetVersion.objects.filter(pk=asset.version_id).update(size_bytes=packing.MAX_BYTES + 1)

    with pytest.raises(Refused, match="more than 10 GB"):
        ask_download(ask_for(asset), actor=root)
    monkeypatch.setattr(packing, "MAX_ASSETS", 1)
    with pytest.raises(Refused) as caught:
        ask_download(ask_for(asset, make_asset()), actor=root)

    assert caught.value.code == "too_many_assets"
    assert DownloadTicket.objects.count() == 0


@pytest.mark.parametrize(
    ("more", "code"), [({"preset": "none"}, "unknown_preset"), ({"layout": "{none}"}, "invalid_layout")]
)
def test_a_request_that_makes_no_sense_is_refused(root: User, more: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as caught:
        ask_download(ask_for(make_asset(), **more), actor=root)

    assert caught.value.code == code


@pytest.mark.parametrize(
    ("permissions", "is_active", "may_have_renditions", "may_have_originals"),
    [
        ((), True, False, False),
        (("view_asset", "download_asset"), True, False, False),
        (("add_downloadticket",), True, False, False),
        (("add_downloadticket", "view_asset"), True, True, False),
        (("add_downloadticket", "view_asset", "download_asset"), True, True, True),
        (("add_downloadticket", "download_asset"), True, False, True),
        (("add_downloadticket", "view_asset", "download_asset"), False, False, False),
    ],
)
def test_who_may_download_what(
    permissions: tuple[str, ...], is_active: bool, may_have_renditions: bool, may_have_originals: bool
) -> None:
    caller, asset = make_account(*permissions), make_asset()
    User.objects.filter(pk=caller.pk).update(is_active=is_active)
    caller = User.objects.get(pk=caller.pk)
    allowed = []

    for preset in ("thumb", ""):
        try:
            fetch(ask_for(asset, preset=preset), caller)
        except NotAllowed:
            allowed.append(False)
        else:
            allowed.append(True)

    assert allowed == [may_have_renditions, may_have_originals]


def test_a_right_that_ends_on_the_way_stops_what_is_still_to_come(root: User) -> None:
    first, second = make_asset("first.png", content=_noise(600)), make_asset("second.png")
    pieces = fetch_download(ask_download(ask_for(first, second), actor=root).token, actor=root)

    begin = next(pieces)
    put_under(second, valid_until=str(today() - timedelta(days=1)))
    archive = zipfile.ZipFile(io.BytesIO(begin + b"".join(pieces)))

    assert archive.namelist() == ["first.png", "manifest.csv"]
    assert manifest_of(archive)[1]["verdict"] == "left out"


def test_a_permission_that_is_taken_on_the_way_stops_what_is_still_to_come() -> None:
    caller = make_account("add_downloadticket", "view_asset", "download_asset")
    first, second = make_asset("first.png", content=_noise(600)), make_asset("second.png")
    pieces = fetch_download(ask_download(ask_for(first, second), actor=caller).token, actor=caller)

    begin = next(pieces)
    caller.user_permissions.clear()
    archive = zipfile.ZipFile(io.BytesIO(begin + b"".join(pieces)))

    assert archive.namelist() == ["first.png", "manifest.csv"]
    assert manifest_of(archive)[1]["reason"] == "You may not download this file."


def test_who_reads_no_further_is_sent_no_further(root: User, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = []
    stream = storage.stream_file

    def watched(key: str) -> Iterator[bytes]:
        try:
            yield from stream(key)
        finally:
            closed.append(key)

    monkeypatch.setattr(storage, "stream_file", watched)
    first, second = make_asset("first.png", content=_noise(900)), make_asset("second.png")
    issued = ask_download(ask_for(first, second), actor=root)
    pieces = fetch_download(issued.token, actor=root)

    next(pieces)
    pieces.close()  # type: ignore[attr-defined]

    assert closed == [first.version.storage_key]
    ticket = DownloadTicket.objects.get(pk=issued.ticket.pk)
    assert ticket.request["result"] == {"files": 0, "left_out": 0, "size_bytes": 0, "is_complete": False}


def test_a_ticket_is_good_once_for_one_account_and_for_five_minutes(root: User) -> None:
    other, asset = User.objects.create_superuser("other"), make_asset()
    used, foreign, late = (ask_download(ask_for(asset), actor=root) for _ in range(3))
    b"".join(fetch_download(used.token, actor=root))
    DownloadTicket.objects.filter(pk=late.ticket.pk).update(expires=timezone.now())

    for token, actor in ((used.token, root), (foreign.token, other), (late.token, root), ("nonsense", root)):
        with pytest.raises(NotFound) as caught:
            fetch_download(token, actor=actor)
        assert caught.value.code == "ticket_used"

    assert used.ticket.expires - used.ticket.created <= timedelta(seconds=301)
    assert used.token not in str(DownloadTicket.objects.values().get(pk=used.ticket.pk))
    assert DownloadTicket.objects.get(pk=used.ticket.pk).request["result"]["files"] == 1
    assert forget_tickets() == 1
    assert set(DownloadTicket.objects.values_list("pk", flat=True)) == {used.ticket.pk, foreign.ticket.pk}


@pytest.mark.django_db(transaction=True)
def test_of_two_who_come_at_once_with_a_ticket_one_gets_it() -> None:
    root = User.objects.create_superuser("root")
    token = ask_download(ask_for(make_asset()), actor=root).token

    def come(_number: int) -> int:
        try:
            return len(b"".join(fetch_download(token, actor=root)))
        except NotFound:
            return 0
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        sizes = list(pool.map(come, range(8)))

    assert sum(size > 0 for size in sizes) == 1


def test_memory_stays_flat_however_large_the_file(root: User) -> None:
    asset = make_asset()
    size = 48 * 1024 * 1024
    key = "originals/aa/large.bin"
    storage.store_file(key, io.BytesIO(bytes(size)))
    AssetVersion.objects.filter(pk=asset.version_id).update(storage_key=key, size_bytes=size)
    token = ask_download(ask_for(asset), actor=root).token
    pieces = fetch_download(token, actor=root)
    next(pieces)

    tracemalloc.start()
    sent = sum(map(len, pieces))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert sent > size - 1024 * 1024
    assert peak < 8 * 1024 * 1024


def test_a_file_that_may_pass_four_gigabytes_says_its_size_in_64_bits() -> None:
    member = Member("large.bin", iter([b"begin", b"end"]), 5 * 1024**3, timezone.now())

    archive = zipfile.ZipFile(io.BytesIO(b"".join(stream_zip([member]))))

    info = archive.getinfo("large.bin")
    assert (archive.read("large.bin"), info.extract_version) == (b"beginend", 45)
    assert (member.sent_bytes, member.sha256) == (8, hashlib.sha256(b"beginend").hexdigest())


def test_a_selection_is_some_assets_a_collection_or_a_filter() -> None:
    one, two = make_asset("one.png"), make_asset("two.png")

    kind = {"field": "kind", "op": "eq", "value": "image"}
    collected, searched = make_collection("Autumn", two, one), make_collection("Pictures", query=kind)
    by_name = resolve_selection(AssetSelection.read(assets=[str(two.uuid), str(uuid4()), str(two.uuid)]), actor=None)
    found = resolve_selection(AssetSelection(filter='{"field": "kind", "op": "eq", "value": "image"}'), actor=None)

    assert by_name == [two.uuid]
    assert resolve_selection(AssetSelection(collection=collected.uuid), actor=None) == [two.uuid, one.uuid]
    assert resolve_selection(AssetSelection(collection=searched.uuid), actor=None) == [two.uuid, one.uuid]
    assert found == [two.uuid, one.uuid]
    with pytest.raises(Refused) as caught:
        resolve_selection(AssetSelection(filter='{"field": "kind", "op": "eq", "value": "image"}'), actor=None, limit=1)
    assert caught.value.code == "too_many_assets"
    for wrong, code in (({"assets": ["x"]}, "invalid_uuid"), ({}, "nothing_selected")):
        with pytest.raises(Refused) as caught:
            resolve_selection(AssetSelection.read(**wrong), actor=None)
        assert caught.value.code == code


def test_what_is_stored_is_what_was_drawn(root: User) -> None:
    asset = make_asset("mug.png")
    archive = fetch(ask_for(asset, preset="thumb"), root)

    row = Rendition.objects.get(preset="thumb")

    assert row.size_bytes == len(archive.read("mug.webp"))


def _noise(side: int) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((side, side), 90).convert("RGB").save(out, "PNG")
    return out.getvalue()

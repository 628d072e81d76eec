"""Files on their way in: parts in any order, resumed, completed once, refused before or after the bytes."""

from __future__ import annotations

import hashlib
import io
import threading
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from assets import storage
from assets.models import Asset, Folder, Upload, UploadBatch
from assets.services.documents import describe_assets
from assets.services.ingest import ingest_version
from assets.services.uploads import (
    MAX_FILES,
    PART_BYTES,
    Announced,
    begin_batch,
    begin_upload,
    cancel_batch,
    cancel_upload,
    complete_upload,
    describe_batch,
    expire_uploads,
    find_batch,
    find_upload,
    list_batches,
    make_part_urls,
    received_parts,
    write_upload_part,
)
from assets.services.uploads.limits import choose_part_size, count_parts
from pim.errors import Conflict, DomainError, NotAllowed, NotFound, Refused
from pim.models import User
from pim.services.structure import StructureChange, write_structure
from tests.assets.pictures import as_bytes, draw_scene
from tests.factories.assets import make_asset, make_license

pytestmark = pytest.mark.django_db
LARGE = bytes(range(256)) * 32_768 * 2 + b"the last part"


@pytest.fixture
def creative() -> User:
    return User.objects.create_superuser("creative")


def begin(actor: User | None, content: bytes, name: str = "mug.jpg", **more: Any) -> Upload:
    batch = begin_batch(actor=actor, origin="admin")
    return begin_upload(batch, Announced(name, len(content), **more), actor=actor)


def send(upload: Upload, content: bytes, *numbers: int) -> None:
    size = upload.part_size_bytes
    for number in numbers or range(1, count_parts(len(content), size) + 1):
        write_upload_part(upload, number, io.BytesIO(content[(number - 1) * size : number * size]))


def complete(upload: Upload, actor: User | None = None, **more: Any) -> Upload:
    return complete_upload(upload, actor=actor, origin="admin", **more)


def refusal(call: Callable[[], Any]) -> tuple[str, str]:
    with pytest.raises(DomainError) as raised:
        call()
    return raised.value.code, raised.value.pointer


def stored(root: Path, *folders: str) -> list[str]:
    return sorted(
        str(path.relative_to(root))
        for path in root.rglob("*")
        if path.is_file() and path.relative_to(root).parts[0] in folders
    )


def test_parts_arrive_out_of_order_and_twice_and_the_file_is_whole(creative: User) -> None:
    upload = begin(creative, LARGE, "large.txt")
    assert (upload.part_size_bytes, count_parts(len(LARGE), PART_BYTES)) == (PART_BYTES, 3)

    send(upload, LARGE, 3, 1)
    assert received_parts(upload) == [1, 3]
    send(upload, LARGE, 1, 2)
    assert received_parts(upload) == [1, 2, 3]
    done = complete(upload, creative)

    assert (done.state, done.sha256) == ("received", hashlib.sha256(LARGE).hexdigest())
    version = done.asset.versions.get() if done.asset else None
    assert version is not None
    with storage.open_file(version.storage_key) as file:
        assert file.read() == LARGE


def test_a_picture_becomes_an_asset_and_its_second_copy_is_known_before_a_byte_is_sent(creative: User) -> None:
    content = as_bytes(draw_scene())
    upload = begin(creative, content)
    send(upload, content)
    done = complete(upload, creative)
    assert done.asset is not None
    ingest_version(done.asset.versions.get().pk)

    again = begin(creative, content, "copy.jpg", sha256=hashlib.sha256(content).hexdigest().upper())

    assert (again.state, again.is_duplicate, again.asset) == ("received", True, done.asset)
    assert again.multipart_id == ""
    assert Asset.objects.count() == 1


def test_a_missing_part_is_named_and_what_has_arrived_stays(creative: User) -> None:
    upload = begin(creative, LARGE, "large.txt")
    send(upload, LARGE, 1, 3)

    with pytest.raises(Refused, match=r"not arrived: 2\.") as raised:
        complete(upload, creative)

    assert (raised.value.code, raised.value.pointer) == ("parts_missing", "/parts")
    assert received_parts(upload) == [1, 3]
    assert Asset.objects.count() == 0
    send(upload, LARGE, 2)
    assert complete(upload, creative).state == "received"


@pytest.mark.parametrize("sent", [b"", b"x" * 9, b"x" * 11])
def test_a_part_of_another_length_is_refused_and_does_not_count(creative: User, sent: bytes) -> None:
    upload = begin(creative, b"x" * 10)

    assert refusal(lambda: write_upload_part(upload, 1, io.BytesIO(sent))) == ("part_length", "/parts/1")

    assert received_parts(upload) == []
    assert refusal(lambda: complete(upload, creative)) == ("parts_missing", "/parts")


@pytest.mark.parametrize("number", [0, -1, 2, 10_001])
def test_there_are_no_other_parts(creative: User, number: int) -> None:
    upload = begin(creative, b"x" * 10)

    assert refusal(lambda: write_upload_part(upload, number, io.BytesIO(b"x" * 10))) == ("unknown_part", "/parts")
    assert refusal(lambda: make_part_urls(upload, [number])) == ("unknown_part", "/parts")


def test_bytes_that_are_not_those_announced_are_refused_and_deleted(creative: User, media_root: Path) -> None:
    upload = begin(creative, b"first words", "a.txt", sha256=hashlib.sha256(b"other words").hexdigest())
    send(upload, b"first words")

    assert refusal(lambda: complete(upload, creative)) == ("hash_differs", "/sha256")

    row = Upload.objects.get(pk=upload.pk)
    assert (row.state, row.asset) == ("refused", None)
    assert Asset.objects.count() == 0
    assert refusal(lambda: complete(upload, creative)) == ("upload_ended", "")


@pytest.mark.django_db(transaction=True)
def test_two_completes_at_once_make_one_asset(creative: User, media_root: Path) -> None:
    content = as_bytes(draw_scene(seed=9))
    upload = begin(creative, content)
    send(upload, content)
    made: list[int] = []

    def finish() -> None:
        row = complete(upload, creative)
        made.append(row.asset.pk if row.asset else 0)
        connection.close()

    threads = [threading.Thread(target=finish) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert made == [Asset.objects.get().pk] * 4
    assert len(stored(media_root, "originals")) == 1
    assert stored(media_root, "parts", "quarantine") == []


@pytest.mark.django_db(transaction=True)
def test_the_same_new_file_sent_twice_at_once_makes_one_asset(creative: User, media_root: Path) -> None:
    content = as_bytes(draw_scene(seed=10))
    uploads = [begin(creative, content, f"{number}.jpg") for number in range(3)]
    for upload in uploads:
        send(upload, content)

    done = [complete(upload, creative) for upload in uploads]

    assert {row.asset for row in done} == {Asset.objects.get()}
    assert [row.is_duplicate for row in done] == [False, True, True]
    assert len(stored(media_root, "originals")) == 1
    assert stored(media_root, "parts", "quarantine") == []


def test_a_process_that_died_after_the_parts_were_joined_is_made_good(creative: User) -> None:
    upload = begin(creative, b"some words", "a.txt")
    send(upload, b"some words")
    storage.complete_multipart(
        upload.storage_key, upload.multipart_id, storage.list_parts(upload.storage_key, upload.multipart_id)
    )

    assert received_parts(upload) == [1]
    assert complete(upload, creative).state == "received"


@pytest.mark.django_db(transaction=True)
def test_cancelling_deletes_what_was_sent_and_twice_is_once(creative: User, media_root: Path) -> None:
    upload = begin(creative, LARGE)
    send(upload, LARGE, 1)

    cancel_upload(upload)
    assert cancel_upload(upload).state == "cancelled"

    assert stored(media_root, "parts", "quarantine") == []
    row = Upload.objects.get(pk=upload.pk)
    for call in (lambda: send(row, LARGE, 2), lambda: complete(row, creative), lambda: received_parts(row)):
        assert refusal(call) == ("upload_ended", "")


@pytest.mark.django_db(transaction=True)
def test_what_nobody_goes_on_sending_is_deleted_after_a_day(creative: User, media_root: Path) -> None:
    old, young = begin(creative, LARGE, "old"), begin(creative, LARGE, "young")
    send(old, LARGE, 1)
    send(young, LARGE, 1)
    Upload.objects.filter(pk=old.pk).update(updated=timezone.now() - timedelta(hours=25))
    UploadBatch.objects.update(created=timezone.now() - timedelta(days=31))

    assert expire_uploads() == 1
    assert expire_uploads() == 0

    assert not Upload.objects.filter(pk=old.pk).exists()
    assert received_parts(young) == [1]


def test_a_closed_tab_finds_its_files_again(creative: User) -> None:
    batch = begin_batch(actor=creative, origin="admin")
    upload = begin_upload(batch, Announced("large.txt", len(LARGE), "summer"), actor=creative)
    send(upload, LARGE, 2)

    assert list_batches(actor=creative) == [batch]
    again = begin_upload(batch, Announced("large.txt", len(LARGE), "summer"), actor=creative)

    assert again == upload
    assert received_parts(again) == [2]
    elsewhere = begin_upload(batch, Announced("large.txt", len(LARGE), "winter"), actor=creative)
    assert elsewhere != upload
    assert cancel_batch(batch) == 2
    assert list_batches(actor=creative) == []


def test_the_uploads_of_others_are_not_there(creative: User) -> None:
    upload = begin(creative, b"x")
    other = User.objects.create_superuser("other")

    for call in (lambda: find_upload(upload.uuid, actor=other), lambda: find_batch(upload.batch.uuid, actor=other)):
        with pytest.raises(NotFound):
            call()
    assert list_batches(actor=other) == []
    with pytest.raises(NotFound):
        find_upload("no uuid", actor=creative)


def test_who_may_not_add_assets_may_not_begin(creative: User) -> None:
    upload, nobody = begin(creative, b"x"), User.objects.create_user("nobody")
    batch = upload.batch

    for call in (
        lambda: begin_batch(actor=nobody, origin="admin"),
        lambda: begin_upload(batch, Announced("a", 1), actor=nobody),
        lambda: find_upload(upload.uuid, actor=nobody),
        lambda: find_batch(batch.uuid, actor=nobody),
        lambda: list_batches(actor=nobody),
        lambda: complete(upload, nobody),
    ):
        with pytest.raises(NotAllowed):
            call()


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (Announced("a.jpg", 0), ("file_empty", "/size_bytes")),
        (Announced("a.jpg", -5), ("file_empty", "/size_bytes")),
        (Announced("a.jpg", 600 * 1024 * 1024), ("file_too_large", "/size_bytes")),
        (Announced("a.jpg", 5, sha256="zz"), ("invalid_hash", "/sha256")),
        (Announced("all.ZIP", 5), ("archive_not_unpacked", "")),
    ],
)
def test_what_cannot_come_in_is_said_before_it_is_sent(
    creative: User, file: Announced, expected: tuple[str, str]
) -> None:
    batch = begin_batch(actor=creative, origin="admin")

    assert refusal(lambda: begin_upload(batch, file, actor=creative)) == expected

    assert batch.uploads.count() == 0


def test_a_batch_takes_so_many_files_and_no_more(creative: User) -> None:
    batch = begin_batch(actor=creative, origin="admin")
    Upload.objects.bulk_create(
        Upload(batch=batch, filename="a.jpg", size_bytes=1, part_size_bytes=1, state="received")
        for _ in range(MAX_FILES)
    )

    assert refusal(lambda: begin_upload(batch, Announced("one.jpg", 1), actor=creative)) == ("too_many_files", "")


@pytest.mark.parametrize(
    ("name", "path", "expected"),
    [
        ("../../etc/passwd", "../../etc", ("passwd", "etc")),
        ("a\x00b.jpg", "x\x00y", ("ab.jpg", "xy")),
        ("n" * 300 + ".jpg", "p" * 300, ("n" * 247 + ".jpg", "p" * 100)),
        ("gpj.\u202etxt.exe", "\u202efolder", ("gpj.txt.exe", "folder")),
        ("🥾 boot.jpg", "🥾/ /./..", ("🥾 boot.jpg", "🥾")),
        ("C:\\pics\\a.jpg", "C:\\pics", ("a.jpg", "C:/pics")),
        ("...", "/".join("abcdefghijklmn"), ("file", "a/b/c/d/e/f/g/h/i/j")),
    ],
)
def test_hostile_names_are_made_plain(creative: User, name: str, path: str, expected: tuple[str, str]) -> None:
    upload = begin(creative, b"x", name, path=path)

    assert (upload.filename, upload.path) == expected


def test_names_that_differ_in_case_alone_are_two_assets(creative: User) -> None:
    codes = []
    for name, content in (("Mug.txt", b"one"), ("MUG.TXT", b"two")):
        upload = begin(creative, content, name)
        send(upload, content)
        done = complete(upload, creative)
        codes.append(done.asset.code if done.asset else "")

    assert codes == ["Mug", "MUG_2"]


def test_ten_thousand_parts_are_enough_for_any_file() -> None:
    assert choose_part_size(1) == PART_BYTES
    assert choose_part_size(10_000 * PART_BYTES) == PART_BYTES
    assert choose_part_size(10_000 * PART_BYTES + 1) == 2 * PART_BYTES


class TestFields:
    """What is set once for all files."""

    @pytest.fixture(autouse=True)
    def locales(self) -> None:
        changes = [StructureChange(code, {"code": code}) for code in ("de_DE", "en_US")]
        write_structure("locale", changes, actor=None, origin="system").raise_first()

    def test_they_are_put_on_each_asset_when_it_is_made(self, creative: User) -> None:
        make_license("agency")
        fields = {"license": "agency", "alt": {"en_US": "A mug"}}
        batch = begin_batch(fields, actor=creative, origin="admin")
        upload = begin_upload(batch, Announced("mug.txt", 3), actor=creative)
        send(upload, b"mug")

        done = complete(upload, creative)

        assert done.asset is not None
        asset = Asset.objects.select_related("license").get(pk=done.asset.pk)
        assert asset.license is not None
        assert (asset.license.code, done.error) == ("agency", "")

    def test_they_are_refused_before_the_first_byte_with_their_place(self, creative: User) -> None:
        before = Asset.objects.count()

        assert refusal(lambda: begin_batch({"license": "gone"}, actor=creative, origin="admin")) == (
            "unknown_license",
            "/fields/license",
        )
        assert refusal(lambda: begin_batch({"stage": "approved"}, actor=creative, origin="admin")) == (
            "unknown_field",
            "/fields/stage",
        )
        assert refusal(lambda: begin_batch({"nonsense": 1}, actor=creative, origin="admin")) == (
            "unknown_field",
            "/fields/nonsense",
        )
        assert (Asset.objects.count(), UploadBatch.objects.count()) == (before, 0)

    def test_what_was_deleted_meanwhile_is_told_and_the_file_is_kept(self, creative: User) -> None:
        license_ = make_license("agency")
        batch = begin_batch({"license": "agency"}, actor=creative, origin="admin")
        upload = begin_upload(batch, Announced("mug.txt", 3), actor=creative)
        send(upload, b"mug")
        license_.delete()

        done = complete(upload, creative)

        assert done.asset is not None
        assert done.state == "received"
        assert "agency" in done.error

    def test_a_known_file_keeps_what_it_has(self, creative: User) -> None:
        asset = make_asset(content=b"plain words, many of them", name="words.txt")
        make_license("agency")
        batch = begin_batch({"license": "agency"}, actor=creative, origin="admin")
        upload = begin_upload(batch, Announced("w.txt", 25), actor=creative)
        send(upload, b"plain words, many of them")

        done = complete(upload, creative)

        assert (done.asset, done.is_duplicate) == (asset, True)
        assert Asset.objects.get(pk=asset.pk).license is None


def test_what_became_of_a_batch_is_told_in_few_queries(creative: User, django_assert_max_num_queries: Any) -> None:
    batch = begin_batch(actor=creative, origin="admin")
    for number in range(10):
        upload = begin_upload(batch, Announced(f"{number}.txt", 1), actor=creative)
        send(upload, str(number).encode())
        complete(upload, creative)

    with django_assert_max_num_queries(3):
        told = describe_batch(batch)

    assert [file["filename"] for file in told["files"]] == [f"{number}.txt" for number in range(10)]
    assert {file["asset"]["state"] for file in told["files"]} == {"waiting"}


def test_parts_go_straight_to_a_bucket_and_only_with_the_length_that_was_signed(
    creative: User, media_root: Path, settings: Settings
) -> None:
    settings.S3_UPLOADS = "direct"
    upload = begin(creative, LARGE, "large.txt")

    urls = make_part_urls(upload, [1, 2, 3])

    if "s3" not in settings.STORAGES["default"]["BACKEND"]:
        assert (urls, storage.direct_origin()) == ({}, "")
        return
    assert all(url.startswith(storage.direct_origin() + "/") for url in urls.values())
    put(urls[1], LARGE[:PART_BYTES])
    with pytest.raises(urllib.error.HTTPError, match="403"):
        put(urls[2], LARGE[:100])
    put(urls[2], LARGE[PART_BYTES : 2 * PART_BYTES])
    put(urls[3], LARGE[2 * PART_BYTES :])
    assert complete(upload, creative).sha256 == hashlib.sha256(LARGE).hexdigest()


def put(url: str, content: bytes) -> None:
    with urllib.request.urlopen(urllib.request.Request(url, data=content, method="PUT")) as answer:
        assert answer.status == 200


def test_an_upload_that_the_storage_has_forgotten_is_a_conflict(creative: User) -> None:
    upload = begin(creative, LARGE)
    storage.abort_multipart(upload.storage_key, upload.multipart_id)

    for call in (lambda: received_parts(upload), lambda: send(upload, LARGE, 1), lambda: complete(upload, creative)):
        with pytest.raises(Conflict) as raised:
            call()
        assert raised.value.code == "upload_gone"


class TestFolders:
    """Folders of the library as they were on somebody's disk."""

    def test_they_are_made_once_below_the_chosen_one(self, creative: User) -> None:
        write_structure("locale", [StructureChange("en_US", {"code": "en_US"})], actor=None, origin="system")
        write_structure(
            "folder", [StructureChange("shop", {"code": "shop"})], actor=None, origin="system"
        ).raise_first()
        batch = begin_batch({"folder": "shop"}, actor=creative, origin="admin", keeps_paths=True)
        places = []
        for number, path in enumerate(("Summer/Schuhe für Kinder", "summer/Hats", "", "Summer/Schuhe für Kinder")):
            upload = begin_upload(batch, Announced(f"{number}.txt", 1, path), actor=creative)
            send(upload, str(number).encode())
            done = complete(upload, creative)
            assert (done.error, done.asset is not None) == ("", True)
            folder = Asset.objects.select_related("folder").get(pk=done.asset_id).folder
            places.append(folder.code if folder else None)

        assert places == ["shop_Summer_Schuhe_fur_Kinder", "shop_Summer_Hats", "shop", "shop_Summer_Schuhe_fur_Kinder"]
        assert Folder.objects.get(code=places[0]).labels == {"en_US": "Schuhe für Kinder"}
        assert Folder.objects.count() == 4

    @pytest.mark.django_db(transaction=True)
    def test_files_that_arrive_at_once_share_their_new_folders(self, creative: User) -> None:
        batch = begin_batch({"keywords": ["shoot"]}, actor=creative, origin="admin", keeps_paths=True)
        uploads = [
            begin_upload(batch, Announced(f"{number}.txt", 1, f"Shoot/{number % 2}"), actor=creative)
            for number in range(6)
        ]
        for number, upload in enumerate(uploads):
            send(upload, str(number).encode())
        problems: list[str] = []

        def finish(upload: Upload) -> None:
            problems.append(complete(upload, creative).error)
            connection.close()

        threads = [threading.Thread(target=finish, args=[upload]) for upload in uploads]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert problems == [""] * 6
        assert sorted(Folder.objects.values_list("code", flat=True)) == ["Shoot", "Shoot_0", "Shoot_1"]
        assert list(Asset.objects.values_list("keywords", flat=True)) == [["shoot"]] * 6

    def test_a_text_for_all_files_is_put_on_each_of_them(self, creative: User) -> None:
        write_structure("locale", [StructureChange("en_US", {"code": "en_US"})], actor=None, origin="system")
        batch = begin_batch({"alt": {"en_US": "A red mug"}}, actor=creative, origin="admin")
        for name in ("a.txt", "b.txt"):
            upload = begin_upload(batch, Announced(name, 1), actor=creative)
            send(upload, name[:1].encode())
            complete(upload, creative)

        assert [row["alt"] for row in describe_assets(list(Asset.objects.with_current()))] == [
            {"en_US": "A red mug"}
        ] * 2

    def test_who_may_not_make_folders_is_told_first(self) -> None:
        from django.contrib.auth.models import Permission

        user = User.objects.create_user("uploader")
        user.user_permissions.set(Permission.objects.filter(codename__in=["add_asset", "view_asset"]))

        assert refusal(lambda: begin_batch(actor=user, origin="admin", keeps_paths=True)) == (
            "not_allowed",
            "/keeps_paths",
        )

from __future__ import annotations

import io
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image, ImageChops, ImageStat

from assets import extensions, storage
from assets.models import Asset, AssetVersion, Rendition
from assets.services.bulk_ingest import ingest_many
from assets.services.deletion import delete_assets
from assets.services.ingest import MAX_ATTEMPTS, _is_waiting, find_forgotten, ingest_version, replace_file, upload_asset
from assets.services.previews import ensure_page, preview_keys
from assets.services.renditions import build_renditions, current_recipes, file_key
from assets.services.writing import AssetChange, write_assets
from pim.errors import NotAllowed, Refused
from pim.models import Entry, User
from tests.assets.pictures import as_bytes, as_file, draw_scene, make_exif
from tests.assets.test_previews import make_pdf
from tests.factories.assets import make_asset, make_upload
from tests.shared_data import shared_data

pytestmark = pytest.mark.django_db


def stored_files(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def test_an_upload_waits_in_quarantine_until_a_worker_has_looked_at_it() -> None:
    upload = upload_asset(make_upload("Föhn (1).JPG"), "Föhn (1).JPG", actor=None, origin="admin")

    assert (upload.asset.code, upload.asset.version, upload.version.state) == ("Fohn_1", None, "quarantined")
    assert upload.version.storage_key.startswith("quarantine/")

    ingest_version(upload.version.pk)

    asset = Asset.objects.with_current().get(pk=upload.asset.pk)
    assert asset.version is not None
    assert (asset.kind, asset.version.state, asset.version.media_type) == ("image", "ready", "image/jpeg")
    assert asset.version.storage_key == storage.make_original_key(asset.version.sha256, "jpg")
    assert [entry.revision for entry in Entry.objects.filter(subject_uuid=asset.uuid).order_by("id")] == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_the_worker_is_asked_after_the_commit_and_leaves_nothing_in_quarantine(media_root: Path) -> None:
    with extensions.workers.registered("ingest", lambda key: ingest_version(int(key)) and None):
        upload = upload_asset(make_upload(), "mug.jpg", actor=None, origin="admin")

    version = AssetVersion.objects.get(pk=upload.version.pk)
    assert version.state == "ready"
    assert not [name for name in stored_files(media_root) if name.startswith("quarantine/")]
    assert Rendition.objects.filter(source_sha256=version.sha256, preset="thumb", state="ready").count() == 1


def test_ingesting_twice_is_the_same_as_once() -> None:
    upload = upload_asset(make_upload(), "mug.jpg", actor=None, origin="admin")
    ingest_version(upload.version.pk)
    entries = Entry.objects.count()

    ingest_version(upload.version.pk)

    assert Entry.objects.count() == entries


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (as_bytes(Image.effect_noise((200, 200), 80).convert("RGB"))[:4_000], "truncated"),
        (b"<svg onload='alert(1)'/>", "not accepted"),
    ],
)
def test_a_bad_file_becomes_a_failed_version_with_a_sentence(content: bytes, sentence: str) -> None:
    upload = upload_asset(io.BytesIO(content), "bad.jpg", actor=None, origin="admin")

    ingest_version(upload.version.pk)

    version = AssetVersion.objects.get(pk=upload.version.pk)
    assert version.state == "failed"
    assert sentence in version.error
    assert Asset.objects.get(pk=upload.asset.pk).version is None


def test_a_file_that_stops_its_worker_each_time_is_given_up() -> None:
    upload = upload_asset(make_upload(), "mug.jpg", actor=None, origin="admin")
    AssetVersion.objects.update(attempts=MAX_ATTEMPTS, created=timezone.now() - timedelta(minutes=10))
    assert find_forgotten() == [upload.version.pk]

    ingest_version(upload.version.pk)

    assert AssetVersion.objects.get(pk=upload.version.pk).state == "failed"
    assert find_forgotten() == []


def test_a_file_that_is_there_already_makes_no_second_asset() -> None:
    asset = make_asset("mug.png")
    assert asset.version is not None
    content = storage.open_file(asset.version.storage_key)
    before = (Asset.objects.count(), Entry.objects.count())

    upload = upload_asset(content, "other name.png", actor=None, origin="admin")

    content.close()
    assert upload.is_duplicate
    assert upload.asset == asset
    assert (Asset.objects.count(), Entry.objects.count()) == before


def test_two_uploads_of_the_same_new_file_end_as_one_asset() -> None:
    picture = as_bytes(draw_scene())
    first = upload_asset(io.BytesIO(picture), "a.jpg", actor=None, origin="admin")
    second = upload_asset(io.BytesIO(picture), "b.jpg", actor=None, origin="admin")

    ingest_version(first.version.pk)

    assert second.is_duplicate
    assert (second.asset, second.version) == (first.asset, first.version)
    assert Asset.objects.count() == 1


def test_a_replaced_file_is_a_new_version_and_the_old_one_can_come_back() -> None:
    asset = make_asset("mug.png")
    assert asset.version is not None
    old = asset.version

    upload = replace_file(asset, as_file(draw_scene(90, 90)), "mug2.jpg", actor=None, origin="admin")
    assert Asset.objects.get(pk=asset.pk).version == old
    ingest_version(upload.version.pk)

    renewed = Asset.objects.with_current().get(pk=asset.pk)
    assert renewed.version is not None
    assert (renewed.version.number, renewed.version.media_type) == (2, "image/jpeg")

    outcome = write_assets([AssetChange(asset.code, {"version": 1})], actor=None, origin="admin")

    assert outcome.updated == 1
    assert Asset.objects.get(pk=asset.pk).version == old
    assert [version.number for version in asset.versions.all()] == [2, 1]


def test_replacing_a_file_by_itself_changes_nothing() -> None:
    asset = make_asset("mug.png")
    assert asset.version is not None
    entries = Entry.objects.count()
    with storage.open_file(asset.version.storage_key) as file:
        upload = replace_file(asset, file, "mug.png", actor=None, origin="admin")

    assert upload.is_duplicate
    assert Entry.objects.count() == entries


def test_who_may_not_add_assets_adds_none() -> None:
    visitor = User.objects.create_user("visitor")

    with pytest.raises(NotAllowed):
        upload_asset(make_upload(), "mug.jpg", actor=visitor, origin="admin")
    with pytest.raises(NotAllowed):
        ingest_many({}, actor=visitor, origin="import")

    assert not Asset.objects.exists()


def test_an_empty_upload_is_refused() -> None:
    with pytest.raises(Refused):
        upload_asset(io.BytesIO(b""), "a.jpg", actor=None, origin="admin")


def test_names_that_are_taken_get_a_number() -> None:
    codes = [make_asset("a b.png").code, make_asset("a-b.png").code, make_asset("A B.png").code]

    assert codes == ["a_b", "a_b_2", "A_B_3"]


def test_258_files_become_130_assets_in_a_few_seconds() -> None:
    root = shared_data("01_akeneo_icecat", "icecat_demo_dev", "files")
    files = {str(path.relative_to(root)): path for path in sorted(root.rglob("*")) if path.is_file()}
    openers = {name: (lambda path=path: path.open("rb")) for name, path in files.items()}

    started = time.monotonic()
    result = ingest_many(openers, actor=None, origin="import")
    seconds = time.monotonic() - started

    assert len(files) == 258
    assert len(result.assets) == 258
    assert (result.created, len(set(result.assets.values())), result.refused) == (130, 130, {})
    assert Asset.objects.count() == 130
    assert seconds < 15

    entries, revisions = Entry.objects.count(), set(Asset.objects.values_list("revision", flat=True))
    again = ingest_many(openers, actor=None, origin="import")

    assert again.assets == result.assets
    assert again.created == 0
    assert Entry.objects.count() == entries
    assert revisions == {1}


def test_a_bad_file_among_many_is_reported_by_its_path() -> None:
    good = as_bytes(draw_scene())
    result = ingest_many(
        {"a/good.jpg": lambda: io.BytesIO(good), "a/bad.jpg": lambda: io.BytesIO(good[:300])},
        actor=None,
        origin="import",
    )

    assert set(result.assets) == {"a/good.jpg"}
    assert {path: error.code for path, error in result.refused.items()} == {"a/bad.jpg": "picture_broken"}


@pytest.mark.django_db(transaction=True)
def test_deleted_assets_leave_no_file_behind_but_shared_bytes_stay(media_root: Path) -> None:
    lonely, shared = make_asset("lonely.png"), make_asset("shared.png")
    other = make_asset("other.png")
    assert shared.version is not None
    with storage.open_file(shared.version.storage_key) as file:
        ingest_version(replace_file(other, file, "again.png", actor=None, origin="admin").version.pk)
    for asset in (lonely, shared):
        build_renditions([recipe.digest for recipe in current_recipes(asset)])

    outcome = delete_assets([lonely.uuid, shared.uuid], actor=None, origin="undo", force=True)

    assert outcome.deleted == 2
    assert default_storage.exists(shared.version.storage_key)
    assert delete_assets([other.uuid], actor=None, origin="undo", force=True).deleted == 1
    assert stored_files(media_root) == []
    assert not Rendition.objects.exists()


def test_what_is_in_use_is_not_deleted() -> None:
    asset = make_asset()

    class Everywhere:
        label = "everywhere"

        def find(self, asset_uuid: object, *, limit: int) -> list[extensions.Usage]:
            return []

        def count(self, asset_uuids: object) -> dict[object, int]:
            return {asset.uuid: 3}

    with extensions.usage_finders.registered("everywhere", Everywhere()):  # type: ignore[arg-type]
        outcome = delete_assets([asset.uuid], actor=None, origin="admin")

    assert [refusal.problems[0].code for refusal in outcome.refused] == ["in_use"]
    assert Asset.objects.filter(pk=asset.pk).exists()


@pytest.mark.parametrize("orientation", [1, 6])
def test_the_first_thumbnail_is_like_one_that_is_drawn_of_the_file(orientation: int) -> None:
    content = as_bytes(draw_scene(1600, 900), exif=make_exif(orientation=orientation))
    upload = upload_asset(io.BytesIO(content), "wide.jpg", actor=None, origin="admin")
    ingest_version(upload.version.pk)
    thumb = Rendition.objects.get(source_sha256=upload.version.sha256, preset="thumb", state="ready")
    with storage.open_file(file_key(thumb)) as file:
        first = Image.open(file).convert("RGB")

    (again,) = build_renditions([thumb.digest], force=True)

    with storage.open_file(file_key(again)) as file:
        second = Image.open(file).convert("RGB")
    assert first.size == second.size == ((320, 180) if orientation == 1 else (180, 320))
    difference = ImageChops.difference(first, second)
    assert max(ImageStat.Stat(difference).mean) < 1.0


def test_what_was_made_of_a_file_lies_beside_it_and_goes_with_it(media_root: Path) -> None:
    content = make_pdf("0 0 200 100", "0 0 100 100")
    upload = upload_asset(io.BytesIO(content), "leaflet.pdf", actor=None, origin="admin")
    ingest_version(upload.version.pk)
    version = AssetVersion.objects.get(pk=upload.version.pk)

    assert version.preview_key.startswith(f"previews/{version.sha256[:2]}/{version.sha256}-1.")
    assert (version.pages, version.width_px, version.height_px) == (2, 2000, 1000)
    assert ensure_page(version, 1) == version.preview_key
    second = ensure_page(version, 2)
    assert storage.is_stored(second)
    assert ensure_page(version, 2) == second
    with pytest.raises(Refused, match="no such page"):
        ensure_page(version, 3)
    assert sorted(preview_keys(version)) == sorted({version.preview_key, second})


def test_a_message_that_comes_twice_checks_a_file_once() -> None:
    upload = upload_asset(make_upload(), "mug.jpg", actor=None, origin="admin")
    stale = AssetVersion.objects.get(pk=upload.version.pk)
    ingest_version(upload.version.pk)
    entries = Entry.objects.count()

    assert not _is_waiting(stale)
    ingest_version(upload.version.pk)

    assert Entry.objects.count() == entries

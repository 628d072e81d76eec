"""`manage.py upload`: a folder into the library, as often as one likes."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from assets.models import Asset, UploadBatch
from assets.services.uploads import begin_batch, find_files, take_files
from pim.models import Entry
from pim.services.structure import StructureChange, write_structure
from tests.assets.pictures import as_bytes, draw_scene
from tests.factories.assets import make_license

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_structure("locale", [StructureChange("en_US", {"code": "en_US"})], actor=None, origin="system")
    root = tmp_path / "shoot"
    (root / "Shoes" / "red").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / "mug.jpg").write_bytes(as_bytes(draw_scene(seed=1)))
    (root / "Shoes" / "boot.jpg").write_bytes(as_bytes(draw_scene(seed=2)))
    (root / "Shoes" / "red" / "twin.jpg").write_bytes(as_bytes(draw_scene(seed=1)))
    (root / ".git" / "config").write_text("hidden")
    return root


def upload(folder: Path, *options: str) -> tuple[dict[str, Any], int]:
    out, status = io.StringIO(), 0
    try:
        call_command("upload", str(folder), "--json", *options, stdout=out)
    except CommandError as error:
        status = error.returncode
    return json.loads(out.getvalue() or "{}"), status


def test_a_folder_comes_in_once_however_often_it_is_sent(folder: Path) -> None:
    make_license("agency")

    first, status = upload(folder, "--license", "agency", "--keywords", "spring, shoot", "--keep-folders")

    assert status == 0
    assert first == {"files": 3, "created": 2, "known": 1, "refused": [], "warnings": {}, "dry_run": False}
    rows = Asset.objects.order_by("code").values_list("code", "folder__code", "license__code", "keywords")
    assert [(code, folder, license_, set(words)) for code, folder, license_, words in rows] == [
        ("boot", "Shoes", "agency", {"spring", "shoot"}),
        ("twin", "Shoes_red", "agency", {"spring", "shoot"}),
    ]
    assert set(Entry.objects.filter(subject_type="asset").values_list("origin", flat=True)) == {"command"}

    entries = Entry.objects.count()
    again, status = upload(folder)
    assert (again["created"], again["known"], status) == (0, 3, 0)
    assert Entry.objects.count() == entries


def test_a_rehearsal_tells_and_stores_nothing(folder: Path) -> None:
    (folder / "broken.jpg").write_bytes(b"no picture")

    told, status = upload(folder, "--dry-run")

    assert (told["created"], told["known"], told["dry_run"], status) == (2, 1, True, 1)
    assert [row["path"] for row in told["refused"]] == ["broken.jpg"]
    assert (Asset.objects.count(), UploadBatch.objects.count()) == (0, 0)


def test_refusals_are_told_by_file_and_the_others_come_in(folder: Path) -> None:
    (folder / "broken.jpg").write_bytes(b"no picture")
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "all.zip").write_bytes(b"PK\x05\x06")
    (folder / "link.jpg").symlink_to("/etc/passwd")
    (folder / "gone.jpg").symlink_to("nowhere")
    (folder / "🥾 \u202egpj.exe").write_bytes(b"MZ")

    told, status = upload(folder)

    assert (told["created"], status) == (2, 1)
    refused = {row["path"]: row["code"] for row in told["refused"]}
    assert refused.pop("🥾 \u202egpj.exe")
    assert refused.pop("broken.jpg")
    assert refused == {
        "empty.jpg": "file_empty",
        "all.zip": "archive_not_unpacked",
        "link.jpg": "file_is_link",
        "gone.jpg": "file_is_link",
    }


def test_a_file_that_is_gone_when_its_turn_comes_is_told(folder: Path) -> None:
    files = {**find_files(folder), "late.jpg": folder / "late.jpg"}

    taken = take_files(files, begin_batch(actor=None, origin="command"), actor=None, origin="command")

    assert {path: error.code for path, error in taken.refused.items()} == {"late.jpg": "file_unreadable"}
    assert (taken.created, taken.known) == (2, 1)


def test_what_is_wrong_with_the_call_ends_it_before_anything_is_stored(folder: Path) -> None:
    assert upload(folder / "nowhere") == ({}, 2)
    assert upload(folder, "--license", "gone") == ({}, 2)
    assert upload(folder, "--license", "gone", "--dry-run") == ({}, 2)
    assert Asset.objects.count() == 0


def test_people_read_lines(folder: Path) -> None:
    (folder / "empty.jpg").write_bytes(b"")
    out = io.StringIO()

    with pytest.raises(CommandError, match="1 of 4 files were refused"):
        call_command("upload", str(folder), stdout=out)

    assert out.getvalue().splitlines() == [
        "refused  empty.jpg  The file is empty.",
        "4 files: 2 new, 1 known, 1 refused.",
    ]

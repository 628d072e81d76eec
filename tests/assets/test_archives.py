"""Archives: what is in them comes in, and what is hostile in them is named and left out."""

from __future__ import annotations

import io
import random
import stat
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from assets.models import Asset, Upload
from assets.services.uploads import Announced, begin_batch, begin_upload, complete_upload, write_upload_part
from assets.services.uploads.limits import count_parts
from assets.sources.archives import ArchiveBomb, ArchiveLimits, Member, open_archive
from pim.errors import Refused
from pim.models import Job, JobIssue, User
from pim.services.jobs import run_job
from pim.services.structure import StructureChange, write_structure
from tests.assets.pictures import as_bytes, draw_scene
from tests.factories.assets import make_asset, make_license

pytestmark = pytest.mark.django_db


def pack(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def noise(size: int, seed: int = 0) -> bytes:
    return random.Random(seed).randbytes(size)


def unpack(content: bytes, **batch: Any) -> tuple[Job, list[tuple[str, str]]]:
    """Upload an archive and run its job; the findings are (name, code)."""
    actor = User.objects.filter(username="creative").first() or User.objects.create_superuser("creative")
    began = begin_batch(batch.pop("fields", None), actor=actor, origin="admin", unpacks=True, **batch)
    upload = begin_upload(began, Announced("all.zip", len(content), "trip"), actor=actor)
    for number in range(1, count_parts(len(content), upload.part_size_bytes) + 1):
        start = (number - 1) * upload.part_size_bytes
        write_upload_part(upload, number, io.BytesIO(content[start : start + upload.part_size_bytes]))
    done = complete_upload(upload, actor=actor, origin="admin")
    assert done.job is not None
    run_job(str(done.job.uuid))
    job = Job.objects.get(pk=done.job.pk)
    return job, list(JobIssue.objects.filter(job=job).order_by("pk").values_list("file", "code"))


def test_pictures_come_in_with_their_folders_and_the_fields_of_the_batch(media_root: Path) -> None:
    write_structure("locale", [StructureChange("en_US", {"code": "en_US"})], actor=None, origin="system")
    make_license("agency")
    known = make_asset(content=as_bytes(draw_scene(30, 30, seed=77)), name="known.jpg")
    content = pack(
        {
            "summer/": b"",
            "summer/mug.jpg": as_bytes(draw_scene(seed=1)),
            "summer/deep/hat.jpg": as_bytes(draw_scene(seed=2)),
            "twin.jpg": as_bytes(draw_scene(seed=1)),
            "known.jpg": as_bytes(draw_scene(30, 30, seed=77)),
            "__MACOSX/._mug.jpg": b"litter",
            "summer/.DS_Store": b"litter",
        }
    )

    job, issues = unpack(content, fields={"license": "agency"}, keeps_paths=True)

    assert (job.state, job.result) == ("done", {"created": 2, "duplicates": 2, "refused": 0})
    assert issues == []
    rows = Asset.objects.exclude(pk=known.pk).order_by("pk")
    assert list(rows.values_list("code", "folder__code", "license__code")) == [
        ("mug", "trip_summer", "agency"),
        ("hat", "trip_summer_deep", "agency"),
    ]
    assert Upload.objects.get().state == "received"
    left = [path for path in (media_root / "quarantine").glob("*") if zipfile.is_zipfile(path)]
    assert left == []


def hostile() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("good.txt", b"plain words")
        for name in ("../../etc/cron.d/evil", "/etc/passwd", "C:/windows/a.txt", "a/..\\..\\b.txt"):
            archive.writestr(name, b"x")
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("inner.zip", pack({"a.txt": b"x"}))
        archive.writestr("bomb.txt", bytes(40_000_000))
        archive.writestr("empty.txt", b"")
        archive.writestr("secret.txt", b"secret words")
    content = bytearray(out.getvalue())
    # Bit 0 of the flags, in the local header and in the directory: encrypted (APPNOTE.TXT 4.4.4).
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.rfind(
            signature, 0, content.rfind(b"secret.txt") if signature[2] == 1 else content.find(b"secret.txt")
        )
        content[place + offset] |= 1
    return bytes(content)


def test_what_is_hostile_is_named_and_the_rest_comes_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    job, issues = unpack(hostile())

    assert issues == [
        ("../../etc/cron.d/evil", "member_unsafe_name"),
        ("/etc/passwd", "member_unsafe_name"),
        ("C:/windows/a.txt", "member_unsafe_name"),
        ("a/..\\..\\b.txt", "member_unsafe_name"),
        ("link.txt", "member_is_link"),
        ("inner.zip", "member_is_archive"),
        ("bomb.txt", "archive_bomb"),
        ("empty.txt", "file_empty"),
        ("secret.txt", "member_encrypted"),
    ]
    assert (job.state, job.result["created"], job.result["refused"]) == ("done", 1, 9)
    assert list(Asset.objects.values_list("code", flat=True)) == ["good"]
    assert [path for path in tmp_path.rglob("*") if path.name in {"evil", "passwd", "b.txt"}] == []


@pytest.mark.parametrize("content", [b"PK\x05\x06 no archive", b"plain words" * 9, pack({"a.txt": noise(9_000)})[:-30]])
def test_what_is_no_archive_fails_with_a_sentence_and_is_deleted(content: bytes, media_root: Path) -> None:
    job, _issues = unpack(content)

    assert job.state == "failed"
    assert "no ZIP file" in job.error
    assert Asset.objects.count() == 0
    assert list((media_root / "quarantine").glob("*")) == []


def test_a_damaged_member_is_named_and_the_others_come_in() -> None:
    content = bytearray(pack({"a.txt": b"first words here", "b.txt": b"second words here"}, zipfile.ZIP_STORED))
    content[content.find(b"first")] ^= 0xFF

    job, issues = unpack(bytes(content))

    assert issues == [("a.txt", "member_broken")]
    assert job.result == {"created": 1, "duplicates": 0, "refused": 1}


def test_a_job_that_was_stopped_goes_on_where_it_was() -> None:
    job, _issues = unpack(pack({f"{number}.txt": b"words %d" % number for number in range(5)}))
    assert job.result == {"created": 5, "duplicates": 0, "refused": 0}
    assert job.checkpoint == {"place": 5}


class TestLimits:
    """Judged on the archive alone."""

    def open(self, content: bytes, **limits: Any) -> list[str]:
        with open_archive(io.BytesIO(content), ArchiveLimits(**limits)) as archive:
            found = []
            for member in archive.members():
                if isinstance(member, Refused):
                    found.append(member.code)
                else:
                    archive.copy(member, io.BytesIO())
                    found.append(member.name)
            return found

    def test_more_members_than_allowed_are_not_even_listed(self) -> None:
        content = pack({f"{number}": b"x" for number in range(5)})

        with pytest.raises(Refused, match="more than 4 files"):
            self.open(content, max_members=4)

    def test_a_directory_that_would_fill_the_memory_is_not_read(self) -> None:
        content = pack({"n" * 1_000 + str(number): b"" for number in range(20)})

        with pytest.raises(Refused) as raised:
            self.open(content, max_directory_bytes=10_000)
        assert raised.value.code == "archive_too_many"

    def test_a_directory_that_lies_about_its_count_is_counted(self) -> None:
        content = bytearray(pack({f"{number}": b"x" for number in range(9)}))
        end = content.rfind(b"PK\x05\x06")
        content[end + 8 : end + 12] = struct.pack("<HH", 1, 1)

        with pytest.raises(Refused, match="more than 4 files"):
            self.open(bytes(content), max_members=4)

    @pytest.mark.parametrize("end", [struct.pack("<HHII", 1, 1, 46, 0), struct.pack("<HHII", 0xFFFF, 0xFFFF, 46, 0)])
    def test_a_directory_whose_length_is_told_twice_is_not_read(self, end: bytes) -> None:
        """Python believes the record of 64 bits that stands before its locator, whatever the other records say."""
        content = pack({"n" * 1_000 + str(number): b"" for number in range(1_100)})
        place = content.rfind(b"PK\x05\x06")
        count, length, offset = struct.unpack("<HII", content[place + 10 : place + 20])
        decoy = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, 46, 0)
        record = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, length, offset + len(decoy))
        locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1)
        tail = b"PK\x05\x06" + bytes(4) + end + bytes(2)
        hostile = decoy + content[:place] + record + locator + tail

        with zipfile.ZipFile(io.BytesIO(hostile)) as believed:
            assert len(believed.infolist()) == 1_100
        with pytest.raises(Refused) as raised:
            self.open(hostile, max_directory_bytes=1 << 20)
        assert raised.value.code == "archive_broken"

    def test_all_members_together_may_not_grow_too_much(self) -> None:
        content = pack({f"{number}.txt": bytes(5_000) for number in range(9)})

        with pytest.raises(ArchiveBomb):
            self.open(content, max_total_bytes=20_000)

    def test_a_member_that_lies_about_its_length_is_cut_off(self) -> None:
        content = bytearray(pack({"a.txt": bytes(3_000_000)}))
        place = content.rfind(b"PK\x01\x02")
        content[place + 24 : place + 28] = struct.pack("<I", 10)
        target = io.BytesIO()

        with open_archive(io.BytesIO(bytes(content)), ArchiveLimits(free_bytes=1_000)) as archive:
            [member] = archive.members()
            assert isinstance(member, Member)
            with pytest.raises(Refused):
                archive.copy(member, target)
        assert target.tell() <= 1 << 20

    def test_a_large_member_is_refused_by_its_header(self) -> None:
        assert self.open(pack({"a.bin": noise(2_000)}), max_member_bytes=1_000) == ["member_too_large"]

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest

from catalog.importing.sources import FolderSource, SourceLimits, SourceRefused, ZipSource, open_source


def pack(path: Path, members: dict[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_a_zip_is_read_like_its_folder(tmp_path: Path) -> None:
    archive = pack(tmp_path / "export.zip", {"products.csv": "sku\nA\n", "files/a/image/a.png": b"png"})

    with open_source(archive) as source:
        content = source.open("files/a/image/a.png").read()

        assert source.names() == ("files/a/image/a.png", "products.csv")
        assert content == b"png"
        assert source.size("products.csv") == 6


def test_one_top_folder_and_the_rubbish_of_file_managers_are_left_out(tmp_path: Path) -> None:
    archive = pack(
        tmp_path / "export.zip",
        {
            "export/products.csv": "sku\n",
            "export/files/a.png": b"",
            "__MACOSX/._products.csv": b"",
            "export/.DS_Store": b"",
        },
    )

    with ZipSource(archive) as source:
        assert source.names() == ("files/a.png", "products.csv")
        assert source.has("files/a.png")


def test_the_case_of_a_path_matters(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "A.png").write_bytes(b"")
    (tmp_path / "products.csv").write_bytes(b"")

    source = FolderSource(tmp_path)

    assert source.has("files/A.png")
    assert not source.has("files/a.png")


@pytest.mark.parametrize("name", ["../evil.csv", "/etc/passwd", "a/../../evil", "..\\evil.csv", "C:\\evil.csv"])
def test_a_name_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    archive = pack(tmp_path / "slip.zip", {"products.csv": "sku\n", name: "x"})

    with pytest.raises(SourceRefused) as refusal:
        ZipSource(archive)

    assert refusal.value.code == "unsafe_archive"


def test_a_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("files/secret")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")

    with pytest.raises(SourceRefused) as refusal:
        ZipSource(tmp_path / "link.zip")

    assert refusal.value.code == "unsafe_archive"


def test_links_in_a_folder_are_not_seen(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    root = tmp_path / "root"
    root.mkdir()
    (root / "products.csv").write_text("sku\n")
    (root / "files.csv").symlink_to(tmp_path / "secret.txt")
    (root / "files").symlink_to(tmp_path)

    assert FolderSource(root).names() == ("products.csv",)


@pytest.mark.parametrize(
    "limits",
    [
        SourceLimits(members=1),
        SourceLimits(total_bytes=1_000),
        SourceLimits(member_bytes=1_000),
        SourceLimits(ratio=10, ratio_floor_bytes=1_000),
    ],
    ids=["members", "total", "member", "ratio"],
)
def test_an_archive_beyond_a_limit_is_refused(tmp_path: Path, limits: SourceLimits) -> None:
    archive = pack(tmp_path / "bomb.zip", {"products.csv": "x" * 100_000, "other.csv": "x"})

    with pytest.raises(SourceRefused) as refusal:
        ZipSource(archive, limits)

    assert refusal.value.code == "archive_too_large"


def test_what_is_no_archive_and_what_is_not_there_are_refused(tmp_path: Path) -> None:
    (tmp_path / "text.zip").write_text("no archive")

    with pytest.raises(SourceRefused) as refusal:
        open_source(tmp_path / "text.zip")
    assert refusal.value.code == "bad_archive"
    with pytest.raises(SourceRefused) as refusal:
        open_source(tmp_path / "nothing")
    assert refusal.value.code == "no_source"

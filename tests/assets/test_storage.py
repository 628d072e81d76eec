"""Reading and listing what is stored, on a local disk and on S3."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from assets import storage


def test_a_file_is_streamed_in_pieces() -> None:
    content = bytes(range(256)) * 3_000
    storage.store_file("originals/aa/long.bin", io.BytesIO(content))

    pieces = list(storage.stream_file("originals/aa/long.bin"))

    assert b"".join(pieces) == content
    assert max(map(len, pieces)) <= storage.STREAM_BYTES
    assert len(pieces) >= 3


def test_a_file_that_is_not_there_is_told_before_the_first_piece() -> None:
    with pytest.raises(FileNotFoundError):
        storage.stream_file("originals/aa/none.bin")


def test_all_files_below_a_prefix_are_listed_and_no_others(media_root: Path) -> None:
    for key in ("originals/aa/one.png", "originals/ab/two.png", "r/thumb/aa/three.webp", "quarantine/four"):
        storage.store_file(key, io.BytesIO(key.encode()))
    if media_root.parent.name != "vitrine":
        (media_root / "originals/aa/.new-one.png").write_bytes(b"half")

    found = {file.key: file.size_bytes for file in storage.walk_files("originals/")}

    assert found == {"originals/aa/one.png": 20, "originals/ab/two.png": 20}
    assert {file.key for file in storage.walk_files("quarantine/")} == {"quarantine/four"}
    assert list(storage.walk_files("nothing/")) == []


def test_folders_are_listed_in_order() -> None:
    for key in ("r/thumb/aa/one.webp", "r/large/bb/two.webp", "quarantine/four"):
        storage.store_file(key, io.BytesIO(b"x"))

    assert storage.list_folders("r/") == ["r/large/", "r/thumb/"]
    assert storage.list_folders("r/thumb/") == ["r/thumb/aa/"]
    assert storage.list_folders("") == ["quarantine/", "r/"]
    assert storage.list_folders("none/") == []

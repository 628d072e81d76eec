"""Files that come for an import, under whatever name."""

import io
from pathlib import Path

import pytest
from pytest_django import Settings

from assets import storage
from catalog.services.importing.sources import store_upload


@pytest.mark.parametrize(
    "name", ["é" * 251 + ".csv", "x." + "y" * 250, "..", "../../a.csv", "a\0b.csv", "", "😀" * 100]
)
def test_a_file_is_kept_under_a_name_that_every_file_system_takes(
    name: str, tmp_path: Path, settings: Settings
) -> None:
    local = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": local}

    key = store_upload(io.BytesIO(b"sku\n1\n"), name)

    with storage.open_file(key) as file:
        assert file.read() == b"sku\n1\n"
    assert [len(path.relative_to(tmp_path).parts) for path in tmp_path.rglob("*") if path.is_file()] == [3]

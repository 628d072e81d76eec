"""Every test of the DAM keeps its files in a place of its own; those of files run against both kinds of storage."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from pytest_django import Settings

from pim.services.snapshot import forget_structure
from tests.assets.s3_server import S3Server, run_s3_server

BOTH_STORAGES = {
    "test_acceptance",
    "test_ingest",
    "test_uploads",
    "test_archives",
    "test_renditions",
    "test_downloads",
    "test_storage",
    "test_sweeping",
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "media_root" in metafunc.fixturenames:
        is_both = metafunc.module.__name__.rpartition(".")[2] in BOTH_STORAGES
        metafunc.parametrize("media_root", ["local", "s3"] if is_both else ["local"], indirect=True)


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with run_s3_server(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture(autouse=True)
def media_root(request: pytest.FixtureRequest, tmp_path: Path, settings: Settings) -> Path:
    """The folder in which the test's files end up, whichever storage puts them there."""
    if request.param == "s3":
        server: S3Server = request.getfixturevalue("s3_server")
        prefix = uuid4().hex
        backend = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": server.storage_options(prefix)}
        root = server.folder(prefix)
    else:
        root = tmp_path / "media"
        backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": root}}
    settings.STORAGES = {**settings.STORAGES, "default": backend}
    return root


@pytest.fixture(autouse=True)
def fresh_structure() -> Iterator[None]:
    forget_structure()
    yield
    forget_structure()

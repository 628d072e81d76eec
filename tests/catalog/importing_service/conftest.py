"""The real catalog, imported once a session into a database of its own; each test gets it back as it was."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from assets import extensions as asset_extensions
from catalog.services.importing.kinds import start_import
from catalog.services.importing.parameters import ImportParameters
from catalog.services.importing.reports import make_report
from pim import extensions
from pim.models import Job
from pim.services.jobs import run_job
from tests.databases import copied_database, using_database
from tests.shared_data import shared_data

Report = dict[str, Any]


@dataclass(frozen=True)
class World:
    """A database with files beside it, and the import that filled it."""

    database: str
    media: Path
    source: Path
    report: Report

    @property
    def job(self) -> Job:
        """The import."""
        return Job.objects.get(uuid=self.report["job"])


@pytest.fixture(autouse=True)
def _nobody_is_woken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Consumers run when a test says so, and pictures are drawn when somebody wants to see them."""
    silence(monkeypatch)


def silence(patch: pytest.MonkeyPatch) -> None:
    """Let nothing happen behind a test's back."""
    patch.setattr(extensions.wakers, "_entries", {})
    patch.setattr(asset_extensions.workers, "_entries", {})


@contextmanager
def storing_in(folder: Path) -> Iterator[None]:
    """Keep files in a folder of the test's own."""
    backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": folder}}
    static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES={"default": backend, "staticfiles": static}):
        yield


def run_import_of(path: Path, **options: Any) -> Report:
    """Import in this process and give the report."""
    job = start_import(ImportParameters(path=str(path), **options), actor=None, is_detached=False)
    assert run_job(str(job.uuid))
    job.refresh_from_db()
    assert job.state == "done", job.error
    return make_report(job)


@pytest.fixture(scope="session")
def empty_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> str:
    """The name of the migrated, empty database that copies are made of."""
    name = str(connection.settings_dict["NAME"])
    assert name.startswith("test_"), "mark the tests of a module with django_db"
    return name


@pytest.fixture(scope="session")
def empty_template(empty_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A copy of the empty database that no test is connected to."""
    with django_db_blocker.unblock():
        connection.close()
        with copied_database(empty_database, f"{empty_database}_empty") as name:
            yield name


@pytest.fixture(scope="session")
def icecat_world(
    empty_template: str, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """The Icecat catalog, imported."""
    source, media = shared_data("01_akeneo_icecat", "icecat_demo_dev"), tmp_path_factory.mktemp("media")
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())
        name = stack.enter_context(copied_database(empty_template, f"{empty_template}_icecat"))
        with using_database(name), storing_in(media), pytest.MonkeyPatch.context() as patch:
            silence(patch)
            report = run_import_of(source)
        yield World(name, media, source, report)


@pytest.fixture
def icecat(icecat_world: World, db: None) -> Iterator[World]:
    """The imported catalog; what a test writes is rolled back, files are not to be touched."""
    with using_database(icecat_world.database), storing_in(icecat_world.media), transaction.atomic():
        yield icecat_world
        transaction.set_rollback(True)


@pytest.fixture
def icecat_copy(icecat_world: World, db: None, tmp_path: Path) -> Iterator[World]:
    """A copy of the imported catalog and its files, to commit to."""
    media = tmp_path / "media"
    shutil.copytree(icecat_world.media, media)
    with (
        copied_database(icecat_world.database, f"{icecat_world.database}_copy") as name,
        using_database(name),
        storing_in(media),
    ):
        yield World(name, media, icecat_world.source, icecat_world.report)


@pytest.fixture
def empty_copy(empty_template: str, db: None, tmp_path: Path) -> Iterator[World]:
    """An empty house with files of its own, to commit to."""
    media = tmp_path / "media"
    media.mkdir()
    with (
        copied_database(empty_template, f"{empty_template}_copy") as name,
        using_database(name),
        storing_in(media),
    ):
        yield World(name, media, Path(), {})


def rows(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


CONTENT = {
    "catalog_product": "sku, kind, level, axis_key, enabled, stage, revision",
    "catalog_productvalues": '(SELECT sku FROM catalog_product p WHERE p.id = product_id), locale, "values"::text',
    "catalog_productcategory": (
        "(SELECT sku FROM catalog_product p WHERE p.id = product_id),"
        " (SELECT code FROM pim_category c WHERE c.id = category_id), position"
    ),
    "catalog_productcompleteness": "(SELECT sku FROM catalog_product p WHERE p.id = product_id), pct::text",
    "catalog_productsort": "(SELECT sku FROM catalog_product p WHERE p.id = product_id), key",
    "catalog_productnumber": "(SELECT sku FROM catalog_product p WHERE p.id = product_id), number",
    "catalog_producttext": "(SELECT sku FROM catalog_product p WHERE p.id = product_id), search_text",
    "catalog_productfacet": "(SELECT sku FROM catalog_product p WHERE p.id = product_id), cardinality(tokens)",
    "assets_asset": "code, kind, stage, revision",
    "assets_assetversion": "filename, sha256, size_bytes, storage_key, state",
    "assets_rendition": "digest, state",
    "pim_attribute": "code, type, localizable, scopable, config::text, labels::text, revision",
    "pim_option": "code, labels::text, position, (SELECT code FROM pim_attribute a WHERE a.id = attribute_id), revision",
    "pim_category": "code, path, labels::text, revision",
    "catalog_family": "code, labels::text, requirements_epoch, revision",
    "pim_channel": "code, ordinal, labels::text, revision",
    "pim_entry": "origin, subject_type, key, kind, revision, delta::text",
    "pim_jobissue": 'file, line, "column", level, code, message, key',
}
"""What must be the same however an import came to its end: no keys of the database, no uuids, no times."""


UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def digests() -> dict[str, str]:
    """A digest of each table's content, whatever the order in which it came; assets are named by their bytes."""
    files = dict(
        rows("SELECT a.uuid::text, v.sha256 FROM assets_asset a JOIN assets_assetversion v ON v.id = a.version_id")
    )
    found = {}
    for table, columns in CONTENT.items():
        lines = sorted(
            UUID.sub(lambda match: files.get(match[0], match[0]), line)
            for (line,) in rows(f"SELECT row({columns})::text FROM {table}")
        )
        found[table] = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return found

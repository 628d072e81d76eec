"""The verbs on the command line: one JSON object, a report for people, a dry run, and taking over."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from assets.models import Asset
from catalog.models import Product
from catalog.services.importing import rehearsing
from catalog.services.importing.kinds import kind_of, start_import
from catalog.services.importing.parameters import ImportParameters
from pim import extensions
from pim.models import Attribute, Entry, Job, JobIssue
from pim.services import jobs
from pim.services.jobs import run_job
from tests.catalog.importing_service.conftest import World, storing_in
from tests.factories.structure import make_structure
from tests.shared_data import shared_data

pytestmark = pytest.mark.django_db

ROWS = "sku;family;stock\nA1;shoe;1\nA2;boat;2\n"


@pytest.fixture(autouse=True)
def _own_place(tmp_path: Path) -> Any:
    with storing_in(tmp_path / "media"):
        yield


@pytest.fixture
def table(tmp_path: Path) -> Path:
    make_structure()
    path = tmp_path / "rows.csv"
    path.write_text(ROWS)
    return path


def call(*arguments: Any) -> str:
    out = io.StringIO()
    call_command(*map(str, arguments), stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_json_is_one_object_of_the_agreed_shape(table: Path) -> None:
    report = json.loads(call("import", "table", table, "--json"))

    assert list(report) == ["entities", "issues", "seconds", "job"]
    assert report["entities"] == {
        "rows": {"read": 2, "created": 1, "updated": 0, "unchanged": 0, "refused": 1, "skipped": 0},
        "assets": {"read": 0, "created": 0, "updated": 0, "unchanged": 0, "refused": 0, "skipped": 0},
    }
    (issue,) = report["issues"]
    assert list(issue) == ["file", "line", "column", "level", "code", "message"]
    assert (issue["file"], issue["line"], issue["column"], issue["code"]) == ("rows.csv", 3, "family", "unknown_family")
    assert Job.objects.get(uuid=report["job"]).state == "done"


def test_people_read_lines(table: Path) -> None:
    told = call("import", "table", table, "--stage", "enriching")

    assert "rows    2 read, 1 created, 1 refused" in told
    assert "rows.csv:3:family  unknown_family" in told
    assert Product.objects.get().stage == "enriching"


def test_a_dry_run_of_the_real_catalog_tells_the_same_and_leaves_nothing(
    icecat_world: World, empty_copy: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The thread that keeps the lease would look for the job in the test run's own database.
    monkeypatch.setattr(rehearsing, "BEAT_S", 600.0)

    report = json.loads(call("import", "akeneo", icecat_world.source, "--dry-run", "--json"))

    assert report["entities"] == icecat_world.report["entities"]
    assert report["issues"] == icecat_world.report["issues"]
    assert not any(model.objects.exists() for model in (Product, Attribute, Asset, Entry))
    assert [path for path in empty_copy.media.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("akeneo", "/nowhere/at/all"), "There is no file or folder"),
        (("table", "{table}", "--stage", "nowhere"), "There is no stage"),
        (("table", "{table}", "--profile", "nobody"), "There is no import profile"),
    ],
)
def test_what_cannot_run_is_a_command_error(table: Path, arguments: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call("import", *(argument.format(table=table) for argument in arguments))

    assert not Product.objects.exists()


def test_detached_it_waits_for_a_worker(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extensions.enqueuers, "_entries", {})

    told = call("import", "table", table, "--detach")

    job = Job.objects.get()
    assert str(job.uuid) in told
    assert job.state == "queued"
    assert run_job(str(job.uuid))
    assert Product.objects.count() == 1


def test_the_same_command_goes_on_with_what_another_process_began(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checkpoint, seen = jobs.RunningJob.checkpoint, []

    def dies(self: jobs.RunningJob, **values: Any) -> None:
        checkpoint(self, **values)
        seen.append(values)
        if len(seen) == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(jobs.RunningJob, "checkpoint", dies)
        with pytest.raises(KeyboardInterrupt):
            call("import", "table", table)
    Job.objects.update(lease_owner="elsewhere:1@0", lease_until=None)

    report = json.loads(call("import", "table", table, "--json"))

    assert Job.objects.count() == 1
    assert report["entities"]["rows"] == {
        "read": 2, "created": 1, "updated": 0, "unchanged": 0, "refused": 1, "skipped": 0,
    }  # fmt: skip
    assert JobIssue.objects.count() == 1


def test_the_same_command_does_not_run_beside_itself(table: Path) -> None:
    from catalog.services.importing.tables import describe_table

    told = describe_table(table)
    parameters = ImportParameters(path=str(table), file=table.name, mapping=told.mapping, settings=told.settings)
    job = start_import(parameters, actor=None, is_detached=False)
    claimed = jobs._claim(str(job.uuid))
    assert claimed is not None

    with pytest.raises(CommandError, match="running already"):
        call("import", "table", table)

    assert Job.objects.filter(kind=kind_of(parameters)).count() == 1


def test_files_that_have_changed_since_are_not_gone_on_with(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(self: object, *arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("catalog.services.importing.writers.ProductWriter.write", dies)
        with pytest.raises(KeyboardInterrupt):
            call("import", "table", table)
    Job.objects.update(lease_owner="elsewhere:1@0", lease_until=None)
    table.write_text(ROWS + "A3;shoe;3\n")

    with pytest.raises(CommandError, match="have changed"):
        call("import", "table", table)
    call("import", "table", table)

    assert set(Product.objects.values_list("sku", flat=True)) == {"A1", "A3"}


def test_undo_and_export_on_the_command_line(table: Path, tmp_path: Path) -> None:
    report = json.loads(call("import", "table", table, "--json"))

    told = call("export", "akeneo", tmp_path / "out.zip", "--files")
    undone = json.loads(call("undo", report["job"], "--json"))

    assert "1  products" in told
    assert (undone["undone"], undone["conflicts"], undone["issues"]) == (1, 0, [])
    assert not Product.objects.exists()
    with pytest.raises(CommandError, match="undone already"):
        call("undo", report["job"])
    with pytest.raises(CommandError, match="takes pictures along"):
        call("export", "csv", tmp_path / "out.csv", "--files")


def test_the_minimal_catalog_of_akeneo(tmp_path: Path) -> None:
    report = json.loads(call("import", "akeneo", shared_data("01_akeneo_icecat", "minimal"), "--json"))

    assert {issue["level"] for issue in report["issues"]} <= {"info", "warning"}
    assert sum(counts["refused"] for counts in report["entities"].values()) == 0

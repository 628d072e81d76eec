from __future__ import annotations

from typing import Any

import pytest

from assets.models import Asset, AssetValues
from assets.services.bulk_ingest import ingest_many
from assets.services.undo import AssetUndoer
from assets.services.writing import AssetChange, write_assets
from pim.choices import Origin
from pim.journal import read_entries_of_job
from pim.models import Job
from pim.services.structure import StructureChange, write_structure
from tests.assets.pictures import as_file, draw_scene
from tests.factories.assets import make_asset

pytestmark = pytest.mark.django_db


class Context:
    """What the undoer needs of a running job."""

    def __init__(self, job: Job) -> None:
        self.job_id, self.actor, self.issues = job.pk, None, list[str]()

    def issue(self, _level: str, code: str, _message: Any, **_place: Any) -> None:
        self.issues.append(code)


@pytest.fixture
def job() -> Job:
    write_structure("locale", [StructureChange("en_US", {"code": "en_US"})], actor=None, origin=Origin.SYSTEM)
    return Job.objects.create(kind="import")


def undo(job: Job, *, force: bool = False) -> tuple[int, list[str]]:
    ctx = Context(Job.objects.create(kind="undo"))
    entries = read_entries_of_job(job.pk, before=None)
    return AssetUndoer().undo(entries, ctx, force=force), ctx.issues  # type: ignore[arg-type]


def test_what_the_job_created_goes_and_what_it_changed_goes_back(job: Job) -> None:
    kept = make_asset("kept.png")
    ingest_many({"new.jpg": lambda: as_file(draw_scene())}, actor=None, origin="import", job=job)
    changes = [AssetChange(code, {"alt": {"en_US": "imported"}}) for code in ("kept", "new")]
    write_assets(changes, actor=None, origin="import", job=job)

    undone, issues = undo(job)

    assert (undone, issues) == (3, [])
    assert list(Asset.objects.values_list("code", flat=True)) == [kept.code]
    assert not AssetValues.objects.exists()


def test_what_somebody_has_changed_since_is_reported_and_left_alone(job: Job) -> None:
    ingest_many({"new.jpg": lambda: as_file(draw_scene())}, actor=None, origin="import", job=job)
    write_assets([AssetChange("new", {"alt": {"en_US": "by hand"}})], actor=None, origin="admin")

    assert undo(job) == (0, ["changed_since"])
    assert Asset.objects.filter(code="new").exists()
    assert undo(job, force=True) == (1, [])
    assert not Asset.objects.exists()

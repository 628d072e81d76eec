"""Undo of an import: the house is as empty as it was, and what somebody has changed since stays."""

from __future__ import annotations

import pytest

from catalog.services.changes import ProductChange
from catalog.services.products import write_products
from pim import journal
from pim.choices import Origin
from pim.errors import Conflict
from pim.models import Entry, Job
from pim.services import jobs
from pim.services.jobs import run_job
from pim.services.undo import undo_job
from tests.catalog.importing_service.conftest import World, rows

pytestmark = pytest.mark.django_db

EMPTIED = (
    "catalog_product", "catalog_productvalues", "catalog_productcategory", "catalog_groupmembership",
    "catalog_association", "catalog_productfacet", "catalog_productnumber", "catalog_productsort",
    "catalog_producttext", "catalog_productunique", "catalog_productcompleteness", "catalog_productasset",
    "catalog_family", "catalog_familyattribute", "catalog_requirement", "catalog_familyvariant",
    "catalog_variantplacement", "catalog_associationtype", "catalog_group", "pim_attribute", "pim_attributegroup",
    "pim_option", "pim_category", "pim_channel", "pim_locale", "pim_currency", "pim_measurementfamily",
    "pim_measurementunit", "assets_asset", "assets_assetversion", "assets_rendition", "channels_channelview",
)  # fmt: skip


def undo(job: Job, *, is_forced: bool = False) -> Job:
    started = undo_job(job, actor=None, is_forced=is_forced, is_detached=False)
    assert run_job(str(started.uuid))
    started.refresh_from_db()
    assert started.state == "done", started.error
    return started


def test_undo_empties_the_house_again(icecat_copy: World) -> None:
    journal.run_consumers()
    entries = Entry.objects.count()

    undone = undo(icecat_copy.job)

    assert undone.counters == {"undone": entries, "conflicts": 0}
    assert {table for table in EMPTIED if rows(f"SELECT count(*) FROM {table}") != [(0,)]} == set()
    assert [path for path in icecat_copy.media.rglob("*") if path.is_file()] == []
    assert Entry.objects.count() == 2 * entries
    assert rows("SELECT kind, count(*) FROM pim_ordinal GROUP BY 1 ORDER BY 1") == [
        ("channel", 3),
        ("currency", 2),
        ("locale", 3),
    ]


def test_a_product_that_was_changed_since_stays(icecat_copy: World) -> None:
    change = ProductChange("AKNSTK", values={"name": "Changed by hand"})
    outcome = write_products([change], actor=None, origin=Origin.COMMAND)
    assert outcome.updated == 1

    undone = undo(icecat_copy.job)

    assert rows("SELECT sku FROM catalog_product") == [("AKNSTK",)]
    assert undone.issues.filter(code="changed_since", key="product AKNSTK").count() == 1
    assert undone.counters["undone"] == 1319 + 3
    kept = ("pim_attribute", "pim_option", "pim_category", "assets_asset", "catalog_family")
    assert [rows(f"SELECT count(*) FROM {table}") for table in kept] == [[(77,)], [(121,)], [(168,)], [(130,)], [(17,)]]
    assert undone.issues.filter(code="kept_below", key="asset").exists()

    with pytest.raises(Conflict):
        undo(icecat_copy.job)
    forced = undo(icecat_copy.job, is_forced=True)

    assert forced.counters["conflicts"] == 0
    assert {table for table in EMPTIED if rows(f"SELECT count(*) FROM {table}") != [(0,)]} == set()
    assert [path for path in icecat_copy.media.rglob("*") if path.is_file()] == []


def test_undo_that_was_interrupted_goes_on(icecat_copy: World, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = Entry.objects.count()
    checkpoint, seen = jobs.RunningJob.checkpoint, []

    def dies(self: jobs.RunningJob, **values: object) -> None:
        seen.append(values)
        if len(seen) == 3:
            raise KeyboardInterrupt
        checkpoint(self, **values)  # type: ignore[arg-type]

    started = undo_job(icecat_copy.job, actor=None, is_detached=False)
    with monkeypatch.context() as patch:
        patch.setattr(jobs.RunningJob, "checkpoint", dies)
        with pytest.raises(KeyboardInterrupt):
            run_job(str(started.uuid))
    Job.objects.filter(pk=started.pk).update(lease_until=None)
    assert run_job(str(started.uuid))

    started.refresh_from_db()
    assert (started.state, started.counters) == ("done", {"undone": entries, "conflicts": 0})
    assert rows("SELECT count(*) FROM catalog_product") == [(0,)]

"""Files that came before their products are linked when an import brings these, and again after it was undone."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.models import AssetMatch, ProductAsset
from catalog.services.importing.tables import describe_table
from catalog.services.linking.binding import BIND
from catalog.services.linking.running import apply_linking, preview_linking
from pim import journal
from pim.models import Job, User
from pim.services.jobs import run_job
from pim.services.undo import undo_job
from tests.catalog.importing_service.conftest import run_import_of, storing_in
from tests.factories.assets import make_asset
from tests.factories.linking import make_naming_rule, make_picture_structure

pytestmark = pytest.mark.django_db

ROWS = 2_500
NAMES = ("P0_main.png", "p1999_main.png", "P-2499_side.png", "P2500_main.png")


def bind() -> Job:
    journal.run_consumers(["late links"])
    job = Job.objects.get(kind=BIND.code, state="queued")
    run_job(str(job.uuid))
    job.refresh_from_db()
    return job


def links() -> dict[str, str]:
    return {str(uuid): sku for uuid, sku in ProductAsset.objects.values_list("asset_uuid", "product__sku")}


def test_an_import_of_thousands_links_what_waited_and_so_does_the_next_after_its_undo(tmp_path: Path) -> None:
    make_picture_structure()
    make_naming_rule(ignores_separators=True)
    manager = User.objects.create_superuser("manager")
    path = tmp_path / "rows.csv"
    path.write_text("sku;family\n" + "".join(f"P{n};shoe\n" for n in range(ROWS)))
    with storing_in(tmp_path / "media"):
        assets = {name: str(make_asset(name).uuid) for name in NAMES}
        linking = preview_linking({"unlinked": True}, actor=manager, is_detached=False)
        run_job(str(apply_linking(linking, linking.token, actor=manager, origin="admin", is_detached=False).uuid))
        assert AssetMatch.objects.filter(state="waiting").count() == 4

        report = run_import_of(path, file="rows.csv", mapping=describe_table(path).mapping)
        first = bind()
        linked = links()
        undo = undo_job(Job.objects.get(uuid=report["job"]), actor=manager, is_forced=True, is_detached=False)
        run_job(str(undo.uuid))
        after_undo = links()
        run_import_of(path, file="rows.csv", mapping=describe_table(path).mapping)
        second = bind()

    expected = {assets["P0_main.png"]: "P0", assets["p1999_main.png"]: "P1999", assets["P-2499_side.png"]: "P2499"}
    assert linked == expected
    assert after_undo == {}
    assert links() == expected
    assert (first.result["linked"], second.result["linked"]) == (3, 3)
    assert AssetMatch.objects.get(state="waiting").sku == "P2500"

"""What a source as a whole is told."""

from __future__ import annotations

from catalog.importing.akeneo.plan import plan_import
from tests.catalog.importing.conftest import MakeSource


def test_a_source_without_any_file_of_a_catalog_is_told_so(make_source: MakeSource) -> None:
    plan = plan_import(make_source({"holiday.txt": "sun"}))

    assert [(issue.level, issue.code) for issue in plan.issues if issue.level == "error"] == [
        ("error", "nothing_to_import")
    ]
    assert plan.steps == ()

"""The command: a run in a database of its own, which is gone afterwards."""

from __future__ import annotations

import json
import os

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from config.benchmarking.isolation import run_inside


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_run_leaves_no_database_behind(tmp_path):
    report = tmp_path / "figures.json"

    status = run_inside(
        ["benchmark", "--inside", "--products", "100", "--only", "import", "saving", "--json", str(report)]
    )

    assert status == 0
    figures = json.loads(report.read_text())["figures"]
    assert {figure["name"] for figure in figures} >= {"import CSV", "import CSV again", "saving one product"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_database WHERE datname = %s", [f"bench_{os.getpid()}"])
        assert cursor.fetchone() == (0,)


def test_an_unknown_measurement_is_named():
    with pytest.raises(CommandError, match=r"There is no coffee\. Possible: import, "):
        call_command("benchmark", only=["coffee"])


def test_a_small_catalog_is_refused():
    with pytest.raises(CommandError, match="fewer than 100"):
        call_command("benchmark", products=99)

"""Kill -9 at random moments: the same command goes on, and ends where an undisturbed run ends."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from catalog.management.commands import __path__ as commands
from pim.models import Job
from tests.catalog.importing_service.conftest import World, digests, rows
from tests.databases import using_database

pytestmark = pytest.mark.django_db

REPOSITORY = Path(commands[0]).parents[2]
KILLS = int(os.environ.get("VITRINE_KILLS", "3"))
RUN_S = 3.0
"""About how long an undisturbed run works, start-up aside; kills are spread over it."""


def environment(world: World, home: Path) -> dict[str, str]:
    """A process that works on the copied database and keeps its files beside it."""
    database = connection.settings_dict
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV"))},
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DATABASE_URL": f"postgresql://{database['USER']}@/{database['NAME']}?host={database['HOST']}",
        "BROKER_URL": str(settings.CELERY_BROKER_URL),
        "VITRINE_HOME": str(home),
        "LOG_LEVEL": "ERROR",
    }


@pytest.fixture
def home(empty_copy: World, tmp_path: Path) -> Path:
    """Where the processes keep their files: `media` is the world's folder."""
    return tmp_path


def start(world: World, home: Path, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, str(REPOSITORY / "manage.py"), "import", "akeneo", *arguments, "--json"]
    return subprocess.Popen(
        command, env=environment(world, home), stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=REPOSITORY
    )


def wait_until_it_works(process: subprocess.Popen[bytes]) -> None:
    """Until its job holds a lease of this very process, or the process has ended."""
    while process.poll() is None:
        if Job.objects.filter(state="running", lease_owner__contains=f":{process.pid}@").exists():
            return
        time.sleep(0.01)


def test_an_import_that_is_killed_ends_like_one_that_is_not(icecat_world: World, empty_copy: World, home: Path) -> None:
    with using_database(icecat_world.database):
        undisturbed = digests()
    source = str(icecat_world.source)
    seed = random.randrange(10**6)
    dice = random.Random(seed)
    killed = 0

    for number in range(1, KILLS + 1):
        process = start(empty_copy, home, source)
        wait_until_it_works(process)
        time.sleep(dice.random() * RUN_S / KILLS * (2 if number < KILLS else 1))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
        Job.objects.filter(state="running").update(attempts=1)
    process = start(empty_copy, home, source)
    output, errors = process.communicate()

    assert process.returncode == 0, errors.decode()
    report = json.loads(output)
    assert Job.objects.filter(kind="import_akeneo").count() == 1 or killed < KILLS, seed
    if killed == KILLS:
        assert report["entities"] == icecat_world.report["entities"], seed
        assert {t: d for t, d in digests().items() if d != undisturbed[t]} == {}, seed
    assert rows("SELECT count(*) FROM catalog_product") == [(1320,)]
    stored = [path for path in (empty_copy.media / "originals").rglob("*") if path.is_file()]
    assert len(stored) == 130

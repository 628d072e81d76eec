"""Kill -9 at random moments while files are checked: none is lost, none comes twice, nothing is left over."""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from assets import extensions, storage
from assets.models import Asset, AssetVersion, Rendition
from assets.services.ingest import upload_asset
from config import env
from pim.models import Entry
from tests.assets.pictures import as_bytes, draw_scene
from tests.assets.test_lookalikes import photograph

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

KILLS = int(os.environ.get("VITRINE_KILLS", "3"))
FILES = 12 * KILLS
WORKERS = 2
FINISHES_WITHIN_S = 240


def start(home: Path) -> subprocess.Popen[bytes]:
    database = connection.settings_dict
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV"))}
    return subprocess.Popen(
        [sys.executable, "-m", "config.benchmarking.ingesting"],
        cwd=env.REPOSITORY,
        env={
            **kept,
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            "DATABASE_URL": f"postgresql://{database['USER']}@/{database['NAME']}?host={database['HOST']}",
            "BROKER_URL": "memory://",
            "VITRINE_HOME": str(home),
            "LOG_LEVEL": "ERROR",
        },
    )


def upload_files() -> None:
    """Photographs, and every tenth is none: it is refused, whoever is killed."""
    with extensions.workers.registered("ingest", lambda key: None):
        for number in range(FILES):
            content = as_bytes(photograph(number) if number % 2 else draw_scene(200, 150, seed=number))
            content = content[:400] + bytes([number]) if number % 10 == 9 else content
            upload_asset(io.BytesIO(content), f"file_{number}.jpg", actor=None, origin="admin")


def test_files_survive_workers_that_are_killed(media_root: Path) -> None:
    upload_files()
    assert AssetVersion.objects.filter(state="quarantined").count() == FILES
    seed = random.randrange(10**6)
    dice = random.Random(seed)
    home = media_root.parent
    killed, until = 0, time.monotonic() + FINISHES_WITHIN_S

    workers = [start(home) for _ in range(WORKERS)]
    try:
        while any(worker.poll() is None for worker in workers):
            assert time.monotonic() < until, seed
            if killed < KILLS and AssetVersion.objects.filter(state="ready").count() > killed * FILES // (2 * KILLS):
                time.sleep(dice.random() * 0.3)
                victim = dice.randrange(WORKERS)
                workers[victim].kill()
                workers[victim].wait()
                workers[victim] = start(home)
                killed += 1
            time.sleep(0.02)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()

    refused = FILES // 10
    states = list(AssetVersion.objects.values_list("state", flat=True))
    assert (states.count("ready"), states.count("failed")) == (FILES - refused, refused), seed
    assert list(storage.walk_files("quarantine/")) == [], seed
    originals = {file.key for file in storage.walk_files("originals/")}
    assert originals == set(AssetVersion.objects.filter(state="ready").values_list("storage_key", flat=True)), seed
    assert Asset.objects.filter(version__isnull=False).count() == FILES - refused
    assert Entry.objects.filter(subject_type="asset").count() == 2 * FILES, seed
    assert Rendition.objects.filter(preset="thumb", state="failed").count() == 0, seed
    assert killed == KILLS, seed

"""The audits of graphql-http, against a view with a token that may introspect."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from pytest_django.live_server_helper import LiveServer

from tests.factories.channels import make_bearer, make_shop

HERE = Path(__file__).parent
AUDITS = 61

pytestmark = pytest.mark.node


@pytest.fixture(scope="session")
def suite() -> Path:
    """A folder with the suite installed, kept under VITRINE_HOME for the next run."""
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("install nodejs and npm to run the GraphQL-over-HTTP audits")
    folder = Path(settings.VITRINE_HOME) / "conformance"
    folder.mkdir(parents=True, exist_ok=True)
    manifest = (HERE / "package.json").read_text()
    installed = folder / "installed.json"
    shutil.copy(HERE / "audit.mjs", folder)
    if not installed.exists() or installed.read_text() != manifest:
        (folder / "package.json").write_text(manifest)
        command = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--silent"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode:
            pytest.skip(f"npm cannot install the GraphQL-over-HTTP audits: {done.stderr.strip()[:200]}")
        installed.write_text(manifest)
    return folder


@pytest.mark.django_db(transaction=True)
def test_every_audit_passes(suite: Path, live_server: LiveServer) -> None:
    make_shop()
    environment = {
        **os.environ,
        "AUDIT_URL": f"{live_server.url}/hub/web/graphql",
        "AUDIT_AUTHORIZATION": make_bearer(may_introspect=True),
    }

    done = subprocess.run(
        ["node", "audit.mjs"], cwd=suite, env=environment, capture_output=True, text=True, timeout=120, check=False
    )

    assert done.returncode == 0, done.stderr
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(r["id"], r["name"], r["reason"]) for r in results if r["status"] != "ok"] == []
    assert len(results) == AUDITS

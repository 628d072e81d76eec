"""The audits of graphql-http, against a view with a token that may introspect."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from tests.conformance.packages import HERE, install_packages
from tests.factories.channels import make_bearer, make_shop

AUDITS = 61

pytestmark = pytest.mark.node


@pytest.fixture(scope="session")
def suite() -> Path:
    folder = install_packages()
    shutil.copy(HERE / "audit.mjs", folder)
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

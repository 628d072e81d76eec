"""The npm packages that tests use, at the versions of package.json, installed once under VITRINE_HOME."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
from pathlib import Path

import pytest

from config import env

HERE = Path(__file__).parent


def install_packages() -> Path:
    """The folder that has them below `node_modules`; skips the test where they cannot be had."""
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("install nodejs and npm to run what others have written to judge servers and pages")
    folder = env.home() / "conformance"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _install(folder, (HERE / "package.json").read_text())
    return folder


def _install(folder: Path, manifest: str) -> None:
    installed = folder / "installed.json"
    if installed.exists() and installed.read_text() == manifest:
        return
    (folder / "package.json").write_text(manifest)
    command = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--silent"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        pytest.skip(f"npm cannot install tests/conformance/package.json: {done.stderr.strip()[:200]}")
    installed.write_text(manifest)

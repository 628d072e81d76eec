"""Sources made in a test's own folder, and the real catalog beside the checkout."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from catalog.importing.akeneo.plan import AkeneoPlan, plan_import
from catalog.importing.sources import FolderSource, ImportSource, open_source
from tests.shared_data import shared_data

MakeSource = Callable[[Mapping[str, str | bytes]], ImportSource]


@pytest.fixture
def make_source(tmp_path: Path) -> MakeSource:
    def make(files: Mapping[str, str | bytes]) -> ImportSource:
        for name, content in files.items():
            path = tmp_path / "source" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return FolderSource(tmp_path / "source")

    return make


@pytest.fixture(scope="session")
def icecat() -> Iterator[ImportSource]:
    with open_source(shared_data("01_akeneo_icecat", "icecat_demo_dev")) as source:
        yield source


@pytest.fixture(scope="session")
def icecat_plan(icecat: ImportSource) -> AkeneoPlan:
    return plan_import(icecat)

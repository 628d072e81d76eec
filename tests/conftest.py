"""What every test may rely on: the services run, the sockets are ours, and in CI nothing is skipped."""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import TypeVar

import pytest

from config import embedded
from pim.services.snapshot import forget_structure

pytest_plugins = ["tests.stacks"]

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
NOTHING_MAY_SKIP = bool(os.environ.get("VITRINE_CI"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Start the embedded services when the first test asks for the database, and not for pure tests."""
    embedded.ensure_for_environment()


@pytest.fixture(autouse=True)
def forget_cached_structure() -> None:
    """A rolled-back test leaves an epoch behind that the next one gives again."""
    forget_structure()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    return _refuse_skip(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    return _refuse_skip(report)


def _refuse_skip(report: Report) -> Report:
    if NOTHING_MAY_SKIP and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Skipped where nothing may be skipped (VITRINE_CI): {report.longrepr}"
    return report

"""People at browsers; a complaint of a page fails the test, and a failure leaves a picture of every window."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import INSTALL, Person, find_chromium, open_chromium, person_at
from tests.stacks import Stack

HERE = Path(__file__).parent
REPORT = pytest.StashKey[pytest.TestReport]()
Seat = Callable[..., Person]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Generator[None, Any, pytest.TestReport]:
    report: pytest.TestReport = yield
    if call.when == "call":
        item.stash[REPORT] = report
    return report


# Not for the session: Playwright's loop would make Django believe that the tests after these are asynchronous.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    executable = find_chromium()
    if executable is None:
        pytest.skip(INSTALL)
    with open_chromium(executable) as browser:
        yield browser


@pytest.fixture
def seat(request: pytest.FixtureRequest, chromium: Browser, tmp_path: Path) -> Iterator[Seat]:
    """Put somebody at a browser: `seat(stack, "manager", size=PHONE, dark=True)`."""
    seated: list[Person] = []
    with ExitStack() as rooms:

        def sit(stack: Stack, name: str = "", **look: Any) -> Person:
            seated.append(rooms.enter_context(person_at(chromium, stack.url, name=name, **look)))
            return seated[-1]

        yield sit

        report = request.node.stash.get(REPORT, None)
        if report is not None and report.failed:
            for number, page in enumerate(page for person in seated for page in person.context.pages):
                picture = tmp_path / f"window-{number}.png"
                page.screenshot(path=picture)
                print(f"{page.url}: {picture}")
    assert [complaint for person in seated for complaint in person.unexpected()] == []

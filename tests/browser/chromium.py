"""A Chromium that talks to our stack alone, and people in it who fail the test when the page complains."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, sync_playwright

from tests.stacks import PASSWORD

NAMES = ("chromium", "chromium-browser", "google-chrome")
INSTALL = "install Chromium to run the tests in a browser (Debian, Ubuntu: apt-get install chromium)"
# QUIC, updates and field trials would reach for the network; a container has no user namespace for the sandbox.
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WITHIN_MS = 15_000
DESKTOP = (1440, 900)
PHONE = (390, 844)


def find_chromium() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def open_chromium(executable: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(OPTIONS))
        try:
            yield browser
        finally:
            browser.close()


# Without slots: Playwright keeps a mark on the object whose method it calls.
@dataclass
class Person:
    """Somebody at a browser of their own: cookies, a window, and all that the pages complained about.

    Attributes:
        expected: complaints that belong to the test, as regular expressions.
    """

    context: BrowserContext
    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Collect what a page complains about: scripts, the content security policy, answers of 400 and above."""
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("response", self._see)

    def open(self, path: str) -> Page:
        self.page.goto(self.base + path)
        return self.page

    def open_tab(self) -> Page:
        page = self.context.new_page()
        page.set_default_timeout(WITHIN_MS)
        self.watch(page)
        return page

    def log_in(self, name: str) -> None:
        self.fill_in_login(self.open("/admin/login/"), name)

    def fill_in_login(self, page: Page, name: str) -> None:
        page.get_by_label("Username").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url(re.compile(r"/admin/$"))

    def unexpected(self) -> list[str]:
        return [text for text in self.complaints if not any(re.search(known, text) for known in self.expected)]

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"console: {message.text} ({message.location.get('url')})")

    def _see(self, response: Response) -> None:
        if response.status >= 400:
            self.complaints.append(f"answer: {response.status} {response.request.method} {response.url}")


@contextmanager
def person_at(
    browser: Browser, base: str, *, name: str = "", size: tuple[int, int] = DESKTOP, dark: bool = False
) -> Iterator[Person]:
    """A person with a window; logged in where a name is given. What is on screen follows `dark`."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        locale="en-GB",
    )
    page = context.new_page()
    page.set_default_timeout(WITHIN_MS)
    person = Person(context, page, base)
    person.watch(page)
    try:
        if name:
            person.log_in(name)
        yield person
    finally:
        context.close()

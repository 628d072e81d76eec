"""Every screen of the admin, at a desk and on a phone, by day and by night."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import DESKTOP, PHONE, person_at
from tests.browser.conftest import Seat
from tests.browser.screens import Screen, list_screens
from tests.conformance.packages import install_packages
from tests.stacks import Stack

# WCAG 2.2 AA is what the house promises; the rest is good practice that axe also knows.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FIND = "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})"
# What is folded away is looked at too.
UNFOLD = """() => {
  for (const panel of document.querySelectorAll('[role=tabpanel]')) panel.hidden = false;
  for (const details of document.querySelectorAll('details')) details.open = true;
}"""
SIDEWAYS = "document.documentElement.scrollWidth - window.innerWidth"
LOOKS = {
    "desktop-light": {"size": DESKTOP, "dark": False},
    "desktop-dark": {"size": DESKTOP, "dark": True},
    "phone-light": {"size": PHONE, "dark": False},
    "phone-dark": {"size": PHONE, "dark": True},
}

pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture(scope="module")
def screens(chromium: Browser, demo_stack: Stack) -> Iterator[list[Screen]]:
    with person_at(chromium, demo_stack.url, name="admin") as admin:
        yield list_screens(admin)


@pytest.mark.parametrize("look", LOOKS)
def test_every_screen_opens_without_complaint_and_without_sideways_scroll(
    seat: Seat, demo_stack: Stack, screens: list[Screen], look: str
):
    admin = seat(demo_stack, "admin", **LOOKS[look])

    wide = {}
    for screen in screens:
        page = admin.open(screen.path)
        if (pixels := page.evaluate(SIDEWAYS)) > 0:
            wide[screen.name] = pixels

    assert wide == {}


@pytest.mark.node
@pytest.mark.parametrize("look", ["desktop-light", "phone-dark"])
def test_axe_finds_nothing_on_any_screen(seat: Seat, demo_stack: Stack, screens: list[Screen], look: str):
    axe = (install_packages() / "node_modules" / "axe-core" / "axe.min.js").read_text()
    admin = seat(demo_stack, "admin", **LOOKS[look])

    found = []
    for screen in screens:
        page = admin.open(screen.path)
        page.evaluate(UNFOLD)
        page.evaluate(axe)
        for violation in page.evaluate(FIND, RULES)["violations"]:
            nodes = "; ".join(str(node["target"][0]) for node in violation["nodes"][:3])
            found.append(
                f"{screen.name}: {violation['id']} ({violation['impact']}, {len(violation['nodes'])}): {nodes}"
            )

    assert "\n".join(found) == ""

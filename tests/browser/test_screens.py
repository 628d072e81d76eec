"""Every screen of the admin, at a desk and on a phone, by day and by night."""

from __future__ import annotations

import pytest

from tests.browser.chromium import DESKTOP, PHONE
from tests.browser.conftest import Seat
from tests.browser.screens import list_screens
from tests.conformance.packages import install_packages
from tests.stacks import Stack

# WCAG 2.2 AA is what the house promises; the rest is good practice that axe also knows.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FIND = "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})"
SIDEWAYS = "document.documentElement.scrollWidth - window.innerWidth"

pytestmark = pytest.mark.xdist_group("demo")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_screen_opens_without_complaint_and_without_sideways_scroll(seat: Seat, demo_stack: Stack, size, dark):
    admin = seat(demo_stack, "admin", size=size, dark=dark)

    wide = {}
    for screen in list_screens(admin):
        page = admin.open(screen.path)
        page.wait_for_load_state("load")
        if (pixels := page.evaluate(SIDEWAYS)) > 0:
            wide[screen.name] = pixels

    assert wide == {}


@pytest.mark.node
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_on_any_screen(seat: Seat, demo_stack: Stack, size, dark):
    axe = (install_packages() / "node_modules" / "axe-core" / "axe.min.js").read_text()
    admin = seat(demo_stack, "admin", size=size, dark=dark)

    found = []
    for screen in list_screens(admin):
        page = admin.open(screen.path)
        page.evaluate(axe)
        for violation in page.evaluate(FIND, RULES)["violations"]:
            nodes = [node["target"] for node in violation["nodes"]]
            found.append((violation["impact"], violation["id"], screen.name, nodes[:3], len(nodes)))

    assert found == []

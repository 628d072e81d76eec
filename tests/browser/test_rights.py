"""Where a licence holds is picked by typing, by region and by hand."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import DESKTOP
from tests.browser.conftest import Seat
from tests.stacks import Stack

pytestmark = pytest.mark.xdist_group("demo")


def test_countries_are_picked_and_a_licence_keeps_them(seat: Seat, demo_stack: Stack) -> None:
    page = seat(demo_stack, "admin", size=DESKTOP).open("/admin/assets/license/add/")
    page.get_by_label("Code", exact=True).fill("browser_rights")
    countries = page.locator("[data-territories]")

    countries.get_by_role("button", name="Germany, Austria, Switzerland").click()
    search = countries.get_by_role("searchbox", name="Find a country")
    search.fill("portug")
    expect(countries.locator(".rt-country:visible")).to_have_count(1)
    search.press("Enter")

    expect(countries.locator("[data-territory-count]")).to_have_text("AT, DE, PT, CH")
    expect(countries.locator(".rt-country:visible")).to_have_count(249)
    page.get_by_role("button", name="Save and stay").click()
    expect(page.locator(".rt-country input:checked")).to_have_count(4)
    expect(page.locator(".vt-badge.is-good").first).to_have_text("in force")

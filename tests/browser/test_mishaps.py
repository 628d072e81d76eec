"""What people do to pages: press twice, press back, work in two tabs, lose the connection, come back after lunch."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser import desks
from tests.browser.conftest import Seat
from tests.stacks import Stack

pytestmark = pytest.mark.xdist_group("demo")

CHANNEL, LOCALE = "webshop", "en_US"


def open_product(person, sku):
    return desks.search_product(person, sku, channel=CHANNEL, locale=LOCALE)


def revision_of(page):
    return int(page.locator("dt", has_text="Revision").locator("xpath=following-sibling::dd[1]").inner_text())


def test_saving_twice_at_once_writes_once(seat: Seat, demo_stack: Stack):
    page = open_product(seat(demo_stack, "manager"), "BAG-HARL")
    before = revision_of(page)
    desks.fill_field(page, "Claim", "Packed in five minutes")

    page.get_by_role("button", name="Save", exact=True).dblclick()

    expect(page.get_by_text(re.compile(r"is (saved|unchanged)\."))).to_be_visible()
    assert revision_of(page) == before + 1


def test_two_tabs_that_change_one_value_show_both_and_lose_neither(seat: Seat, demo_stack: Stack):
    manager = seat(demo_stack, "manager")
    first = open_product(manager, "CER-MARN")
    second = manager.open_tab()
    second.goto(first.url)
    desks.fill_field(first, "Claim", "From the first tab")
    desks.save(first)

    desks.fill_field(second, "Claim", "From the second tab")
    second.get_by_role("button", name="Save", exact=True).click()

    expect(second.get_by_role("alert").first).to_contain_text("Somebody else changed")
    expect(desks.field_of(second, "Claim")).to_contain_text("From the first tab")
    expect(desks.field_of(second, "Claim").get_by_role("textbox")).to_have_value("From the second tab")
    first.reload()
    expect(desks.field_of(first, "Claim").get_by_role("textbox")).to_have_value("From the first tab")

    desks.save(second)
    first.reload()
    expect(desks.field_of(first, "Claim").get_by_role("textbox")).to_have_value("From the second tab")


def test_two_tabs_that_change_different_values_both_win(seat: Seat, demo_stack: Stack):
    manager = seat(demo_stack, "manager")
    first = open_product(manager, "CER-TENO")
    second = manager.open_tab()
    second.goto(first.url)

    desks.fill_field(first, "Claim", "A new claim")
    desks.save(first)
    desks.fill_field(second, "Name", "A new name")
    desks.save(second)

    first.reload()
    expect(desks.field_of(first, "Claim").get_by_role("textbox")).to_have_value("A new claim")
    expect(desks.field_of(first, "Name").get_by_role("textbox")).to_have_value("A new name")


def test_leaving_with_something_unsaved_asks_first(seat: Seat, demo_stack: Stack):
    page = open_product(seat(demo_stack, "manager"), "LGT-STRIA")
    asked = []

    def stay(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    desks.fill_field(page, "Claim", "Never saved")

    page.locator("#id_locale").select_option("fr_FR")
    page.get_by_role("link", name="Home").click(no_wait_after=True)

    expect(desks.field_of(page, "Claim").get_by_role("textbox")).to_have_value("Never saved")
    assert asked == ["beforeunload", "beforeunload"]


def test_back_after_saving_shows_what_was_saved(seat: Seat, demo_stack: Stack):
    page = open_product(seat(demo_stack, "manager"), "BAG-CALLA")
    desks.fill_field(page, "Claim", "Back and forth")
    desks.save(page)

    page.get_by_role("link", name="Home").click()
    page.go_back()

    expect(desks.field_of(page, "Claim").get_by_role("textbox")).to_have_value("Back and forth")
    desks.fill_field(page, "Claim", "Back and forth again")
    desks.save(page)


def test_a_lost_connection_loses_nothing_that_was_typed(seat: Seat, demo_stack: Stack):
    manager = seat(demo_stack, "manager")
    manager.expected.append("ERR_INTERNET_DISCONNECTED")
    page = open_product(manager, "BAG-ROVE")
    desks.fill_field(page, "Claim", "Typed in a tunnel")

    manager.context.set_offline(True)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("there is no connection")
    expect(desks.field_of(page, "Claim").get_by_role("textbox")).to_have_value("Typed in a tunnel")
    manager.context.set_offline(False)

    desks.save(page)


def test_a_session_that_ended_loses_nothing_that_was_typed(seat: Seat, demo_stack: Stack):
    manager = seat(demo_stack, "manager")
    page = open_product(manager, "BAG-PIM_POUCH")
    desks.fill_field(page, "Claim", "Typed over lunch")

    manager.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_role("alert")).to_contain_text("your session has ended")
    expect(desks.field_of(page, "Claim").get_by_role("textbox")).to_have_value("Typed over lunch")
    with manager.context.expect_page() as opened:
        page.get_by_role("link", name="Log in").click()
    manager.fill_in_login(opened.value, "manager")

    desks.save(page)
    expect(page.get_by_text("is saved.")).to_be_in_viewport()
    expect(desks.field_of(page, "Claim").get_by_role("textbox")).to_have_value("Typed over lunch")


def test_an_upload_without_a_connection_says_so(seat: Seat, demo_stack: Stack):
    creative = seat(demo_stack, "creative")
    creative.expected.append("ERR_INTERNET_DISCONNECTED")
    page = creative.open("/admin/assets/asset/")

    creative.context.set_offline(True)
    desks.drop_file(page, "lost.png", b"\x89PNG\r\n\x1a\n lost", media_type="image/png")

    expect(page.get_by_role("alert").filter(has_text="does not answer")).to_be_visible()
    creative.context.set_offline(False)
    page.get_by_role("button", name="Upload 1 file", exact=True).click()
    expect(page.locator(".as-uploads li.is-failed")).to_have_count(1, timeout=30_000)


def test_a_file_that_is_no_picture_is_refused_in_words(seat: Seat, demo_stack: Stack):
    creative = seat(demo_stack, "creative")
    creative.expected.append("40[0-9]|42[0-9]")
    page = creative.open("/admin/assets/asset/")

    desks.drop_file(page, "harmless.jpg", b"MZ not a picture at all", media_type="image/jpeg")

    expect(page.locator(".up-row").filter(has_text="harmless.jpg")).to_contain_text("not accepted", timeout=30_000)

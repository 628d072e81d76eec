"""The library under a hand: selecting, by mouse and by keyboard, looking, filing, collecting, and coming back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chromium import PHONE
from tests.browser.conftest import Seat
from tests.stacks import Stack, wait_for

pytestmark = pytest.mark.xdist_group("demo")

IMAGES = "/admin/assets/asset/?kind=image&sort=code&size=50"


def card(page: Page, place: int) -> Locator:
    return page.locator(".as-card").nth(place)


def thumb(page: Page, place: int) -> Locator:
    return card(page, place).locator(".as-thumb")


def places(page: Page) -> list[int]:
    """The cards that are selected."""
    return page.locator(".as-card").evaluate_all(
        "cards => cards.flatMap((card, place) => card.classList.contains('is-selected') ? [place] : [])"
    )


def focused(page: Page) -> int:
    return page.evaluate(
        "[...document.querySelectorAll('.as-card')].indexOf(document.activeElement.closest('.as-card'))"
    )


def columns(page: Page) -> int:
    return page.evaluate(
        "(() => { const all = [...document.querySelectorAll('.as-card')];"
        " return all.filter(card => card.offsetTop === all[0].offsetTop).length })()"
    )


def test_clicks_select_one_several_and_a_range(seat: Seat, demo_stack: Stack):
    page = seat(demo_stack, "creative").open(IMAGES)

    thumb(page, 1).click()
    assert places(page) == [1]
    thumb(page, 4).click(modifiers=["Shift"])
    assert places(page) == [1, 2, 3, 4]
    thumb(page, 2).click(modifiers=["Control"])
    assert places(page) == [1, 3, 4]
    card(page, 0).locator(".as-tick").click()
    assert places(page) == [0, 1, 3, 4]
    expect(page.locator("[data-chosen]")).to_have_text("4 selected")

    page.get_by_role("button", name="Clear the selection").click()
    assert places(page) == []
    expect(page.locator("[data-bar]")).to_be_hidden()


def test_a_rubber_band_selects_what_it_touches(seat: Seat, demo_stack: Stack):
    page = seat(demo_stack, "creative").open(IMAGES)
    first, third = card(page, 0).bounding_box(), card(page, 2).bounding_box()
    assert first
    assert third

    page.mouse.move(third["x"] + third["width"] - 10, first["y"] + first["height"] + 6)
    page.mouse.down()
    page.mouse.move(first["x"] + 20, first["y"] + 30, steps=8)
    expect(page.locator(".al-band")).to_be_visible()
    page.mouse.up()

    assert places(page) == [0, 1, 2]
    expect(page.locator(".al-band")).to_have_count(0)


def test_the_keyboard_alone_walks_selects_opens_and_searches(seat: Seat, demo_stack: Stack):
    page = seat(demo_stack, "creative").open(IMAGES)
    wide = columns(page)

    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert (focused(page), places(page)) == (1, [1])
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    assert places(page) == [1, 2, 3]
    page.keyboard.press("Control+ArrowDown")
    assert (focused(page), places(page)) == (3 + wide, [1, 2, 3])
    page.keyboard.press("x")
    assert places(page) == [1, 2, 3, 3 + wide]
    page.keyboard.press("Escape")
    assert places(page) == []

    page.keyboard.press("Control+a")
    assert len(places(page)) == page.locator(".as-card").count()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_label("Search the library")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    page.get_by_label("Search the library").blur()
    page.keyboard.press("Home")
    with page.expect_navigation(url=re.compile(r"/change/$")):
        page.keyboard.press("Enter")


def test_space_looks_arrows_go_on_and_escape_comes_back(seat: Seat, demo_stack: Stack):
    page = seat(demo_stack, "creative").open(IMAGES)
    look = page.locator("#al-look")
    names = page.locator(".as-card .as-name").all_inner_texts()
    thumb(page, 1).click()

    page.keyboard.press("Space")
    expect(look.get_by_role("heading")).to_have_text(names[1])
    expect(look.locator("[data-stage] img")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(look.get_by_role("heading")).to_have_text(names[2])
    page.keyboard.press("+")
    expect(look.locator("[data-zoom-level]")).to_have_text("150 %")
    for _press in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('#al-look')")
    page.keyboard.press("Escape")

    expect(look).to_be_hidden()
    assert (focused(page), places(page)) == (2, [2])
    page.keyboard.press("Space")
    expect(look).to_be_visible()
    page.keyboard.press("Space")
    expect(look).to_be_hidden()


def test_what_is_dropped_on_a_folder_is_filed_there_and_taken_back(seat: Seat, demo_stack: Stack):
    page = seat(demo_stack, "creative").open(IMAGES)
    rail = page.get_by_role("complementary", name="Folders, collections and filters")
    rail.get_by_role("button", name="New folder", exact=True).click()
    page.keyboard.type("Shoot in June")
    page.keyboard.press("Enter")
    node = rail.locator("[data-folder=shoot_in_june]")
    expect(node).to_be_visible()

    thumb(page, 0).click()
    thumb(page, 1).click(modifiers=["Control"])
    card(page, 1).drag_to(node.locator(".al-node"))

    toast = page.locator("[data-toast]")
    expect(toast).to_contain_text("2 assets are filed in “Shoot in June”.")
    expect(node.locator(".al-count")).to_have_text("2")
    with page.expect_navigation():
        toast.get_by_role("link", name="Look at it or take it back").click()
    page.once("dialog", lambda question: question.accept())
    with page.expect_navigation():
        page.get_by_role("button", name="Undo", exact=False).first.click()
    address = f"{demo_stack.url}/admin/assets/asset/?folder__in_children=shoot_in_june"

    def is_empty() -> bool:
        page.goto(address)
        return page.locator(".as-card").count() == 0

    wait_for(is_empty, within_s=30, every_s=0.5)


def test_a_collection_is_made_of_the_selection_and_put_into_another_order(seat: Seat, demo_stack: Stack):
    page = seat(demo_stack, "creative").open(IMAGES)
    for place in range(3):
        card(page, place).locator(".as-tick").click()

    page.get_by_role("button", name="Collect…").click()
    dialog = page.locator("#vt-dialog")
    dialog.get_by_placeholder("Name").fill("Window in June")
    dialog.get_by_role("button", name="Make it").click()
    expect(page.locator("[data-toast]")).to_have_text("The collection “Window in June” is made.")
    page.get_by_role("link", name="Window in June").click()
    before = page.locator(".as-card .as-name").all_inner_texts()
    page.locator(".as-card-link").nth(2).focus()
    page.keyboard.press("Alt+ArrowLeft")

    expect(page.locator(".as-card .as-name").nth(1)).to_have_text(before[2])
    page.reload()
    expect(page.locator(".as-card .as-name")).to_have_text([before[0], before[2], before[1]])


def test_an_edit_is_tried_in_the_dialog_before_it_is_made(seat: Seat, demo_stack: Stack):
    page = seat(demo_stack, "creative").open(IMAGES)
    thumb(page, 0).click()
    thumb(page, 1).click(modifiers=["Control"])

    page.get_by_role("button", name="Edit…").click()
    dialog = page.locator("#vt-dialog")
    dialog.get_by_label("Add keywords").fill("window display")
    dialog.get_by_role("button", name="Preview").click()
    expect(dialog.locator("[data-rehearsal]")).to_contain_text("2 change")
    expect(dialog.locator("[data-rehearsal] ins").first).to_contain_text("window display")
    with page.expect_navigation():
        dialog.get_by_role("button", name="Change them").click()

    expect(page.get_by_text("2 assets are changed.")).to_be_visible()
    page.goto(f"{demo_stack.url}/admin/assets/asset/?keyword=window+display")
    expect(page.locator(".as-card")).to_have_count(2)


def test_scrolling_loads_more_and_the_way_back_leads_to_the_same_place(seat: Seat, demo_stack: Stack):
    page = seat(demo_stack, "creative", size=(1100, 700)).open("/admin/assets/asset/?sort=code&size=50")
    expect(page.locator(".as-card")).not_to_have_count(0)
    total = int(page.locator("#grid").get_attribute("data-count") or 0)
    for _turn in range(100):
        if page.locator(".as-card").count() == total:
            break
        page.mouse.wheel(0, 4000)
        page.wait_for_timeout(250)
    expect(page.locator(".as-card")).to_have_count(total)
    page.mouse.wheel(0, 4000)
    page.wait_for_timeout(500)
    seen = page.evaluate("history.state.uuid")

    page.locator(f'.as-card[data-uuid="{seen}"] .as-name').click()
    page.wait_for_url(re.compile(r"/change/$"))
    page.go_back()

    expect(page.locator(f'.as-card[data-uuid="{seen}"]')).to_be_in_viewport()


def test_on_a_phone_the_rail_lies_over_the_grid(seat: Seat, demo_stack: Stack):
    page = seat(demo_stack, "creative", size=PHONE).open(IMAGES)
    rail = page.locator("#al-rail")
    expect(rail).not_to_be_in_viewport()

    page.get_by_role("button", name="Folders & filters").click()
    expect(rail.get_by_role("heading", name="Folders")).to_be_in_viewport()
    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="Folders & filters")).to_be_focused()
    expect(rail).not_to_be_in_viewport()

"""A creative at the page of an asset: crops by pointer and by keyboard, comments on a region, versions side by side."""

from __future__ import annotations

import io
import re
import secrets

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.browser import desks
from tests.browser.chromium import PHONE
from tests.browser.conftest import Seat
from tests.stacks import Stack, wait_for

pytestmark = pytest.mark.xdist_group("demo")


def open_picture(person, number: int) -> Page:
    """The page of one picture of the demo; every test has its own."""
    page = person.open("/admin/assets/asset/?kind=image")
    page.locator(".as-card .as-name").first.click()
    expect(page.locator("#viewer.is-picture")).to_be_visible()
    return page


def forget_rectangle(page: Page) -> None:
    """Take away what another test may have drawn."""
    desks.open_crops(page)
    clear = page.get_by_role("button", name="Clear", exact=True)
    if clear.is_enabled():
        clear.click()


def numbers(page: Page) -> dict[str, int]:
    """The rectangle that is shown, in pixels of the original."""
    names = ("left", "top", "width", "height")
    return {name: int(page.locator(f"[data-number={name}]").input_value() or 0) for name in names}


def corner_of(page: Page, rectangle: dict[str, int]) -> tuple[float, float]:
    """Its lower right corner, in shares of the picture's size."""
    viewer = page.locator("#viewer")
    width, height = (int(viewer.get_attribute(f"data-{side}") or 0) for side in ("width", "height"))
    across = (rectangle["left"] + rectangle["width"]) / width
    return min(across, 0.997), min((rectangle["top"] + rectangle["height"]) / height, 0.997)


def cropping_tiles(page: Page) -> list[str]:
    """Codes of the presets that crop."""
    tiles = page.locator(".ap-tile").filter(has_text="cover")
    return [tile.get_attribute("data-preset") or "" for tile in tiles.all()]


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Pull on the picture, from one share of its size to another."""
    box = page.locator("#viewer [data-sheet]").bounding_box()
    assert box
    page.mouse.move(box["x"] + start[0] * box["width"], box["y"] + start[1] * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + end[0] * box["width"], box["y"] + end[1] * box["height"], steps=5)
    page.mouse.up()


def draw_version(colour: str) -> bytes:
    picture = Image.new("RGB", (900, 600), "#dfe7ea")
    ImageDraw.Draw(picture).ellipse((300, 150, 600, 450), fill=colour)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=90)
    return file.getvalue()


def test_a_focal_rectangle_is_drawn_moved_nudged_undone_and_saved(seat: Seat, demo_stack: Stack):
    page = open_picture(seat(demo_stack, "creative"), 0)

    forget_rectangle(page)
    desks.draw_rectangle(page, 0.2, 0.2, 0.6, 0.6)
    drawn = numbers(page)
    drag(page, (0.4, 0.4), (0.5, 0.4))
    moved = numbers(page)
    page.keyboard.press("Shift+ArrowDown")
    nudged = numbers(page)
    page.keyboard.press("Control+z")
    undone = numbers(page)
    drag(page, (0.7, 0.6), (0.8, 0.8))
    resized = numbers(page)

    assert moved["left"] > drawn["left"]
    assert (moved["width"], moved["height"]) == (drawn["width"], drawn["height"])
    assert nudged["top"] > moved["top"]
    assert undone == moved
    assert resized["left"] == moved["left"]
    assert resized["width"] > moved["width"]
    page.keyboard.press("Control+s")
    expect(page.locator("[data-crop=notice]")).to_contain_text("Saved.")
    page.reload()
    desks.open_crops(page)
    assert numbers(page) == resized


def test_a_preset_gets_its_own_crop_in_its_shape_and_follows_again(seat: Seat, demo_stack: Stack):
    page = open_picture(seat(demo_stack, "creative"), 1)
    forget_rectangle(page)
    desks.draw_rectangle(page, 0.1, 0.1, 0.4, 0.4)
    code = cropping_tiles(page)[0]
    tile = page.locator(f"[data-preset='{code}']")

    tile.click()
    followed = numbers(page)
    corner = corner_of(page, followed)
    drag(page, corner, (corner[0] - 0.2, corner[1] - 0.1))
    own = numbers(page)

    assert own["width"] < followed["width"]
    assert own["width"] / own["height"] == pytest.approx(followed["width"] / followed["height"], rel=0.02)
    expect(tile).to_have_class(re.compile("has-own"))
    page.get_by_role("button", name="Save crops").click()
    expect(page.locator("[data-crop=notice]")).to_contain_text("Saved.")
    page.get_by_role("button", name="Follow the focal rectangle").click()
    assert numbers(page) == followed
    expect(tile).not_to_have_class(re.compile("has-own"))
    page.get_by_role("button", name="Save crops").click()
    expect(page.locator("[data-crop=notice]")).to_contain_text("Saved.")


def test_two_who_crop_one_picture_choose_whose_it_is(seat: Seat, demo_stack: Stack):
    creative = seat(demo_stack, "creative")
    creative.expected.append("409")
    first = open_picture(creative, 4)
    second = creative.open_tab()
    second.goto(first.url)
    forget_rectangle(first)
    forget_rectangle(second)
    desks.draw_rectangle(first, 0.1, 0.1, 0.5, 0.5)
    first.get_by_role("button", name="Save crops").click()
    expect(first.locator("[data-crop=notice]")).to_contain_text("Saved.")
    theirs = numbers(first)

    desks.draw_rectangle(second, 0.5, 0.5, 0.9, 0.9)
    second.get_by_role("button", name="Save crops").click()
    second.get_by_role("dialog").get_by_role("button", name="Take theirs").click()

    wait_for(lambda: numbers(second) == theirs, within_s=10)
    expect(second.get_by_role("button", name="Save crops")).to_be_disabled()


def test_a_region_is_spoken_about_and_settled(seat: Seat, demo_stack: Stack):
    page = open_picture(seat(demo_stack, "creative"), 2)

    page.get_by_role("button", name="Comment", exact=True).click()
    drag(page, (0.2, 0.2), (0.5, 0.5))
    expect(page.get_by_text("on the marked region")).to_be_visible()
    page.locator("#id_comment").fill("Too dark in this corner")
    page.locator("#id_comment").press("Control+Enter")
    thread = page.locator(".ap-thread").filter(has_text="Too dark in this corner")
    expect(thread).to_be_visible()
    expect(page.locator("[data-open-threads]")).to_have_text("1")
    expect(page.locator(".ap-marks .ap-pin")).to_have_count(1)
    thread.get_by_role("button", name="Resolve").click()
    expect(page.locator("[data-open-threads]")).to_be_hidden()
    expect(page.locator(".ap-marks .ap-pin")).to_have_count(0)
    thread.get_by_role("button", name="Delete").click()
    expect(thread).to_have_count(0)


def test_a_dropped_file_becomes_a_version_that_is_compared(seat: Seat, demo_stack: Stack):
    creative = seat(demo_stack, "creative")
    page = open_picture(creative, 5)
    page.locator("#tab-versions").click()
    count = page.locator(".ap-versions > li").count()

    desks.let_fall(page, "retouched.jpg", draw_version(f"#{secrets.token_hex(3)}"), media_type="image/jpeg")
    expect(page.locator(".ap-versions > li")).to_have_count(count + 1)
    newest = page.locator(".ap-versions > li").first
    expect(newest.get_by_text("shown")).to_be_visible(timeout=desks.READY_WITHIN_MS)
    expect(newest).to_contain_text("retouched.jpg")
    page.get_by_role("link", name="Compare versions").click()
    expect(page.locator(".ap-sides figure")).to_have_count(2)
    page.get_by_role("button", name="Difference").click()
    expect(page.locator("[data-share]")).to_contain_text("of the pixels differ")
    page.get_by_role("button", name="Slider").click()
    page.locator("[data-slider]").press("ArrowRight")


def test_texts_show_what_has_changed_and_keywords_are_chips(seat: Seat, demo_stack: Stack):
    page = open_picture(seat(demo_stack, "creative", size=PHONE), 3)

    word = f"word {secrets.token_hex(3)}"
    page.locator("#id_keywords").fill(f"{word},")
    expect(page.locator("[data-name=keywords] .vt-chip").filter(has_text=word)).to_have_count(1)
    expect(page.locator("[data-dirty-count]")).to_have_text("1 change")
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("[data-name=keywords] .vt-chip").filter(has_text=word)).to_have_count(1)
    expect(page.locator("[data-dirty-count]")).to_have_text("")

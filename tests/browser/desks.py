"""What people do at the admin's pages, said once: find, fill in, save, move, upload, choose."""

from __future__ import annotations

import base64
import re
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser.chromium import Person

READY_WITHIN_MS = 60_000
_TRANSFER = """([name, type, content]) => {
  const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, { type }));
  return transfer;
}"""


def open_grid(person: Person, *, channel: str, locale: str) -> Page:
    return person.open("/admin/catalog/product/?" + urlencode({"channel": channel, "locale": locale}))


def add_filter(page: Page, field: str, value: str) -> None:
    """Take a field from the chips above the grid and tick one of its choices."""
    page.get_by_role("list", name="Filters").get_by_role("link", name=field, exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Narrow the list").fill(value)
    dialog.get_by_label(value).first.check()
    with page.expect_navigation():
        dialog.get_by_role("button", name="Filter").click()


def open_row(page: Page, sku: str) -> None:
    """Open the product of a row of the grid."""
    row = page.locator("tr.vg-row").filter(has=page.get_by_label(f"Tick {sku}", exact=True))
    row.get_by_role("rowheader").get_by_role("link").first.click()
    expect(page.locator(".vp-title .vt-code")).to_have_text(sku)


def search_product(person: Person, sku: str, *, channel: str, locale: str) -> Page:
    """Find a product by its SKU and open it."""
    page = open_grid(person, channel=channel, locale=locale)
    search(page, sku)
    open_row(page, sku)
    return page


def search(page: Page, words: str) -> None:
    """Search the grid, within its filters."""
    page.get_by_label("Search products").fill(words)
    with page.expect_navigation():
        page.get_by_label("Search products").press("Enter")


def switch_locale(page: Page, locale: str) -> None:
    with page.expect_navigation():
        page.locator("#id_locale").select_option(locale)


def field_of(page: Page, label: str) -> Locator:
    """The row of an attribute, whether its tab is open or not."""
    head = page.locator(".vt-field-head").filter(has_text=re.compile(rf"^\s*{re.escape(label)}\b"))
    return page.locator(".vt-field").filter(has=head)


def fill_missing(page: Page, label: str, value: str, *, unit: str = "") -> None:
    """Follow the panel to a missing value, wherever it is edited, fill it in, save, and come back."""
    address = page.url
    page.locator(".vp-todo").get_by_role("link", name=label, exact=True).click()
    row = field_of(page, label)
    expect(row).to_be_visible()
    row.get_by_role("textbox").first.fill(value)
    if unit:
        row.get_by_role("combobox").select_option(label=unit)
    save(page)
    if page.url.split("?")[0].split("#")[0] != address.split("?")[0].split("#")[0]:
        page.goto(address)
    expect(page.locator(".vp-todo").get_by_role("link", name=label, exact=True)).to_have_count(0)


def fill_field(page: Page, label: str, value: str) -> None:
    """Open the tab of an attribute and fill it in."""
    row = field_of(page, label)
    panel = row.locator("xpath=ancestor::section[@role='tabpanel']").get_attribute("id")
    page.locator(f"[role=tab][aria-controls='{panel}']").click()
    row.get_by_role("textbox").first.fill(value)


def save(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("is saved.")).to_be_visible()


def move(page: Page, way: str, *, with_models: bool) -> None:
    """Press a stage button, for the models above too where they should come along."""
    models = page.get_by_label("with the models above")
    if with_models:
        models.check()
    with page.expect_navigation():
        page.get_by_role("button", name=way, exact=True).click()
    expect(page.get_by_text(re.compile(r" is now in "))).to_be_visible()


def drop_file(page: Page, name: str, content: bytes, *, media_type: str) -> None:
    """Let a file fall onto the library, and send it."""
    let_fall(page, name, content, media_type=media_type)
    page.get_by_role("button", name="Upload 1 file", exact=True).click()


def let_fall(page: Page, name: str, content: bytes, *, media_type: str) -> None:
    """Let a file fall onto the page."""
    data = page.evaluate_handle(_TRANSFER, [name, media_type, base64.b64encode(content).decode()])
    page.dispatch_event("body", "dragenter", {"dataTransfer": data})
    page.dispatch_event("body", "drop", {"dataTransfer": data})


def open_crops(page: Page) -> None:
    """Go to the crop mode of an asset's page; the button waits for its script, so it is pressed until it answers."""
    crops = page.locator("#crops:not([aria-busy])")
    page.wait_for_load_state("load")
    for _attempt in range(10):
        page.get_by_role("button", name="Crop", exact=True).click()
        try:
            crops.wait_for(state="visible", timeout=2_000)
        except PlaywrightTimeout:
            continue
        return
    expect(crops).to_be_visible()


def draw_rectangle(page: Page, left: float, top: float, right: float, bottom: float) -> None:
    """Draw on the picture of an asset's page, in its crop mode; the corners are shares of its size."""
    open_crops(page)
    box = page.locator("#viewer [data-sheet]").bounding_box()
    assert box
    page.mouse.move(box["x"] + left * box["width"], box["y"] + top * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + right * box["width"], box["y"] + bottom * box["height"], steps=5)
    page.mouse.up()


def choose_asset(page: Page, label: str, name: str) -> None:
    """Pick a file of the library for an attribute."""
    row = field_of(page, label)
    panel = row.locator("xpath=ancestor::section[@role='tabpanel']").get_attribute("id")
    page.locator(f"[role=tab][aria-controls='{panel}']").click()
    row.get_by_role("button", name="Choose…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Search the library").fill(name)
    tile = dialog.get_by_role("button", name=name)
    expect(tile).to_have_count(1)
    tile.click()
    expect(row.locator(".vp-asset")).not_to_have_count(0)


def make_token(person: Person, name: str, *, view: str) -> str:
    """Make a delivery token in the admin and copy it from the one page that shows it."""
    page = person.open("/admin/pim/apitoken/add/")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("delivery:read").check()
    page.get_by_label("Channel view").fill(view)
    page.get_by_label("May introspect GraphQL").check()
    page.get_by_role("button", name="Make the token").click()
    return page.get_by_label("Token", exact=True).input_value()

"""The day of a creative: fifty files of a shoot come in, are tagged, cropped, cleared, linked by their names and shared."""

from __future__ import annotations

import hashlib
import re
from itertools import islice
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import desks
from tests.browser.conftest import Seat
from tests.shared_data import shared_data
from tests.stacks import Stack, wait_for

pytestmark = pytest.mark.xdist_group("demo")

SHOOT = "/admin/assets/asset/?keyword=summer%20shoot&size=100"
SENT_WITHIN_MS = 180_000
LINKED = {"BAG-ETTA-RUST": "detail", "BAG-CALLA-OCHRE": "detail"}
"""Products that have free places for these roles."""


def collect_files(folder: Path) -> list[Path]:
    """Fifty different photographs, some of them named after products."""
    by_bytes: dict[str, Path] = {}
    for path in sorted(shared_data("01_akeneo_icecat").rglob("*.jpg")):
        by_bytes.setdefault(hashlib.sha256(path.read_bytes()).hexdigest(), path)
    names = [f"{sku}_{role}_9.jpg" for sku, role in LINKED.items()]
    names += [f"summer-{number:02}.jpg" for number in range(50 - len(names))]
    files = []
    for name, source in zip(names, islice(by_bytes.values(), 50), strict=True):
        files.append(folder / name)
        files[-1].write_bytes(source.read_bytes())
    return files


def select_the_shoot(page: Page, base: str) -> None:
    page.goto(base + SHOOT)
    page.locator(".as-thumb").first.click()
    page.keyboard.press("Control+a")
    expect(page.locator("[data-chosen]")).to_have_text("50 selected")


def test_fifty_files_are_uploaded_tagged_cropped_cleared_linked_and_shared(
    seat: Seat, demo_stack: Stack, tmp_path: Path
):
    creative = seat(demo_stack, "creative")
    page = creative.open("/admin/assets/asset/")

    # Upload, with details for all of them.
    page.set_input_files("#id_files", [str(path) for path in collect_files(tmp_path)])
    panel = page.get_by_role("dialog", name="Upload")
    panel.get_by_label("Keywords").fill("summer shoot")
    panel.locator("select[name=folder]").select_option("agency")
    panel.locator("select[name=family]").select_option("product_photo")
    page.get_by_role("button", name="Upload 50 files").click()
    expect(page.locator(".up-row.is-done")).to_have_count(50, timeout=SENT_WITHIN_MS)

    # Tag, and set the rights, in one edit that is tried first.
    select_the_shoot(page, creative.base)
    page.get_by_role("button", name="Edit…").click()
    dialog = page.locator("#vt-dialog")
    dialog.get_by_label("Add keywords").fill("catalogue 2027")
    dialog.get_by_label("Licence", exact=True).select_option("lookbook")
    dialog.get_by_label("Add releases").select_option("brundholt_workshop")
    dialog.get_by_role("button", name="Preview").click()
    expect(dialog.get_by_text("50 change")).to_be_visible()
    dialog.get_by_role("button", name="Change them").click()
    expect(page.locator(".as-card").first).to_be_visible()

    def is_tagged() -> bool:
        page.goto(f"{creative.base}/admin/assets/asset/?keyword=catalogue%202027&license=lookbook&size=100")
        return page.locator(".as-card").count() == 50

    wait_for(is_tagged, within_s=60, every_s=1)

    # Crop one of them.
    page.locator(".as-name").filter(has_text="summer-40.jpg").click()
    desks.open_crops(page)
    desks.draw_rectangle(page, 0.2, 0.2, 0.7, 0.8)
    page.get_by_role("button", name="Save crops").click()
    expect(page.locator("[data-crop=notice]")).to_contain_text("Saved.")

    # Link by file name: look first, then apply.
    select_the_shoot(page, creative.base)
    with page.expect_navigation():
        page.get_by_role("button", name="Link by name…").click()
    will_be_linked = page.locator(".vl-state").filter(has_text="Will be linked")
    expect(will_be_linked).to_contain_text("2", timeout=SENT_WITHIN_MS)
    page.get_by_role("button", name="Link 2 files").click()
    expect(page.get_by_text("This preview has been applied.")).to_be_visible(timeout=SENT_WITHIN_MS)
    page.goto(creative.base + SHOOT)
    page.locator(".as-name").filter(has_text="BAG-ETTA-RUST_detail_9.jpg").click()
    page.get_by_role("tab", name="Use").click()
    expect(page.get_by_role("link", name=re.compile("BAG-ETTA-RUST")).first).to_be_visible()

    # Share them; somebody without an account looks and takes one.
    select_the_shoot(page, creative.base)
    with page.expect_navigation():
        page.get_by_role("button", name="Share…").click()
    page.get_by_label("Title").fill("Summer shoot for the press")
    page.get_by_label("Password").fill("seaside-2027")
    page.get_by_label("Terms to accept").fill("For editorial use.")
    page.get_by_label("Preview", exact=True).check()
    with page.expect_navigation():
        page.get_by_role("button", name="Make the link").click()
    address = page.locator("#id_url").input_value()

    guest = seat(demo_stack)
    shown = guest.open(address.removeprefix(demo_stack.url))
    shown.get_by_label("Password").fill("seaside-2027")
    shown.get_by_role("button").first.click()
    shown.get_by_role("button", name=re.compile("accept", re.IGNORECASE)).click()
    expect(shown.get_by_role("heading", name="Summer shoot for the press")).to_be_visible()
    with shown.expect_download() as taken:
        shown.get_by_role("link", name=re.compile("Preview")).first.click()
    assert taken.value.suggested_filename.endswith(".webp")
    assert Path(taken.value.path()).read_bytes()[8:12] == b"WEBP"
    page.reload()
    expect(page.get_by_text("downloaded").first).to_be_visible()

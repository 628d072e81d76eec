"""A creative uploads: whole folders, on a bad line, in a tab that is closed, files that the library has."""

from __future__ import annotations

import io
import random
import re
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.browser.chromium import PHONE
from tests.browser.conftest import Seat
from tests.stacks import Stack

pytestmark = pytest.mark.xdist_group("demo")

LIBRARY = "/admin/assets/asset/"
PART = 8 * 1024 * 1024
SENT_WITHIN_MS = 60_000

# The dialog of the browser cannot be pressed from here; the handle it gives is a real one, of the page's own files.
LENDS_HANDLES = """
window.showOpenFilePicker = async () => {
  const folder = await navigator.storage.getDirectory();
  const handle = await folder.getFileHandle("lent.txt", { create: true });
  const writer = await handle.createWritable();
  await writer.write("lent words\\n".repeat(%d / 11));
  await writer.close();
  return [handle];
};
"""


def picture(seed: str) -> bytes:
    noise = random.Random(seed)
    tiny = Image.new("RGB", (12, 9))
    tiny.putdata([tuple(noise.randrange(256) for _ in range(3)) for _ in range(12 * 9)])
    file = io.BytesIO()
    tiny.resize((640, 480), Image.Resampling.BICUBIC).save(file, "JPEG", quality=85)
    return file.getvalue()


def write_large(folder: Path, name: str) -> Path:
    """Plain text of three parts, unlike any other."""
    line = f"{name} {random.Random(name).random()}\n".encode()
    path = folder / name
    path.write_bytes(line * ((PART * 2 + 500_000) // len(line)))
    return path


def choose(page: Page, *files: Path) -> None:
    page.set_input_files("#id_files", [str(file) for file in files])


def start(page: Page) -> None:
    page.get_by_role("button", name=re.compile(r"^Upload \d+ files?$")).click()


def row(page: Page, name: str):
    return page.locator(".up-row").filter(has_text=name)


def watch_parts(page: Page) -> list[str]:
    """The parts that were answered, as they are."""
    sent: list[str] = []
    page.on("response", lambda answer: sent.append(answer.url.rsplit("/", 2)[-2]) if "/parts/" in answer.url else None)
    return sent


def test_a_folder_comes_in_with_its_folders_and_details_and_is_known_the_second_time(
    seat: Seat, demo_stack: Stack, tmp_path: Path
):
    for number in range(12):
        place = tmp_path / "Shoot" / ("Shoes" if number % 2 else "Hats")
        place.mkdir(parents=True, exist_ok=True)
        (place / f"shoot-{number}.jpg").write_bytes(picture(f"shoot {number}"))
    (tmp_path / "Shoot" / "broken.jpg").write_bytes(b"no picture")
    creative = seat(demo_stack, "creative")
    page = creative.open(LIBRARY)

    page.set_input_files("#id_folder_files", tmp_path / "Shoot")
    panel = page.get_by_role("dialog", name="Upload")
    expect(panel.get_by_role("button", name="Upload 13 files")).to_be_focused()
    panel.get_by_label("Keywords").fill("shoot, spring")
    page.keyboard.press("Enter")

    expect(page.locator(".up-row.is-done")).to_have_count(12, timeout=SENT_WITHIN_MS)
    expect(row(page, "broken.jpg")).to_contain_text("not accepted")
    expect(page.locator("[data-uploader=spoken]")).to_have_text("12 of 13 files are done, 1 have problems.")
    panel.get_by_role("button", name="Show problems (1)").click()
    expect(page.locator(".up-row:visible")).to_have_count(1)

    page = creative.open(LIBRARY)
    sent = watch_parts(page)
    page.set_input_files("#id_folder_files", tmp_path / "Shoot")
    start(page)
    expect(page.locator(".up-row.is-known")).to_have_count(12, timeout=SENT_WITHIN_MS)
    assert sent == ["1"]
    page.evaluate("document.querySelector('.up-row.is-known a').target = ''")
    page.locator(".up-row.is-known a").first.click()
    expect(page).to_have_url(re.compile(r"/admin/assets/asset/[0-9a-f-]{36}/change/"))


def test_a_lost_line_is_waited_for_and_nothing_is_sent_twice(seat: Seat, demo_stack: Stack, tmp_path: Path):
    creative = seat(demo_stack, "creative")
    creative.expected += [r"ERR_INTERNET_DISCONNECTED", r"ERR_CONNECTION", r"ERR_FAILED"]
    page = creative.open(LIBRARY)
    sent = watch_parts(page)
    lost: list[str] = []

    def lose(route: Route) -> None:
        lost.append(route.request.url)
        route.abort("connectionreset")

    page.route("**/parts/2/", lose)
    choose(page, write_large(tmp_path, "lost.txt"))
    start(page)
    expect(row(page, "lost.txt")).to_contain_text("no answer, trying again", timeout=SENT_WITHIN_MS)
    creative.context.set_offline(True)
    expect(page.get_by_role("alert").filter(has_text="No connection")).to_be_visible(timeout=SENT_WITHIN_MS)
    page.unroute("**/parts/2/")
    creative.context.set_offline(False)

    expect(row(page, "lost.txt")).to_contain_text("uploaded", timeout=SENT_WITHIN_MS)
    assert sorted(sent) == ["1", "2", "3"]
    assert lost


def test_a_closed_tab_goes_on_with_the_parts_that_are_missing(seat: Seat, demo_stack: Stack, tmp_path: Path):
    creative = seat(demo_stack, "creative")
    creative.expected += [r"ERR_FAILED", r"ERR_CONNECTION"]
    page = creative.open_tab()
    page.goto(creative.base + LIBRARY)
    sent = watch_parts(page)
    large = write_large(tmp_path, "closed.txt")
    page.route("**/parts/3/", lambda route: route.abort())
    choose(page, large)
    start(page)
    expect(row(page, "closed.txt")).to_contain_text("trying again", timeout=SENT_WITHIN_MS)
    page.wait_for_function("() => document.querySelector('.up-row progress').value > 0.6")
    beside = creative.open(LIBRARY)
    beside.wait_for_load_state("networkidle")
    expect(beside.get_by_role("region", name="Interrupted upload")).to_be_hidden()
    page.close()
    assert sorted(sent) == ["1", "2"]

    page = creative.open(LIBRARY)
    again = watch_parts(page)
    banner = page.get_by_role("region", name="Interrupted upload")
    expect(banner).to_contain_text("1 of 1 files have not arrived")
    choose(page, large)

    expect(row(page, "closed.txt")).to_contain_text("uploaded", timeout=SENT_WITHIN_MS)
    assert again == ["3"]
    expect(banner).to_be_hidden()


def test_a_browser_that_lends_handles_goes_on_by_itself(seat: Seat, demo_stack: Stack):
    creative = seat(demo_stack, "creative")
    creative.expected += [r"ERR_FAILED"]
    page = creative.open_tab()
    page.add_init_script(LENDS_HANDLES % (PART * 2 + 500_000))
    page.goto(creative.base + LIBRARY)
    # For the whole browser: a page that is being closed forgets its own rules, and would get a last try through.
    creative.context.route("**/parts/3/", lambda route: route.abort())
    page.locator("label[for=id_files]").click()
    start(page)
    expect(row(page, "lent.txt")).to_contain_text("trying again", timeout=SENT_WITHIN_MS)
    page.wait_for_function("() => document.querySelector('.up-row progress').value > 0.6")
    page.close()
    creative.context.unroute("**/parts/3/")

    page = creative.open(LIBRARY)
    sent = watch_parts(page)
    page.get_by_role("region", name="Interrupted upload").get_by_role("button", name="Go on").click()

    expect(row(page, "lent.txt")).to_contain_text("uploaded", timeout=SENT_WITHIN_MS)
    assert sent == ["3"]


def test_an_interrupted_upload_can_be_discarded(seat: Seat, demo_stack: Stack, tmp_path: Path):
    creative = seat(demo_stack, "creative")
    creative.expected += [r"ERR_FAILED"]
    page = creative.open_tab()
    page.goto(creative.base + LIBRARY)
    page.route("**/parts/**", lambda route: route.abort())
    choose(page, write_large(tmp_path, "discarded.txt"))
    start(page)
    expect(row(page, "discarded.txt")).to_contain_text("trying again", timeout=SENT_WITHIN_MS)
    page.close()

    page = creative.open(LIBRARY)
    banner = page.get_by_role("region", name="Interrupted upload")
    banner.get_by_role("button", name="Discard").click()

    expect(banner).to_be_hidden()
    page.reload()
    page.wait_for_load_state("networkidle")
    expect(banner).to_be_hidden()


def test_files_are_paused_resumed_cancelled_and_leaving_is_asked_about(seat: Seat, demo_stack: Stack, tmp_path: Path):
    page = seat(demo_stack, "creative", size=PHONE).open(LIBRARY)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/parts/**", hold)
    choose(page, write_large(tmp_path, "one.txt"), write_large(tmp_path, "two.txt"))
    start(page)
    page.wait_for_function("() => document.querySelectorAll('.up-row.is-sending').length === 2")

    page.get_by_role("button", name="Cancel: two.txt").click()
    page.get_by_role("button", name="Pause: one.txt").click()
    expect(row(page, "two.txt")).to_contain_text("cancelled")
    expect(row(page, "one.txt")).to_contain_text("paused")
    page.unroute("**/parts/**")
    page.get_by_role("button", name="Resume: one.txt").click()

    expect(row(page, "one.txt")).to_contain_text("uploaded", timeout=SENT_WITHIN_MS)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def test_a_detail_that_is_gone_is_told_before_anything_is_sent(seat: Seat, demo_stack: Stack, tmp_path: Path):
    creative = seat(demo_stack, "creative")
    creative.expected += [r"/api/v1/uploads/", r"status of 400"]
    page = creative.open(LIBRARY)
    sent = watch_parts(page)
    choose(page, write_large(tmp_path, "early.txt"))
    page.evaluate(
        """() => {
          const select = document.querySelector('.up-fields select[name=license]');
          select.add(new Option('Gone', 'gone', true, true));
        }"""
    )
    start(page)

    expect(page.locator(".up-fields .vt-error")).to_contain_text("gone")
    assert sent == []


def test_a_picture_that_looks_like_another_says_so_and_an_archive_says_what_was_in_it(
    seat: Seat, demo_stack: Stack, tmp_path: Path
):
    content = picture("looks alike")
    smaller = io.BytesIO()
    Image.open(io.BytesIO(content)).resize((320, 240)).save(smaller, "JPEG", quality=70)
    (tmp_path / "large.jpg").write_bytes(content)
    (tmp_path / "small.jpg").write_bytes(smaller.getvalue())
    with zipfile.ZipFile(tmp_path / "trip.zip", "w") as archive:
        archive.writestr("trip/one.jpg", picture("trip one"))
        archive.writestr("../evil.jpg", b"x")
    page = seat(demo_stack, "creative").open(LIBRARY)

    choose(page, *(tmp_path / name for name in ("large.jpg", "small.jpg", "trip.zip")))
    expect(page.get_by_label("Unpack ZIP files")).to_be_checked()
    start(page)

    expect(row(page, "trip.zip")).to_contain_text("unpacked: 1 new, 0 known, 1 refused", timeout=SENT_WITHIN_MS)
    expect(row(page, "small.jpg")).to_contain_text("looks like large", timeout=SENT_WITHIN_MS)

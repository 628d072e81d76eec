"""Takes the pictures of the main pages for the documentation, from the demo catalog: `make screenshots`."""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from config import env
from tests.browser import desks
from tests.browser.chromium import INSTALL, PHONE, Person, find_chromium, open_chromium, person_at
from tests.stacks import served

FOLDER = env.REPOSITORY / "docs" / "screenshots"
MOST_BYTES = 200_000
CHANNEL, LOCALE = "webshop", "en_US"


def show_home(person: Person) -> Page:
    return person.open("/admin/")


def show_grid(person: Person) -> Page:
    return person.open(f"/admin/catalog/product/?channel={CHANNEL}&locale={LOCALE}&grouped=0")


def show_product(person: Person) -> Page:
    return desks.search_product(person, "BAG-ETTA", channel=CHANNEL, locale=LOCALE)


def show_library(person: Person) -> Page:
    return person.open("/admin/assets/asset/?kind=image")


def show_asset(person: Person) -> Page:
    page = person.open("/admin/assets/asset/?kind=image&q=calla+chalk")
    page.locator(".as-card .as-name").first.click()
    desks.draw_rectangle(page, 0.3, 0.3, 0.7, 0.8)
    return page


def show_workflow(person: Person) -> Page:
    page = person.open("/admin/workflows/workflow/")
    page.get_by_role("link", name="Products", exact=True).last.click()
    return page


def show_view(person: Person) -> Page:
    page = person.open("/admin/channels/channelview/")
    page.get_by_role("link", name="Web shop").click()
    return page


# name of the file: who sees it, the way there, on a phone, in the dark
PICTURES: dict[str, tuple[str, Callable[[Person], Page], bool, bool]] = {
    "home": ("manager", show_home, False, False),
    "grid": ("manager", show_grid, False, False),
    "grid-phone": ("manager", show_grid, True, False),
    "product": ("manager", show_product, False, False),
    "product-dark": ("manager", show_product, False, True),
    "library": ("manager", show_library, False, False),
    "asset": ("manager", show_asset, False, False),
    "workflow": ("admin", show_workflow, False, False),
    "view": ("admin", show_view, False, False),
}


def compress(picture: bytes) -> bytes:
    """The same picture, smaller; with a palette where it would still be large."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    full = write_png(image)
    return full if len(full) <= MOST_BYTES else write_png(image.quantize(256, dither=Image.Dither.FLOYDSTEINBERG))


def write_png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def main() -> None:
    executable = find_chromium()
    if executable is None:
        sys.exit(INSTALL)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as home,
        served(Path(home) / "home", ("demo", "--no-serve")) as stack,
        open_chromium(executable) as browser,
    ):
        for name, (user, show, is_phone, is_dark) in PICTURES.items():
            size = {"size": PHONE} if is_phone else {}
            with person_at(browser, stack.url, name=user, dark=is_dark, **size) as person:
                page = show(person)
                page.wait_for_load_state("networkidle")
                picture = compress(page.screenshot())
                (FOLDER / f"{name}.png").write_bytes(picture)
                print(f"{name}.png  {len(picture) // 1024} KB")


if __name__ == "__main__":
    main()

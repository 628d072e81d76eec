"""Every screen of the admin: what the sidebar offers, one object behind each list, and the pages that make a new one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.browser.chromium import Person

_OBJECT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-")
NEW = ("pim/attribute", "pim/apitoken", "pim/user", "catalog/family", "catalog/product", "channels/channelview")


@dataclass(frozen=True, slots=True)
class Screen:
    name: str
    path: str


def list_screens(person: Person) -> list[Screen]:
    """The screens somebody may open, in the order of the sidebar."""
    person.open("/admin/")
    links = person.page.locator("#nav-sidebar nav a, #nav-sidebar a").evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    lists = [path for path in dict.fromkeys(links) if re.fullmatch(r"/admin/[a-z]+/[a-z]+/", path or "")]
    screens = [Screen("home", "/admin/")]
    for path in lists:
        name = path.removeprefix("/admin/").strip("/").replace("/", "-")
        screens.append(Screen(name, path))
        person.open(path)
        rows = person.page.locator("main a[href]").evaluate_all("links => links.map(link => link.href)")
        found = next((link for link in rows if link.startswith(person.base + path) and _OBJECT.search(link)), None)
        if found:
            screens.append(Screen(f"{name}-one", found.removeprefix(person.base)))
    return screens + [Screen(f"{name.replace('/', '-')}-new", f"/admin/{name}/add/") for name in NEW]

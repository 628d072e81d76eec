"""Names of files inside a ZIP: safe wherever it is unpacked, and no two alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from string import Formatter

from django.utils.translation import gettext as _

from pim.errors import Refused

MAX_NAME_BYTES = 150
MAX_DEPTH = 8
MAX_TEMPLATE = 200
FIELDS = ("filename", "name", "ext", "code", "uuid", "folder", "sku", "role", "preset", "kind", "number")
"""What a custom layout may name. `filename` is `name` and `ext`; `folder` may be several folders deep."""

LAYOUTS: Mapping[str, str] = {
    "flat": "{filename}",
    "folder": "{folder}/{filename}",
    "product": "{sku}/{role}/{filename}",
}
"""The layouts that have a name, as templates."""

_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$|clock\$)(\.|\Z)", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f]')


def read_layout(layout: str) -> str:
    """The template of a layout, by its name or as it is written.

    Raises:
        Refused: `invalid_layout`: it names something else than `FIELDS`, or no file at all.
    """
    template = LAYOUTS.get(layout or "flat", layout)
    try:
        parts = list(Formatter().parse(template))
    except ValueError:
        raise Refused("invalid_layout", _("A brace is open in the layout, or closed twice."), "/layout") from None
    names = [name for _text, name, _spec, _conversion in parts if name is not None]
    unknown = next((name for name in names if name not in FIELDS), None)
    if unknown is not None:
        known = ", ".join(f"{{{name}}}" for name in FIELDS)
        raise Refused(
            "invalid_layout",
            _("“%(name)s” is unknown in a layout; there are %(known)s.") % {"name": unknown[:50], "known": known},
            "/layout",
        )
    if any(spec or conversion for _text, _name, spec, conversion in parts):
        raise Refused("invalid_layout", _("Write just a name between the braces of a layout."), "/layout")
    if not names or len(template) > MAX_TEMPLATE:
        raise Refused(
            "invalid_layout", _("A layout names something of each file, in at most 200 characters."), "/layout"
        )
    return template


def fill_layout(template: str, fields: Mapping[str, str]) -> str:
    """A path by a template that `read_layout` has passed; folders that come out empty are left out.

    What a file brings along never makes a folder of its own, save the library's own folders.
    """
    path = []
    for part in template.split("/"):
        if part == "{folder}":
            path += [safe_name(name) for name in fields["folder"].split("/") if name.strip()]
            continue
        filled = "".join(
            text + (fields[name].replace("/", "_") if name is not None else "")
            for text, name, _spec, _conversion in Formatter().parse(part)
        )
        if filled.strip(" ."):
            path.append(safe_name(filled))
    *folders, name = path or [safe_name(fields["filename"])]
    name = _with_extension(name, fields["ext"])
    return "/".join([*folders[: MAX_DEPTH - 1], name])


def safe_name(text: str) -> str:
    """One step of a path that every system can write and that leads nowhere else.

    Windows knows the most names that it does not take: naming-a-file of its documentation is the list.
    """
    text = unicodedata.normalize("NFC", text)
    # Cf: marks that turn the direction of what follows ("gpj.exe" for "exe.jpg"), and marks of no width.
    text = "".join(sign for sign in text if unicodedata.category(sign) not in {"Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
    text = _FORBIDDEN.sub("_", text).strip(" .")
    if _RESERVED.match(text):
        text = f"_{text}"
    return _cut(text) or "_"


def split_name(filename: str) -> tuple[str, str]:
    """Name and extension without the dot, in lower case; the extension is empty where there is none."""
    name, dot, extension = filename.rpartition(".")
    if not dot or not name or not extension.isalnum() or len(extension) > 10:
        return filename, ""
    return name, extension.lower()


class Names:
    """Paths that are taken already; compared as a system that ignores case does."""

    def __init__(self, *taken: str) -> None:
        self._taken = {self._fold(path) for path in taken}

    def take(self, path: str) -> str:
        """The path, or the same with `-2`, `-3`, … before its extension."""
        folder, slash, filename = path.rpartition("/")
        name, extension = split_name(filename)
        ending = filename[len(name) :] if extension else ""
        number, wanted = 1, path
        while self._fold(wanted) in self._taken:
            number += 1
            wanted = f"{folder}{slash}{name}-{number}{ending}"
        self._taken.add(self._fold(wanted))
        return wanted

    @staticmethod
    def _fold(path: str) -> str:
        return unicodedata.normalize("NFC", path.casefold())


def _with_extension(name: str, extension: str) -> str:
    """A file keeps its extension, whatever a template says: it tells what the bytes are."""
    if not extension or name.lower().endswith(f".{extension}"):
        return name
    return f"{name}.{extension}"


def _cut(text: str) -> str:
    """At most so many bytes, the extension kept."""
    if len(text.encode()) <= MAX_NAME_BYTES:
        return text
    name, extension = split_name(text)
    ending = f".{extension}" if extension else ""
    return name.encode()[: MAX_NAME_BYTES - len(ending)].decode(errors="ignore").rstrip(" .") + ending

"""Folders of the library made of the folders that files come in."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from django.db import connection

from assets.models import Folder
from assets.services.codes import MAX_CODE
from pim.models import Locale
from pim.services.structure import StructureChange, write_structure

if TYPE_CHECKING:
    from pim.models import Job, User

MAX_DEPTH = 10
MAX_NAME = 100
_FOREIGN = re.compile(r"[^A-Za-z0-9]+")
_LOCK = 7_305_118_204


def clean_path(path: str) -> str:
    """A folder path as names joined by slashes: printable, no `.` and `..`, at most ten levels of 100 characters."""
    names = []
    for part in path.replace("\\", "/").split("/"):
        name = "".join(character for character in part if character.isprintable()).strip()[:MAX_NAME]
        if name.strip("."):
            names.append(name)
    return "/".join(names[:MAX_DEPTH])


def ensure_folder(path: str, below: str | None, *, actor: User | None, origin: str, job: Job | int | None) -> str:
    """The code of the folder at this path below another one (by code); those that are missing are made.

    A folder is found by its name: its label in any language, or its code, whatever the case; one without
    labels by the code that it would be given. Two uploads that need the same new folder take turns.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    nodes: Any = Folder.objects
    parent: Folder | None = nodes.filter(code__iexact=below).first() if below else None
    for name in path.split("/"):
        siblings = nodes.get_children(parent) if parent else nodes.filter(depth=1)
        found = next((folder for folder in siblings if _is_called(folder, name, parent)), None)
        parent = found or _make(name, parent, actor=actor, origin=origin, job=job)
    return parent.code if parent else ""


def _is_called(folder: Folder, name: str, parent: Folder | None) -> bool:
    names = {folder.code, *map(str, folder.labels.values())}
    if not folder.labels and folder.code == _propose_code(name, parent):
        return True
    return name.casefold() in {known.casefold() for known in names}


def _make(name: str, parent: Folder | None, *, actor: User | None, origin: str, job: Job | int | None) -> Folder:
    locales = Locale.objects.order_by("code").values_list("code", flat=True)
    labels = dict.fromkeys(locales, name)
    code = _free_code(_propose_code(name, parent))
    fields = {"code": code, "labels": labels, "parent": parent.code if parent else None}
    outcome = write_structure("folder", [StructureChange(code, fields)], actor=actor, origin=origin, job=job)
    outcome.raise_first()
    return Folder.objects.get(code=code)


def _propose_code(name: str, parent: Folder | None) -> str:
    text = f"{parent.code}_{name}" if parent else name
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _FOREIGN.sub("_", plain).strip("_")[: MAX_CODE - 8] or "folder"


def _free_code(start: str) -> str:
    taken = {code.lower() for code in Folder.objects.filter(code__istartswith=start).values_list("code", flat=True)}
    code, number = start, 2
    while code.lower() in taken:
        code, number = f"{start}_{number}", number + 1
    return code

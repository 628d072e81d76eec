"""What people do in the rail beside the grid: lay out folders, put collections together, keep views."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from assets.admin.state import LIST_NAME, read_library, spoken_locale
from assets.models import Collection, Folder
from assets.services.collections import (
    add_items,
    add_matches,
    change_collection,
    create_collection,
    delete_collection,
    find_collection,
    move_items,
    remove_items,
)
from assets.services.mass import EDIT, Selected, start_mass_edit
from pim.choices import JobState, Origin
from pim.errors import NotFound, Refused
from pim.models import Job, User
from pim.querying.tree import dump_filter
from pim.services.access import check_permission
from pim.services.saved_views import delete_view, find_view, save_view
from pim.services.structure import StructureChange, write_structure
from pim.values.specs import Json


@dataclass(frozen=True, slots=True)
class Filed:
    """What was done, in a sentence; and the job that did it, where one did."""

    sentence: str = ""
    job: Job | None = None


_UNFIT = re.compile(r"[^a-z0-9]+")
MODEL = "assets.folder"


def file_folder(request: HttpRequest) -> Filed:
    """Do what is posted with a folder: `action` is create, rename, move, delete, or file: put assets into it.

    Raises:
        DomainError: it cannot be done.
    """
    actor, post = cast("User", request.user), request.POST
    action, code = post.get("action", ""), post.get("code", "")
    match action:
        case "create":
            check_permission(actor, MODEL, ("add",))
            label = _name_of(post)
            code = free_code(label)
            fields = {"code": code, "labels": _labels(label, {}), "parent": post.get("parent") or None}
            sentence = _("The folder “%s” is made.") % label
        case "rename":
            check_permission(actor, MODEL, ("change",))
            label = _name_of(post)
            fields = {"labels": _labels(label, _find(code).labels)}
            sentence = _("The folder is called “%s” now.") % label
        case "move":
            check_permission(actor, MODEL, ("change",))
            fields = {"parent": post.get("parent") or None}
            sentence = _("The folder is moved.")
        case "delete":
            check_permission(actor, MODEL, ("delete",))
            change = StructureChange(code, None)
            write_structure("folder", [change], actor=actor, origin=Origin.ADMIN, atomic=True)
            return Filed(_("The folder is deleted."))
        case "file":
            return _file_assets(request, code)
        case _:
            raise Refused("unknown_operation", _("There is no operation “%s”.") % action, "/action")
    write_structure("folder", [StructureChange(code, fields)], actor=actor, origin=Origin.ADMIN, atomic=True)
    return Filed(sentence)


def file_collection(request: HttpRequest) -> Filed:
    """Do what is posted with a collection: `action` is create, search, rename, delete, add, remove or order.

    Raises:
        DomainError: it cannot be done.
    """
    actor, post = cast("User", request.user), request.POST
    common: dict[str, Any] = {"actor": actor, "origin": Origin.ADMIN}
    action, uuids = post.get("action", ""), post.getlist("asset")
    if action in {"create", "search"}:
        query = _searched(request) if action == "search" else None
        row = create_collection(name=_name_of(post), query=query, is_shared=bool(post.get("is_shared", "1")), **common)
        if action == "create":
            _fill(request, row, common)
        return Filed(_("The collection “%s” is made.") % row.name)
    row = find_collection(post.get("collection", ""), actor=actor)
    match action:
        case "rename":
            change_collection(row, name=_name_of(post), **common)
            return Filed(_("The collection is called “%s” now.") % _name_of(post))
        case "delete":
            delete_collection(row, **common)
            return Filed(_("The collection is deleted. Its assets stay where they are."))
        case "add":
            count = _fill(request, row, common)
            text = ngettext("%(n)d asset is in “%(name)s” now.", "%(n)d assets are in “%(name)s” now.", count)
            nothing = _("All of them are in “%s” already.") % row.name
            return Filed(text % {"n": count, "name": row.name} if count else nothing)
        case "remove":
            count = remove_items(row, uuids, **common)
            return Filed(ngettext("%d asset is taken out.", "%d assets are taken out.", count) % count)
        case "order":
            move_items(row, uuids, before=post.get("before") or None, **common)
            return Filed()
    raise Refused("unknown_operation", _("There is no operation “%s”.") % action, "/action")


def file_view(request: HttpRequest) -> Filed:
    """Do what is posted with a saved view: `action` is save or delete.

    Raises:
        DomainError: it cannot be done.
    """
    actor, post = cast("User", request.user), request.POST
    match post.get("action", ""):
        case "save":
            check_permission(actor, "pim.savedview", ("add",))
            query = read_library(request).query().lstrip("?")
            view = save_view(LIST_NAME, _name_of(post), query, actor=actor, is_shared=bool(post.get("is_shared")))
            return Filed(_("The view “%s” is kept.") % view.name)
        case "delete":
            check_permission(actor, "pim.savedview", ("delete",))
            delete_view(find_view(post.get("view", ""), actor=actor), actor=actor)
            return Filed(_("The view is forgotten."))
        case action:
            raise Refused("unknown_operation", _("There is no operation “%s”.") % action, "/action")


def free_code(label: str) -> str:
    """A code for a folder of this name that no folder has."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    base = _UNFIT.sub("_", plain).strip("_")[:90] or "folder"
    taken = {code.lower() for code in Folder.objects.filter(code__istartswith=base).values_list("code", flat=True)}
    code, number = base, 1
    while code in taken:
        number += 1
        code = f"{base}_{number}"
    return code


def _fill(request: HttpRequest, row: Collection, common: dict[str, Any]) -> int:
    """Put the posted assets, or all that match, into a collection. How many came in."""
    if request.POST.get("all"):
        return add_matches(row, _searched(request) or {}, **common)
    uuids = _posted(request)
    return add_items(row, uuids, **common) if uuids else 0


def _file_assets(request: HttpRequest, code: str) -> Filed:
    """Put the posted assets, or all that match, into a folder; an empty code takes them out of theirs."""
    selected = Selected(where=_searched(request) or {}) if request.POST.get("all") else Selected(_posted(request))
    job = start_mass_edit(EDIT, selected, {"folder": code or None}, actor=cast("User", request.user))
    label = _find(code).label if code else _("Everything")
    if job.state not in {JobState.DONE, JobState.FAILED}:
        return Filed(_("They are being filed in “%s”.") % label, job)
    changed = int(job.counters.get("changed", 0))
    text = ngettext("%(n)d asset is filed in “%(name)s”.", "%(n)d assets are filed in “%(name)s”.", changed)
    refused = list(job.issues.values_list("message", flat=True)[:1])
    return Filed(" ".join([text % {"n": changed, "name": label}, *refused]), job if changed else None)


def _posted(request: HttpRequest) -> tuple[str, ...]:
    return tuple(dict.fromkeys(request.POST.getlist("asset")))


def _searched(request: HttpRequest) -> Json:
    state = read_library(request)
    if state.problems:
        raise Refused("invalid_filter", state.problems[0], "/filter")
    return dump_filter(state.node)


def _labels(label: str, before: dict[str, str]) -> dict[str, str]:
    return {**before, (spoken_locale() or get_language() or "en"): label}


def _name_of(post: QueryDict) -> str:
    name = post.get("name", "").strip()
    if not 0 < len(name) <= 100:
        raise Refused("invalid_name", _("A name has 1 to 100 characters."), "/name")
    return name


def _find(code: str) -> Folder:
    row = Folder.objects.filter(code__iexact=code).first() if "\x00" not in code else None
    if row is None:
        raise NotFound("not_found", _("There is no such folder."))
    return row

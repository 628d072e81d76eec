"""What can be done to the selected assets of the library, or to everything that matches."""

from __future__ import annotations

import json
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assets.admin.cards import make_cards
from assets.admin.remembering import name_key
from assets.admin.state import read_library
from assets.extensions import get_stage_desk
from assets.forms.bulk import BulkForm
from assets.services.collections import collections_for, may_write
from assets.services.mass import DELETE, EDIT, Difference, Rehearsal, Selected, rehearse_mass_edit, start_mass_edit
from pim.choices import JobState
from pim.errors import DomainError, Refused
from pim.models import Job, User
from pim.querying.tree import dump_filter
from pim.values.specs import Json

MOVE, COLLECT = "move", "collect"
BULK_ACTIONS = (
    (EDIT, gettext_lazy("Edit…"), "assets.change_asset"),
    (COLLECT, gettext_lazy("Collect…"), "assets.change_collection"),
    (MOVE, gettext_lazy("Move to stage…"), "assets.change_asset"),
)
"""(code, label, permission), in the order of the bar; deleting stands apart."""

TEXTS = frozenset({"labels", "alt"})


def run_bulk(request: HttpRequest, page_context: Any) -> HttpResponse:
    """Ask what is still to be asked, show what it would do, then do it."""
    action = request.POST.get("action", "")
    try:
        selected = read_selected(request)
        selected.check()
        match action:
            case "edit":
                return _edit(request, selected, page_context)
            case "delete":
                return _delete(request, selected, page_context)
            case "move":
                return _move(request, selected, page_context)
            case "collect":
                return _collect(request, selected, page_context)
        raise Refused("unknown_operation", _("There is no operation “%s”.") % action, "/action")
    except DomainError as error:
        return _refuse(request, str(error.message))


def read_selected(request: HttpRequest) -> Selected:
    """The selected assets of the posted grid, or its whole filter.

    Raises:
        Refused: `invalid_filter`.
    """
    if request.POST.get("all"):
        state = read_library(request, QueryDict(request.POST.get("query", "").lstrip("?")))
        if state.problems:
            raise Refused("invalid_filter", state.problems[0], "/filter")
        return Selected(where=dump_filter(state.node))
    if request.POST.get("filter"):
        try:
            where: Json = json.loads(request.POST["filter"])
        except (ValueError, RecursionError):
            raise Refused("invalid_filter", _("The filter is not valid JSON."), "/filter") from None
        return Selected(where=where)
    return Selected(tuple(dict.fromkeys(request.POST.getlist("asset"))))


def _edit(request: HttpRequest, selected: Selected, page_context: Any) -> HttpResponse:
    step, actor = request.POST.get("step", ""), cast("User", request.user)
    form = BulkForm(request.POST if step else None)
    context: dict[str, Any] = {"form": form, "action": EDIT, "step": step}
    if step and form.is_valid():
        fields = form.changes()
        if step == "apply":
            return _after(request, start_mass_edit(EDIT, selected, fields, actor=actor))
        try:
            context["rehearsal"] = _show(rehearse_mass_edit(EDIT, selected, fields, actor=actor))
        except DomainError as error:
            context["problem"] = str(error.message)
    return _dialog(request, page_context, "assets/library_edit.html", _("Edit assets"), selected, context)


def _delete(request: HttpRequest, selected: Selected, page_context: Any) -> HttpResponse:
    actor = cast("User", request.user)
    if request.POST.get("step") == "apply":
        return _after(request, start_mass_edit(DELETE, selected, actor=actor))
    rehearsal = _show(rehearse_mass_edit(DELETE, selected, {}, actor=actor))
    context = {"rehearsal": rehearsal, "action": DELETE}
    return _dialog(request, page_context, "assets/library_delete.html", _("Delete assets"), selected, context)


def _move(request: HttpRequest, selected: Selected, page_context: Any) -> HttpResponse:
    desk, actor = get_stage_desk(), cast("User", request.user)
    ways = desk.all_ways(actor=actor) if desk else ()
    way = next((way for way in ways if way.code == request.POST.get("way")), None)
    comment = request.POST.get("comment", "").strip()
    if desk is None or way is None or (way.asks_comment and not comment):
        context = {"ways": ways, "way": way, "action": MOVE, "lacks_comment": way is not None}
        title = _("Move assets to another stage")
        return _dialog(request, page_context, "assets/library_move.html", title, selected, context)
    keys = list(selected.uuids) if selected.uuids is not None else None
    return _after(request, desk.start(way.code, actor=actor, keys=keys, where=selected.where, comment=comment))


def _collect(request: HttpRequest, selected: Selected, page_context: Any) -> HttpResponse:
    actor = cast("User", request.user)
    rows = [row for row in collections_for(actor) if not row.is_smart and may_write(row, actor)]
    context = {"collections": rows, "action": COLLECT}
    return _dialog(request, page_context, "assets/library_collect.html", _("Put into a collection"), selected, context)


def _dialog(
    request: HttpRequest, page_context: Any, template: str, title: str, selected: Selected, context: dict[str, Any]
) -> HttpResponse:
    """The content of the page's dialog; a page of its own where no script has asked."""
    is_part = request.headers.get("X-Requested-With") == "fetch"
    context |= {"posted": _carried(request), "size": selected.count(), "title": title, "back": _back(request)}
    base = "assets/_library_dialog.html" if is_part else "assets/library_dialog_page.html"
    context["base_template"] = base
    whole = context if is_part else page_context(request, title, **{k: v for k, v in context.items() if k != "title"})
    return TemplateResponse(request, template, whole)


def _show(rehearsal: Rehearsal) -> dict[str, Any]:
    cards = {card.uuid: card for card in make_cards([row.asset for row in rehearsal.shown])}
    rows = [(cards[str(row.asset.uuid)], _lines(row), row.problem) for row in rehearsal.shown]
    return {"figures": rehearsal, "rows": rows, "more": max(rehearsal.total - len(rows), 0)}


def _lines(row: Difference) -> list[tuple[str, str, str]]:
    """(field, before, after) as people read them."""
    lines = []
    for name, before, after in row.changes:
        if name in TEXTS and isinstance(before, dict) and isinstance(after, dict):
            changed = [code for code in sorted({*before, *after}) if before.get(code) != after.get(code)]
            label = _("Title") if name == "labels" else _("Alternative text")
            lines += [(f"{label} {code}", before.get(code, ""), after.get(code, "")) for code in changed]
        else:
            lines.append((name_key(f"@{name}"), _text(before), _text(after)))
    return lines


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


def _carried(request: HttpRequest) -> list[tuple[str, str]]:
    """What the next step has to send along: which assets are meant."""
    names = ("query", "all", "filter", "action", "asset")
    return [(name, value) for name in names for value in request.POST.getlist(name)]


def _back(request: HttpRequest) -> str:
    query = QueryDict(request.POST.get("query", "").lstrip("?"))
    return f"{reverse('admin:assets_asset_changelist')}?{query.urlencode()}"


def _after(request: HttpRequest, job: Job) -> HttpResponse:
    """To the job while it runs; back to the grid with what it did, and a way to take it back, where it has ended."""
    page = reverse("admin:pim_job_change", args=(job.uuid,))
    if job.state not in {JobState.DONE, JobState.FAILED}:
        return HttpResponseRedirect(page)
    changed, refused = int(job.counters.get("changed", 0)), int(job.counters.get("refused", 0))
    text = ngettext("%d asset is changed.", "%d assets are changed.", changed) % changed
    if job.kind == "asset_mass_delete":
        text = ngettext("%d asset is deleted.", "%d assets are deleted.", changed) % changed
    link = format_html(' <a class="vt-link" href="{}">{}</a>', page, _("Look at it or take it back"))
    messages.success(request, format_html("{}{}", text, link if changed else ""))
    if refused:
        sentences = list(job.issues.values_list("message", flat=True)[:3])
        messages.error(
            request, " ".join([ngettext("%d was refused:", "%d were refused:", refused) % refused, *sentences])
        )
    if job.state == JobState.FAILED:
        messages.error(request, job.error)
    return HttpResponseRedirect(_back(request))


def _refuse(request: HttpRequest, sentence: str) -> HttpResponse:
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(format_html('<p class="vt-error" role="alert">{}</p>', sentence), status=422)
    messages.error(request, sentence)
    return HttpResponseRedirect(_back(request))

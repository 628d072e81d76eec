"""What can be done to the ticked rows of the grid, or to everything that matches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.admin.grid.state import GridState, read_grid
from catalog.extensions import get_stage_desk
from catalog.services.mass import OPERATIONS, edit_many, start_mass_edit
from pim.admin.keysets import read_number
from pim.errors import DomainError, Outcome
from pim.models import Job
from pim.querying.tree import dump_filter
from pim.values.specs import Json

AT_ONCE = 50
"""Rows that are changed while the person waits; more become a job."""

TRANSITION = "transition"
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Chosen:
    """The products meant: named one by one, or all that match a filter."""

    skus: tuple[str, ...] | None
    where: Json
    count: int
    back: str

    @property
    def size(self) -> int:
        """How many, as far as is known."""
        return self.count if self.skus is None else len(self.skus)


def read_chosen(request: HttpRequest) -> tuple[Chosen, GridState]:
    """The ticked rows of the posted grid, or its whole filter."""
    query = QueryDict(request.POST.get("query", "").lstrip("?"))
    state = read_grid(request, query)
    back = f"{reverse('admin:catalog_product_changelist')}?{query.urlencode()}"
    if request.POST.get("all"):
        if state.problems:
            return Chosen((), None, 0, back), state
        count = read_number(request.POST.get("count")) or 0
        return Chosen(None, dump_filter(state.node), count, back), state
    return Chosen(tuple(dict.fromkeys(request.POST.getlist("sku"))), None, 0, back), state


def run_bulk(request: HttpRequest, page_context: Any) -> HttpResponse:
    """Ask what is still to be asked, then do it."""
    chosen, _state = read_chosen(request)
    action = request.POST.get("action", "")
    if chosen.skus == ():
        messages.warning(request, _("Tick some products first."))
        return HttpResponseRedirect(chosen.back)
    try:
        if action == TRANSITION:
            return _move(request, chosen, page_context)
        if action == "delete" and not request.POST.get("sure"):
            title = _("Delete products")
            context = page_context(request, title, chosen=chosen, operation=action, posted=_carried(request))
            return TemplateResponse(request, "catalog/bulk_delete.html", context)
        return _edit(request, chosen, action)
    except DomainError as error:
        messages.error(request, str(error.message))
        return HttpResponseRedirect(chosen.back)


def _edit(request: HttpRequest, chosen: Chosen, operation: str) -> HttpResponse:
    actor: Any = request.user
    if chosen.skus is None or len(chosen.skus) > AT_ONCE:
        job = start_mass_edit(operation, actor=actor, skus=chosen.skus, where=chosen.where)
        return _to_job(job)
    outcome = edit_many(operation, chosen.skus, actor=actor)
    _tell(request, outcome, OPERATIONS[operation])
    return HttpResponseRedirect(chosen.back)


def _move(request: HttpRequest, chosen: Chosen, page_context: Any) -> HttpResponse:
    desk, actor = get_stage_desk(), request.user
    ways = desk.all_ways(actor=actor) if desk else ()  # type: ignore[arg-type]
    way = next((way for way in ways if way.code == request.POST.get("way")), None)
    comment = request.POST.get("comment", "").strip()
    if desk is None or way is None or (way.asks_comment and not comment):
        context = page_context(
            request,
            _("Move products to another stage"),
            chosen=chosen,
            ways=ways,
            way=way,
            posted=_carried(request),
            lacks_comment=way is not None,
        )
        return TemplateResponse(request, "catalog/bulk_transition.html", context)
    job = desk.start(
        way.code,
        actor=actor,  # type: ignore[arg-type]
        skus=chosen.skus,
        where=chosen.where,
        comment=comment,
        include_ancestors=bool(request.POST.get("include_ancestors")),
        include_variants=bool(request.POST.get("include_variants")),
    )
    return _to_job(job)


def _carried(request: HttpRequest) -> list[tuple[str, str]]:
    """What the next page has to send along: which products are meant."""
    names = ("query", "all", "count", "action", "sku")
    return [(name, value) for name in names for value in request.POST.getlist(name)]


def _to_job(job: Job) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:pim_job_change", args=(job.uuid,)))


def _tell(request: HttpRequest, outcome: Outcome, name: Any) -> None:
    if outcome.written:
        text = ngettext("%(name)s: %(n)d product.", "%(name)s: %(n)d products.", outcome.written)
        messages.success(request, text % {"name": name, "n": outcome.written})
    elif not outcome.refused:
        messages.info(request, _("Nothing had to be changed."))
    for sentence in _sentences(outcome)[:SHOWN]:
        messages.error(request, sentence)


def _sentences(outcome: Outcome) -> Sequence[str]:
    return [f"{refusal.key}: {problem.message}" for refusal in outcome.refused for problem in refusal.problems]

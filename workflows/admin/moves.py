"""Where the stage buttons of product and asset pages post to, and the page that asks for a comment."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assets.models import Asset
from catalog.models import Product
from pim.choices import Origin
from pim.errors import DomainError, Outcome
from workflows.choices import SubjectType
from workflows.services import transition_assets, transition_products
from workflows.services.transitions import find_transition
from workflows.stages.specs import TransitionSpec

FLAGS = ("include_ancestors", "include_variants")


def move_subject(request: HttpRequest, subject_type: str, uuid: UUID) -> HttpResponse:
    """Take a subject through `transition`, with `comment`; goes back to `next` and says what happened there."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    subject = _find(subject_type, uuid)
    back = _read_next(request)
    try:
        transition = find_transition(subject_type, request.POST.get("transition", ""))
        if transition.asks_comment and not request.POST.get("comment", "").strip():
            return _ask_comment(request, subject, transition, back)
        _tell(request, _move(request, subject, transition), transition)
    except DomainError as error:
        messages.error(request, str(error.message))
    return HttpResponseRedirect(back)


def _move(request: HttpRequest, subject: Product | Asset, transition: TransitionSpec) -> Outcome:
    actor: Any = request.user
    comment = request.POST.get("comment", "")
    if isinstance(subject, Product):
        return transition_products(
            [subject.sku],
            transition.code,
            actor=actor,
            origin=Origin.ADMIN,
            comment=comment,
            include_ancestors="include_ancestors" in request.POST,
            include_variants="include_variants" in request.POST,
        )
    return transition_assets([str(subject.uuid)], transition.code, actor=actor, origin=Origin.ADMIN, comment=comment)


def _tell(request: HttpRequest, outcome: Outcome, transition: TransitionSpec) -> None:
    for refusal in outcome.refused:
        for problem in refusal.problems:
            messages.error(request, f"{refusal.key}: {problem.message}")
    if outcome.updated:
        text = ngettext("“%(transition)s”: %(n)d moved.", "“%(transition)s”: %(n)d moved.", outcome.updated)
        messages.success(request, text % {"transition": transition.label, "n": outcome.updated})
    elif not outcome.refused:
        messages.info(request, _("“%s”: there already.") % transition.label)


def _ask_comment(request: HttpRequest, subject: Product | Asset, transition: TransitionSpec, back: str) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": transition.label,
        "subject": subject,
        "transition": transition,
        "flags": [name for name in FLAGS if name in request.POST],
        "back": back,
    }
    return TemplateResponse(request, "workflows/move.html", context)


def _find(subject_type: str, uuid: UUID) -> Product | Asset:
    found: Product | Asset | None = None
    if subject_type == SubjectType.PRODUCT:
        found = Product.objects.present().filter(uuid=uuid).first()
    elif subject_type == SubjectType.ASSET:
        found = Asset.objects.filter(uuid=uuid).first()
    if found is None:
        raise Http404
    return found


def _read_next(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return wanted
    return reverse("admin:index")

"""The comments on the page of an asset: written, answered, resolved and taken back without leaving it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assets.models import Asset
from assets.services.comments import (
    count_open_threads,
    delete_comment,
    find_comment,
    list_threads,
    resolve_comment,
    write_comment,
)
from pim.admin.base import UuidAdmin
from pim.choices import Origin
from pim.errors import DomainError, NotFound, Refused


class AssetTalk(UuidAdmin[Asset]):
    """The part of the asset admin where people speak; who may see an asset may speak about it."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path(
                "<uuid:object_id>/comments/",
                wrap(require_safe(self.comments_view)),
                name="assets_asset_comments",
            ),
            path(
                "<uuid:object_id>/comment/",
                wrap(require_POST(self.comment_view)),
                name="assets_asset_comment",
            ),
        ]
        return [*own, *super().get_urls()]

    def comments_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The threads as they are now."""
        return self._show_threads(request, self.require(request, str(object_id)))

    def comment_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Do one of `write`, `resolve`, `reopen` and `delete`; answers with the threads, or with the page."""
        asset = self.require(request, str(object_id))
        deeds: dict[str, Callable[[HttpRequest, Asset], Any]] = {
            "write": _write,
            "resolve": lambda request, asset: _settle(request, asset, is_resolved=True),
            "reopen": lambda request, asset: _settle(request, asset, is_resolved=False),
            "delete": _delete,
        }
        problem = ""
        deed = deeds.get(request.POST.get("do", ""))
        try:
            if deed is None:
                raise Refused("unknown_deed", _("Choose what to do."))
            deed(request, asset)
        except DomainError as error:
            problem = str(error.message)
        if request.headers.get("X-Requested-With") == "fetch":
            return self._show_threads(request, asset, problem)
        if problem:
            messages.error(request, problem)
        return HttpResponseRedirect(f"{self.address('change', asset.uuid)}#comments")

    def _show_threads(self, request: HttpRequest, asset: Asset, problem: str = "") -> HttpResponse:
        context = {
            "original": asset,
            "threads": list_threads(asset),
            "open_threads": count_open_threads(asset),
            "problem": problem,
            "user": request.user,
        }
        return TemplateResponse(request, "assets/_comments.html", context, status=422 if problem else 200)


def _write(request: HttpRequest, asset: Asset) -> None:
    reply_to = request.POST.get("reply_to", "")
    write_comment(
        asset,
        request.POST.get("text", ""),
        actor=request.user,  # type: ignore[arg-type]
        origin=Origin.ADMIN,
        region=_read_region(request.POST.get("region", "")),
        reply_to=find_comment(reply_to) if reply_to else None,
    )


def _settle(request: HttpRequest, asset: Asset, *, is_resolved: bool) -> None:
    resolve_comment(_own(request, asset), actor=request.user, origin=Origin.ADMIN, is_resolved=is_resolved)  # type: ignore[arg-type]


def _delete(request: HttpRequest, asset: Asset) -> None:
    delete_comment(_own(request, asset), actor=request.user, origin=Origin.ADMIN)  # type: ignore[arg-type]


def _own(request: HttpRequest, asset: Asset) -> str:
    """The comment that was posted, which must be on this asset."""
    comment = find_comment(request.POST.get("comment", ""))
    if comment.asset_id != asset.pk:
        raise NotFound("not_found", _("There is no such comment."))
    return str(comment.uuid)


def _read_region(text: str) -> Any:
    if not text:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text

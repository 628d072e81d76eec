"""The uploader, wherever a page of the admin wants one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import template
from django.conf import settings
from django.urls import reverse

from assets.models import AssetFamily, Folder, License
from assets.services.access import can
from pim.services.snapshot import get_structure
from pim.values.labels import label_of

register = template.Library()
CHOICES_OFFERED = 1_000
_INDENT = "\u2003"
_ANY = UUID(int=0)


@register.inclusion_tag("assets/_uploader.html", takes_context=True)
def uploader(context: dict[str, Any]) -> dict[str, Any]:
    """The strip to drop files on and the panel that sends them; nothing for those who may not add assets."""
    user = context["request"].user
    if not can(user, "add"):
        return {"may_add": False}
    may_set = can(user, "change")
    return {
        "may_add": True,
        "csrf_token": context.get("csrf_token", ""),
        "may_set": may_set,
        "may_make_folders": may_set and user.has_perm("assets.add_folder"),
        "may_import": settings.ASSET_URL_IMPORT,
        "folders": _list_folders() if may_set else [],
        "families": _list(AssetFamily) if may_set else [],
        "licenses": _list(License) if may_set else [],
        "locales": [(code, code.replace("_", "-")) for code in sorted(get_structure().locales)] if may_set else [],
        "asset_url": reverse("admin:assets_asset_change", args=[_ANY]),
        "card_url": reverse("admin:assets_asset_card", args=[_ANY]),
        "job_url": reverse("admin:pim_job_change", args=[_ANY]),
    }


def _list_folders() -> list[tuple[str, str]]:
    """Codes and indented names, in the order of the tree."""
    rows = Folder.objects.order_by("path").values_list("code", "labels", "depth")[:CHOICES_OFFERED]
    return [(code, _INDENT * (depth - 1) + label_of(labels, code)) for code, labels, depth in rows]


def _list(model: Any) -> list[tuple[str, str]]:
    rows = [(code, label_of(labels, code)) for code, labels in model.objects.values_list("code", "labels")]
    return sorted(rows[:CHOICES_OFFERED], key=lambda row: row[1].casefold())

"""What the page of one asset shows beside its form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from assets.choices import RenditionState
from assets.extensions import Usage, get_stage_rules, stage_panels, usage_finders
from assets.models import Asset, Rendition
from assets.render import Fit
from assets.services.presets import PREVIEW, get_presets
from assets.services.renditions import current_recipes
from assets.services.urls import IssuedUrl, rendition_url

MAX_USAGES = 25
MAX_METADATA = 60


@dataclass(frozen=True, slots=True)
class ShownRendition:
    """One line of the renditions' table."""

    preset: str
    fmt: str
    state: str
    state_label: str
    size_bytes: int | None
    error: str
    issued: IssuedUrl


@dataclass(frozen=True, slots=True)
class UsagePanel:
    """Where one part of the house uses the asset."""

    label: str
    count: int
    usages: list[Usage]

    @property
    def rest(self) -> int:
        """Uses that are not listed."""
        return max(self.count - len(self.usages), 0)


def describe_asset(asset: Asset, *, user: Any) -> dict[str, Any]:
    """Context of the asset's page; the asset is loaded with version and licence."""
    presets = get_presets()
    preview = rendition_url(asset, presets.get(PREVIEW))
    versions = list(asset.versions.all())
    return {
        "preview": preview,
        "focal": {name: f"{part:.4f}" for name, part in (asset.focal or {}).items()},
        "versions": versions,
        "newest": versions[0] if versions else None,
        "renditions": list_renditions(asset),
        "metadata": list(flatten_metadata(asset.version.metadata))[:MAX_METADATA] if asset.version else [],
        "usages": list_usages(asset),
        "stage_label": get_stage_rules().label(asset.stage),
        "stage_actions": [action for panel in stage_panels.values() for action in panel.actions(asset, user=user)],
        "focal_presets": [
            {"code": preset.code, "width": preset.width, "height": preset.height}
            for preset in presets.by_code.values()
            if preset.fit is Fit.COVER
        ],
        "original_url": reverse("original", args=[asset.uuid, asset.version.number]) if asset.version else "",
    }


def list_renditions(asset: Asset) -> list[ShownRendition]:
    """Every rendition of the current version, built or not; one query."""
    presets = get_presets()
    recipes = current_recipes(asset)
    rows = {row.digest: row for row in Rendition.objects.filter(digest__in=[recipe.digest for recipe in recipes])}
    shown = []
    for recipe in recipes:
        row = rows.get(recipe.digest)
        state = RenditionState(row.state) if row else RenditionState.PENDING
        shown.append(
            ShownRendition(
                preset=recipe.preset.code,
                fmt=recipe.fmt,
                state=state.value,
                state_label=str(state.label),
                size_bytes=row.size_bytes if row else None,
                error=row.error if row else "",
                issued=rendition_url(asset, presets.get(recipe.preset.code), recipe.fmt),
            )
        )
    return shown


def list_usages(asset: Asset) -> list[UsagePanel]:
    """Where the asset is used, by the parts of the house that know."""
    panels = []
    for finder in usage_finders.values():
        count = finder.count([asset.uuid]).get(asset.uuid, 0)
        usages = list(finder.find(asset.uuid, limit=MAX_USAGES)) if count else []
        panels.append(UsagePanel(str(finder.label), count, usages))
    return panels


def flatten_metadata(metadata: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Nested metadata as lines."""
    for name, value in metadata.items():
        key = f"{prefix}{name}"
        if isinstance(value, Mapping):
            yield from flatten_metadata(value, f"{key} · ")
        elif isinstance(value, bool):
            yield key, _("yes") if value else _("no")
        elif isinstance(value, list):
            yield key, ", ".join(map(str, value))[:500]
        elif value not in (None, ""):
            yield key, str(value)[:500]

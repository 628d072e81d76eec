"""What the page of one asset shows beside its form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import ngettext

from assets.admin.clearing import describe_rights
from assets.admin.leaves import list_leaves
from assets.admin.metadata import group_metadata
from assets.admin.statements import describe_statement
from assets.admin.versions import list_versions
from assets.admin.viewing import Viewer, original_address, view_asset
from assets.choices import AssetKind, RenditionState
from assets.extensions import Usage, get_stage_rules, publication_finders, stage_panels, usage_finders
from assets.forms.assets import AssetForm
from assets.models import Asset, Rendition, RenditionPreset
from assets.probe.formats import format_name
from assets.render import Fit, Preset
from assets.services.comments import count_open_threads, list_threads
from assets.services.conforming import check_asset, get_picture_rules
from assets.services.renditions import current_recipes
from assets.services.renditions.presets import FILE, PREVIEW, THUMB, get_presets
from assets.services.renditions.urls import IssuedUrl, rendition_url
from pim.services.snapshot import get_structure
from pim.values.labels import label_of

MAX_USAGES = 25
HOUSE_PRESETS = frozenset({THUMB, PREVIEW, FILE})
"""What the admin itself shows: no crop of its own."""


@dataclass(frozen=True, slots=True)
class ShownRendition:
    """One line of the renditions' table."""

    digest: str
    preset: str
    fmt: str
    state: str
    state_label: str
    size_bytes: int | None
    drawn_ms: int | None
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


@dataclass(frozen=True, slots=True)
class Ring:
    """Completeness in one locale; `missing` names what is asked for and not there: (key of the field, label)."""

    locale: str
    percent: int | None
    missing: tuple[tuple[str, str], ...] = ()

    @property
    def tone(self) -> str:
        """Good where nothing is missing."""
        return "is-none" if self.percent is None else "is-good" if self.percent == 100 else "is-warn"


def describe_asset(asset: Asset, form: AssetForm, *, user: Any, may_download: bool) -> dict[str, Any]:
    """Context of the asset's page; the asset is loaded with version and licence."""
    versions = list(asset.versions.all())
    newest = versions[0] if versions else None
    viewer = view_asset(asset, newest, may_download=may_download)
    missing = form.engine.missing(form.family_spec, form.flat)
    threads = list_threads(asset)
    return {
        "viewer": viewer,
        "crops_data": describe_crops(asset, viewer),
        "facts": describe_facts(asset),
        "versions": list_versions(asset, versions, may_download=may_download),
        "newest": newest,
        "renditions": list_renditions(asset),
        "metadata": group_metadata(asset.version.metadata) if asset.version else [],
        "raw_metadata": asset.version.metadata if asset.version else {},
        "usages": list_usages(asset),
        "rights": describe_rights(asset),
        "leaves": list_leaves(asset) if viewer.kind == "picture" else [],
        "findings": list_findings(asset),
        "statement": describe_statement(asset),
        "rings": list_rings(form, missing),
        "rows": list(form.rows(missing)),
        "threads": threads,
        "open_threads": count_open_threads(asset),
        "stage_label": get_stage_rules().label(asset.stage),
        "stage_actions": [action for panel in stage_panels.values() for action in panel.actions(asset, user=user)],
        "original_url": original_address(asset, asset.version) if asset.version and may_download else "",
    }


def describe_facts(asset: Asset) -> list[str]:
    """The file in a few words: format, pixels, pages or length."""
    version = asset.version
    if version is None:
        return []
    kind = format_name(version.media_type)
    facts = [kind or str(AssetKind(asset.kind).label)]
    if version.width_px:
        facts.append(f"{version.width_px} × {version.height_px}")
    if version.pages:
        facts.append(ngettext("%d page", "%d pages", version.pages) % version.pages)
    if version.duration_ms:
        minutes, seconds = divmod(round(version.duration_ms / 1000), 60)
        facts.append(f"{minutes}:{seconds:02d}")
    return facts


def describe_crops(asset: Asset, viewer: Viewer) -> dict[str, Any]:
    """What the crop editor works on: the rectangles as they are, and every preset that draws the picture."""
    if viewer.kind != "picture" or asset.version is None:
        return {}
    labels = {row.code: row.label for row in RenditionPreset.objects.all()}
    drawn = [
        preset
        for preset in get_presets().by_code.values()
        if preset.fit is not Fit.ORIGINAL and preset.code not in HOUSE_PRESETS and preset.formats
    ]
    box = asset.version.measures.get("subject_box")
    return {
        "focal": asset.focal,
        "crops": asset.crops,
        "subject": [box[0], box[1], box[0] + box[2], box[1] + box[3]] if isinstance(box, list) else None,
        "presets": [_describe_preset(preset, labels.get(preset.code, preset.code)) for preset in drawn],
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
                digest=recipe.digest,
                preset=recipe.preset.code,
                fmt=recipe.fmt,
                state=state.value,
                state_label=str(state.label),
                size_bytes=row.size_bytes if row else None,
                drawn_ms=row.drawn_ms if row else None,
                error=row.error if row else "",
                issued=rendition_url(asset, presets.get(recipe.preset.code), recipe.fmt),
            )
        )
    return shown


def list_usages(asset: Asset) -> list[UsagePanel]:
    """Where the asset is used, by the parts of the house that know."""
    panels = []
    for finder in (*usage_finders.values(), *publication_finders.values()):
        count = finder.count([asset.uuid]).get(asset.uuid, 0)
        usages = list(finder.find(asset.uuid, limit=MAX_USAGES)) if count else []
        panels.append(UsagePanel(str(finder.label), count, usages))
    return panels


def list_findings(asset: Asset) -> list[tuple[str, tuple[str, ...]]]:
    """What channels that have picture rules say to this picture: (channel, sentences), none where it fits."""
    channels = get_structure().channels
    rules = get_picture_rules()
    if not rules or asset.kind != AssetKind.IMAGE or asset.version is None:
        return []
    found = check_asset(asset, rules=rules)
    return [
        (
            label_of(channels[code].labels, code) if code in channels else code,
            tuple(str(problem.message) for finding in found.get(code, []) for problem in finding.problems),
        )
        for code in sorted(rules)
    ]


def list_rings(form: AssetForm, missing: Mapping[str, list[str]]) -> list[Ring]:
    """Completeness by locale, in the order of the fields; without a family nothing is asked for."""
    percents = form.engine.complete(form.family_spec, form.flat)
    locales = list(dict.fromkeys(row.locale for row in form.rows(missing) if row.locale))
    rings = []
    for locale in locales:
        lacking = missing.get(locale, [])
        names = tuple(
            (row.key, row.label)
            for row in form.rows(missing)
            if row.locale in {"", locale} and row.is_missing and row.key.partition(":")[0] in lacking
        )
        rings.append(Ring(locale, percents.get(locale), names))
    return rings


def _describe_preset(preset: Preset, label: str) -> dict[str, Any]:
    return {
        "code": preset.code,
        "label": label_of({}, label),
        "fit": preset.fit.value,
        "width": preset.width,
        "height": preset.height,
        "padding": preset.trim.padding if preset.trim else None,
        "background": preset.background or None,
        "formats": list(preset.formats),
    }

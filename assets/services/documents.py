"""Assets as programs see them: one document for REST and GraphQL, addresses and verdict included."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from assets.models import Asset, AssetVersion
from assets.render import Preset
from assets.rights import Verdict
from assets.services.conforming import check_asset, describe_findings
from assets.services.engine import ALT, LABEL
from assets.services.filing import Filing, read_filing
from assets.services.renditions.presets import get_presets, recipes_of
from assets.services.renditions.urls import rendition_url
from assets.services.rights.verdicts import judge_asset


def describe_assets(assets: Sequence[Asset]) -> list[dict[str, Any]]:
    """Documents of assets loaded with version and licence; a fixed number of queries, whatever the number."""
    presets = list(get_presets().by_code.values())
    filed = read_filing(assets)
    waiting = _newest_versions([asset.pk for asset in assets if asset.version_id is None])
    return [
        _describe(asset, filed, asset.version or waiting.get(asset.pk))
        | {"renditions": describe_renditions(asset, presets)}
        for asset in assets
    ]


def describe_version(version: AssetVersion) -> dict[str, Any]:
    """One version; `error` says why it was refused."""
    return {
        "number": version.number,
        "state": version.state,
        "error": version.error,
        "filename": version.filename,
        "media_type": version.media_type,
        "size_bytes": version.size_bytes,
        "sha256": version.sha256,
        "width": version.width_px,
        "height": version.height_px,
        "duration_ms": version.duration_ms,
        "pages": version.pages,
        "palette": [f"#{colour:06x}" for colour in version.palette],
        "measures": version.measures,
        "created": version.created,
        "metadata": version.metadata,
    }


def describe_verdict(verdict: Verdict) -> dict[str, Any]:
    """May it be used, and if not, why."""
    return {
        "allowed": verdict.allowed,
        "reasons": [{"code": reason.code, "message": str(reason.message)} for reason in verdict.reasons],
        "valid_until": verdict.valid_until,
        "changes_on": verdict.changes_on,
        "needs_watermark": verdict.needs_watermark,
        "credit": verdict.credit,
    }


def describe_renditions(asset: Asset, presets: Iterable[Preset]) -> list[dict[str, Any]]:
    """Every rendition with its address; none while the verdict says no."""
    found = []
    for preset in presets:
        for fmt in formats_of(asset, preset):
            issued = rendition_url(asset, preset, fmt)
            if issued.url:
                size = {"width": issued.width, "height": issued.height}
                found.append({"preset": preset.code, "format": fmt, "url": issued.url, **size})
    return found


def formats_of(asset: Asset, preset: Preset) -> tuple[str, ...]:
    """The formats in which a preset gives this asset; a document has its own."""
    if asset.version is None:
        return ()
    recipes = recipes_of(asset.version, [preset])
    return tuple(recipe.fmt for recipe in recipes)


def _describe(asset: Asset, filed: Filing, version: AssetVersion | None) -> dict[str, Any]:
    texts, own = filed.texts_of(asset.pk)
    return {
        "uuid": str(asset.uuid),
        "code": asset.code,
        "kind": asset.kind,
        "stage": asset.stage,
        "labels": texts[LABEL],
        "alt": texts[ALT],
        "family": filed.families.get(asset.family_id),
        "values": filed.write(own),
        "completeness": filed.completeness.get(asset.pk, {}),
        "folder": filed.folders.get(asset.folder_id),
        "keywords": asset.keywords,
        "categories": filed.categories.get(asset.pk, []),
        "digital_source": asset.digital_source,
        "license": asset.license.code if asset.license else None,
        "releases": filed.releases.get(asset.pk, []),
        "valid_from": asset.valid_from,
        "valid_until": asset.valid_until,
        "focal": asset.focal,
        "crops": asset.crops,
        "version": describe_version(version) if version else None,
        "is_ready": asset.version_id is not None,
        "verdict": describe_verdict(judge_asset(asset)),
        "picture_findings": describe_findings(check_asset(asset)),
        "revision": asset.revision,
        "created": asset.created,
        "updated": asset.updated,
    }


def _newest_versions(asset_pks: Sequence[int]) -> dict[int, AssetVersion]:
    if not asset_pks:
        return {}
    rows = AssetVersion.objects.filter(asset__in=asset_pks).order_by("number")
    return {version.asset_id: version for version in rows}

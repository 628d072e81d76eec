"""Assets as products see them: looked up by uuid, many at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from assets.choices import AssetKind
from assets.conformance import UNKNOWN, PictureFacts
from assets.models import Asset, AssetValues
from assets.rights import FREE, Verdict
from assets.services.conforming import facts_of_asset
from assets.services.renditions.presets import FILE, get_presets
from assets.services.renditions.urls import rendition_url
from pim.values.specs import AssetRef


@dataclass(frozen=True, slots=True)
class DeliveredAsset:
    """An asset in a published document: the rendition's address and size, or the reasons why it has none.

    `is_ready` is false until the file has passed quarantine; `facts` are those of the file itself. The address of a document is that of the file itself.
    """

    uuid: str
    url: str
    width: int | None
    height: int | None
    alt: dict[str, str]
    is_ready: bool = True
    verdict: Verdict = FREE
    facts: PictureFacts = UNKNOWN


def asset_refs(uuids: Iterable[str | UUID]) -> dict[str, AssetRef]:
    """References by uuid in canonical form; two queries, whatever the number. Unknown uuids are left out."""
    assets = _load(uuids)
    texts = read_texts([asset.pk for asset in assets], "alt")
    return {str(asset.uuid): _ref(asset, texts.get(asset.pk, {})) for asset in assets}


def delivered_assets(
    uuids: Iterable[str | UUID],
    *,
    preset: str,
    fmt: str | None = None,
    channel: str | None = None,
    territory: str | None = None,
    medium: str | None = None,
    on: date | None = None,
) -> dict[str, DeliveredAsset]:
    """Addresses of one preset's renditions by asset, with the verdict that was asked; three queries."""
    presets = get_presets()
    chosen, whole = presets.get(preset), presets.get(FILE)
    assets = _load(uuids)
    texts = read_texts([asset.pk for asset in assets], "alt")
    delivered = {}
    for asset in assets:
        if asset.version is None or asset.kind == AssetKind.IMAGE:
            issued = rendition_url(asset, chosen, fmt, channel=channel, territory=territory, medium=medium, on=on)
        else:
            issued = rendition_url(asset, whole, channel=channel, territory=territory, medium=medium, on=on)
        delivered[str(asset.uuid)] = DeliveredAsset(
            uuid=str(asset.uuid),
            url=issued.url,
            width=issued.width,
            height=issued.height,
            alt=texts.get(asset.pk, {}),
            is_ready=asset.version is not None,
            verdict=issued.verdict,
            facts=facts_of_asset(asset),
        )
    return delivered


def read_texts(asset_pks: Iterable[int], name: str) -> dict[int, dict[str, str]]:
    """One localised text of many assets: {asset: {locale code: text}}; one query."""
    found: dict[int, dict[str, str]] = {}
    for pk, values in AssetValues.objects.filter(asset_id__in=list(asset_pks)).values_list("asset_id", "values"):
        for key, text in values.items():
            attribute, _, locale = key.partition(":")
            if attribute == name and isinstance(text, str):
                found.setdefault(pk, {})[locale] = text
    return found


def _load(uuids: Iterable[str | UUID]) -> list[Asset]:
    return list(Asset.objects.with_current().filter(uuid__in=_valid(uuids)))


def _valid(uuids: Iterable[str | UUID]) -> list[UUID]:
    wanted = []
    for uuid in uuids:
        try:
            wanted.append(uuid if isinstance(uuid, UUID) else UUID(uuid))
        except ValueError:
            continue
    return wanted


def _ref(asset: Asset, alt: dict[str, str]) -> AssetRef:
    version = asset.version
    return AssetRef(
        id=asset.pk,
        uuid=str(asset.uuid),
        code=asset.code,
        filename=version.filename if version else "",
        media_type=version.media_type if version else "",
        kind=asset.kind,
        width=version.width_px if version else None,
        height=version.height_px if version else None,
        size_bytes=version.size_bytes if version else 0,
        sha256=version.sha256 if version else "",
        alt=alt,
        measures=version.measures if version else {},
    )

"""What a share link shows and gives out: its assets and nothing else, each judged when it is asked for."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.choices import VersionState
from assets.models import Asset, AssetVersion, RenditionPreset, ShareItem, ShareLink
from assets.probe.formats import format_name
from assets.rights import Verdict
from assets.services.access import can
from assets.services.downloads.files import ORIGINAL, find_recipe
from assets.services.downloads.requests import refuse
from assets.services.downloads.selection import page_collection, selection_of
from assets.services.renditions.presets import FILE, PREVIEW, THUMB
from assets.services.renditions.urls import is_signed, sign
from assets.services.rights.verdicts import judge_asset
from assets.services.searching.listing import AssetPage, load_page
from assets.services.sharing.links import ShareState, state_of
from pim.querysets.pages import Page, fetch_ids_among
from pim.values.labels import label_of
from pim.values.specs import Json

PAGE_SIZE = 60
SHOWN = (THUMB, PREVIEW)
"""The presets in which a link shows its assets; they need no permission of their own."""

HOUSE_LABELS = {
    THUMB: gettext_lazy("Thumbnail"),
    PREVIEW: gettext_lazy("Preview"),
    FILE: gettext_lazy("Documents as they came"),
}
"""How people call the presets that every house has."""

PREVIEW_S = 3600
"""How long the address of a preview holds, at least; at most twice that."""

_WHY = {
    "withdrawn": gettext_lazy("The consent to show this file was withdrawn."),
    "not_yet": gettext_lazy("This file may not be shown yet."),
    "expired": gettext_lazy("The right to use this file has ended."),
    "excludes": gettext_lazy("This file is not cleared for this use."),
}


@dataclass(frozen=True, slots=True)
class Download:
    """A file that a visitor may fetch."""

    preset: str
    label: str
    extension: str


@dataclass(frozen=True, slots=True)
class SharedAsset:
    """One asset as a visitor sees it. Of one that may not be shown there is nothing but the reason."""

    uuid: str = ""
    title: str = ""
    format: str = ""
    facts: str = ""
    width: int | None = None
    height: int | None = None
    thumb_url: str = ""
    preview_url: str = ""
    downloads: tuple[Download, ...] = ()
    reason: str = ""


class ShareGate:
    """What a link gives out. The link, its owner and what is in it are read anew for each file."""

    def __init__(self, share: ShareLink) -> None:
        self._pk = share.pk

    def judge(self, asset: Asset, preset: str) -> Verdict:
        """The link, then what it allows, then its owner's permission, then the rights; told to somebody outside."""
        share = ShareLink.objects.select_related("owner", "collection").filter(pk=self._pk).first()
        if share is None or state_of(share) != ShareState.ACTIVE:
            return refuse("share_ended", _("This link is over."))
        if not _is_given_out(share, preset):
            return refuse("preset_not_shared", _("This link does not give out files of this kind."))
        if not is_shared(share, asset) or not can(share.owner, "view", asset):
            return refuse("not_shared", _("There is no such file here."))
        if preset == ORIGINAL and not can(share.owner, "download", asset):
            return refuse("not_allowed", _("This link does not give out originals any more."))
        verdict = judge_share(share, asset)
        return verdict if verdict.allowed else refuse(verdict.reasons[0].code, explain(verdict))


def judge_share(share: ShareLink, asset: Asset) -> Verdict:
    """The verdict for the use that the link is meant for."""
    return judge_asset(
        asset, channel=share.channel or None, territory=share.territory or None, medium=share.medium or None
    )


def explain(verdict: Verdict) -> str:
    """Why not, in words for people outside: no code of a licence, no name of a person."""
    codes = " ".join(verdict.codes)
    return next((str(sentence) for word, sentence in _WHY.items() if word in codes), _("This file is not available."))


def is_shared(share: ShareLink, asset: Asset) -> bool:
    """Whether an asset is among those of a link now."""
    if share.collection is None:
        return ShareItem.objects.filter(share=share, asset=asset).exists()
    if share.collection.is_smart:
        return bool(fetch_ids_among(connection, selection_of(share.collection), [asset.pk]))
    return share.collection.items.filter(asset=asset).exists()


def page_share(share: ShareLink, *, after: tuple[Json, ...] | None = None, limit: int = PAGE_SIZE) -> AssetPage:
    """The next assets of a link, loaded for verdicts and addresses."""
    if share.collection is not None:
        return page_collection(share.collection, after=after, limit=limit)
    items = ShareItem.objects.filter(share=share).order_by("position", "pk")
    if after is not None:
        items = items.filter(position__gt=after[0])
    rows = list(items.values_list("asset_id", "position")[: limit + 1])
    places = tuple((position, pk) for pk, position in rows[:limit])
    return load_page(
        Page(
            tuple(pk for pk, _position in rows[:limit]),
            places[-1] if len(rows) > limit else None,
            None,
            places,
        )
    )


def list_shared(share: ShareLink, *, limit: int) -> list[UUID]:
    """The first assets of a link, by uuid."""
    found: list[UUID] = []
    after = None
    while True:
        page = page_share(share, after=after, limit=100)
        found += [asset.uuid for asset in page.assets]
        after = page.page.next_values
        if after is None or len(found) >= limit:
            return found[:limit]


def show_assets(share: ShareLink, assets: Sequence[Asset], *, base: str) -> list[SharedAsset]:
    """Tiles of assets that are among those of a link; a file that was refused, and has no other, is not among them.

    Args:
        base: the path of the link, which ends in a slash.
    """
    labels, refused = preset_labels(share), find_refused(assets)
    return [_show(share, asset, labels, base) for asset in assets if asset.pk not in refused]


def find_refused(assets: Sequence[Asset]) -> set[int]:
    """Those of which there is no file and none is being checked; one query where there are any."""
    empty = {asset.pk for asset in assets if asset.version_id is None}
    waiting = AssetVersion.objects.filter(asset__in=empty, state=VersionState.QUARANTINED) if empty else ()
    return empty - {version.asset_id for version in waiting}


def preset_labels(share: ShareLink) -> dict[str, str]:
    """What may be downloaded: {preset: its label}, originals last."""
    rows = RenditionPreset.objects.filter(code__in=share.presets)
    named = {row.code: label_of(row.labels, row.code) for row in rows}
    found = {code: named.get(code) or str(HOUSE_LABELS.get(code, code)) for code in share.presets}
    if share.allows_originals:
        found[ORIGINAL] = _("Original")
    return found


def preview_address(share: ShareLink, asset: Asset, preset: str, *, base: str) -> str:
    """A signed path that holds for an hour or two, and not beyond the link's end; the same all the while."""
    path = f"{base}preview/{asset.uuid}/{preset}/"
    expires = (math.floor(time.time() / PREVIEW_S) + 2) * PREVIEW_S
    if share.expires is not None:
        expires = min(expires, int(share.expires.timestamp()))
    return f"{path}?e={expires}&s={sign(path, expires)}"


def is_preview_address(path: str, expires: str, signature: str) -> bool:
    """Whether we issued this address and its time is not over."""
    if not expires.isdecimal() or len(expires) > 12:
        return False
    return is_signed(path, int(expires), signature) and int(expires) > time.time()


def _is_given_out(share: ShareLink, preset: str) -> bool:
    return share.allows_originals if preset == ORIGINAL else preset in share.presets or preset in SHOWN


def _show(share: ShareLink, asset: Asset, labels: dict[str, str], base: str) -> SharedAsset:
    verdict = judge_share(share, asset)
    if not can(share.owner, "view", asset):
        return SharedAsset(reason=_("This file is not available."))
    if not verdict.allowed:
        return SharedAsset(reason=explain(verdict))
    version = asset.version
    if version is None:
        return SharedAsset(reason=_("This file is not ready yet."))
    downloads = []
    for preset, label in labels.items():
        recipe = None if preset == ORIGINAL else find_recipe(asset, preset)
        if preset == ORIGINAL:
            downloads.append(Download(preset, label, version.filename.rpartition(".")[2].upper()[:5]))
        elif recipe is not None:
            downloads.append(Download(preset, label, recipe.extension.upper()))
    size = f"{version.width_px} × {version.height_px}" if version.width_px and version.height_px else ""
    return SharedAsset(
        uuid=str(asset.uuid),
        title=version.filename,
        format=format_name(version.media_type),
        facts=size,
        width=version.width_px,
        height=version.height_px,
        thumb_url=preview_address(share, asset, THUMB, base=base) if version.is_picture else "",
        preview_url=preview_address(share, asset, PREVIEW, base=base) if version.is_picture else "",
        downloads=tuple(downloads),
    )

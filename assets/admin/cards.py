"""An asset as the library shows it: thumbnail, name, and what is the matter with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assets.choices import VersionState
from assets.extensions import get_stage_rules
from assets.models import Asset, AssetValues, AssetVersion
from assets.probe.formats import format_name
from assets.services.renditions.presets import THUMB, get_presets
from assets.services.renditions.urls import rendition_url
from pim.values.labels import label_of

ICONS: Mapping[str, str] = {
    "image": "image",
    "video": "movie",
    "audio": "graphic_eq",
    "document": "description",
    "3d": "deployed_code",
    "design": "draw",
    "other": "draft",
}
"""Symbols by kind, for what has no picture."""

_UNITS_S = (3600, 60)
_ANY = str(UUID(int=0))


@dataclass(frozen=True, slots=True)
class Card:
    """One tile of the grid. `state` is ready, waiting or failed; `sentence` says why there is no picture."""

    uuid: str
    url: str
    card_url: str
    look_url: str
    code: str
    title: str
    alt: str
    stage: str
    kind: str
    icon: str
    state: str
    sentence: str
    is_forbidden: bool = False
    thumb: str = ""
    width: int | None = None
    height: int | None = None
    details: str = ""
    duration: str = ""
    size: str = ""
    updated: object = None


def make_cards(assets: Sequence[Asset]) -> list[Card]:
    """Cards of assets loaded with version and licence; two queries at most, whatever the number."""
    thumb, rules = get_presets().get(THUMB), get_stage_rules()
    pages, tiles, looks = (_address(name) for name in ("change", "card", "look"))
    texts = _read_texts([asset.pk for asset in assets])
    pending = _read_pending([asset.pk for asset in assets if asset.version_id is None])
    cards = []
    for asset in assets:
        issued = rendition_url(asset, thumb)
        version = asset.version or pending.get(asset.pk)
        state, sentence = _explain(asset, version)
        if not issued.verdict.allowed:
            sentence = str(issued.verdict.reasons[0].message)
        named = texts.get(asset.pk, {})
        cards.append(
            Card(
                uuid=str(asset.uuid),
                url=pages.replace(_ANY, str(asset.uuid)),
                card_url=tiles.replace(_ANY, str(asset.uuid)),
                look_url=looks.replace(_ANY, str(asset.uuid)),
                code=asset.code,
                title=label_of(named.get("label", {}), version.filename if version else asset.code),
                alt=label_of(named.get("alt", {}), "", get_language()),
                stage=str(rules.label(asset.stage)),
                kind=asset.kind,
                icon=ICONS.get(asset.kind, ICONS["other"]),
                state=state,
                sentence=sentence,
                is_forbidden=not issued.verdict.allowed,
                thumb=issued.url,
                width=issued.width,
                height=issued.height,
                details=_describe(version),
                duration=show_duration(version.duration_ms) if version and version.duration_ms else "",
                size=filesizeformat(version.size_bytes) if version and version.size_bytes else "",
                updated=asset.updated,
            )
        )
    return cards


def show_duration(duration_ms: int) -> str:
    """`1:02:03`, `4:05`."""
    rest = duration_ms // 1000
    parts = []
    for unit in _UNITS_S:
        parts.append(rest // unit)
        rest %= unit
    hours, minutes = parts
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _address(page: str) -> str:
    """The address of a page of any asset: looked up once, not once for each card."""
    return reverse(f"admin:assets_asset_{page}", args=[_ANY])


def _read_texts(asset_ids: Sequence[int]) -> dict[int, dict[str, dict[str, str]]]:
    """{asset: {label | alt: {locale: text}}}."""
    found: dict[int, dict[str, dict[str, str]]] = {}
    for pk, values in AssetValues.objects.filter(asset_id__in=asset_ids).values_list("asset_id", "values"):
        for key, text in values.items():
            name, _colon, locale = key.partition(":")
            if name in {"label", "alt"} and isinstance(text, str):
                found.setdefault(pk, {}).setdefault(name, {})[locale] = text
    return found


def _read_pending(asset_ids: Sequence[int]) -> dict[int, AssetVersion]:
    """The newest version of assets that have none yet."""
    if not asset_ids:
        return {}
    rows = AssetVersion.objects.filter(asset__in=asset_ids).order_by("number")
    return {version.asset_id: version for version in rows}


def _explain(asset: Asset, version: AssetVersion | None) -> tuple[str, str]:
    if asset.version is not None:
        return "ready", "" if asset.version.is_picture else _("No preview")
    if version is not None and version.state == VersionState.FAILED:
        return "failed", version.error
    return "waiting", _("Being checked…")


def _describe(version: AssetVersion | None) -> str:
    if version is None or not version.media_type:
        return ""
    kind = format_name(version.media_type)
    return f"{kind} {version.width_px} × {version.height_px}" if version.is_picture else kind

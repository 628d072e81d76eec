"""An asset as the library shows it: thumbnail, name, and what is the matter with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assets.choices import VersionState
from assets.extensions import get_stage_rules
from assets.models import Asset, AssetVersion
from assets.services.presets import THUMB, get_presets
from assets.services.references import read_texts
from assets.services.urls import rendition_url
from pim.values.labels import label_of


@dataclass(frozen=True, slots=True)
class Card:
    """One tile of the grid. `state` is ready, waiting or failed; `sentence` says why there is no picture."""

    uuid: str
    url: str
    card_url: str
    code: str
    title: str
    alt: str
    stage: str
    kind: str
    state: str
    sentence: str
    thumb: str = ""
    width: int | None = None
    height: int | None = None
    details: str = ""


def make_cards(assets: Sequence[Asset]) -> list[Card]:
    """Cards of assets loaded with version and licence; three queries at most, whatever the number."""
    thumb, rules = get_presets().get(THUMB), get_stage_rules()
    pks = [asset.pk for asset in assets]
    alts, labels = read_texts(pks, "alt"), read_texts(pks, "label")
    pending = {
        version.asset_id: version
        for version in AssetVersion.objects.filter(
            asset__in=[asset.pk for asset in assets if asset.version_id is None]
        ).order_by("number")
    }
    cards = []
    for asset in assets:
        issued = rendition_url(asset, thumb)
        version = asset.version or pending.get(asset.pk)
        state, sentence = _explain(asset, version)
        if not issued.verdict.allowed:
            sentence = str(issued.verdict.reasons[0].message)
        cards.append(
            Card(
                uuid=str(asset.uuid),
                url=reverse("admin:assets_asset_change", args=[asset.uuid]),
                card_url=reverse("admin:assets_asset_card", args=[asset.uuid]),
                code=asset.code,
                title=label_of(labels.get(asset.pk, {}), version.filename if version else asset.code),
                alt=label_of(alts.get(asset.pk, {}), "", get_language()),
                stage=str(rules.label(asset.stage)),
                kind=asset.kind,
                state=state,
                sentence=sentence,
                thumb=issued.url,
                width=issued.width,
                height=issued.height,
                details=_describe(version),
            )
        )
    return cards


def _explain(asset: Asset, version: AssetVersion | None) -> tuple[str, str]:
    if asset.version is not None:
        return "ready", "" if asset.version.is_picture else _("No preview")
    if version is not None and version.state == VersionState.FAILED:
        return "failed", version.error
    return "waiting", _("Being checked…")


def _describe(version: AssetVersion | None) -> str:
    if version is None or not version.media_type:
        return ""
    kind = version.media_type.rpartition("/")[2].rpartition(".")[2].upper()
    return f"{kind} {version.width_px} × {version.height_px}" if version.is_picture else kind

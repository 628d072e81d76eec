"""Index tokens and search text of assets, rebuilt whenever what they are made of has changed."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from assets.choices import AssetKind
from assets.models import Asset, AssetFacet, AssetText, AssetValues
from pim.values.texts import make_search_text
from pim.values.tokens import FILLED, NO, YES, SystemField, text_value, token

KIND_TOKENS = {kind.value: number for number, kind in enumerate(AssetKind, start=1)}
_SEARCHED_METADATA = {
    "iptc": ("object_name", "headline", "caption", "keywords", "by_line", "city", "country"),
    "xmp": ("title", "description", "subject", "creator"),
    "exif": ("ImageDescription", "Artist", "Make", "Model"),
}


class AssetField(IntEnum):
    """System fields that only assets have; ids as in `pim.values.tokens.SystemField`, whose own end below 32."""

    MEDIA_TYPE = 32
    LICENSE = 33
    READY = 34


def derive_assets(assets: Sequence[Asset]) -> None:
    """Store tokens and search text of these assets; rows that would not change are left alone.

    Assets must be loaded with their current version; three queries, whatever the number.
    """
    if not assets:
        return
    texts: dict[int, list[str]] = {asset.pk: [] for asset in assets}
    for pk, values in AssetValues.objects.filter(asset_id__in=list(texts)).values_list("asset_id", "values"):
        texts[pk].extend(text for text in values.values() if isinstance(text, str))
    pks = list(texts)
    tokens_before = dict(AssetFacet.objects.filter(pk__in=pks).values_list("pk", "tokens"))
    text_before = dict(AssetText.objects.filter(pk__in=pks).values_list("pk", "search_text"))
    facets = [AssetFacet(asset_id=asset.pk, tokens=make_tokens(asset)) for asset in assets]
    search = [AssetText(asset_id=asset.pk, search_text=make_text(asset, texts[asset.pk])) for asset in assets]
    AssetFacet.objects.bulk_create(
        [facet for facet in facets if tokens_before.get(facet.asset_id) != facet.tokens],
        update_conflicts=True,
        unique_fields=["asset"],
        update_fields=["tokens"],
    )
    AssetText.objects.bulk_create(
        [text for text in search if text_before.get(text.asset_id) != text.search_text],
        update_conflicts=True,
        unique_fields=["asset"],
        update_fields=["search_text"],
    )


def make_tokens(asset: Asset) -> list[int]:
    """Kind, stage, media type, licence and whether there is a usable file."""
    tokens = {
        token(SystemField.KIND, 0, 0, KIND_TOKENS[asset.kind]),
        token(SystemField.STAGE, 0, 0, text_value(asset.stage)),
        token(AssetField.READY, 0, 0, YES if asset.version_id else NO),
    }
    if asset.version is not None:
        tokens.add(token(AssetField.MEDIA_TYPE, 0, 0, text_value(asset.version.media_type)))
    if asset.license_id is not None:
        tokens.add(token(AssetField.LICENSE, 0, 0, FILLED))
        tokens.add(token(AssetField.LICENSE, 0, 0, asset.license_id))
    return sorted(tokens)


def make_text(asset: Asset, texts: Sequence[str]) -> str:
    """Code, file name, texts and what the file says about itself."""
    words = [asset.code, *texts]
    if asset.version is not None:
        words.append(asset.version.filename)
        for block_name, names in _SEARCHED_METADATA.items():
            block = asset.version.metadata.get(block_name)
            if isinstance(block, dict):
                words.extend(_flatten(block.get(name)) for name in names)
    return make_search_text(" ".join(word for word in words if word))


def _flatten(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value or "")

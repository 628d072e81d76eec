"""Index rows, search text and completeness of assets, rebuilt whenever what they are made of has changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from django.db.models import QuerySet

from assets import extensions
from assets.choices import AssetKind
from assets.models import (
    Asset,
    AssetCategory,
    AssetCompleteness,
    AssetFacet,
    AssetNumber,
    AssetRelease,
    AssetSort,
    AssetText,
    AssetValues,
    AssetVersion,
)
from assets.probe.swatches import SWATCHES, name_colour
from assets.services.conforming import Rules, broken_channels, get_picture_rules
from assets.services.engine import ALT, LABEL, AssetEngine, get_asset_engine
from pim.services.snapshot import get_structure
from pim.values.keys import split_key
from pim.values.texts import make_search_text
from pim.values.tokens import FILLED, NO, YES, SystemField, text_value, token

KIND_TOKENS = {kind.value: number for number, kind in enumerate(AssetKind, start=1)}
COLOUR_TOKENS = {name: number for number, name in enumerate(SWATCHES, start=1)}
ORIENTATION_TOKENS = {"landscape": 1, "portrait": 2, "square": 3, "panorama": 4}
HASH_BANDS, BAND_BITS = 4, 16
PANORAMA = 2.0
"""From this ratio of the sides on a picture is a panorama."""
SQUARE = 1.03

CHUNK = 500
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
    FOLDER = 35
    KEYWORD = 36
    RELEASE = 37
    COLOUR = 38
    ORIENTATION = 39
    DIGITAL_SOURCE = 40
    ALT = 41
    BREAKS_RULES = 42
    HASH_BAND = 48
    """The first of four: one for each 16 bits of the difference hash."""


@dataclass(slots=True)
class _Sources:
    """What the rows of many assets are made of, by asset."""

    values: dict[int, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    categories: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    releases: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    texts: dict[int, str] = field(default_factory=dict)


def derive_assets(assets: Sequence[Asset]) -> None:
    """Store everything that is derived from these assets; rows that would not change are left alone.

    Assets must be loaded with their current version; a fixed number of queries, whatever the number.
    """
    if not assets:
        return
    engine, sources, rules = get_asset_engine(), _load_sources(assets), get_picture_rules()
    channels = {code: channel.ordinal for code, channel in get_structure().channels.items()}
    facets, texts, completeness = [], [], []
    numbers: dict[int, list[tuple[int, float]]] = {}
    keys: dict[int, list[tuple[int, str]]] = {}
    for asset in assets:
        values = sources.values[asset.pk]
        family = engine.families_by_id.get(asset.family_id) if asset.family_id else None
        index, pct = engine.index(family, values), engine.complete(family, values)
        tokens = {*make_tokens(asset, sources.categories[asset.pk], sources.releases[asset.pk]), *index.tokens}
        tokens.update(_localised_tokens(engine, values, pct))
        tokens.update(_rule_tokens(asset, rules, channels))
        facets.append(AssetFacet(asset_id=asset.pk, tokens=sorted(tokens)))
        text = make_text(asset, values, sources.texts.get(asset.pk, ""))
        texts.append(AssetText(asset_id=asset.pk, search_text=f"{text} {index.search_text}".rstrip()))
        completeness.append(AssetCompleteness(asset_id=asset.pk, pct=pct))
        numbers[asset.pk], keys[asset.pk] = index.numbers, index.sort_keys
    _store_changed(AssetFacet, "tokens", facets)
    _store_changed(AssetText, "search_text", texts)
    _store_changed(AssetCompleteness, "pct", completeness)
    _store_rows(AssetNumber, "number", numbers)
    _store_rows(AssetSort, "key", keys)


def derive_again(assets: QuerySet[Asset]) -> int:
    """Derive all assets of a query anew, in chunks; return how many. For a worker, after what they are made of changed."""
    count, last = 0, 0
    while chunk := list(assets.filter(pk__gt=last).select_related("version").order_by("pk")[:CHUNK]):
        derive_assets(chunk)
        count, last = count + len(chunk), chunk[-1].pk
    return count


def derive_family(code: str) -> int:
    """Derive all assets of a family anew, after the family has changed; run by a worker."""
    return derive_again(Asset.objects.filter(family__code__iexact=code))


def make_tokens(asset: Asset, categories: Iterable[int] = (), releases: Iterable[int] = ()) -> set[int]:
    """Where an asset is filed, what it is and what may be done with it, as index tokens."""
    tokens = {
        token(SystemField.KIND, 0, 0, KIND_TOKENS[asset.kind]),
        token(SystemField.STAGE, 0, 0, text_value(asset.stage)),
        token(AssetField.READY, 0, 0, YES if asset.version_id else NO),
    }
    links: tuple[tuple[int, Iterable[int]], ...] = (
        (SystemField.FAMILY, [asset.family_id] if asset.family_id else []),
        (AssetField.FOLDER, [asset.folder_id] if asset.folder_id else []),
        (AssetField.LICENSE, [asset.license_id] if asset.license_id else []),
        (SystemField.CATEGORY, categories),
        (AssetField.RELEASE, releases),
        (AssetField.KEYWORD, [text_value(word) for word in asset.keywords]),
        (AssetField.DIGITAL_SOURCE, [text_value(asset.digital_source)] if asset.digital_source else []),
    )
    for name, values in links:
        for value in values:
            tokens |= {token(name, 0, 0, FILLED), token(name, 0, 0, value)}
    return tokens | _version_tokens(asset.version) if asset.version is not None else tokens


def _rule_tokens(asset: Asset, rules: Rules, channels: Mapping[str, int]) -> set[int]:
    """For each channel that has picture rules: whether the file breaks one; `channels` are the ordinals by code."""
    broken = broken_channels(asset, rules=rules) if rules else set()
    return {
        token(AssetField.BREAKS_RULES, channels[code], 0, YES if code in broken else NO)
        for code in rules
        if code in channels
    }


def _version_tokens(version: AssetVersion) -> set[int]:
    tokens = {token(AssetField.MEDIA_TYPE, 0, 0, text_value(version.media_type))}
    tokens.update(token(AssetField.COLOUR, 0, 0, COLOUR_TOKENS[name_colour(colour)]) for colour in version.palette)
    if version.width_px and version.height_px:
        name = orientation_of(version.width_px, version.height_px)
        tokens.add(token(AssetField.ORIENTATION, 0, 0, ORIENTATION_TOKENS[name]))
    if version.dhash is not None:
        tokens.update(hash_tokens(version.dhash))
    return tokens


def hash_tokens(dhash: int) -> list[int]:
    """The four bands of a difference hash (64 bits, signed as stored): hashes that differ in three bits share one."""
    bits = dhash & (1 << HASH_BANDS * BAND_BITS) - 1
    bands = [bits >> BAND_BITS * number & (1 << BAND_BITS) - 1 for number in range(HASH_BANDS)]
    return [token(AssetField.HASH_BAND + number, 0, 0, band + 1) for number, band in enumerate(bands)]


def orientation_of(width_px: int, height_px: int) -> str:
    """Landscape, portrait, square or panorama."""
    ratio = width_px / height_px
    if ratio >= PANORAMA:
        return "panorama"
    if 1 / SQUARE <= ratio <= SQUARE:
        return "square"
    return "landscape" if ratio > 1 else "portrait"


def _localised_tokens(engine: AssetEngine, values: Mapping[str, Any], pct: Mapping[str, int]) -> set[int]:
    """In which locales there is an alternative text, and in which nothing is missing."""
    ordinals = {code: spec.ordinal for code, spec in engine.structure.locales.items()}
    described = {split_key(key).locale for key in values if key.startswith(f"{ALT}:")}
    tokens = {token(AssetField.ALT, 0, ordinals[locale], FILLED) for locale in described if locale in ordinals}
    tokens.update(
        token(SystemField.COMPLETE, 0, ordinals[locale], YES) for locale, percent in pct.items() if percent == 100
    )
    return tokens


def make_text(asset: Asset, values: Mapping[str, Any], linked: str = "") -> str:
    """Code, file name, keywords, texts, what the file says about itself, and what its products are called."""
    named = (text for key, text in values.items() if key.partition(":")[0] in {ALT, LABEL})
    words = [asset.code, *asset.keywords, *named, linked]
    if asset.version is not None:
        words.append(asset.version.filename)
        for block_name, names in _SEARCHED_METADATA.items():
            block = asset.version.metadata.get(block_name)
            if isinstance(block, dict):
                words.extend(_flatten(block.get(name)) for name in names)
    return make_search_text(" ".join(word for word in words if word))


def _flatten(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _load_sources(assets: Sequence[Asset]) -> _Sources:
    pks = [asset.pk for asset in assets]
    sources = _Sources()
    for pk, values in AssetValues.objects.filter(asset_id__in=pks).values_list("asset_id", "values"):
        sources.values[pk].update(values)
    for pk, category in AssetCategory.objects.filter(asset__in=pks).values_list("asset_id", "category_id"):
        sources.categories[pk].append(category)
    for pk, release in AssetRelease.objects.filter(asset__in=pks).values_list("asset_id", "release_id"):
        sources.releases[pk].append(release)
    by_uuid = {asset.uuid: asset.pk for asset in assets}
    for source in extensions.text_sources.values():
        for uuid, text in source(list(by_uuid)).items():
            sources.texts[by_uuid[uuid]] = f"{sources.texts.get(by_uuid[uuid], '')} {text}".strip()
    return sources


def _store_changed(model: Any, column: str, rows: Sequence[Any]) -> None:
    before = dict(model.objects.filter(pk__in=[row.asset_id for row in rows]).values_list("pk", column))
    model.objects.bulk_create(
        [row for row in rows if row.asset_id not in before or before[row.asset_id] != getattr(row, column)],
        update_conflicts=True,
        unique_fields=["asset"],
        update_fields=[column],
    )


def _store_rows(model: Any, column: str, wanted: Mapping[int, Sequence[tuple[int, Any]]]) -> None:
    """Rows of (asset, akey): those that are gone are deleted, those that differ are written."""
    before = {
        (pk, akey): value
        for pk, akey, value in model.objects.filter(asset_id__in=wanted).values_list("asset_id", "akey", column)
    }
    after = {(pk, akey): value for pk, rows in wanted.items() for akey, value in rows}
    for pk, akey in before.keys() - after.keys():
        model.objects.filter(asset_id=pk, akey=akey).delete()
    model.objects.bulk_create(
        [
            model(asset_id=pk, akey=akey, **{column: value})
            for (pk, akey), value in sorted(after.items())
            if before.get((pk, akey)) != value
        ],
        update_conflicts=True,
        unique_fields=["asset", "akey"],
        update_fields=[column],
    )

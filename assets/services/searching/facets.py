"""How many assets of a selection there are of each kind, in each folder, of each colour: what people narrow a list by."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.models import Count, Q

from assets.choices import DigitalSource
from assets.extensions import get_stage_rules
from assets.models import Asset, AssetFamily, Folder, License, Release
from assets.probe.formats import MEDIA_TYPES
from assets.services.deriving import COLOUR_TOKENS, KIND_TOKENS, ORIENTATION_TOKENS, AssetField
from pim.models import Category
from pim.querying.compile import Selection
from pim.querysets.pages import TokenCount, TokenCounts, count_many_tokens
from pim.values.tokens import FILLED, NO, YES, SystemField, split_token, text_value

CAP = 20_000
"""Matches that are looked at; where there are more, the counts are said to be at least these."""

LARGE, FRESH_S = 50_000, 60
"""From so many assets in folders on, their counts are kept for so many seconds."""

_FOLDERS = "assets.folder_counts"
MOST_VALUES = 100
NONE = ""
"""The code under which assets are counted that have nothing of a facet."""

Decoder = Callable[[Mapping[int, TokenCount]], Mapping[int, str]]
"""{value of a token: count} → {value: code as the filter language has it}; what it does not know is left out."""


@dataclass(frozen=True, slots=True)
class FacetCounts:
    """{code: assets}, most frequent first; at least so many where `is_exact` is false."""

    codes: dict[str, int] = field(default_factory=dict)
    is_exact: bool = True


@dataclass(frozen=True, slots=True)
class _Facet:
    id: int
    decode: Decoder
    has_none: bool = False
    by_locale: bool = False


def _named(values: Mapping[str, int]) -> Decoder:
    codes = {value: code for code, value in values.items()}
    return lambda _found: codes


def _hashed(codes: Callable[[], Collection[str]]) -> Decoder:
    return lambda _found: {text_value(code): code for code in codes()}


def _rows_of(model: type[Any]) -> Decoder:
    return lambda found: dict(model.objects.filter(pk__in=list(found)).values_list("pk", "code"))


def _words(found: Mapping[int, TokenCount]) -> dict[int, str]:
    """Keywords by their hashes, read from an asset that carries each."""
    words: dict[int, str] = {}
    for keywords in Asset.objects.filter(pk__in={count.example for count in found.values()}).values_list(
        "keywords", flat=True
    ):
        words |= {value: word for word in keywords if (value := text_value(word)) in found}
    return words


FACETS: Mapping[str, _Facet] = {
    "kind": _Facet(SystemField.KIND, _named(KIND_TOKENS)),
    "folder": _Facet(AssetField.FOLDER, _rows_of(Folder), has_none=True),
    "family": _Facet(SystemField.FAMILY, _rows_of(AssetFamily), has_none=True),
    "keyword": _Facet(AssetField.KEYWORD, _words, has_none=True),
    "categories": _Facet(SystemField.CATEGORY, _rows_of(Category), has_none=True),
    "stage": _Facet(SystemField.STAGE, _hashed(lambda: [code for code, _label in get_stage_rules().choices()])),
    "license": _Facet(AssetField.LICENSE, _rows_of(License), has_none=True),
    "release": _Facet(AssetField.RELEASE, _rows_of(Release), has_none=True),
    "colour": _Facet(AssetField.COLOUR, _named(COLOUR_TOKENS)),
    "orientation": _Facet(AssetField.ORIENTATION, _named(ORIENTATION_TOKENS)),
    "media_type": _Facet(AssetField.MEDIA_TYPE, _hashed(lambda: list(MEDIA_TYPES))),
    "digital_source": _Facet(AssetField.DIGITAL_SOURCE, _hashed(lambda: DigitalSource.values), has_none=True),
    "complete": _Facet(SystemField.COMPLETE, _named({"true": YES, "false": NO}), by_locale=True),
    "alt": _Facet(AssetField.ALT, lambda _found: {FILLED: "true"}, by_locale=True),
}
"""By the name of the field in the filter language."""


def count_facets(
    where: Selection, names: Collection[str], *, locale: int = 0, cap: int = CAP
) -> dict[str, FacetCounts]:
    """Count the values of facets among the matches: one query, and one for each facet whose values are rows.

    `locale` is the ordinal for which `complete` and `alt` are counted: those that are (`true`) and are not (`false`).

    Raises:
        Refused: `not_indexed`: see `pim.querysets.pages.refuse_unindexed`.
    """
    if not names:
        return {}
    ids = {name: FACETS[name].id for name in names}
    counted = count_many_tokens(connection, where, attributes=[*ids.values()], cap=cap, limit=MOST_VALUES)
    by_id: dict[int, dict[int, TokenCount]] = {}
    for packed, count in counted.tokens.items():
        parts = split_token(packed)
        if parts.locale in (0, locale):
            by_id.setdefault(parts.attribute, {})[parts.value] = count
    return {name: _decode(FACETS[name], by_id.get(ids[name], {}), counted) for name in names}


def count_folders() -> dict[str, int]:
    """{code of a folder: assets in it and below}, over the whole library; of a large one, as it was a minute ago."""
    known: dict[str, int] | None = cache.get(_FOLDERS)
    if known is not None:
        return known
    counted = _count_folders()
    if sum(counted.values()) > LARGE:
        cache.set(_FOLDERS, counted, FRESH_S)
    return counted


def _count_folders() -> dict[str, int]:
    direct = dict(
        Asset.objects.filter(~Q(folder=None))
        .order_by()
        .values("folder")
        .annotate(n=Count("pk"))
        .values_list("folder", "n")
    )
    sums: dict[str, int] = {}
    stack: list[tuple[str, str]] = []
    for pk, path, code in Folder.objects.order_by("path").values_list("pk", "path", "code"):
        while stack and not path.startswith(stack[-1][0]):
            stack.pop()
        stack.append((path, code))
        for _path, above in stack:
            sums[above] = sums.get(above, 0) + direct.get(pk, 0)
    return sums


def _decode(facet: _Facet, found: Mapping[int, TokenCount], counted: TokenCounts) -> FacetCounts:
    if facet.by_locale:
        wanted = YES if facet.id == SystemField.COMPLETE else FILLED
        have = found[wanted].owners if wanted in found else 0
        return FacetCounts({"true": have, "false": counted.looked_at - have}, counted.is_exact)
    valued = {value: count for value, count in found.items() if value != FILLED}
    codes = facet.decode(valued) if valued else {}
    totals = {codes[value]: count.owners for value, count in valued.items() if value in codes}
    if facet.has_none:
        rest = counted.looked_at - (found[FILLED].owners if FILLED in found else 0)
        if rest:
            totals[NONE] = rest
    return FacetCounts(totals, counted.is_exact)

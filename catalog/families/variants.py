"""What level an attribute is edited at, and the key that keeps siblings apart."""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from catalog.families.specs import FamilyVariantSpec
from pim.values.specs import Json


def level_of(variant: FamilyVariantSpec, attribute: str) -> int:
    """The one level at which an attribute is edited: 0 is the root model, `variant.levels` the variants."""
    return variant.placements.get(attribute, 0)


def axis_key(variant: FamilyVariantSpec, level: int, values: Mapping[str, Json]) -> str | None:
    """The normalised combination of axis values of an owner at a level; None while one of them is empty.

    Text is compared without case, amounts by their number; at most 500 characters, longer ones by their hash.
    """
    parts: list[Json] = []
    for axis in variant.axes[level - 1]:
        value = values.get(axis)
        if value is None:
            return None
        parts.append(value.casefold() if isinstance(value, str) else value)
    return orjson.dumps(parts, option=orjson.OPT_SORT_KEYS).decode()[:500]

"""What level an attribute is edited at, and the key that keeps siblings apart."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

import orjson

from catalog.families.specs import FamilyVariantSpec
from pim.values.specs import Json

MAX_KEY = 500
"""Characters of an axis key in the database."""


def level_of(variant: FamilyVariantSpec, attribute: str) -> int:
    """The one level at which an attribute is edited: 0 is the root model, `variant.levels` the variants."""
    return variant.placements.get(attribute, 0)


def axis_key(
    variant: FamilyVariantSpec, level: int, values: Mapping[str, Json], normalise: Callable[[str, Json], Json]
) -> str | None:
    """The normalised combination of axis values of an owner at a level; None while one of them is empty.

    A key above 500 characters is replaced by its SHA-256.

    Args:
        normalise: (attribute, stored value) → the form that values which say the same share.
    """
    parts: list[Json] = []
    for axis in variant.axes[level - 1]:
        value = values.get(axis)
        if value is None:
            return None
        parts.append(normalise(axis, value))
    key = orjson.dumps(parts, option=orjson.OPT_SORT_KEYS).decode()
    return key if len(key) <= MAX_KEY else hashlib.sha256(key.encode()).hexdigest()

"""What looks like an asset, as a field of the filter language: by the difference hash of its picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext as _

from assets.models import AssetVersion
from assets.services.deriving import BAND_BITS, HASH_BANDS, AssetField
from pim.querying.conditions import Both, Condition, Fragment, HasAny, Sql
from pim.querying.fields import Context, SortKey, SortScope, refuse_value
from pim.querying.system_fields import Unscoped, operand_list
from pim.querying.tree import Leaf, Operator
from pim.values.tokens import token

SIMILAR = "similar"
MOST_BITS = 11
"""Bits of 64 in which hashes of pictures that look alike differ at most. In one of four bands they then differ in two
at most, so the tokens of the bands, each with up to two bits turned, find every one of them."""

TURNED_BITS = MOST_BITS // HASH_BANDS


@dataclass(frozen=True)
class SimilarField(Unscoped):
    """Pictures that look like that of an asset, by its uuid; the asset itself is one of them."""

    name: str = SIMILAR

    operators: ClassVar[frozenset[Operator]] = frozenset({Operator.EQ})
    default_operator: ClassVar[Operator] = Operator.EQ

    def compile(self, leaf: Leaf, context: Context) -> Condition:
        """See `Field.compile`."""
        self.refuse_scope(leaf)
        value, pointer = operand_list(leaf)[0]
        dhash = hash_of(value)
        if dhash is None:
            raise refuse_value(_("There is no picture of this asset to compare with."), pointer)
        text = (
            "EXISTS (SELECT 1 FROM assets_assetversion v WHERE v.id = o.version_id"
            " AND bit_count((v.dhash # %s::bigint)::bit(64)) <= %s)"
        )
        near = Fragment(Sql(text, (dhash, MOST_BITS)), exact=True)
        return Both((HasAny(frozenset(near_tokens(dhash))), near))

    def sort_key(self, scope: SortScope, context: Context) -> SortKey | None:
        """See `assets.services.searching.similarity`, which orders by distance."""
        return None


def hash_of(uuid: object) -> int | None:
    """The difference hash of an asset's picture; None where there is no such asset or no picture."""
    try:
        key = UUID(str(uuid))
    except ValueError:
        return None
    return AssetVersion.objects.filter(asset__uuid=key).current().values_list("dhash", flat=True).first()


def near_tokens(dhash: int) -> Iterator[int]:
    """The tokens of all hashes' bands that differ from those of this one in two bits at most."""
    bits = dhash & (1 << HASH_BANDS * BAND_BITS) - 1
    masks = [
        sum(1 << place for place in turned)
        for count in range(TURNED_BITS + 1)
        for turned in combinations(range(BAND_BITS), count)
    ]
    for number in range(HASH_BANDS):
        band = bits >> BAND_BITS * number & (1 << BAND_BITS) - 1
        for mask in masks:
            yield token(AssetField.HASH_BAND + number, 0, 0, (band ^ mask) + 1)

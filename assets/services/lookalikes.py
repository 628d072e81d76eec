"""Pictures that look alike: found when a file arrives, kept as pairs for whoever decides about them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from django.db import connection, transaction
from django.db.models import Q

from assets.models import Asset, AssetVersion, NearDuplicate
from assets.probe.swatches import colour_distance, is_grey
from assets.services.deriving import BAND_BITS, HASH_BANDS, AssetField
from pim.values.tokens import token

NEAR_BITS = 6
"""Bits of 64 by which copies of one picture differ at most: resized, compressed anew, in other colours."""

SURE_BITS = 2
"""Up to here they are copies, even where one is squeezed."""

NEAR_SHAPE = 0.1
"""Beyond, the share by which their proportions differ at most; things that stand on white look alike to a hash, and are shaped otherwise."""

NEAR_COLOUR = 20.0
"""ΔE between what counts as the same colour: compression and scaling shift it by less."""

MAIN_COLOURS = 4
TRIED = 5
"""Candidates looked at for each that is wanted, since the colours of some will differ."""

MOST_PAIRS = 20
"""Kept of one picture, the nearest; a picture like hundreds of others is found by search, not by pairs."""

_MASK = (1 << HASH_BANDS * BAND_BITS) - 1
_FLAT_BITS = 1
"""A band with so few bits set (or so few not set) is an even surface; a million pictures on white share it."""

_FIND = """
WITH alike AS MATERIALIZED (
    SELECT f.asset_id FROM assets_assetfacet f WHERE f.tokens && %s::bigint[]
)
SELECT a.id, bit_count((v.dhash # %s::bigint)::bit(64))::int AS distance, v.palette
  FROM alike JOIN assets_asset a ON a.id = alike.asset_id JOIN assets_assetversion v ON v.id = a.version_id
 WHERE a.id <> %s AND v.dhash IS NOT NULL AND bit_count((v.dhash # %s::bigint)::bit(64)) <= %s
   AND (bit_count((v.dhash # %s::bigint)::bit(64)) <= %s OR abs(v.width_px::float8 / v.height_px / %s - 1) <= %s)
 ORDER BY distance, a.id LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Lookalike:
    """An asset whose picture differs in so many bits of 64."""

    asset_id: int
    distance: int


def find_lookalikes(asset: Asset, max_distance: int = NEAR_BITS, *, limit: int = MOST_PAIRS) -> list[Lookalike]:
    """The assets whose current picture looks like this one's, nearest first. Loaded with its version.

    A picture whose bands are all uneven is compared with each that differs in up to eight bits, exactly. Where one has
    an even background, only the bands that show something are looked up: what differs in two bits or fewer of one
    of these is found. What shows nothing but a surface has no lookalikes.
    """
    version = asset.version
    dhash = version.dhash if version is not None else None
    tokens = probe_tokens(dhash) if dhash is not None else []
    if not tokens or version is None or not version.width_px or not version.height_px:
        return []
    shape = version.width_px / version.height_px
    with transaction.atomic(), connection.cursor() as cursor:
        # The planner takes each of the tokens for as frequent as the kind of an asset, and would read the whole table.
        cursor.execute("SET LOCAL enable_seqscan = off")
        most = limit * TRIED
        cursor.execute(_FIND, [tokens, dhash, asset.pk, dhash, max_distance, dhash, SURE_BITS, shape, NEAR_SHAPE, most])
        rows = cursor.fetchall()
        cursor.execute("SET LOCAL enable_seqscan = on")
    alike = [Lookalike(pk, distance) for pk, distance, palette in rows if are_coloured_alike(version.palette, palette)]
    return alike[:limit]


def are_coloured_alike(one: Sequence[int], other: Sequence[int]) -> bool:
    """Whether the main colours (0xRRGGBB) of two pictures are the same: a lamp in red is no copy of the lamp in blue.

    Each colour must be near one of the other's. A picture of greys alone may be a copy of one in colours.
    """
    if not one or not other or any(all(is_grey(colour) for colour in palette) for palette in (one, other)):
        return True
    return all(
        min(colour_distance(colour, near) for near in theirs) <= NEAR_COLOUR
        for ours, theirs in ((one, other), (other, one))
        for colour in ours[:MAIN_COLOURS]
    )


def note_lookalikes(assets: Iterable[Asset]) -> int:
    """Keep the pairs that these assets make with others, and drop those they make no more; return how many are new.

    A pair that somebody has dismissed stays dismissed. Repeatable. Assets must be loaded with their version.
    """
    assets = list(assets)
    pairs = {_ordered(asset.pk, found.asset_id): found.distance for asset in assets for found in find_lookalikes(asset)}
    for asset in assets:
        same = find_same_content(asset.version) if asset.version is not None else []
        pairs |= {_ordered(asset.pk, other.pk): 0 for other in same}
    _drop_outdated([asset.pk for asset in assets], pairs)
    known = _known_pairs(pairs)
    rows = [
        NearDuplicate(first_id=first, second_id=second, distance=distance)
        for (first, second), distance in pairs.items()
        if (first, second) not in known
    ]
    NearDuplicate.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def find_same_content(version: AssetVersion) -> list[Asset]:
    """Other assets that show the same pixels in a file that differs in metadata alone; at most twenty, the oldest first."""
    if not version.content_sha256:
        return []
    same = Asset.objects.with_current().filter(version__content_sha256=version.content_sha256)
    return list(same.exclude(pk=version.asset_id).order_by("pk")[:MOST_PAIRS])


def probe_tokens(dhash: int) -> list[int]:
    """The tokens under which lookalikes are to be found: of each band that shows something, up to two bits turned.

    Where all four do, two bits in one band and one in the others find all that differ in eight: hashes that differ in
    two bits or more in each band differ in exactly two in the first.
    """
    bits = dhash & _MASK
    bands = [bits >> BAND_BITS * number & (1 << BAND_BITS) - 1 for number in range(HASH_BANDS)]
    uneven = [number for number, band in enumerate(bands) if _shows_something(band)]
    tokens = []
    for number in uneven:
        turns = _ONE_TURN if len(uneven) == HASH_BANDS and number else _TWO_TURNS
        nears = (bands[number] ^ turned for turned in turns)
        tokens += [token(AssetField.HASH_BAND + number, 0, 0, near + 1) for near in nears if _shows_something(near)]
    return tokens


def _shows_something(band: int) -> bool:
    return _FLAT_BITS < band.bit_count() < BAND_BITS - _FLAT_BITS


def _turns(most: int) -> list[int]:
    places = range(BAND_BITS)
    return [sum(1 << place for place in turned) for count in range(most + 1) for turned in combinations(places, count)]


_ONE_TURN, _TWO_TURNS = _turns(1), _turns(2)


def _ordered(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)


def _known_pairs(pairs: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
    if not pairs:
        return set()
    rows = NearDuplicate.objects.filter(first__in={pair[0] for pair in pairs}, second__in={pair[1] for pair in pairs})
    return set(rows.values_list("first_id", "second_id"))


def _drop_outdated(assets: Collection[int], pairs: Collection[tuple[int, int]]) -> None:
    """After a file was replaced its asset may look like others than before; what was dismissed is kept as a memory."""
    rows = NearDuplicate.objects.filter(Q(first__in=assets) | Q(second__in=assets), is_dismissed=False)
    gone = [pk for pk, first, second in rows.values_list("pk", "first_id", "second_id") if (first, second) not in pairs]
    if gone:
        NearDuplicate.objects.filter(pk__in=gone).delete()

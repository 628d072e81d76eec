"""Assets that are there twice: with the same content exactly, or with pictures that look alike."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, QuerySet

from assets.models import Asset, NearDuplicate
from assets.services.hygiene.finding import ARCHIVED

# The content of a picture is its pixels, whatever else its file says; of anything else it is its bytes.
_GROUPS = """
    SELECT coalesce(nullif(version.content_sha256, ''), version.sha256) AS content, count(*) AS members
    FROM assets_assetversion version
    JOIN assets_asset asset ON asset.version_id = version.id AND asset.stage <> %(archived)s
    WHERE version.sha256 <> ''
    GROUP BY 1 HAVING count(*) > 1
"""
_COUNT = "SELECT count(*), coalesce(sum(members - 1), 0) FROM ({groups}) AS groups"
_PAGE = """
    SELECT content, array_agg(asset.id ORDER BY asset.id)
    FROM (SELECT content FROM ({groups}) AS groups WHERE content > %(after)s ORDER BY content LIMIT %(limit)s) AS page
    JOIN assets_assetversion version ON coalesce(nullif(version.content_sha256, ''), version.sha256) = page.content
    JOIN assets_asset asset ON asset.version_id = version.id AND asset.stage <> %(archived)s
    GROUP BY content ORDER BY content
"""


@dataclass(frozen=True, slots=True)
class Group:
    """Assets that are one: `key` names the group for the next page; `distance` counts differing bits of 64."""

    key: str
    pks: tuple[int, ...]
    distance: int = 0


def count_exact() -> tuple[int, int]:
    """How many groups with the same content there are, and how many assets would go if each were one."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(groups=_GROUPS), {"archived": ARCHIVED})
        groups, spare = cursor.fetchone()
    return int(groups), int(spare)


def list_exact(*, after: str = "", limit: int = 30) -> tuple[list[Group], str]:
    """A page of groups with the same content, by its hash; and where the next page begins ("": nowhere)."""
    with connection.cursor() as cursor:
        parameters: dict[str, str | int] = {"archived": ARCHIVED, "after": after, "limit": limit + 1}
        cursor.execute(_PAGE.format(groups=_GROUPS), parameters)
        groups = [Group(content, tuple(pks)) for content, pks in cursor.fetchall()]
    return groups[:limit], groups[limit - 1].key if len(groups) > limit else ""


def count_near() -> int:
    """How many pairs look alike, of assets that are still wanted and that nobody has kept apart."""
    return _open_pairs().count()


def list_near(*, after: str = "", limit: int = 30) -> tuple[list[Group], str]:
    """A page of pairs that look alike, the nearest first; and where the next page begins."""
    rows = _open_pairs()
    distance, _dot, pk = after.partition(".")
    if distance.isdecimal() and pk.isdecimal():
        rows = rows.filter(Q(distance__gt=int(distance)) | Q(distance=int(distance), pk__gt=int(pk)))
    found = list(rows.order_by("distance", "pk")[: limit + 1])
    groups = [Group(f"{row.distance}.{row.pk}", (row.first_id, row.second_id), row.distance) for row in found]
    return groups[:limit], groups[limit - 1].key if len(groups) > limit else ""


def dismiss_pair(first: Asset, second: Asset) -> None:
    """Keep two assets apart that look alike and are not the same; repeatable."""
    NearDuplicate.objects.filter(Q(first=first, second=second) | Q(first=second, second=first)).update(
        is_dismissed=True
    )


def _open_pairs() -> QuerySet[NearDuplicate]:
    wanted = ~Q(first__stage=ARCHIVED) & ~Q(second__stage=ARCHIVED)
    return NearDuplicate.objects.filter(wanted, is_dismissed=False)

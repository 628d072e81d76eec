"""The lists behind the figures: which assets they are, page by page, by key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assets import extensions
from assets.choices import AssetKind, RenditionState, VersionState
from assets.models import Asset, AssetValues, AssetVersion, CollectionItem, Rendition, ShareItem
from assets.services.rights.forecasting import ending_assets
from assets.services.rights.verdicts import today
from pim.errors import NotFound
from pim.services.snapshot import get_structure

PAGE_SIZE = 60
RECENT, PROBABLE = timedelta(days=30), timedelta(days=90)
SOON_DAYS = 30
ARCHIVED = "archived"
"""The stage of what nobody needs any more; it is nobody's duplicate."""


class Bucket(StrEnum):
    """How sure it is that an unused asset is not needed."""

    PROTECTED = "protected"
    FORMER = "former"
    RECENT = "recent"
    PROBABLE = "probable"
    DEFINITE = "definite"


BUCKETS: Mapping[Bucket, tuple[object, object]] = {
    Bucket.DEFINITE: (_("Definitely unused"), _("Uploaded more than 90 days ago, and nothing uses it.")),
    Bucket.PROBABLE: (_("Probably unused"), _("Uploaded 30 to 90 days ago.")),
    Bucket.RECENT: (_("Recently uploaded"), _("In the last 30 days: somebody may be about to use it.")),
    Bucket.FORMER: (_("Used before"), _("Products in the recycle bin use it.")),
    Bucket.PROTECTED: (_("Protected"), _("In a collection, in an open share link, or under embargo.")),
}
"""Label and meaning, the surest first."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list: its assets by key, the sentence beside each, and where the next page begins."""

    pks: tuple[int, ...]
    notes: Mapping[int, str]
    after: int | None


def find_assets(kind: str, *, detail: str = "", after: int = 0, limit: int = PAGE_SIZE) -> Listing:
    """A page of one of the lists: `unused` (detail: a bucket), `alt` (a locale), `versions`, `renditions`, `expiring`.

    Raises:
        NotFound: there is no such list.
    """
    find = _LISTS.get(kind)
    rows = find(detail) if find is not None else None
    if rows is None:
        raise NotFound("not_found", _("There is no such list."))
    pks = list(rows.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[: limit + 1])
    page = pks[:limit]
    return Listing(tuple(page), _note(kind, page), page[-1] if len(pks) > limit else None)


def unused_assets() -> QuerySet[Any]:
    """Assets that nothing uses, each with its `bucket`; without a bucket nothing of it costs anything."""
    former = {uuid for index in extensions.usage_indexes.values() for uuid in index.formerly_used()}
    now = timezone.now()
    in_share = ShareItem.objects.filter(asset=OuterRef("pk"), share__revoked=None, share__expires__gt=now)
    rows = Asset.objects.all()
    for index in extensions.usage_indexes.values():
        rows = rows.filter(~Exists(index.used().filter(asset_uuid=OuterRef("uuid"))))
    is_protected = Exists(CollectionItem.objects.filter(asset=OuterRef("pk"))) | Exists(in_share)
    return rows.annotate(
        bucket=Case(
            When(Q(is_protected) | Q(valid_from__gt=today()), then=Value(Bucket.PROTECTED)),
            When(uuid__in=former, then=Value(Bucket.FORMER)),
            When(created__gt=now - RECENT, then=Value(Bucket.RECENT)),
            When(created__gt=now - PROBABLE, then=Value(Bucket.PROBABLE)),
            default=Value(Bucket.DEFINITE),
            output_field=CharField(),
        )
    )


def without_alt(locale: str) -> QuerySet[Asset] | None:
    """Pictures that say nothing in a locale to those who do not see them; None: there is no such locale."""
    known = get_structure().locales.get(locale)
    if known is None:
        return None
    said = AssetValues.objects.filter(asset=OuterRef("pk"), locale=known.ordinal, values__has_key=f"alt:{known.code}")
    return pictures().filter(~Exists(said))


def pictures() -> QuerySet[Asset]:
    """Assets that are shown as pictures, and still wanted."""
    return Asset.objects.filter(kind=AssetKind.IMAGE).exclude(stage=ARCHIVED)


def broken_versions() -> QuerySet[AssetVersion]:
    """Files that were refused, or that are missing from the storage."""
    return AssetVersion.objects.exclude(error="")


def _unused(detail: str) -> QuerySet[Asset] | None:
    return unused_assets().filter(bucket=detail) if detail in set(Bucket) else None


def _broken(_detail: str) -> QuerySet[Asset]:
    return Asset.objects.filter(pk__in=broken_versions().values("asset_id"))


def _undrawn(_detail: str) -> QuerySet[Asset]:
    failed = Rendition.objects.filter(state=RenditionState.FAILED).values("source_sha256")
    return Asset.objects.filter(version__sha256__in=failed)


def _expiring(detail: str) -> QuerySet[Asset] | None:
    days = int(detail) if detail.isdecimal() and len(detail) < 4 else SOON_DAYS
    # Its annotations and joins are for verdicts; here only the keys count.
    return Asset.objects.filter(pk__in=ending_assets(after=today(), until=today() + timedelta(days=days)).values("pk"))


_LISTS: Mapping[str, Callable[[str], QuerySet[Asset] | None]] = {
    "unused": _unused,
    "alt": without_alt,
    "versions": _broken,
    "renditions": _undrawn,
    "expiring": _expiring,
}


def _note(kind: str, pks: list[int]) -> dict[int, str]:
    """Why an asset is in the list, where that is not the list itself; one query."""
    if kind == "versions":
        rows = broken_versions().filter(asset_id__in=pks).order_by("number")
        return {row.asset_id: f"v{row.number}: {row.error}" for row in rows}
    if kind == "renditions":
        by_hash: dict[str, list[int]] = {}
        ready = AssetVersion.objects.filter(asset__in=pks, state=VersionState.READY).current()
        for pk, sha256 in ready.values_list("asset_id", "sha256"):
            by_hash.setdefault(sha256, []).append(pk)
        failed = Rendition.objects.filter(source_sha256__in=by_hash, state=RenditionState.FAILED)
        return {pk: f"{row.preset} · {row.fmt}: {row.error}" for row in failed for pk in by_hash[row.source_sha256]}
    return {}

"""What a change of terms does to the files and addresses that are out already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from assets import extensions
from assets.models import Asset, AssetVersion
from assets.rights import Subject, restricts
from assets.services.renditions import declare_renditions, withdraw_renditions
from assets.services.rights.verdicts import subject_of
from pim.services.after_commit import after_commit

if TYPE_CHECKING:
    from django.db.models import QuerySet

CHUNK = 500
AT_ONCE = 200
"""How many assets get the rows of their new renditions while somebody waits; a worker makes those of more."""

_BULKY = ("version__metadata", "version__measures")
_TERMS = {"license": "license__code", "release": "release_rows__release__code"}


def read_subjects(assets: QuerySet[Asset]) -> dict[int, Subject]:
    """What is agreed about these assets before a change, by asset; one query."""
    loaded = Asset.objects.with_current().filter(pk__in=assets.values("pk"))
    return {asset.pk: subject_of(asset) for asset in loaded.defer(*_BULKY).iterator(chunk_size=CHUNK)}


def follow_terms(kind: str, code: str, before: Mapping[int, Subject]) -> int:
    """After a licence or a release has changed: withdraw what was drawn under terms that allowed more.

    Addresses handed out before stop working with the commit where the new terms allow less; where they allow as much
    or more, the old ones go on until they expire. Returns how many assets lost something.
    """
    exposed, pks = 0, sorted(before)
    for start in range(0, len(pks), CHUNK):
        chunk = Asset.objects.with_current().defer(*_BULKY).filter(pk__in=pks[start : start + CHUNK])
        lost = [asset for asset in chunk if restricts(subject_of(asset), before[asset.pk])]
        keys = [asset.version_id for asset in lost if asset.version_id is not None]
        withdraw_renditions(set(AssetVersion.objects.filter(pk__in=keys).values_list("sha256", flat=True)))
        exposed += len(lost)
    if len(pks) <= AT_ONCE:
        declare_terms(kind, code)
    else:
        after_commit(extensions.hand_over, "declare_terms", f"{kind}:{code}")
    return exposed


def declare_terms(kind: str, code: str) -> int:
    """Declare the renditions of what is under a licence or a release, in chunks; repeatable.

    Of what nobody may use any more there are none: it has no address.
    """
    declared, last = 0, 0
    assets = Asset.objects.with_current().filter(**{_TERMS[kind]: code}, version__isnull=False).in_order()
    while chunk := list(assets.filter(pk__gt=last)[:CHUNK]):
        alive = [asset for asset in chunk if not any(release.withdrawn for release in subject_of(asset).releases)]
        declared += declare_renditions(alive)
        last = chunk[-1].pk
    return declared

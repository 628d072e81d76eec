"""What a change of terms does to the files and addresses that are out already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from assets.models import Asset
from assets.rights import Subject, restricts
from assets.services.renditions import declare_renditions, withdraw_renditions
from assets.services.verdicts import subject_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

CHUNK = 500


def read_subjects(assets: QuerySet[Asset]) -> dict[int, Subject]:
    """What is agreed about these assets before a change, by asset; one query."""
    loaded = Asset.objects.with_current().filter(pk__in=assets.values("pk"))
    return {asset.pk: subject_of(asset) for asset in loaded.defer("version__metadata").iterator(chunk_size=CHUNK)}


def follow_terms(before: Mapping[int, Subject]) -> int:
    """After terms have changed: withdraw what was drawn under those that allowed more, and declare what there is now.

    Addresses handed out before stop working at once where the new terms allow less; where they allow as much or more,
    the old ones go on until they expire. Returns how many assets lost something.
    """
    exposed = 0
    for start in range(0, len(before), CHUNK):
        chunk = list(Asset.objects.with_current().filter(pk__in=sorted(before)[start : start + CHUNK]))
        declare_renditions(chunk)
        lost = [asset for asset in chunk if restricts(subject_of(asset), before[asset.pk])]
        withdraw_renditions({asset.version.sha256 for asset in lost if asset.version is not None})
        exposed += len(lost)
    return exposed

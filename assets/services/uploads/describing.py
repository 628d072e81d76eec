"""Uploads as people and programs see them: how far they are, and what became of each file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q

from assets.choices import UploadState, VersionState
from assets.models import AssetVersion, NearDuplicate, Upload, UploadBatch
from assets.services.uploads.limits import count_parts

if TYPE_CHECKING:
    from pim.models import Job

Described = dict[str, Any]


def describe_batch(batch: UploadBatch, uploads: Sequence[Upload] | None = None) -> Described:
    """A batch with its files, in the order in which they were announced; three queries."""
    rows = list(batch.uploads.select_related("asset", "job").order_by("pk")) if uploads is None else uploads
    return {
        "uuid": str(batch.uuid),
        "fields": batch.fields,
        "keeps_paths": batch.keeps_paths,
        "unpacks": batch.unpacks,
        "created": batch.created,
        "files": describe_uploads(rows),
    }


def describe_batches(batches: Sequence[UploadBatch]) -> list[Described]:
    """Batches in a list: how many files each has, and how many of them are still to come; one query."""
    rows = Upload.objects.filter(batch__in=[batch.pk for batch in batches]).values("batch")
    counts = {
        row["batch"]: row
        for row in rows.annotate(files=Count("pk"), waiting=Count("pk", filter=Q(state=UploadState.OPEN)))
    }
    return [
        {
            "uuid": str(batch.uuid),
            "created": batch.created,
            "file_count": counts[batch.pk]["files"],
            "open_count": counts[batch.pk]["waiting"],
        }
        for batch in batches
        if batch.pk in counts
    ]


def describe_uploads(uploads: Sequence[Upload]) -> list[Described]:
    """Files, with what the check found and which pictures of the library look alike; two queries."""
    assets = {row.asset_id for row in uploads if row.asset_id}
    versions = {
        version.asset_id: version
        for version in AssetVersion.objects.filter(asset__in=assets).order_by("asset", "number")
    }
    alike = _find_alike(assets)
    return [_describe(row, versions.get(row.asset_id or 0), alike.get(row.asset_id or 0, [])) for row in uploads]


def _describe(row: Upload, version: AssetVersion | None, alike: list[Described]) -> Described:
    asset = None
    if row.asset is not None and version is not None:
        asset = {
            "uuid": str(row.asset.uuid),
            "code": row.asset.code,
            "state": _state_of(version),
            "error": version.error,
            "similar": alike,
        }
    return {
        "uuid": str(row.uuid),
        "filename": row.filename,
        "path": row.path,
        "size_bytes": row.size_bytes,
        "sha256": row.sha256,
        "part_size_bytes": row.part_size_bytes,
        "part_count": count_parts(row.size_bytes, row.part_size_bytes) if row.part_size_bytes else 0,
        "state": UploadState(row.state).value,
        "error": row.error,
        "is_duplicate": row.is_duplicate,
        "asset": asset,
        "job": _describe_job(row.job) if row.job else None,
        "source_url": row.source_url,
    }


def _describe_job(job: Job) -> Described:
    return {
        "uuid": str(job.uuid),
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "counters": job.counters,
        "error": job.error,
    }


def _state_of(version: AssetVersion) -> str:
    """`waiting` until a worker has looked at the file."""
    return {VersionState.READY: "ready", VersionState.FAILED: "failed"}.get(VersionState(version.state), "waiting")


def _find_alike(assets: set[int]) -> dict[int, list[Described]]:
    """The look-alikes of each asset that nobody has dismissed, the nearest first."""
    found: defaultdict[int, list[Described]] = defaultdict(list)
    pairs = NearDuplicate.objects.filter(Q(first__in=assets) | Q(second__in=assets), is_dismissed=False)
    for pair in pairs.select_related("first", "second").order_by("distance", "pk"):
        for own, other in ((pair.first, pair.second), (pair.second, pair.first)):
            if own.pk in assets:
                found[own.pk].append({"uuid": str(other.uuid), "code": other.code, "distance": pair.distance})
    return found

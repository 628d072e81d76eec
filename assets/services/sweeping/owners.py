"""Which files of the storage the DAM needs."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from assets.choices import UploadState, VersionState
from assets.extensions import StorageOwner
from assets.models import AssetVersion, Rendition, Upload

QUARANTINE, PARTS = "quarantine/", "parts/"
ORIGINALS, PREVIEWS = "originals/", "previews/"
OPEN_RENDITIONS, GUARDED_RENDITIONS = "r/", "g/"


class Originals:
    """Files of versions."""

    prefixes: Sequence[str] = (ORIGINALS,)

    def known(self, keys: Collection[str]) -> Collection[str]:
        """By their keys."""
        return set(AssetVersion.objects.filter(storage_key__in=keys).values_list("storage_key", flat=True))


class Previews:
    """Pictures made of what is none: `previews/<aa>/<sha256>-<page>.<extension>`."""

    prefixes: Sequence[str] = (PREVIEWS,)

    def known(self, keys: Collection[str]) -> Collection[str]:
        """By the bytes that they show; pages are drawn when they are wanted, and no row names them."""
        by_hash = {key: key.rpartition("/")[2].partition("-")[0] for key in keys}
        there = set(AssetVersion.objects.with_bytes(set(by_hash.values())).values_list("sha256", flat=True))
        return {key for key, sha256 in by_hash.items() if sha256 in there}


class Renditions:
    """Files drawn: `r/<preset>/<aa>/<digest>.<extension>`, guarded ones below `g/`."""

    prefixes: Sequence[str] = (OPEN_RENDITIONS, GUARDED_RENDITIONS)

    def known(self, keys: Collection[str]) -> Collection[str]:
        """By digest; a row that waits counts too, its file may be being written."""
        by_digest = {key: key.rpartition("/")[2].partition(".")[0] for key in keys}
        rows = Rendition.objects.filter(digest__in=set(by_digest.values())).values_list("digest", "is_guarded")
        guarded = dict(rows)
        return {
            key
            for key, digest in by_digest.items()
            if digest in guarded and guarded[digest] == key.startswith(GUARDED_RENDITIONS)
        }


class Quarantine:
    """Files that nobody has looked at; what was refused is deleted at once, and here should that have failed."""

    prefixes: Sequence[str] = (QUARANTINE,)

    def known(self, keys: Collection[str]) -> Collection[str]:
        """Of uploads that go on, and of versions that wait."""
        versions = AssetVersion.objects.exclude(state=VersionState.FAILED).filter(storage_key__in=keys)
        uploads = Upload.objects.filter(state__in=(UploadState.OPEN, UploadState.RECEIVED), storage_key__in=keys)
        return set(versions.values_list("storage_key", flat=True)) | set(uploads.values_list("storage_key", flat=True))


class Parts:
    """What has arrived of files that come in parts, on a local disk: `parts/<upload>/<number>`."""

    prefixes: Sequence[str] = (PARTS,)

    def known(self, keys: Collection[str]) -> Collection[str]:
        """Of uploads that go on."""
        by_name = {key: key.split("/")[1] for key in keys}
        going_on = Upload.objects.filter(state=UploadState.OPEN, multipart_id__in=set(by_name.values()))
        names = set(going_on.values_list("multipart_id", flat=True))
        return {key for key, name in by_name.items() if name in names}


OWNERS: dict[str, StorageOwner] = {
    "originals": Originals(),
    "previews": Previews(),
    "renditions": Renditions(),
    "quarantine": Quarantine(),
    "parts": Parts(),
}

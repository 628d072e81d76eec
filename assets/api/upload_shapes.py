"""What travels with uploads, for the OpenAPI document; reading and writing is the views' own."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from assets.choices import UploadState


class SimilarShape(serializers.Serializer[Any]):
    """A picture of the library that looks alike; `distance` is how many of 64 bits of their fingerprints differ."""

    uuid = serializers.UUIDField()
    code = serializers.CharField()
    distance = serializers.IntegerField()


class UploadedAssetShape(serializers.Serializer[Any]):
    """The asset that a file became, or was already."""

    uuid = serializers.UUIDField()
    code = serializers.CharField()
    state = serializers.ChoiceField(choices=["waiting", "ready", "failed"])
    error = serializers.CharField(allow_blank=True)
    similar = SimilarShape(many=True)


class UploadJobShape(serializers.Serializer[Any]):
    """The job that unpacks an archive or fetches an address."""

    uuid = serializers.UUIDField()
    state = serializers.CharField()
    done = serializers.IntegerField()
    total = serializers.IntegerField(allow_null=True)
    counters = serializers.DictField()
    error = serializers.CharField(allow_blank=True)


class UploadFileShape(serializers.Serializer[Any]):
    """One file of an upload. All parts but the last are `part_size_bytes` long."""

    uuid = serializers.UUIDField()
    filename = serializers.CharField()
    path = serializers.CharField(allow_blank=True)
    size_bytes = serializers.IntegerField()
    sha256 = serializers.CharField(allow_blank=True)
    part_size_bytes = serializers.IntegerField()
    part_count = serializers.IntegerField()
    state = serializers.ChoiceField(choices=UploadState.choices)
    error = serializers.CharField(allow_blank=True)
    is_duplicate = serializers.BooleanField()
    asset = UploadedAssetShape(allow_null=True)
    job = UploadJobShape(allow_null=True)
    source_url = serializers.CharField(allow_blank=True)


class ReceivedFileShape(UploadFileShape):
    """A file, with the numbers of the parts that have arrived whole; null where none are waited for."""

    received = serializers.ListField(child=serializers.IntegerField(), allow_null=True)


class BatchShape(serializers.Serializer[Any]):
    """An upload: files that are sent together, and what is set on each asset they become."""

    uuid = serializers.UUIDField()
    fields = serializers.DictField()  # type: ignore[assignment]
    keeps_paths = serializers.BooleanField()
    unpacks = serializers.BooleanField()
    created = serializers.DateTimeField()
    files = UploadFileShape(many=True)


class OpenBatchShape(serializers.Serializer[Any]):
    """An upload whose files have not all arrived."""

    uuid = serializers.UUIDField()
    created = serializers.DateTimeField()
    file_count = serializers.IntegerField()
    open_count = serializers.IntegerField()


class OpenBatchesShape(serializers.Serializer[Any]):
    """The caller's own, newest first; at most 20."""

    results = OpenBatchShape(many=True)


class BeginBatchShape(serializers.Serializer[Any]):
    """What is set on every asset (as in a change of one asset), and how folders and archives are treated."""

    fields = serializers.DictField(required=False)  # type: ignore[assignment]
    keeps_paths = serializers.BooleanField(required=False, help_text="Make folders as the files' paths say.")
    unpacks = serializers.BooleanField(required=False, help_text="Unpack ZIP archives instead of refusing them.")


class AnnouncedShape(serializers.Serializer[Any]):
    """A file that will be sent."""

    filename = serializers.CharField()
    size_bytes = serializers.IntegerField()
    path = serializers.CharField(required=False)
    sha256 = serializers.CharField(required=False)


class AnnounceShape(serializers.Serializer[Any]):
    """At most 100 files."""

    files = AnnouncedShape(many=True)


class FileRefusalShape(serializers.Serializer[Any]):
    """Why a file was refused."""

    code = serializers.CharField()
    detail = serializers.CharField()
    pointer = serializers.CharField(allow_blank=True)


class BegunShape(serializers.Serializer[Any]):
    """The answer to one file: the file or why it is refused; `urls` by part number, where parts go to the bucket."""

    file = UploadFileShape(allow_null=True)
    received = serializers.ListField(child=serializers.IntegerField())
    urls = serializers.DictField(child=serializers.CharField())
    error = FileRefusalShape(allow_null=True)


class BegunListShape(serializers.Serializer[Any]):
    """In the order in which the files were named."""

    results = BegunShape(many=True)


class PartsShape(serializers.Serializer[Any]):
    """Numbers of parts, at most 100."""

    parts = serializers.ListField(child=serializers.IntegerField())


class PartUrlsShape(serializers.Serializer[Any]):
    """Addresses to PUT parts to, good for an hour; none where parts are sent through the app."""

    urls = serializers.DictField(child=serializers.CharField())


class CompleteShape(serializers.Serializer[Any]):
    """The SHA-256 of the whole file, if it was not said before."""

    sha256 = serializers.CharField(required=False)


class ImportUrlShape(serializers.Serializer[Any]):
    """Addresses of files, at most 100."""

    url = serializers.CharField(required=False)
    urls = serializers.ListField(child=serializers.CharField(), required=False)
    fields = serializers.DictField(required=False)  # type: ignore[assignment]

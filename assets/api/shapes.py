"""What travels, for the OpenAPI document; reading and writing is the views' own."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from assets.choices import AssetKind, VersionState


class FocalShape(serializers.Serializer[Any]):
    """What must stay visible, as fractions 0–1 of the picture."""

    left = serializers.FloatField()
    top = serializers.FloatField()
    width = serializers.FloatField()
    height = serializers.FloatField()


class VersionShape(serializers.Serializer[Any]):
    """One uploaded file."""

    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=VersionState.choices)
    error = serializers.CharField(allow_blank=True)
    filename = serializers.CharField()
    media_type = serializers.CharField(allow_blank=True)
    size_bytes = serializers.IntegerField()
    sha256 = serializers.CharField(allow_blank=True)
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    created = serializers.DateTimeField()
    metadata = serializers.DictField()


class RenditionShape(serializers.Serializer[Any]):
    """The address of one rendition; it is drawn when first asked for."""

    preset = serializers.CharField()
    format = serializers.CharField()
    url = serializers.CharField()
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)


class ReasonShape(serializers.Serializer[Any]):
    """Why an asset may not be used."""

    code = serializers.CharField()
    message = serializers.CharField()


class VerdictShape(serializers.Serializer[Any]):
    """Whether an asset may be used today, inside the house."""

    allowed = serializers.BooleanField()
    reasons = ReasonShape(many=True)
    valid_until = serializers.DateField(allow_null=True)


class AssetShape(serializers.Serializer[Any]):
    """An asset."""

    uuid = serializers.UUIDField()
    code = serializers.CharField()
    kind = serializers.ChoiceField(choices=AssetKind.choices)
    stage = serializers.CharField()
    labels = serializers.DictField(child=serializers.CharField())
    alt = serializers.DictField(child=serializers.CharField())
    license = serializers.CharField(allow_null=True)
    focal = FocalShape(allow_null=True)
    version = VersionShape(allow_null=True)
    is_ready = serializers.BooleanField()
    renditions = RenditionShape(many=True)
    verdict = VerdictShape()
    revision = serializers.IntegerField()
    created = serializers.DateTimeField()
    updated = serializers.DateTimeField()


class AssetPageShape(serializers.Serializer[Any]):
    """A page of assets."""

    results = AssetShape(many=True)
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)


class AssetPatchShape(serializers.Serializer[Any]):
    """What may be changed; texts are merged, null or an empty text clears one."""

    labels = serializers.DictField(child=serializers.CharField(allow_null=True), required=False)
    alt = serializers.DictField(child=serializers.CharField(allow_null=True), required=False)
    license = serializers.CharField(allow_null=True, required=False)
    focal = FocalShape(allow_null=True, required=False)
    version = serializers.IntegerField(required=False)


class UploadShape(serializers.Serializer[Any]):
    """A file."""

    file = serializers.FileField()

"""What travels, for the OpenAPI document; reading and writing is the views' own."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from assets.choices import AssetKind, DigitalSource, VersionState


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
    duration_ms = serializers.IntegerField(allow_null=True)
    pages = serializers.IntegerField(allow_null=True)
    palette = serializers.ListField(child=serializers.CharField(), help_text="Main colours, the largest share first.")
    measures = serializers.DictField(help_text="What picture rules ask for.")
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
    """Whether an asset may be used; of an asset itself: today, inside the house."""

    allowed = serializers.BooleanField()
    reasons = ReasonShape(many=True)
    valid_until = serializers.DateField(allow_null=True)
    changes_on = serializers.DateField(allow_null=True)
    needs_watermark = serializers.BooleanField()
    credit = serializers.CharField(allow_blank=True)


class PictureProblemShape(serializers.Serializer[Any]):
    """What a picture rule has against a picture."""

    code = serializers.CharField()
    message = serializers.CharField()


class PictureFindingShape(serializers.Serializer[Any]):
    """What a channel's rule says of a picture that does not follow it, or could not be judged."""

    channel = serializers.CharField()
    rule = serializers.CharField()
    attributes = serializers.ListField(
        child=serializers.CharField(), help_text="Attributes of products that the rule is about; none: all."
    )
    problems = PictureProblemShape(many=True)
    unmeasured = serializers.ListField(child=serializers.CharField(), help_text="What nobody has measured yet.")


class AssetShape(serializers.Serializer[Any]):
    """An asset."""

    uuid = serializers.UUIDField()
    code = serializers.CharField()
    kind = serializers.ChoiceField(choices=AssetKind.choices)
    stage = serializers.CharField()
    labels = serializers.DictField(child=serializers.CharField())
    alt = serializers.DictField(child=serializers.CharField())
    family = serializers.CharField(allow_null=True)
    values = serializers.DictField(
        child=serializers.ListField(child=serializers.DictField()), help_text="{attribute: [{locale, channel, data}]}"
    )
    completeness = serializers.DictField(child=serializers.IntegerField(), help_text="{locale: percent}")
    folder = serializers.CharField(allow_null=True)
    keywords = serializers.ListField(child=serializers.CharField())
    categories = serializers.ListField(child=serializers.CharField())
    digital_source = serializers.ChoiceField(choices=DigitalSource.choices, allow_blank=True)
    license = serializers.CharField(allow_null=True)
    releases = serializers.ListField(child=serializers.CharField())
    valid_from = serializers.DateField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)
    focal = FocalShape(allow_null=True)
    crops = serializers.DictField(child=FocalShape(), help_text="{preset: rectangle}")
    version = VersionShape(allow_null=True)
    is_ready = serializers.BooleanField()
    renditions = RenditionShape(many=True)
    verdict = VerdictShape()
    picture_findings = PictureFindingShape(many=True)
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
    family = serializers.CharField(allow_null=True, required=False)
    values = serializers.DictField(
        child=serializers.ListField(child=serializers.DictField(), allow_null=True), required=False
    )
    folder = serializers.CharField(allow_null=True, required=False)
    keywords = serializers.ListField(child=serializers.CharField(), required=False)
    add_keywords = serializers.ListField(child=serializers.CharField(), required=False)
    remove_keywords = serializers.ListField(child=serializers.CharField(), required=False)
    categories = serializers.ListField(child=serializers.CharField(), required=False)
    add_categories = serializers.ListField(child=serializers.CharField(), required=False)
    remove_categories = serializers.ListField(child=serializers.CharField(), required=False)
    digital_source = serializers.ChoiceField(choices=DigitalSource.choices, allow_blank=True, required=False)
    license = serializers.CharField(allow_null=True, required=False)
    releases = serializers.ListField(child=serializers.CharField(), required=False)
    add_releases = serializers.ListField(child=serializers.CharField(), required=False)
    remove_releases = serializers.ListField(child=serializers.CharField(), required=False)
    valid_from = serializers.DateField(allow_null=True, required=False)
    valid_until = serializers.DateField(allow_null=True, required=False)
    focal = FocalShape(allow_null=True, required=False)
    crops = serializers.DictField(child=FocalShape(allow_null=True), required=False)
    version = serializers.IntegerField(required=False)


class UploadShape(serializers.Serializer[Any]):
    """A file."""

    file = serializers.FileField()

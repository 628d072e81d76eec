"""What travels, for the OpenAPI document; reading and writing is the views' own."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class FindingShape(serializers.Serializer[Any]):
    """One reason."""

    pointer = serializers.CharField(allow_blank=True)
    code = serializers.CharField()
    detail = serializers.CharField()


class WayShape(serializers.Serializer[Any]):
    """A way out of the present stage, and what blocks it."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a member of the JSON, not the field's own label
    to = serializers.CharField()
    asks_comment = serializers.BooleanField()
    is_allowed = serializers.BooleanField()
    problems = FindingShape(many=True)


class WaysShape(serializers.Serializer[Any]):
    """Where a subject stands and where it can go."""

    stage = serializers.CharField()
    results = WayShape(many=True)


class TransitionShape(serializers.Serializer[Any]):
    """What is asked of one subject."""

    transition = serializers.CharField()
    comment = serializers.CharField(required=False)


class ProductTransitionShape(TransitionShape):
    """What is asked of one product."""

    include_ancestors = serializers.BooleanField(required=False)
    include_variants = serializers.BooleanField(required=False)


class MovedShape(serializers.Serializer[Any]):
    """One subject that was accepted."""

    key = serializers.CharField()
    result = serializers.ChoiceField(choices=["updated", "unchanged"])
    revision = serializers.IntegerField()


class RefusedShape(serializers.Serializer[Any]):
    """One subject that was to move along and may not."""

    key = serializers.CharField()
    errors = FindingShape(many=True)  # type: ignore[assignment]  # a member of the JSON


class OutcomeShape(serializers.Serializer[Any]):
    """What a transition did."""

    stage = serializers.CharField()
    results = MovedShape(many=True)
    refused = RefusedShape(many=True)


class JobRequestShape(ProductTransitionShape):
    """What is asked of many subjects: named by `keys`, or by a `filter` (`{}`: all of them)."""

    subject_type = serializers.ChoiceField(choices=["product", "asset"])
    keys = serializers.ListField(child=serializers.CharField(), required=False)
    filter = serializers.DictField(required=False)


class JobShape(serializers.Serializer[Any]):
    """The job that does it."""

    uuid = serializers.UUIDField()
    kind = serializers.CharField()
    state = serializers.CharField()

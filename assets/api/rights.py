"""Licences, releases and verdicts over REST."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from assets.api.shapes import VerdictShape
from assets.choices import Medium, ReleaseKind
from assets.models import License, Release
from assets.services.documents import describe_verdict
from assets.services.finding import find_asset
from assets.services.rights.questions import PARAMETERS, read_question
from assets.services.rights.releases import Impact, reinstate_release, withdraw_release
from assets.services.rights.verdicts import judge_asset
from pim.api.openapi import Component, Operation
from pim.api.requests import read_object, refuse_unknown_parameters
from pim.api.resources import CODES
from pim.api.structure import BulkStructureViewSet, StructureResource, StructureViewSet
from pim.choices import Origin
from pim.services.structure_reading import read_piece

_DAY = {"type": ["string", "null"], "format": "date"}
_GRANT: dict[str, Any] = {
    "valid_from": {**_DAY, "description": "The first day of use; null: always."},
    "valid_until": {**_DAY, "description": "The last day of use; null: for ever."},
    "channels": {**CODES, "description": "Codes of the channels it covers; empty: all."},
    "territories": {**CODES, "description": "ISO 3166 codes of the countries it covers; empty: all."},
    "media": {"type": "array", "items": {"enum": list(Medium.values)}, "description": "Empty: all."},
}
_REASON = Component(
    "WithdrawalReason",
    {
        "type": "object",
        "required": ["reason"],
        "properties": {"reason": {"type": "string", "maxLength": 1000, "description": "Kept as evidence."}},
    },
)
_IMPACT = Component(
    "WithdrawalImpact",
    {
        "type": "object",
        "description": "What a withdrawal has hit.",
        "properties": {
            "withdrawn": {"type": ["string", "null"], "format": "date-time"},
            "assets": {**CODES, "description": "Codes of the assets."},
            "products": {**CODES, "description": "SKUs of the products that show them."},
            "views": {
                "type": "object",
                "additionalProperties": {"type": "integer"},
                "description": "{view: products that were live in it}",
            },
        },
    },
)


class LicenseResource(StructureResource):
    kind_code = "license"
    model = License
    permission_model = "assets.license"
    filters = ("holder", "needs_watermark")
    schemas: ClassVar = {
        **_GRANT,
        "cost": {"type": ["string", "null"], "description": "A decimal with two digits."},
        "cost_currency": {"type": "string"},
        "statement_url": {"type": "string", "description": "The web statement of rights; http or https."},
    }


class ReleaseResource(StructureResource):
    kind_code = "release"
    model = Release
    permission_model = "assets.release"
    filters = ("kind", "person", "email")
    schemas: ClassVar = {
        **_GRANT,
        "kind": {"enum": list(ReleaseKind.values)},
        "withdrawn": {
            "type": ["string", "null"],
            "format": "date-time",
            "description": "When the consent ended for every use; better set by `withdraw/`, which asks why.",
        },
    }


class LicenseViewSet(LicenseResource, StructureViewSet):
    """Licences: for how long and where files may be used."""


class ReleaseViewSet(ReleaseResource, StructureViewSet):
    """Releases: the consent of persons and of owners of property."""

    verbs: ClassVar[Mapping[str, Sequence[str]]] = {"withdraw": ("change",), "reinstate": ("change",)}

    def describe_operations(self) -> dict[str, Operation]:
        """With the end of a consent, and its return."""
        return {
            **super().describe_operations(),
            "withdraw": Operation({200: _IMPACT}, _REASON),
            "reinstate": Operation({200: self.component}, _REASON),
        }

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, key: str) -> Response:
        """End the consent for every use; files and addresses that are out stop working at once."""
        refuse_unknown_parameters(request, {"by"})
        release = self._release(request, key)
        reason = str(read_object(request).get("reason") or "")
        impact = withdraw_release(release, actor=self.actor, reason=reason, origin=Origin.API)
        return Response({"withdrawn": release.withdrawn, **describe_impact(impact)})

    @action(detail=True, methods=["post"])
    def reinstate(self, request: Request, key: str) -> Response:
        """The consent was given again."""
        refuse_unknown_parameters(request, {"by"})
        release = self._release(request, key)
        reason = str(read_object(request).get("reason") or "")
        reinstate_release(release, actor=self.actor, reason=reason, origin=Origin.API)
        return Response(read_piece(self.kind, release.code).document())

    def _release(self, request: Request, key: str) -> Release:
        return Release.objects.get(code=self._find(request, key).key)


class BulkLicenseViewSet(LicenseResource, BulkStructureViewSet):
    """Many licences."""


class BulkReleaseViewSet(ReleaseResource, BulkStructureViewSet):
    """Many releases."""


class VerdictActions:
    """What the viewset of assets answers about their rights."""

    @extend_schema(
        parameters=[
            OpenApiParameter(name, str, description=text)
            for name, text in (
                ("channel", "Code; left out: use inside the house."),
                ("territory", "ISO 3166 code; left out: bound to no country."),
                ("medium", ", ".join(Medium.values)),
                ("on", "A day; default: today, UTC."),
            )
        ],
        responses=VerdictShape,
    )
    @action(detail=True, methods=["get"])
    def verdict(self, request: Request, key: str) -> Response:
        """May it be used there, in that medium, that day? With all reasons where it may not."""
        refuse_unknown_parameters(request, set(PARAMETERS))
        question = read_question({name: request.query_params.get(name) for name in PARAMETERS})
        return Response(describe_verdict(judge_asset(find_asset(key), **question)))


def describe_impact(impact: Impact) -> dict[str, Any]:
    """What a withdrawal hit, by the keys that callers know."""
    return {
        "assets": [asset.code for asset in impact.assets],
        "products": [sku for _uuid, sku in impact.products],
        "views": {target.code: count for target, count in impact.places},
    }

"""Picture rules as a REST resource."""

from __future__ import annotations

from typing import Any, ClassVar

from assets.conformance import COLOUR_SPACES
from assets.models import PictureRule
from pim.api.resources import CODES
from pim.api.structure import BulkStructureViewSet, StructureResource, StructureViewSet


def _number(most: int, description: str) -> dict[str, Any]:
    return {"type": ["integer", "null"], "minimum": 1, "maximum": most, "description": description}


class PictureRuleResource(StructureResource):
    kind_code = "picture_rule"
    model = PictureRule
    permission_model = "assets.picturerule"
    filters = ("channel",)
    schemas: ClassVar = {
        "channel": {"type": "string", "description": "The code of the channel that asks."},
        "attributes": {**CODES, "description": "Whose pictures are meant; empty: those of every attribute."},
        "min_width_px": _number(100_000, "Pixels."),
        "min_height_px": _number(100_000, "Pixels."),
        "aspect": {"type": "string", "description": "Width to height, such as `4:3`; empty asks nothing."},
        "aspect_tolerance": {"type": "integer", "minimum": 0, "maximum": 100, "description": "Percent of the aspect."},
        "min_white_share": _number(100, "Percent of the background."),
        "min_subject_fill": _number(100, "Percent of the picture."),
        "colour_spaces": {"type": "array", "items": {"enum": list(COLOUR_SPACES)}},
        "media_types": {"type": "array", "items": {"type": "string"}},
        "max_bytes": _number(2**40, "Bytes."),
    }


class PictureRuleViewSet(PictureRuleResource, StructureViewSet):
    """Picture rules: what channels ask of pictures."""


class BulkPictureRuleViewSet(PictureRuleResource, BulkStructureViewSet):
    """Many picture rules."""

"""Picture rules as an object type."""

from __future__ import annotations

import graphene

from assets.models import PictureRule
from pim.graphql.nodes import Node
from pim.graphql.structure import StructureFields, StructureType
from pim.graphql.types import codes


class PictureRuleType(StructureFields, graphene.ObjectType):
    """What a channel asks of pictures; null and empty ask nothing."""

    class Meta:
        name = "PictureRule"
        interfaces = (Node,)

    model = PictureRule
    channel = graphene.String(required=True)
    attributes = codes("Whose pictures are meant; empty: those of every attribute.")
    min_width_px = graphene.Int()
    min_height_px = graphene.Int()
    aspect = graphene.String(required=True, description="Width to height, such as 4:3.")
    aspect_tolerance = graphene.Int(required=True, description="Percent of the aspect.")
    min_white_share = graphene.Int(description="Percent of the background.")
    min_subject_fill = graphene.Int(description="Percent of the picture.")
    colour_spaces = codes("Any of these; empty: any.")
    media_types = codes("Any of these; empty: any.")
    max_bytes = graphene.Float()


PICTURE_RULE = StructureType(
    PictureRuleType, "picture_rule", "assets.picturerule", "picture_rule", "picture_rules", ("channel",)
)

"""Channel views in the management schema."""

from __future__ import annotations

import graphene

from channels.models import ChannelView as ChannelViewModel
from pim.graphql.nodes import Node
from pim.graphql.scalars import JSON
from pim.graphql.structure import StructureFields, StructureType, make_structure_query


class ChannelView(StructureFields, graphene.ObjectType):
    """A consumer's window onto a channel."""

    class Meta:
        interfaces = (Node,)

    model = ChannelViewModel
    channel = graphene.String(required=True)
    locales = graphene.List(
        graphene.NonNull(graphene.String), required=True, description="Empty: all of the channel's."
    )
    currencies = graphene.List(
        graphene.NonNull(graphene.String), required=True, description="Empty: all of the channel's."
    )
    selection = JSON(required=True, description="A filter; empty: every product in the channel's tree.")
    requires_approval = graphene.Boolean(required=True)
    completeness = graphene.Int(required=True)
    locale_rule = graphene.String(required=True)
    uses_fallback = graphene.Boolean(required=True)
    image_preset = graphene.String(required=True)
    is_introspectable = graphene.Boolean(required=True)
    page_limit = graphene.Int(required=True)
    cache_age_s = graphene.Int(required=True)
    is_active = graphene.Boolean(required=True)


VIEW = StructureType(
    ChannelView,
    "channel_view",
    "channels.channelview",
    "channel_view",
    "channel_views",
    filters=("channel", "is_active"),
)

QUERIES: tuple[type, ...] = (make_structure_query("ChannelViewQuery", (VIEW,)),)
MUTATIONS: tuple[type, ...] = ()
TYPES: tuple[type[graphene.ObjectType], ...] = (ChannelView,)

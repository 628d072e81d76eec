"""Channel views over REST: `/api/v1/channel-views`."""

from __future__ import annotations

from channels.models import ChannelView
from pim.api.structure import BulkStructureViewSet, StructureResource, StructureViewSet


class ViewResource(StructureResource):
    kind_code = "channel_view"
    model = ChannelView
    permission_model = "channels.channelview"
    filters = ("channel", "is_active")


class ChannelViewViewSet(ViewResource, StructureViewSet):
    """Channel views: consumers' windows onto a channel."""


class BulkChannelViewViewSet(ViewResource, BulkStructureViewSet):
    """Many channel views."""

"""What delivery adds to `/api/v1/`."""

from __future__ import annotations

from channels.api.views import BulkChannelViewViewSet, ChannelViewViewSet
from pim.api.resources import make_routes
from pim.api.routing import ApiRoute

ROUTES: tuple[ApiRoute, ...] = make_routes((("channel-views", ChannelViewViewSet, BulkChannelViewViewSet),))

"""What the catalog adds to `/api/v1/`."""

from __future__ import annotations

from catalog.api.resources import STRUCTURE
from pim.api.resources import make_routes
from pim.api.routing import ApiRoute

ROUTES: tuple[ApiRoute, ...] = (*make_routes(STRUCTURE),)

"""What the kernel adds to `/api/v1/`."""

from __future__ import annotations

from pim.api.entries import EntryViewSet
from pim.api.jobs import JobViewSet
from pim.api.me import MeViewSet
from pim.api.resources import STRUCTURE, make_routes
from pim.api.routing import ApiRoute
from pim.api.saved_views import SavedViewViewSet

ROUTES: tuple[ApiRoute, ...] = (
    *make_routes(STRUCTURE),
    ApiRoute("jobs", JobViewSet, "api-jobs"),
    ApiRoute("entries", EntryViewSet, "api-entries"),
    ApiRoute("saved-views", SavedViewViewSet, "api-saved-views"),
    ApiRoute("me", MeViewSet, "api-me"),
)

"""Addresses of resources: keys of any characters, a slash at the end or not, bulk writes beside the lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rest_framework.routers import DynamicRoute, Route, SimpleRouter
from rest_framework.viewsets import ViewSetMixin


@dataclass(frozen=True, slots=True)
class ApiRoute:
    """One resource of an app: what it adds to `/api/v1/`."""

    prefix: str
    viewset: type[ViewSetMixin]
    basename: str


class ApiRouter(SimpleRouter):
    """Like DRF's, but actions of an object come before the object, whose key may hold slashes.

    A key that ends like an action's name is reached by `?by=uuid`.
    """

    routes = [
        Route(
            url=r"^{prefix}{trailing_slash}$",
            mapping={"get": "list", "post": "create", "patch": "bulk"},
            name="{basename}-list",
            detail=False,
            initkwargs={"suffix": "List"},
        ),
        DynamicRoute(
            url=r"^{prefix}/{url_path}{trailing_slash}$", name="{basename}-{url_name}", detail=False, initkwargs={}
        ),
        DynamicRoute(
            url=r"^{prefix}/{lookup}/{url_path}{trailing_slash}$",
            name="{basename}-{url_name}",
            detail=True,
            initkwargs={},
        ),
        Route(
            url=r"^{prefix}/{lookup}{trailing_slash}$",
            mapping={"get": "retrieve", "put": "update", "patch": "partial_update", "delete": "destroy"},
            name="{basename}-detail",
            detail=True,
            initkwargs={"suffix": "Instance"},
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.trailing_slash = "/?"

    def register_all(self, routes: Any) -> None:
        """Take in the resources of an app."""
        for route in routes:
            self.register(route.prefix, route.viewset, basename=route.basename)

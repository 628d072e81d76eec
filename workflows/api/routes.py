"""What workflows add to `/api/v1/`; the transitions of an object come before the object, whose key may hold slashes."""

from pim.api.routing import ApiRoute
from workflows.api.transitions import (
    AssetTransitions,
    ModelTransitions,
    ProductTransitions,
    TransitionJobs,
)
from workflows.api.workflows import WorkflowViewSet

ROUTES = (
    ApiRoute("workflows", WorkflowViewSet, "workflow"),
    ApiRoute("transitions", TransitionJobs, "transition"),
    ApiRoute("products", ProductTransitions, "product-transition"),
    ApiRoute("product-models", ModelTransitions, "model-transition"),
    ApiRoute("assets", AssetTransitions, "asset-transition"),
)

__all__ = ["ROUTES"]

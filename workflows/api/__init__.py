"""The REST face of workflows, added to `/api/v1/` by config.api before the catalog's own routes."""

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
    ApiRoute("models", ModelTransitions, "model-transition"),
    ApiRoute("assets", AssetTransitions, "asset-transition"),
)

__all__ = ["ROUTES"]

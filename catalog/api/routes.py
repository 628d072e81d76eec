"""What the catalog adds to `/api/v1/`."""

from __future__ import annotations

from catalog.api.linking import AssetMatchViewSet, LinkingViewSet
from catalog.api.products import BulkProductModelViewSet, BulkProductViewSet, ProductModelViewSet, ProductViewSet
from catalog.api.resources import STRUCTURE
from pim.api.resources import make_routes
from pim.api.routing import ApiRoute

ROUTES: tuple[ApiRoute, ...] = (
    ApiRoute("bulk/products", BulkProductViewSet, "api-bulk-products"),
    ApiRoute("bulk/product-models", BulkProductModelViewSet, "api-bulk-product-models"),
    ApiRoute("products", ProductViewSet, "api-products"),
    ApiRoute("product-models", ProductModelViewSet, "api-product-models"),
    ApiRoute("linkings", LinkingViewSet, "api-linkings"),
    ApiRoute("asset-matches", AssetMatchViewSet, "api-asset-matches"),
    *make_routes(STRUCTURE),
)

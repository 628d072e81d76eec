"""What the DAM adds to `/api/v1/`."""

from __future__ import annotations

from assets.api.assets import AssetViewSet, BulkAssetViewSet
from assets.api.collections import CollectionViewSet
from assets.api.comments import AssetCommentViewSet
from assets.api.resources import STRUCTURE
from assets.api.sharing import DownloadViewSet, ShareViewSet
from assets.api.uploads import ImportUrlViewSet, UploadFileViewSet, UploadViewSet
from pim.api.resources import make_routes
from pim.api.routing import ApiRoute

ROUTES: tuple[ApiRoute, ...] = (
    *make_routes(STRUCTURE),
    ApiRoute("bulk/assets", BulkAssetViewSet, "api-bulk-assets"),
    ApiRoute("asset-comments", AssetCommentViewSet, "api-asset-comments"),
    ApiRoute("collections", CollectionViewSet, "api-collections"),
    ApiRoute("shares", ShareViewSet, "api-shares"),
    ApiRoute("downloads", DownloadViewSet, "api-downloads"),
    ApiRoute("uploads", UploadViewSet, "api-uploads"),
    ApiRoute("upload-files", UploadFileViewSet, "api-upload-files"),
    ApiRoute("assets/import-url", ImportUrlViewSet, "api-import-url"),
    ApiRoute("assets", AssetViewSet, "api-assets"),
)

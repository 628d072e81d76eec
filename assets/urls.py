"""Addresses of files: below `/media/` for who has an account or the address, below `/share/` for visitors."""

from django.urls import path, re_path

from assets.views import downloads, originals, portal, renditions

urlpatterns = [
    re_path(
        r"^r/(?P<preset>[A-Za-z0-9_]{1,100})/(?P<shard>[0-9a-f]{2})/(?P<digest>[0-9a-f]{64})\.(?P<extension>[a-z0-9]{2,5})$",
        renditions.serve_rendition,
        name="rendition",
    ),
    path("original/<uuid:uuid>/<int:number>/", originals.download_original, name="original"),
    path("zip/<str:token>/", downloads.download_zip, name="download-zip"),
]

share_patterns = [
    path("<str:token>/", portal.portal, name="share"),
    path("<str:token>/preview/<uuid:uuid>/<str:preset>/", portal.preview, name="share-preview"),
    path("<str:token>/file/<uuid:uuid>/", portal.download, name="share-file"),
    path("<str:token>/zip/<str:ticket>/", portal.download_all, name="share-zip"),
]

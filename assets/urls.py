"""Addresses of files."""

from django.urls import path, re_path

from assets.views import originals, renditions

urlpatterns = [
    re_path(
        r"^r/(?P<preset>[A-Za-z0-9_]{1,100})/(?P<shard>[0-9a-f]{2})/(?P<digest>[0-9a-f]{64})\.(?P<extension>[a-z0-9]{2,5})$",
        renditions.serve_rendition,
        name="rendition",
    ),
    path("original/<uuid:uuid>/<int:number>/", originals.download_original, name="original"),
]

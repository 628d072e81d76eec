"""The management REST API, composed: every app brings its viewsets, this router gives them their addresses."""

from collections.abc import Sequence

from django.urls import URLPattern, URLResolver
from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import ViewSetMixin

# (address below /api/v1/, viewset): each app's `api` package has a list of its own, added here from left to right.
VIEWSETS: Sequence[tuple[str, type[ViewSetMixin]]] = ()

# Addresses that are no viewset's, such as bulk.
EXTRA: Sequence[URLPattern | URLResolver] = ()

router = SimpleRouter()
for _prefix, _viewset in VIEWSETS:
    router.register(_prefix, _viewset, basename=_prefix.replace("/", "-"))

urls = ([*EXTRA, *router.urls], None, None)

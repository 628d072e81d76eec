"""The management REST API, composed: every app brings its viewsets, this router gives them their addresses."""

from rest_framework.routers import SimpleRouter

router = SimpleRouter()

urls = (router.urls, None, None)

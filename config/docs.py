"""The management API's documentation page, served from this host, without inline scripts."""

from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework import renderers


class ApiDocumentation(SpectacularSwaggerSplitView):
    """Swagger UI from the sidecar package; its start script comes from this view under `?script`."""

    renderer_classes = [renderers.TemplateHTMLRenderer]

"""The management API's documentation page, served from this host, without inline scripts."""

from drf_spectacular.views import SpectacularSwaggerSplitView


class ApiDocumentation(SpectacularSwaggerSplitView):
    """Swagger UI from the sidecar package; its start script comes from this view under `?script`."""

    template_name = "config/api_docs.html"

"""Where everything is: the one table of addresses."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView

from assets.urls import share_patterns
from config import api, health, problems
from config.docs import ApiDocumentation
from config.schema import schema
from pim.graphql.http import ManagementGraphQL

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index"), name="home"),
    path("admin/", admin.site.urls),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/v1/docs/", ApiDocumentation.as_view(url_name="api-schema"), name="api-docs"),
    path("api/v1/", api.urls),
    path("graphql/", ManagementGraphQL.as_view(schema=schema), name="graphql"),
    path("media/", include("assets.urls")),
    path("share/", include(share_patterns)),
    path("hub/", include("channels.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]

handler400 = problems.bad_request
handler403 = problems.permission_denied
handler404 = problems.page_not_found
handler500 = problems.server_error

"""`/hub/<view>/schema.json`: what a product of this view looks like over REST."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse

from channels.services.schemas import get_json_schema
from channels.views.access import delivered, open_view


@delivered("GET", "HEAD")
def schema_json(request: HttpRequest, view: str) -> HttpResponse:
    """The JSON Schema."""
    access = open_view(request, view)
    return JsonResponse(get_json_schema(access.structure, access.view), content_type="application/schema+json")

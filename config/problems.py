"""How Django's own refusals read below the paths that programs use; the shape is the API's (pim.api.problems)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views import defaults

from pim.api.problems import (
    MEDIA_TYPE,
    PRECONDITION_FAILED,
    answer_problem,
    describe_domain_error,
    exception_handler,
    status_of,
)

__all__ = [
    "MEDIA_TYPE",
    "PRECONDITION_FAILED",
    "answer_problem",
    "bad_request",
    "describe_domain_error",
    "exception_handler",
    "page_not_found",
    "permission_denied",
    "server_error",
    "speaks_problems",
    "status_of",
]

PREFIXES = ("/api/", "/hub/", "/graphql/", "/media/")


def speaks_problems(request: HttpRequest) -> bool:
    """True where the caller is a program: API, hub, GraphQL and media paths."""
    return request.path.startswith(PREFIXES)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if speaks_problems(request):
        return answer_problem(request, 400, "bad_request", _("The request cannot be read."))
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if speaks_problems(request):
        return answer_problem(request, 403, "permission_denied", _("You may not do this."))
    return defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if speaks_problems(request):
        return answer_problem(request, 404, "not_found", _("There is nothing at this address."))
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    if speaks_problems(request):
        return answer_problem(
            request, 500, "internal_error", _("Something broke on our side; the log has the details.")
        )
    return defaults.server_error(request)

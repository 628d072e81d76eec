"""The management GraphQL endpoint: who may come in is decided by the same classes as for REST."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from graphene_django.views import GraphQLView
from graphql import GraphQLError
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException, NotAuthenticated
from rest_framework.parsers import FormParser, JSONParser
from rest_framework.request import Request
from rest_framework.views import APIView

from config import problems
from pim.errors import DomainError


# DRF's session authentication checks the CSRF token itself, and a bearer token needs none.
@method_decorator(csrf_exempt, name="dispatch")
class ManagementGraphQL(GraphQLView):
    """Takes sessions and tokens, refuses the rest with a problem, and tells domain errors by code and pointer.

    There is no playground: graphene-django's comes from a CDN.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        authenticators = APIView().get_authenticators()
        try:
            request.user, request.auth = _identify(request, authenticators)  # type: ignore[attr-defined]
        except APIException as error:
            return _refuse(request, authenticators, error)
        return super().dispatch(request, *args, **kwargs)

    @staticmethod
    def format_error(error: Exception) -> dict[str, Any]:
        if not isinstance(error, GraphQLError):
            return {"message": str(error), "extensions": {"code": "bad_request"}}
        shown: dict[str, Any] = dict(error.formatted)
        cause = error.original_error
        if isinstance(cause, DomainError):
            extensions = {"code": cause.code} | ({"pointer": cause.pointer} if cause.pointer else {})
            shown |= {"message": str(cause.message), "extensions": extensions}
        return shown


def _identify(request: HttpRequest, authenticators: Sequence[BaseAuthentication]) -> tuple[Any, Any]:
    """Ask DRF's authenticators who this is.

    Raises:
        APIException: nobody, or a credential that is not valid.
    """
    # Read before DRF does, so that both can: the session's CSRF check looks into the body for its token.
    _ = request.body
    asked = Request(request, parsers=[JSONParser(), FormParser()], authenticators=authenticators)
    if not asked.user.is_authenticated:
        raise NotAuthenticated
    return asked.user, asked.auth


def _refuse(request: HttpRequest, authenticators: Sequence[BaseAuthentication], error: APIException) -> HttpResponse:
    challenge = authenticators[0].authenticate_header(Request(request)) if authenticators else None
    is_unknown = isinstance(error, NotAuthenticated) or error.status_code == 401
    status = 401 if is_unknown and challenge else error.status_code if not is_unknown else 403
    answer = problems.answer_problem(request, status, error.default_code, str(error.detail))
    if status == 401 and challenge:
        answer.headers["WWW-Authenticate"] = challenge
    return answer

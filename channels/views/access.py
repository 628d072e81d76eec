"""Who may read a view, and how refusals look: RFC 9457 problems."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec, TypeAlias, cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from channels.errors import FeedExpired, NotAuthenticated, UnknownView
from channels.services.reading import Reader
from channels.services.snapshot import DeliveryStructure, ViewSpec, get_delivery_structure
from pim.errors import DomainError, NotAllowed, Refused
from pim.models import ApiToken
from pim.services.tokens import check_token, has_scope

P = ParamSpec("P")
Endpoint: TypeAlias = Callable[Concatenate[HttpRequest, P], HttpResponse]
SCOPE = "delivery:read"
TOKEN_MEMORY_S = 5.0
"""How long a token that was switched off elsewhere may go on reading."""
_STATUS = {NotAuthenticated: HTTPStatus.UNAUTHORIZED, FeedExpired: HTTPStatus.GONE}


@dataclass(frozen=True, slots=True)
class Access:
    """A consumer that may read a view."""

    token: ApiToken
    structure: DeliveryStructure
    view: ViewSpec
    reader: Reader

    @property
    def may_introspect(self) -> bool:
        """Whether names may be told: both the view and the token allow it."""
        return self.view.is_introspectable and self.token.may_introspect


def open_view(request: HttpRequest, code: str) -> Access:
    """Check the token and find the view; a view the token is not for does not exist.

    Raises:
        NotAuthenticated, NotAllowed, UnknownView.
    """
    if any(name in request.GET for name in ("apikey", "api_key", "access_token", "token")):
        raise Refused("token_in_url", _("A token does not belong in an address: send it in the Authorization header."))
    scheme, _sep, text = request.headers.get("Authorization", "").partition(" ")
    address = request.META.get("REMOTE_ADDR")
    is_bearer = scheme.lower() == "bearer"
    token = check_token(text.strip(), ip=address, remembered_for_s=TOKEN_MEMORY_S) if is_bearer else None
    if token is None:
        raise NotAuthenticated
    if not has_scope(token, SCOPE):
        raise NotAllowed("scope_missing", _("This token lacks the scope %(scope)s.") % {"scope": SCOPE})
    structure = get_delivery_structure()
    view = structure.views_by_code.get(code)
    if view is None or not view.is_active or (token.view and token.view != code):
        raise UnknownView(code)
    return Access(token, structure, view, Reader(structure, view))


def delivered(*methods: str) -> Callable[[Endpoint[P]], Endpoint[P]]:
    """Make a delivery endpoint: these methods only, no cookies, refusals as problems, answers that caches keep apart."""

    def decorate(endpoint: Endpoint[P]) -> Endpoint[P]:
        @csrf_exempt
        @wraps(endpoint)
        def serve(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method not in methods:
                response = HttpResponse(status=HTTPStatus.METHOD_NOT_ALLOWED)
                response["Allow"] = ", ".join(methods)
                return response
            try:
                response = endpoint(request, *args, **kwargs)
            except (NotAuthenticated, FeedExpired) as error:
                response = _answer(request, error, _STATUS[type(error)])
                if isinstance(error, NotAuthenticated):
                    response["WWW-Authenticate"] = 'Bearer error="invalid_token"'
            patch_vary_headers(response, ("Accept", "Authorization", "Origin"))
            return response

        return cast("Endpoint[P]", serve)

    return decorate


def _answer(request: HttpRequest, error: DomainError, status: HTTPStatus) -> HttpResponse:
    body = {
        "type": f"/problems/{error.code}",
        "title": status.phrase,
        "status": status.value,
        "code": error.code,
        "detail": str(error.message),
        "instance": f"urn:uuid:{getattr(request, 'request_id', '')}",
        "errors": [{"pointer": error.pointer, "code": error.code, "detail": str(error.message)}],
    }
    return JsonResponse(body, status=status, content_type="application/problem+json")

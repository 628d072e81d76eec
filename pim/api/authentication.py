"""Who calls: a program with a bearer token, or a person with a session and its CSRF token."""

from __future__ import annotations

import hashlib
import re

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request

from pim.models import ApiToken, User
from pim.services.tokens import check_token

TOKEN = re.compile(r"vtr_[A-Za-z0-9]{10}_[A-Za-z0-9]{43}")
FORBIDDEN_PARAMETERS = frozenset({"access_token", "api_key", "apikey", "token"})
MAX_FAILURES = 30
"""Wrong tokens that one address may send in a minute."""


class TokenInAddress(exceptions.APIException):
    """A token stands in the address, where logs and histories keep it."""

    status_code = 400
    default_code = "token_in_url"
    default_detail = _("A token does not belong in an address: send it in the Authorization header, and replace it.")


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer vtr_<key>_<secret>`."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The token's user and the token; None without the header.

        Raises:
            AuthenticationFailed: `invalid_token`.
            Throttled: too many wrong tokens from this address.
            TokenInAddress: a token stands in the query string.
        """
        refuse_token_in_address(request)
        scheme, _sep, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        ip = client_ip(request)
        _refuse_guessing(ip)
        token = check_token(text.strip(), ip=ip)
        if token is None:
            _count_failure(ip)
            raise exceptions.AuthenticationFailed(_("This token is unknown, expired or switched off."), "invalid_token")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """The challenge of RFC 6750."""
        if request.headers.get("Authorization"):
            return 'Bearer realm="vitrine", error="invalid_token"'
        return 'Bearer realm="vitrine"'


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How OpenAPI speaks of the tokens."""

    target_class = BearerAuthentication
    name = "bearer"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """An HTTP bearer scheme."""
        return {"type": "http", "scheme": "bearer", "description": "A token `vtr_<key>_<secret>`."}


AUTHENTICATION = (BearerAuthentication, SessionAuthentication)
"""What every management endpoint takes, REST and GraphQL."""


def refuse_token_in_address(request: HttpRequest | Request) -> None:
    """Refuse a request that carries a token in its query string, valid or not.

    Raises:
        TokenInAddress: always then.
    """
    query = request.META.get("QUERY_STRING", "")
    if TOKEN.search(query) or FORBIDDEN_PARAMETERS & request.GET.keys():
        raise TokenInAddress


def client_ip(request: HttpRequest | Request) -> str | None:
    """The address of the peer; behind a proxy, the server in front of Django sets it."""
    return request.META.get("REMOTE_ADDR") or None


def _failures(ip: str | None) -> str:
    return "wrong-tokens:" + hashlib.sha256((ip or "").encode()).hexdigest()[:32]


def _refuse_guessing(ip: str | None) -> None:
    if (cache.get(_failures(ip)) or 0) >= MAX_FAILURES:
        raise exceptions.Throttled(wait=60)


def _count_failure(ip: str | None) -> None:
    key = _failures(ip)
    if not cache.add(key, 1, timeout=60):
        try:
            cache.incr(key)
        except ValueError:
            cache.add(key, 1, timeout=60)

"""What a caller may do at an endpoint: the scope of its token, then the permission of its account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Protocol

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from pim.models import ApiToken
from pim.services.access import check_permission, check_scope

VERBS: Mapping[str, Sequence[str]] = {
    "GET": ("view",),
    "HEAD": ("view",),
    "OPTIONS": (),
    "POST": ("add",),
    "PUT": ("change",),
    "PATCH": ("change",),
    "DELETE": ("delete",),
}


class Resource(Protocol):
    """What an endpoint says of itself.

    Attributes:
        scope: the first half of the token's scope: `catalog`, `structure`, `assets`, `jobs`.
        permission_model: `app.model` whose permissions count; empty: any account may.
    """

    scope: ClassVar[str]
    permission_model: ClassVar[str]


class HasScopeAndPermission(BasePermission):
    """Asks the token for `<scope>:read` or `:write` and the account for Django's permission on the model."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Raises rather than answers, so that the refusal names what is missing."""
        if not request.user.is_authenticated:
            return False
        scope = getattr(view, "scope", "")
        method = request.method or "GET"
        access = "read" if method in SAFE_METHODS else "write"
        token = request.auth if isinstance(request.auth, ApiToken) else None
        check_scope(token, f"{scope}:{access}" if scope else "")
        model = getattr(view, "permission_model", "")
        if model:
            action = str(getattr(view, "action", None))
            special: Mapping[str, Sequence[str]] = getattr(view, "verbs", {})
            verbs = special.get(action, VERBS.get(method, ("change",)))
            check_permission(request.user, model, verbs)
        return True

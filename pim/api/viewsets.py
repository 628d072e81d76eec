"""What every management endpoint has: its callers, its media types, its retries, and problems for refusals."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponseBase
from django.utils.cache import patch_vary_headers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.viewsets import ViewSet

from pim.api.authentication import AUTHENTICATION
from pim.api.idempotency import Attempt, Replayed, begin_attempt
from pim.api.permissions import HasScopeAndPermission
from pim.api.rendering import FastJSONRenderer
from pim.api.requests import MergePatchParser, StrictJSONParser
from pim.models import User


class ManagementViewSet(ViewSet):
    """The base of all viewsets below `/api/v1/`; subclasses say their scope and the model whose permissions count.

    Attributes:
        scope: the first half of the token's scope; empty: any token.
        permission_model: `app.model`; empty: any account.
        verbs: {action: Django's verbs} where an action needs others than its HTTP method suggests.
        model: the model it is the REST face of.
    """

    authentication_classes = list(AUTHENTICATION)
    permission_classes = [HasScopeAndPermission]
    renderer_classes = [FastJSONRenderer]
    parser_classes = [StrictJSONParser, MergePatchParser]
    lookup_value_regex = ".+?"
    scope: ClassVar[str] = ""
    permission_model: ClassVar[str] = ""
    _attempt: Attempt | None = None

    @property
    def actor(self) -> User:
        """Who calls; permissions have been checked."""
        user = self.request.user
        if not isinstance(user, User):
            raise TypeError("endpoints of the management API know their caller")
        return user

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Know the caller, then see whether this very request was answered before."""
        super().initial(request, *args, **kwargs)
        self._attempt = begin_attempt(request)

    def handle_exception(self, exc: Exception) -> Response:
        """Answer a repeated request as the first time; forget an attempt that broke."""
        if isinstance(exc, Replayed):
            self._attempt = None
            return exc.answer  # type: ignore[return-value]
        try:
            return super().handle_exception(exc)
        except BaseException:
            if self._attempt:
                self._attempt.abandon()
            raise

    def finalize_response(self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any) -> Any:
        """Keep the answer for a repetition."""
        answer = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[arg-type]
        answer.headers.setdefault("Cache-Control", "private, no-cache")
        patch_vary_headers(answer, ("Accept", "Authorization", "Cookie"))
        if self._attempt:
            self._attempt.finish(answer)
        return answer


def locate(request: Request, basename: str, key: str) -> str:
    """The address of an object of a resource, for `Location`."""
    return reverse(f"{basename}-detail", [key], request=request) + "/"

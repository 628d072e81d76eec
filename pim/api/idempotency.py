"""`Idempotency-Key` (IETF draft): a write that is sent twice is done once and answered twice."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from pim.errors import Conflict, Refused
from pim.models import User
from pim.services import idempotency

MAX_KEY_CHARS = 200
KEPT_HEADERS = ("Content-Type", "ETag", "Location")


class Replayed(Exception):
    """The request was answered before; `answer` is the answer of that time."""

    def __init__(self, answer: HttpResponse) -> None:
        super().__init__()
        self.answer = answer


class KeyReused(exceptions.APIException):
    """The same key came with another request (422)."""

    status_code = 422
    default_code = "idempotency_key_reused"
    default_detail = _("This Idempotency-Key was used for another request.")


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request under a key that is being answered for the first time."""

    user: User
    key: str

    def finish(self, answer: HttpResponseBase) -> None:
        """Keep the answer once it is written; a failure of ours is forgotten, so that it may be tried again."""
        if isinstance(answer, Response) and not answer.is_rendered:
            answer.add_post_render_callback(self._keep)
        else:
            self._keep(answer)

    def abandon(self) -> None:
        """Forget the attempt."""
        idempotency.forget_request(self.user, self.key)

    def _keep(self, answer: HttpResponseBase) -> None:
        if answer.status_code >= 500 or not isinstance(answer, HttpResponse):
            self.abandon()
            return
        headers = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
        idempotency.keep_answer(self.user, self.key, answer.status_code, headers, answer.content)


def begin_attempt(request: Request) -> Attempt | None:
    """Take the key of a write; None where there is none.

    Raises:
        Replayed: it was answered before.
        KeyReused: it was used for another request.
        Conflict: `request_in_progress`: the first one is still being answered.
        Refused: `invalid_idempotency_key`.
    """
    key = request.headers.get("Idempotency-Key", "").strip()
    user = request.user
    if not key or request.method in SAFE_METHODS or not isinstance(user, User):
        return None
    if len(key) > MAX_KEY_CHARS or not key.isprintable():
        raise Refused("invalid_idempotency_key", _("An Idempotency-Key has at most 200 printable characters."))
    # Read here so that both can: the parsers take the body from Django's copy.
    body = request._request.body  # noqa: SLF001 - DRF offers no other way to the bytes before they are parsed
    target = f"{request.method} {request.get_full_path()}\n{request.content_type}\n".encode()
    found = idempotency.begin_request(user, key, hashlib.sha256(target + body).hexdigest())
    if found is None:
        return Attempt(user, key)
    if not found.is_same:
        raise KeyReused
    if found.status is None:
        raise Conflict("request_in_progress", _("The same request is still being answered."))
    answer = HttpResponse(found.body, status=found.status, headers=found.headers)
    answer.headers["Idempotency-Replayed"] = "true"
    raise Replayed(answer)

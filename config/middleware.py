"""What is true of every answer: its security headers, its request id, and how a refusal below an API path reads."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from assets.storage import direct_origin
from config import problems
from pim import journal
from pim.errors import DomainError
from pim.services.snapshot import holding_structure

Handler = Callable[[HttpRequest], HttpResponseBase]

_SHARED = "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
# unfold's Alpine compiles its attributes, and Chart.js and htmx write style attributes.
ADMIN_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    f"img-src 'self' data: blob:; media-src 'self' blob:; {_SHARED}"
)
STRICT_POLICY = f"default-src 'self'; img-src 'self' data:; {_SHARED}"
_ADMIN_PREFIX = "/admin/"
_REQUEST_ID = re.compile(r"[0-9a-fA-F-]{32,36}")


class AddressMiddleware:
    """Refuses addresses with NUL in them: no text of the house holds it, and the database would break over it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return problems.bad_request(request, SuspiciousOperation())
        return self.get_response(request)


class SecurityHeadersMiddleware:
    """Sets the content security policy, the permissions policy and the request id on every answer.

    A view that has set its own policy keeps it (a sandboxed download, the API's documentation page).
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else str(uuid.uuid4())
        request.request_id = request_id  # type: ignore[attr-defined]
        with journal.tracing_request(request_id):
            response = self.get_response(request)
        policy = _admin_policy() if request.path.startswith(_ADMIN_PREFIX) else STRICT_POLICY
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        response.headers.setdefault("X-Request-ID", request_id)
        return response


def _admin_policy() -> str:
    """The uploader sends parts of files straight to the bucket, where there is one that browsers may talk to."""
    origin = direct_origin()
    return f"{ADMIN_POLICY}; connect-src 'self' {origin}" if origin else ADMIN_POLICY


class OnePictureMiddleware:
    """Lets a request that only reads see one picture of the structure, which is asked for once.

    What it streams is made after it is over, and asks anew.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        with holding_structure():
            return self.get_response(request)


class ProblemMiddleware:
    """Turns domain errors and bare 4xx answers below the API paths into problem documents."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        is_bare = response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not getattr(response, "content", b"")
        if is_bare and problems.speaks_problems(request):
            problem = problems.answer_problem(request, response.status_code, "method_not_allowed")
            problem.headers["Allow"] = response.headers.get("Allow", "")
            return problem
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError) or not problems.speaks_problems(request):
            return None
        body = problems.describe_domain_error(request, error)
        return JsonResponse(body, status=body["status"], content_type=problems.MEDIA_TYPE)

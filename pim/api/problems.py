"""Every refusal as an RFC 9457 problem: the one place where errors of any layer become an HTTP answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import set_rollback

from pim.errors import Conflict, DomainError, NotAllowed, NotFound, Problem

MEDIA_TYPE = "application/problem+json"
PRECONDITION_FAILED = "precondition_failed"
CONFLICTS = frozenset({"exists_already", "changed_meanwhile", "sku_taken", "job_ended", "undone_already"})
"""Codes of `Conflict` as they arrive in the rows of an outcome, where the class is lost."""

Finding = Mapping[str, str]


def describe_problem(
    request: HttpRequest | Request, status: int, code: str, detail: str = "", findings: list[Finding] | None = None
) -> dict[str, Any]:
    """The body of RFC 9457: type, title, status, detail, code, instance; `errors[]` of `{pointer, code, detail}`."""
    body: dict[str, Any] = {
        "type": f"/problems/{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
    }
    if detail:
        body["detail"] = detail
    if instance := getattr(request, "request_id", ""):
        body["instance"] = f"urn:uuid:{instance}"
    if findings:
        body["errors"] = findings
    return body


def answer_problem(
    request: HttpRequest, status: int, code: str, detail: str = "", findings: list[Finding] | None = None
) -> HttpResponse:
    """A problem as an answer of Django's own."""
    body = describe_problem(request, status, code, detail, findings)
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE)


def status_of(error: DomainError) -> int:
    """The status that a refusal is answered with."""
    match error:
        case NotAllowed():
            return HTTPStatus.FORBIDDEN
        case NotFound():
            return HTTPStatus.NOT_FOUND
        case Conflict(code=code):
            return HTTPStatus.PRECONDITION_FAILED if code == PRECONDITION_FAILED else HTTPStatus.CONFLICT
        case _:
            return HTTPStatus.BAD_REQUEST


def status_of_row(problems: Sequence[Problem]) -> int:
    """The status of one refused row of a batch."""
    codes = {problem.code for problem in problems}
    if "not_found" in codes:
        return HTTPStatus.NOT_FOUND
    if PRECONDITION_FAILED in codes:
        return HTTPStatus.PRECONDITION_FAILED
    if codes & {"not_allowed", "missing_scope"}:
        return HTTPStatus.FORBIDDEN
    return HTTPStatus.CONFLICT if codes & CONFLICTS else HTTPStatus.UNPROCESSABLE_ENTITY


def findings_of(problems: Sequence[Problem]) -> list[Finding]:
    """Findings as they stand in `errors[]`."""
    return [{"pointer": found.pointer, "code": found.code, "detail": str(found.message)} for found in problems]


def describe_domain_error(request: HttpRequest | Request, error: DomainError) -> dict[str, Any]:
    """The body for a refusal of the domain."""
    return describe_problem(request, status_of(error), error.code, str(error.message), findings_of(error.problems))


def exception_handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's handler: domain errors and DRF's own become problems; anything else is a bug and goes on to Django."""
    request = context["request"]
    if isinstance(error, DomainError):
        set_rollback()
        return Response(describe_domain_error(request, error), status=status_of(error), content_type=MEDIA_TYPE)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        return None
    set_rollback()
    return _answer_drf_error(request, error)


def _answer_drf_error(request: Request, error: exceptions.APIException) -> Response:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    findings = list(read_findings(error.get_full_details())) if isinstance(error, exceptions.ValidationError) else None
    detail = _("The request is not valid.") if findings else str(error.detail)
    told = error.detail.code if isinstance(error.detail, exceptions.ErrorDetail) and not findings else None
    code = told or error.default_code
    body = describe_problem(request, error.status_code, code, detail, findings)
    return Response(body, status=error.status_code, headers=headers, content_type=MEDIA_TYPE)


def read_findings(details: Any, pointer: str = "") -> Iterator[Finding]:
    """Flatten DRF's nested `{field: [{message, code}]}` into findings with JSON pointers."""
    if isinstance(details, Mapping) and set(details) == {"message", "code"} and isinstance(details["code"], str):
        yield {"pointer": pointer, "code": details["code"], "detail": str(details["message"])}
    elif isinstance(details, Mapping):
        for name, below in details.items():
            step = "" if name == "non_field_errors" else f"/{str(name).replace('~', '~0').replace('/', '~1')}"
            yield from read_findings(below, pointer + step)
    elif isinstance(details, list):
        # A list of findings belongs to the field itself; a list of objects has one entry per row sent.
        is_rows = any(isinstance(entry, Mapping) and "code" not in entry for entry in details)
        for index, below in enumerate(details):
            yield from read_findings(below, f"{pointer}/{index}" if is_rows else pointer)

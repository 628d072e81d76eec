"""Bulk writes: one JSON object a line in, one line with a status out; one bad row never sinks the rest."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from pim.api.openapi import Component, Operation, bulk_operation
from pim.api.problems import findings_of, status_of_row
from pim.api.rendering import AKENEO_COLLECTION, NDJSON, AkeneoCollectionRenderer, NDJSONRenderer, answer_lines
from pim.api.requests import (
    WRITE_PARAMETERS,
    load_json,
    read_bounded,
    read_choice,
    read_flag,
    read_message,
    refuse_unknown_parameters,
)
from pim.api.viewsets import ManagementViewSet
from pim.errors import DomainError, Done, Outcome, Problem, Refusal, Refused

MAX_ROWS = 1_000
STATUS = {"created": HTTPStatus.CREATED}


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it came: its number from 1, and what it holds or why that cannot be read."""

    number: int
    data: dict[str, Any] | None
    problems: tuple[Problem, ...] = ()


class NDJSONParser(BaseParser):
    """`application/x-ndjson`: a list of lines; empty lines are passed over."""

    media_type = NDJSON

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """Read all lines; what is wrong with one of them is told on that line.

        Raises:
            Refused: `too_many_rows`.
            TooLarge: more than 10 MB.
        """
        body = read_bounded(stream, (parser_context or {})["request"].headers)
        lines = [_read_line(number, text) for number, text in enumerate(body.split(b"\n"), 1) if text.strip(b" \t\r")]
        if len(lines) > MAX_ROWS:
            raise Refused("too_many_rows", _("At most %d rows at once; start an import for more.") % MAX_ROWS)
        return lines


class AkeneoCollectionParser(NDJSONParser):
    """The same under Akeneo's name."""

    media_type = AKENEO_COLLECTION


def _read_line(number: int, text: bytes) -> Line:
    try:
        data = load_json(text)
        if not isinstance(data, dict):
            raise Refused("not_an_object", _("Each line is one JSON object."))
    except DomainError as error:
        return Line(number, None, error.problems)
    return Line(number, data)


class BulkViewSet(ManagementViewSet, ABC):
    """`PATCH /api/v1/bulk/<resource>/`: upserts by key, answered line by line.

    Attributes:
        key_name: what the key of a row is called in rows; answers call it `key`, whatever the resource.
        extra_parameters: query parameters beside `validate_only`, `changelog_message` and `mode`.
    """

    parser_classes = [NDJSONParser, AkeneoCollectionParser]
    renderer_classes = [NDJSONRenderer, AkeneoCollectionRenderer]
    verbs: ClassVar[Mapping[str, Sequence[str]]] = {"bulk": ("add", "change")}
    key_name: ClassVar[str] = "code"
    extra_parameters: ClassVar[frozenset[str]] = frozenset()

    def describe_operations(self) -> dict[str, Operation]:
        """For OpenAPI; subclasses say what a row holds."""
        row = Component(
            "BulkRow", {"type": "object", "description": "As for one object.", "additionalProperties": True}
        )
        return {"bulk": bulk_operation(row)}

    def bulk(self, request: Request) -> HttpResponse:
        """Create and change up to 1,000 rows; each line of the answer has the status of the same line sent.

        `mode=atomic` stores all rows or none.
        """
        refuse_unknown_parameters(request, WRITE_PARAMETERS | {"mode"} | self.extra_parameters)
        is_atomic = read_choice(request, "mode", ("partial", "atomic")) == "atomic"
        dry_run = read_flag(request, "validate_only")
        lines: list[Line] = request.data if isinstance(request.data, list) else []
        written = run_lines(
            lines,
            lambda rows: self.write_rows(
                rows, dry_run=dry_run or (is_atomic and _has_unreadable(lines)), atomic=is_atomic,
                message=read_message(request),
            ),
            key_name=self.key_name,
            is_atomic=is_atomic,
        )  # fmt: skip
        media_type = getattr(request.accepted_renderer, "media_type", NDJSON)
        return answer_lines(written, media_type=media_type)

    @abstractmethod
    def write_rows(
        self, rows: Sequence[tuple[int, dict[str, Any]]], *, dry_run: bool, atomic: bool, message: str
    ) -> Outcome:
        """Write `(row number, object)`s; `Done.row` and `Refusal.row` of the outcome are those numbers.

        With `atomic`, refused rows mean that nothing was stored; the outcome tells of all rows all the same.
        """


def _has_unreadable(lines: Sequence[Line]) -> bool:
    return any(line.data is None for line in lines)


def run_lines(
    lines: Sequence[Line],
    write: Callable[[Sequence[tuple[int, dict[str, Any]]]], Outcome],
    *,
    key_name: str,
    is_atomic: bool,
) -> list[dict[str, Any]]:
    """Write the lines that can be read, and make one answer line for each."""
    rows = [(line.number, line.data) for line in lines if line.data is not None]
    outcome = write(rows) if rows else Outcome()
    done = {result.row: result for result in outcome.results}
    refused = {refusal.row: refusal for refusal in outcome.refused}
    warnings = {warning.row: warning for warning in outcome.warnings}
    is_undone = is_atomic and (bool(refused) or _has_unreadable(lines))
    answers = []
    for line in lines:
        key = str((line.data or {}).get(key_name) or "")
        if line.data is None:
            answers.append(_refused(line, key, Refusal(key, line.problems)))
        elif line.number in refused:
            answers.append(_refused(line, key, refused[line.number]))
        elif is_undone:
            problem = Problem("rolled_back", _("Not stored, because another row was refused."))
            answers.append(_refused(line, key, Refusal(key, (problem,)), HTTPStatus.FAILED_DEPENDENCY))
        else:
            result = done.get(line.number) or Done(key, "unchanged")
            answers.append(_done(line, result, warnings.get(line.number)))
    return answers


def _done(line: Line, result: Done, warning: Refusal | None) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "line": line.number,
        "key": result.key,
        "status_code": int(STATUS.get(result.kind, HTTPStatus.OK)),
        "result": result.kind,
        "revision": result.revision,
    }
    if warning:
        answer["warnings"] = findings_of(warning.problems)
    return answer


def _refused(line: Line, key: str, refusal: Refusal, status: HTTPStatus | None = None) -> dict[str, Any]:
    unreadable = HTTPStatus.BAD_REQUEST if line.data is None else None
    first = refusal.problems[0]
    return {
        "line": line.number,
        "key": refusal.key or key,
        "status_code": int(status or unreadable or status_of_row(refusal.problems)),
        "code": first.code,
        "message": str(first.message),
        "errors": findings_of(refusal.problems),
    }

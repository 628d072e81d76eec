"""Writing JSON fast, and one object a line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import orjson
from django.http import HttpResponse
from django.utils.functional import Promise
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

NDJSON = "application/x-ndjson"
AKENEO_COLLECTION = "application/vnd.akeneo.collection+json"


class FastJSONRenderer(JSONRenderer):
    """`application/json` by orjson."""

    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        """Nothing at all where there are no data (204)."""
        return dump_json(data) if data is not None else b""


class NDJSONRenderer(BaseRenderer):
    """Named so that `Accept: application/x-ndjson` is negotiated; the lines are written by `answer_lines`."""

    media_type = NDJSON
    format = "ndjson"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        """One line for each row of a list; problems and single objects are one line."""
        rows = data if isinstance(data, list) else [data] if data is not None else []
        return b"".join(dump_json(row) + b"\n" for row in rows)


class AkeneoCollectionRenderer(NDJSONRenderer):
    """The media type that Akeneo's clients send and expect for the same lines."""

    media_type = AKENEO_COLLECTION
    format = "akeneo"


def dump_json(data: Any) -> bytes:
    """Compact JSON in UTF-8."""
    return orjson.dumps(data, default=_plain, option=orjson.OPT_NON_STR_KEYS)


def answer_lines(rows: Iterable[Mapping[str, Any]], *, media_type: str = NDJSON) -> HttpResponse:
    """All rows at once, one object a line."""
    return HttpResponse(b"".join(dump_json(row) + b"\n" for row in rows), content_type=media_type)


def wanted_lines(request: Request) -> str | None:
    """The media type of lines that was negotiated; None for plain JSON."""
    renderer = request.accepted_renderer
    return renderer.media_type if isinstance(renderer, NDJSONRenderer) else None


def _plain(value: Any) -> Any:
    if isinstance(value, Promise | Decimal):
        return str(value)
    if isinstance(value, set | frozenset | tuple):
        return list(value)
    raise TypeError(type(value).__name__)

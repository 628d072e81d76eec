"""Pages by signed keyset cursors: `{"results": […], "next": url|null, "previous": url|null}`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from pim.api.requests import read_choice
from pim.errors import Refused
from pim.querysets.pages import Count
from pim.services.cursors import open_cursor, sign_cursor
from pim.values.specs import Json

DEFAULT_LIMIT, MAX_LIMIT = 25, 100
PAGE_PARAMETERS = frozenset({"limit", "cursor", "count"})


@dataclass(frozen=True, slots=True)
class PageQuery:
    """Which page is asked for: `after` is None for the first one; `count` is `exact`, `estimate` or None."""

    limit: int
    after: tuple[Json, ...] | None
    backwards: bool
    count: str | None
    query_hash: str
    endpoint: str


def read_page_query(request: Request, *, query_hash: str, endpoint: str) -> PageQuery:
    """Read `limit`, `cursor` and `count`.

    Args:
        request: the caller's.
        query_hash: hash of everything that must not change while the list is walked (pim.querying.cursor.hash_query).
        endpoint: names the list; a cursor of another one is refused.

    Raises:
        Refused: `invalid_limit`, `invalid_cursor`, `invalid_parameter`.
    """
    text = request.query_params.get("limit", str(DEFAULT_LIMIT))
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= MAX_LIMIT):
        raise Refused("invalid_limit", _("A page has 1 to %(n)s rows.") % {"n": MAX_LIMIT}, "/limit")
    count = read_choice(request, "count", ("exact", "estimate"))
    cursor = request.query_params.get("cursor")
    if cursor is None:
        return PageQuery(int(text), None, backwards=False, count=count, query_hash=query_hash, endpoint=endpoint)
    opened = open_cursor(cursor, query_hash=query_hash, endpoint=endpoint)
    return PageQuery(int(text), opened.values, opened.backwards, count, query_hash, endpoint)


def page_response(
    request: Request,
    query: PageQuery,
    results: Sequence[Any],
    *,
    next_values: tuple[Json, ...] | None,
    previous_values: tuple[Json, ...] | None,
    count: Count | None = None,
) -> Response:
    """The answer of a list, with the addresses of the pages beside it in the body and in `Link`."""
    following = _address(request, query, next_values, backwards=False)
    preceding = _address(request, query, previous_values, backwards=True)
    body: dict[str, Any] = {"results": results, "next": following, "previous": preceding}
    if count is not None:
        body |= {"count": count.value, "count_is_exact": count.is_exact}
    links = [f'<{url}>; rel="{rel}"' for rel, url in (("next", following), ("prev", preceding)) if url]
    return Response(body, headers={"Link": ", ".join(links)} if links else None)


def _address(request: Request, query: PageQuery, values: tuple[Json, ...] | None, *, backwards: bool) -> str | None:
    if values is None:
        return None
    cursor = sign_cursor(values, query_hash=query.query_hash, endpoint=query.endpoint, backwards=backwards)
    return str(replace_query_param(request.build_absolute_uri(), "cursor", cursor))

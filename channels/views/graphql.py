"""`/hub/<view>/graphql`: GraphQL over HTTP, and the schema as text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any, TypeVar

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from graphql import GraphQLError, print_schema

from catalog.skus import sku_key
from channels.hub.items import Associations, Change, ChangePage, Item, Page, PageRequest
from channels.services.reading import Query, Reader, Row
from channels.services.schemas import get_schema
from channels.views.access import delivered, open_view
from channels.views.caching import make_etag, not_modified, with_caching
from pim.errors import DomainError, NotAllowed
from pim.graphql.requests import BadRequest, GraphQLRequest, choose_status, negotiate, read_body, read_query

T = TypeVar("T")
Found = Mapping[int, Mapping[str, Associations]]


@delivered("GET", "POST", "HEAD")
def graphql(request: HttpRequest, view: str) -> HttpResponse:
    """Answer a query; a GET may be answered from the consumer's cache."""
    access = open_view(request, view)
    media_type = negotiate(request.headers.get("Accept"))
    if media_type is None:
        return HttpResponse(status=406)
    try:
        asked = _read(request)
    except BadRequest as error:
        return _respond({"errors": [{"message": error.message}]}, error.status, media_type)
    etag = make_etag(request, access) if request.method != "POST" else ""
    unchanged = not_modified(request, access, etag) if etag else None
    if unchanged:
        return unchanged
    schema = get_schema(access.structure, access.view)
    answer = schema.run(asked, PublishedSource(access.reader), may_introspect=access.may_introspect)
    body: dict[str, Any] = {"errors": [error.formatted for error in answer.errors]} if answer.errors else {}
    status = choose_status(media_type, has_data=answer.has_data)
    if answer.has_data:
        body |= {"data": answer.data, "extensions": {"cost": answer.cost, "position": access.reader.position}}
    elif request.method == "GET" and any((e.extensions or {}).get("code") == "queries_only" for e in answer.errors):
        status = 405
    response = _respond(body, status, media_type)
    return with_caching(response, access, etag) if etag and not answer.errors else response


@delivered("GET", "HEAD")
def schema_sdl(request: HttpRequest, view: str) -> HttpResponse:
    """The schema of this view in the schema language; for tokens that may introspect."""
    access = open_view(request, view)
    if not access.may_introspect:
        raise NotAllowed("introspection_off", _("This token may not introspect the schema."))
    text = print_schema(get_schema(access.structure, access.view).schema)
    return HttpResponse(text + "\n", content_type="text/plain; charset=utf-8")


def _read(request: HttpRequest) -> GraphQLRequest:
    if request.method == "POST":
        return read_body(request.headers.get("Content-Type", ""), request.body)
    return read_query(request.GET.dict())


def _respond(body: Mapping[str, Any], status: int, media_type: str) -> HttpResponse:
    return HttpResponse(orjson.dumps(body), status=status, content_type=f"{media_type}; charset=utf-8")


class PublishedSource:
    """Reads a view's publications for its schema; refusals become errors with their code and pointer."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    @property
    def position(self) -> int:
        """The view's position when the request began."""
        return self.reader.position

    def page(self, request: PageRequest) -> Page:
        """See `channels.hub.items.Source`."""
        position = self.reader.position
        field, descending = request.order
        name = field if field in {"sku", "published_at"} else f"values[{field}]"
        parts = sorted(request.parts)
        query: Query = _translated(
            partial(
                self.reader.query,
                tree=request.where,
                sort=f"-{name}" if descending else name,
                live_in=request.live_in,
                locale=request.locale,
            )
        )
        page = _translated(partial(self.reader.page, query, limit=request.first, cursor=request.after, parts=parts))
        return Page(
            self._items(page.rows, page.cursor),
            page.next is not None,
            page.previous is not None,
            position,
            lambda: _translated(partial(self.reader.count, query))[0],
        )

    def one(self, *, uuid: str | None, sku: str | None, parts: frozenset[str]) -> Item | None:
        """See `channels.hub.items.Source`."""
        key = sku_key(sku) if sku is not None else None
        row = self.reader.one(sku_key=key, uuid=uuid, parts=sorted(parts))
        return self._items([row])[0] if row else None

    def changes(self, since: str, first: int, parts: frozenset[str] | None) -> ChangePage:
        """See `channels.hub.items.Source`."""
        feed = _translated(partial(self.reader.feed, since, limit=first, parts=sorted(parts or ())))
        items = iter(self._items([row for row in feed.rows if row.is_live]))
        changes = [
            Change(
                "upsert" if row.is_live else "withdraw",
                row.uuid,
                row.sku,
                row.position,
                next(items) if row.is_live else None,
            )
            for row in feed.rows
        ]
        return ChangePage(changes, feed.next, feed.has_more)

    def _items(self, rows: Sequence[Row], cursor: Callable[[int], str] | None = None) -> list[Item]:
        """Parse publications; their associations are read together, once somebody asks for one's."""
        read = cache(lambda: self.reader.associations(rows))
        items = []
        for number, row in enumerate(rows):
            item = make_item(row, partial(_pick, read, row.id))
            if cursor is not None:
                item.cursor = partial(cursor, number)
            items.append(item)
        return items


def _pick(read: Callable[[], Found], pk: int) -> Mapping[str, Associations]:
    return read().get(pk, {})


def make_item(row: Row, associations: Callable[[], Mapping[str, Associations]]) -> Item:
    """Parse a publication."""
    parts = {locale: orjson.loads(text) for locale, text in row.parts.items()}
    return Item(
        orjson.loads(row.shared),
        parts,
        row.position,
        row.published_at,
        f'"{row.position}"',
        associations=associations,
    )


def _translated(call: Any) -> Any:
    try:
        return call()
    except DomainError as error:
        raise GraphQLError(str(error.message), extensions={"code": error.code, "pointer": error.pointer}) from error

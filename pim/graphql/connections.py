"""Relay connections over our own keyset cursors: pages that neither repeat nor skip a row when others are written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import graphene
from django.utils.translation import gettext as _

from pim.errors import Refused
from pim.graphql.where import Filter
from pim.querying.cursor import hash_query
from pim.querying.tree import Node, dump_filter
from pim.querysets.pages import Count, Page
from pim.services.cursors import open_cursor, sign_cursor
from pim.values.specs import Json

MAX_FIRST = 100


class PageInfo(graphene.ObjectType):
    """Where a page lies in its list."""

    has_next_page = graphene.Boolean(required=True)
    has_previous_page = graphene.Boolean(required=True)
    start_cursor = graphene.String()
    end_cursor = graphene.String()


@dataclass(frozen=True)
class Connection:
    """A page: its nodes, and the cursors beside it."""

    nodes: Sequence[Any]
    next: str | None
    previous: str | None
    count: Callable[[], Count]
    cursors: Sequence[str] = ()

    @cached_property
    def page_info(self) -> PageInfo:
        """Cursors to go on with, where there is somewhere to go."""
        return PageInfo(
            has_next_page=self.next is not None,
            has_previous_page=self.previous is not None,
            start_cursor=self.cursors[0] if self.cursors else None,
            end_cursor=self.cursors[-1] if self.cursors else None,
        )

    @property
    def edges(self) -> Sequence[dict[str, Any]]:
        """Nodes with their cursors."""
        return [{"node": node, "cursor": cursor} for node, cursor in zip(self.nodes, self.cursors, strict=True)]

    @cached_property
    def total(self) -> Count:
        """Counted when asked for."""
        return self.count()


def make_page(arguments: PageArguments, page: Page, nodes: Sequence[Any], count: Callable[[], Count]) -> Connection:
    """The answer of a connection field: nodes in the order of the page's keys, none left out."""
    cursors = [arguments.sign(place) for place in page.places]
    return Connection(
        nodes,
        cursors[-1] if page.next_values else None,
        cursors[0] if page.previous_values else None,
        count,
        cursors,
    )


def make_connection(node: type[graphene.ObjectType]) -> type[graphene.ObjectType]:
    """The connection type of a node type: `edges`, `nodes`, `pageInfo`, `totalCount`."""
    name = node._meta.name
    edge = type(
        f"{name}Edge",
        (graphene.ObjectType,),
        {
            "__doc__": "A node and where it stands.",
            "node": graphene.Field(node, required=True),
            "cursor": graphene.String(required=True),
        },
    )
    return type(
        f"{name}Connection",
        (graphene.ObjectType,),
        {
            "__doc__": "A page.",
            "edges": graphene.List(graphene.NonNull(edge), required=True),
            "nodes": graphene.List(graphene.NonNull(node), required=True),
            "page_info": graphene.Field(PageInfo, required=True),
            "total_count": graphene.Int(required=True, description="Exact up to 10,000, else an estimate."),
            "resolve_total_count": staticmethod(lambda page, _info: page.total.value),
        },
    )


def connection_field(connection: type[graphene.ObjectType], **more: Any) -> graphene.Field:
    """A field that answers a page; its resolver gets `first`, `after`, `before`, `where`, `sort`."""
    return graphene.Field(
        connection,
        required=True,
        first=graphene.Int(required=True, description="1 to 100."),
        after=graphene.String(),
        before=graphene.String(description="The page before this cursor; instead of `after`."),
        where=graphene.Argument(Filter),
        sort=graphene.String(description="As in REST: `-updated,code`."),
        **more,
    )


@dataclass(frozen=True, slots=True)
class PageArguments:
    """The arguments of a connection, checked."""

    first: int
    after: tuple[Json, ...] | None
    backwards: bool
    query_hash: str
    endpoint: str

    def sign(self, values: tuple[Json, ...]) -> str:
        """The cursor of a row."""
        return sign_cursor(values, query_hash=self.query_hash, endpoint=self.endpoint)


def read_page_arguments(arguments: dict[str, Any], node: Node | None, endpoint: str) -> PageArguments:
    """Check `first`, `after` and `before` against the list's filter and order.

    Raises:
        Refused: `invalid_limit`, `invalid_cursor`.
    """
    first = arguments["first"]
    if not 1 <= first <= MAX_FIRST:
        raise Refused("invalid_limit", _("A page has 1 to %(n)s rows.") % {"n": MAX_FIRST}, "/first")
    before, after = arguments.get("before"), arguments.get("after")
    query_hash = hash_query(dump_filter(node), arguments.get("sort") or "")
    endpoint = f"graphql:{endpoint}"
    if before and after:
        raise Refused("invalid_cursor", _("Name a cursor to go on from, or one to go back from."), "/before")
    values = None
    if before or after:
        values = open_cursor(before or after or "", query_hash=query_hash, endpoint=endpoint).values
    return PageArguments(first, values, bool(before), query_hash, endpoint)

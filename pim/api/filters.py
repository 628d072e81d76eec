"""Filters of a list: every parameter that is not the list's own is a plain filter, `filter=` is a composed one."""

from __future__ import annotations

from collections.abc import Iterable

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from pim.api.pagination import PAGE_PARAMETERS
from pim.querying.cursor import hash_query
from pim.querying.fields import FieldCatalogue
from pim.querying.params import parse_params
from pim.querying.tree import Node, all_of, dump_filter, load_filter

FILTER_PARAMETERS = frozenset({"filter", "sort"})


def read_filter(request: Request, catalogue: FieldCatalogue, *, own: Iterable[str] = ()) -> Node | None:
    """Read a list's filters.

    Args:
        request: the caller's.
        catalogue: the fields there are for this caller.
        own: parameters of the list beside those that every list has.

    Raises:
        Refused: an unknown field or operator, or a value that does not fit, with its pointer.
    """
    reserved = PAGE_PARAMETERS | FILTER_PARAMETERS | set(own)
    plain = {name: request.query_params.getlist(name) for name in request.query_params if name not in reserved}
    written = request.query_params.get("filter", "")
    composed = load_filter(written, catalogue=catalogue) if written else None
    return all_of(parse_params(plain, catalogue=catalogue), composed)


def hash_list(request: Request, node: Node | None) -> str:
    """What must not change while a list is walked: its filter and order."""
    return hash_query(dump_filter(node), request.query_params.get("sort", ""))


LIST_PARAMETERS = [
    OpenApiParameter("limit", OpenApiTypes.INT, description="Rows in a page, 1 to 100; 25 where it is absent."),
    OpenApiParameter("cursor", OpenApiTypes.STR, description="From `next` or `previous` of another page."),
    OpenApiParameter("count", OpenApiTypes.STR, enum=["exact", "estimate"], description="Count the matches."),
    OpenApiParameter("filter", OpenApiTypes.STR, description="A composed filter: JSON, see the filter language."),
    OpenApiParameter("sort", OpenApiTypes.STR, description="At most three fields, `-` for descending."),
]

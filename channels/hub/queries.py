"""The root fields of a view's schema: how their arguments become requests to the source of documents."""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import GraphQLError

from channels.hub.blueprints import ViewBlueprint
from channels.hub.items import PageRequest, Source, decode_id
from channels.hub.where import read_order, read_where

Arguments = Mapping[str, Any]
RootReader = Callable[[Arguments, Source, frozenset[str]], Any]
"""Answers a root field from its arguments, the source, and the locales whose parts the selection reads."""


def root_readers(blueprint: ViewBlueprint) -> Mapping[str, Any]:
    """Make the readers of the root fields; `family` makes the reader of one family's connection."""

    def read_connection(family: str | None) -> RootReader:
        def read(arguments: Arguments, source: Source, parts: frozenset[str]) -> Any:
            first = _check_first(arguments["first"], blueprint.page_limit)
            where = read_where(blueprint, arguments.get("where"))
            if family is not None:
                of_family = {"field": "family", "op": "eq", "value": family}
                where = {"and": [of_family, where]} if where else of_family
            return source.page(
                PageRequest(
                    first=first,
                    after=arguments.get("after"),
                    where=where,
                    order=read_order(arguments.get("orderBy")),
                    live_in=arguments.get("liveIn"),
                    locale=arguments.get("locale"),
                    parts=parts,
                )
            )

        return read

    def read_node(arguments: Arguments, source: Source, parts: frozenset[str]) -> Any:
        uuid = decode_id(arguments["id"])
        return source.one(uuid=uuid, sku=None, parts=parts) if uuid else None

    def read_product(arguments: Arguments, source: Source, parts: frozenset[str]) -> Any:
        if (arguments.get("sku") is None) == (arguments.get("id") is None):
            raise GraphQLError("Give either sku or id.", extensions={"code": "invalid_argument"})
        if arguments.get("sku") is not None:
            return source.one(uuid=None, sku=arguments["sku"], parts=parts)
        return read_node(arguments, source, parts)

    def read_changes(arguments: Arguments, source: Source, parts: frozenset[str]) -> Any:
        first = _check_first(arguments["first"], blueprint.page_limit)
        return source.changes(arguments["since"], first, parts)

    def read_view(_arguments: Arguments, source: Source, _parts: frozenset[str]) -> Any:
        return {
            "code": blueprint.code,
            "locales": list(blueprint.locales),
            "currencies": list(blueprint.currencies),
            "position": source.position,
        }

    return {
        "node": read_node,
        "product": read_product,
        "products": read_connection(None),
        "changes": read_changes,
        "view": read_view,
        "family": read_connection,
    }


def _check_first(first: int, limit: int) -> int:
    if not 1 <= first <= limit:
        message = f"first must be between 1 and {limit}."
        raise GraphQLError(message, extensions={"code": "invalid_limit", "pointer": "/first"})
    return first

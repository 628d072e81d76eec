"""What the compiled selections read: published documents, pages of them, and where they come from."""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from channels.choices import LinkSide

Json = Any


ANY_LOCALE = ""
"""The part a reader gets who names no locale: that of the first of the view's locales in which the product is live."""


@dataclass(frozen=True, slots=True)
class NamedProduct:
    """A product as another's document names it."""

    sku: str
    uuid: str
    quantity: str = ""


@dataclass(slots=True)
class Associations:
    """What one document names by one association type; no side names anything twice."""

    products: list[NamedProduct] = field(default_factory=list)
    product_models: list[NamedProduct] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)

    def add(self, side: str, code: str, uuid: str | None, quantity: str) -> None:
        """Name one more, unless it is named already."""
        if side == LinkSide.GROUPS:
            if code not in self.groups:
                self.groups.append(code)
            return
        named = self.product_models if side == LinkSide.MODELS else self.products
        if all(product.uuid != uuid for product in named):
            named.append(NamedProduct(code, uuid or "", quantity))


@dataclass(slots=True)
class Item:
    """One live publication, parsed: what all locales share, and the parts of the locales that were asked for.

    `associations` are read for the whole page when the first is asked for: {type: associations}.
    """

    shared: Mapping[str, Json]
    parts: Mapping[str, Mapping[str, Json]]
    position: int
    published_at: str
    etag: str
    cursor: Callable[[], str] = field(default=lambda: "")
    associations: Callable[[], Mapping[str, Associations]] = field(default=dict)


@dataclass(slots=True)
class Page:
    """A page of items, read at a position of the view's feed; `count` is asked for only where it is selected."""

    items: Sequence[Item]
    has_next: bool
    has_previous: bool
    position: int
    count: Callable[[], int]


@dataclass(frozen=True, slots=True)
class PageRequest:
    """What a connection asks its source for; `where` is a filter tree, `parts` the locales that will be read."""

    first: int
    after: str | None = None
    where: dict[str, Json] | None = None
    order: tuple[str, bool] = ("sku", False)
    live_in: str | None = None
    locale: str | None = None
    parts: frozenset[str] = frozenset()


@dataclass(slots=True)
class Change:
    """One line of the feed: a product that was published or withdrawn at a position."""

    op: str
    uuid: str
    sku: str
    position: int
    item: Item | None


@dataclass(slots=True)
class ChangePage:
    """A page of the feed and the token that continues it."""

    changes: Sequence[Change]
    next: str
    has_more: bool


class Source(Protocol):
    """Where a schema's root fields get their documents; the database in production, a list in tests."""

    @property
    def position(self) -> int:
        """The view's position when the request began."""

    def page(self, request: PageRequest) -> Page:
        """Read one page of live products."""

    def one(self, *, uuid: str | None, sku: str | None, parts: frozenset[str]) -> Item | None:
        """Read one live product."""

    def changes(self, since: str, first: int, parts: frozenset[str] | None) -> ChangePage:
        """Read the feed; `parts` is None where no documents are asked for."""


def encode_id(uuid: str) -> str:
    """Make the global id of a product."""
    return base64.b64encode(f"Product:{uuid}".encode()).decode()


def decode_id(global_id: str) -> str | None:
    """Read the uuid in a product's global id; None for anything else."""
    try:
        kind, _, rest = base64.b64decode(global_id, validate=True).decode().partition(":")
        return str(UUID(rest)) if kind == "Product" else None
    except ValueError:
        return None

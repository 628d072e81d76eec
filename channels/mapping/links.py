"""The associations of a document: what it points at, and whose they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from channels.choices import LinkSide


@dataclass(frozen=True, slots=True)
class Link:
    """One association of an owner. `type` and `target` are keys; `code` and `uuid` are those of the target.

    `quantity` is a plain decimal, empty where the type has none.
    """

    type: int
    side: LinkSide
    target: int | None
    code: str
    uuid: str | None
    quantity: str


@dataclass(frozen=True, slots=True)
class LinkOwner:
    """The product or model that an association belongs to."""

    id: int
    sku: str
    uuid: str


@dataclass(frozen=True, slots=True)
class OwnedLink:
    """An association with its owner; None where that is the product itself."""

    link: Link
    owner: LinkOwner | None


def gather_links(owners: Iterable[tuple[LinkOwner, Sequence[Link]]]) -> list[OwnedLink]:
    """The associations of a product and its ancestors, the nearest owner's first.

    Args:
        owners: the product itself first, then its ancestors. What points at one of them names nobody else.
    """
    lineage = list(owners)
    selves = {owner.id for owner, _links in lineage}
    gathered: dict[tuple[int, LinkSide, str], OwnedLink] = {}
    for depth, (owner, links) in enumerate(lineage):
        for link in links:
            if link.target not in selves:
                gathered.setdefault((link.type, link.side, link.code), OwnedLink(link, owner if depth else None))
    return list(gathered.values())

"""What a product's page shows beside its values: categories, groups, associations, the approved copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.models import Edition, Group, Product, ProductCategory
from catalog.services.showing import Reader, ShownProduct, show_products
from catalog.services.writing.links import read_association_states
from catalog.services.writing.mirroring import State, join_states, read_mirrored_states
from catalog.skus import sku_key


@dataclass(frozen=True, slots=True)
class ShownCategory:
    """A category of a product; `owner` is the SKU it comes from. `path` names what is above it."""

    code: str
    label: str
    path: str
    owner: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class ShownLink:
    """One association: towards a product or a group, own or seen from the other side of a two-way type."""

    side: str
    key: str
    quantity: str | None
    label: str
    thumbnail: str = ""
    uuid: str = ""


@dataclass(slots=True)
class Links:
    """All of it. `states` are the own associations as the journal keeps them, by type; `other_side` those of others."""

    categories: list[ShownCategory] = field(default_factory=list)
    groups: list[tuple[str, str]] = field(default_factory=list)
    associations: dict[str, list[ShownLink]] = field(default_factory=dict)
    mirrored: dict[str, list[ShownLink]] = field(default_factory=dict)
    states: dict[str, State] = field(default_factory=dict)
    other_side: dict[str, State] = field(default_factory=dict)
    edition: Edition | None = None

    @property
    def own_categories(self) -> list[str]:
        """The codes of the product's own categories, sorted as the journal has them."""
        return sorted(category.code for category in self.categories if category.is_own)

    @property
    def group_codes(self) -> list[str]:
        """The codes of its groups, sorted."""
        return sorted(code for code, _label in self.groups)


def read_links(product: ShownProduct, *, reader: Reader, is_brief: bool = False) -> Links:
    """Everything a product is connected with; at most ten queries, whatever it holds.

    `is_brief` leaves out what only people read: the approved copy, and what stands at the other ends of associations.
    """
    links = Links()
    links.categories = _categories(product)
    links.groups = [(group.code, group.label) for group in Group.objects.filter(memberships__product_id=product.id)]
    links.states = read_association_states([product.id]).get(product.id, {})
    links.other_side = read_mirrored_states([product.id], product.structure).get(product.id, {})
    if is_brief:
        return links
    links.edition = Edition.objects.filter(product_id=product.id).first()
    shown = _targets(join_states(links.states, links.other_side), reader)
    labels = _group_labels(links.states)
    for code, state in links.states.items():
        links.associations[code] = [_link(row, shown, labels) for row in state]
    for code, state in links.other_side.items():
        named = {row["to"] for row in links.states.get(code, ())}
        links.mirrored[code] = [_link(row, shown, labels) for row in state if row["to"] not in named]
    return links


def _categories(product: ShownProduct) -> list[ShownCategory]:
    rows = (
        ProductCategory.objects.filter(product__in=[owner.id for owner in product.owners])
        .select_related("category")
        .order_by("category__path")
    )
    skus = {owner.id: owner.sku for owner in product.owners}
    return [
        ShownCategory(
            row.category.code, row.category.label, row.category.path, skus[row.product_id], row.product_id == product.id
        )
        for row in rows
    ]


def _targets(states: dict[str, State], reader: Reader) -> dict[str, ShownProduct]:
    """The products at the other ends, by SKU."""
    keys = {sku_key(str(row["to"])) for state in states.values() for row in state if row["in"] != "groups"}
    ids: Sequence[int] = list(Product.objects.with_skus(keys).values_list("pk", flat=True)) if keys else []
    return {product.sku: product for product in show_products(ids, reader=reader)}


def _group_labels(states: dict[str, State]) -> dict[str, str]:
    codes = {str(row["to"]) for state in states.values() for row in state if row["in"] == "groups"}
    return {group.code: group.label for group in Group.objects.filter(code__in=codes)} if codes else {}


def _link(row: dict[str, Any], shown: dict[str, ShownProduct], labels: dict[str, str]) -> ShownLink:
    key = str(row["to"])
    product = shown.get(key) if row["in"] != "groups" else None
    if product is None:
        return ShownLink(row["in"], key, row.get("quantity"), labels.get(key, key))
    return ShownLink(row["in"], key, row.get("quantity"), product.label, product.thumbnail, product.uuid)

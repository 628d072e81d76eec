"""What a product's page shows beside its values: categories, groups, associations, the approved copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from catalog.models import Edition, Group, Product, ProductCategory
from catalog.services.showing import Reader, ShownProduct, show_products
from catalog.services.writing.links import State, read_association_states
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
    """All of it. `states` are the associations as the journal keeps them, by type."""

    categories: list[ShownCategory] = field(default_factory=list)
    groups: list[tuple[str, str]] = field(default_factory=list)
    associations: dict[str, list[ShownLink]] = field(default_factory=dict)
    mirrored: dict[str, list[ShownLink]] = field(default_factory=dict)
    states: dict[str, State] = field(default_factory=dict)
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
    if is_brief:
        return links
    links.edition = Edition.objects.filter(product_id=product.id).first()
    mirrored = _mirrored(product)
    shown = _targets(links.states, mirrored, reader)
    labels = _group_labels(links.states)
    for code, state in links.states.items():
        links.associations[code] = [_link(row, shown, labels) for row in state]
    for code, ids in mirrored.items():
        rows = [{"in": "products", "to": shown[pk].sku, "quantity": None} for pk in ids if pk in shown]
        links.mirrored[code] = [_link(row, shown, labels) for row in rows]
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


def _mirrored(product: ShownProduct) -> dict[str, list[int]]:
    """Products whose two-way associations point here: `{type: ids}`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.code, array_agg(a.owner_id ORDER BY a.id) FROM catalog_association a"
            " JOIN catalog_associationtype t ON t.id = a.type_id JOIN catalog_product p ON p.id = a.owner_id"
            " WHERE a.target_id = %s AND t.is_two_way AND p.deleted_at IS NULL GROUP BY t.code",
            [product.id],
        )
        return dict(cursor.fetchall())


def _targets(states: dict[str, State], mirrored: dict[str, list[int]], reader: Reader) -> dict[Any, ShownProduct]:
    """The products at the other ends, by id and by SKU."""
    keys = {sku_key(str(row["to"])) for state in states.values() for row in state if row["in"] != "groups"}
    ids: Sequence[int] = list(Product.objects.with_skus(keys).values_list("pk", flat=True)) if keys else []
    wanted = [*ids, *(pk for found in mirrored.values() for pk in found)]
    products = show_products(list(dict.fromkeys(wanted)), reader=reader)
    by_id: dict[Any, ShownProduct] = {product.id: product for product in products}
    return by_id | {product.sku: product for product in products}


def _group_labels(states: dict[str, State]) -> dict[str, str]:
    codes = {str(row["to"]) for state in states.values() for row in state if row["in"] == "groups"}
    return {group.code: group.label for group in Group.objects.filter(code__in=codes)} if codes else {}


def _link(row: dict[str, Any], shown: dict[Any, ShownProduct], labels: dict[str, str]) -> ShownLink:
    key = str(row["to"])
    product = shown.get(key) if row["in"] != "groups" else None
    if product is None:
        return ShownLink(row["in"], key, row.get("quantity"), labels.get(key, key))
    return ShownLink(row["in"], key, row.get("quantity"), product.label, product.thumbnail, product.uuid)

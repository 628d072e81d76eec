"""What products give to the search for their files: SKU, label and brand; kept true when they or their links change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q

from assets.models import Asset
from assets.services.deriving import derive_again
from catalog.families import CatalogStructure
from catalog.models import Product, ProductAsset, ProductValues
from catalog.services.showing import NAME, ShownProduct, make_reader, merged_values, show_products
from catalog.services.snapshot import get_catalog_structure
from pim.choices import EntryKind
from pim.extensions import StreamedEntry

BRAND = "brand"
"""The attribute that says a product's brand, where there is one."""

MOST = 25
"""Products of one asset whose words count: a logo that thousands show is not found by all of their names."""

Words = dict[UUID, str]


def product_texts(uuids: Collection[UUID]) -> Mapping[UUID, str]:
    """SKU, label in every locale, and brand of the products that show each asset by their own values; nine queries at most."""
    users: dict[UUID, list[int]] = defaultdict(list)
    rows = ProductAsset.objects.filter(asset_uuid__in=list(uuids), product__deleted_at__isnull=True)
    for uuid, product in rows.order_by("product_id").values_list("asset_uuid", "product_id").distinct():
        if len(users[uuid]) < MOST:
            users[uuid].append(product)
    if not users:
        return {}
    catalog = get_catalog_structure()
    wanted = sorted({product for products in users.values() for product in products})
    shown = show_products(
        wanted,
        reader=make_reader(None, None, catalog=catalog),
        with_thumbnails=False,
        all_locales=True,
        catalog=catalog,
    )
    words = {product.id: _words(product, catalog) for product in shown}
    return {uuid: " ".join(words[pk] for pk in products if pk in words) for uuid, products in users.items()}


class AssetTextsConsumer:
    """Derives the texts of files again when a product that shows them is created, goes, or is called otherwise."""

    def consume(self, entries: Sequence[StreamedEntry]) -> None:
        """Find the files that the entries are about; rows that come out the same are not written."""
        attributes = get_catalog_structure().base.attributes
        holders = {code for code, spec in attributes.items() if spec.type in {"asset", "asset_list"}}
        naming = _naming_attributes(get_catalog_structure())
        products: set[UUID] = set()
        released: set[str] = set()
        gone: set[UUID] = set()
        for entry in entries:
            if entry.subject_type != "product":
                continue
            if entry.kind in {EntryKind.CREATE, EntryKind.RESTORE}:
                products.add(entry.subject_uuid)
                continue
            if entry.kind == EntryKind.DELETE:
                gone.add(entry.subject_uuid)
            touched = {key.partition(":")[0] for key in entry.delta}
            if touched & naming:
                products.add(entry.subject_uuid)
            if touched & holders:
                released.update(_named(entry.delta, holders))
        found = _shown_by(products) | _held_by(gone, holders) | released
        if found:
            derive_again(Asset.objects.filter(uuid__in=found))


def _words(product: ShownProduct, catalog: CatalogStructure) -> str:
    values = merged_values(product)
    label = product.family.label_attribute if product.family else None
    words = [product.sku]
    for key, value in values.items():
        code = key.partition(":")[0]
        if code in {label, NAME} and isinstance(value, str):
            words.append(value)
        elif code == BRAND and isinstance(value, str):
            option = catalog.base.option(code, value)
            words += [value, *(option.labels.values() if option else ())]
    return " ".join(dict.fromkeys(words))


def _naming_attributes(catalog: CatalogStructure) -> set[str]:
    labels = {family.label_attribute for family in catalog.families.values() if family.label_attribute}
    return {NAME, BRAND, "@family", "@parent", *labels}


def _named(delta: Mapping[str, Sequence[Any]], holders: Collection[str]) -> Iterable[str]:
    """The files that an entry linked or let go."""
    for key, pair in delta.items():
        if key.partition(":")[0] in holders:
            for value in pair:
                yield from value if isinstance(value, list) else [value] if value else []


def _held_by(products: Collection[UUID], holders: Collection[str]) -> set[str]:
    """The files that products in the recycle bin name by their own values; no index knows those."""
    if not products:
        return set()
    rows = ProductValues.objects.filter(product__uuid__in=products).values_list("values", flat=True)
    return {uuid for values in rows for uuid in _named({key: [value] for key, value in values.items()}, holders)}


def _shown_by(products: Collection[UUID]) -> set[str]:
    """The files that these products, or those below them, show."""
    if not products:
        return set()
    ids = list(Product.objects.filter(uuid__in=products).values_list("pk", flat=True))
    below = Product.objects.filter(Q(pk__in=ids) | Q(parent__in=ids) | Q(root__in=ids))
    rows = ProductAsset.objects.filter(product__in=below.values("pk")).values_list("asset_uuid", flat=True)
    return {str(uuid) for uuid in rows.distinct()}

"""What lists and pages show of products: facts, resolved values and pictures of many in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from django.db import connection

from assets.models import Asset
from assets.services.renditions.presets import THUMB, get_presets
from assets.services.renditions.urls import rendition_url
from catalog.choices import ProductKind
from catalog.families import CatalogStructure, FamilySpec, FamilyVariantSpec
from catalog.services.snapshot import get_catalog_structure
from pim.values.resolution import Explanation, explain_value
from pim.values.specs import AttributeSpec, FlatValues
from pim.values.types import attribute_types

NAME = "name"
"""The attribute that a product is called by where its family names none."""

_LINEAGE = """
WITH RECURSIVE up (subject, depth, id) AS (
  SELECT p.id, 0, p.id FROM catalog_product p WHERE p.id = ANY(%s)
  UNION ALL
  SELECT u.subject, u.depth + 1, p.parent_id FROM up u JOIN catalog_product p ON p.id = u.id
  WHERE p.parent_id IS NOT NULL
)
SELECT u.subject, p.id, p.uuid::text, p.sku, p.kind, p.parent_id, p.root_id, p.family_id, p.family_variant_id, p.level,
  p.enabled, p.stage, p.revision, p.created, p.updated
FROM up u CROSS JOIN LATERAL (SELECT * FROM catalog_product WHERE id = u.id LIMIT 1) p ORDER BY u.subject, u.depth
"""
# LIMIT 1, and OFFSET 0 further down, have each row looked up by its index: the planner expects a recursion to find
# a hundred times as many rows as it does, and would read the whole table.


@dataclass(frozen=True, slots=True)
class Reader:
    """For which channel and locale values are resolved; `fallbacks` are the locale's, nearest first."""

    channel: str | None
    locale: str | None
    fallbacks: tuple[str, ...] = ()


class Owner(NamedTuple):
    """A product whose values another one resolves to: itself, or a model above it."""

    id: int
    uuid: str
    sku: str


@dataclass(slots=True)
class ShownProduct:
    """A product with all that a row shows.

    `lineage` holds own values, then the parent's, and so on; `owners` the (id, uuid, sku) in the same order. `pct` is the
    completeness by slot; for a model `complete` counts the variants complete in each of the asked slots.
    """

    id: int
    uuid: str
    sku: str
    kind: str
    parent_id: int | None
    root_id: int | None
    family: FamilySpec | None
    variant: FamilyVariantSpec | None
    level: int
    enabled: bool
    stage: str
    revision: int
    created: datetime
    updated: datetime
    reader: Reader
    structure: CatalogStructure
    owners: list[Owner] = field(default_factory=list)
    lineage: list[dict[str, Any]] = field(default_factory=list)
    pct: list[int | None] | None = None
    borrowed_image: str | None = None
    variants: int = 0
    complete: Mapping[tuple[str, str], int] = field(default_factory=dict)
    thumbnail: str = ""

    def explain(
        self, spec: AttributeSpec, *, channel: str | None = None, locale: str | None = None
    ) -> Explanation | None:
        """The value that the reader sees of an attribute, and where it comes from."""
        reader = self.reader
        if (spec.scopable and not (channel or reader.channel)) or (spec.localizable and not (locale or reader.locale)):
            return None
        return explain_value(
            self.lineage,
            spec,
            channel=channel or reader.channel,
            locale=locale or reader.locale,
            fallbacks=reader.fallbacks,
        )

    def read(self, code: str | None) -> Any:
        """The resolved stored value of an attribute; None where there is none."""
        spec = self.structure.base.attributes.get(code) if code else None
        found = self.explain(spec) if spec else None
        return found.value if found else None

    @property
    def is_model(self) -> bool:
        """Whether it only lends its values."""
        return self.kind == ProductKind.MODEL

    @property
    def label(self) -> str:
        """The family's label attribute, else `name`, else the SKU."""
        for code in (self.family.label_attribute if self.family else None, NAME):
            value = self.read(code)
            if isinstance(value, str) and value:
                return value
        return self.sku

    @property
    def image(self) -> str | None:
        """The uuid of the family's image attribute, the first of a list; a model without one borrows from what is below."""
        value = self.read(self.family.image_attribute) if self.family else None
        if isinstance(value, list):
            value = value[0] if value else None
        return value if isinstance(value, str) else self.borrowed_image

    @property
    def axis_values(self) -> list[tuple[AttributeSpec, Any]]:
        """What tells it apart from its siblings: the axes of its level with their stored values."""
        if self.variant is None or not 1 <= self.level <= self.variant.levels:
            return []
        attributes = self.structure.base.attributes
        return [(attributes[code], self.lineage[0].get(code)) for code in self.variant.axes[self.level - 1]]

    def percentage(self, channel: str, locale: str) -> int | None:
        """Completeness in one slot; None where it does not apply or is not yet computed. A model has that of its variants."""
        if self.is_model:
            return self.complete.get((channel, locale), 0) * 100 // self.variants if self.variants else None
        slot = self.structure.slots.get((channel, locale))
        if slot is None or self.pct is None or slot >= len(self.pct):
            return None
        return self.pct[slot]


def make_reader(channel: str | None, locale: str | None, *, catalog: CatalogStructure | None = None) -> Reader:
    """A reader with the locale's fallbacks."""
    base = (catalog or get_catalog_structure()).base
    return Reader(channel, locale, base.fallbacks(locale) if locale else ())


def show_products(
    ids: Sequence[int],
    *,
    reader: Reader,
    slots: Iterable[tuple[str, str]] = (),
    with_thumbnails: bool = True,
    all_locales: bool = False,
    catalog: CatalogStructure | None = None,
) -> list[ShownProduct]:
    """Products in the order of `ids`; those that do not exist are left out. Eight queries at most, whatever the number.

    Args:
        reader: for whom values are resolved; only the documents of its locale and fallbacks are read.
        slots: the (channel, locale) pairs for which the complete variants of models are counted.
        with_thumbnails: also issue the addresses of their pictures; no storage call.
        all_locales: read the documents of every locale.
        catalog: the picture of the structure, where the caller has one already.
    """
    if not ids:
        return []
    catalog = catalog or get_catalog_structure()
    shown = _load_lineages(ids, catalog, reader)
    _load_values(shown, catalog, reader, all_locales=all_locales)
    _load_completeness(shown, catalog, list(slots))
    if with_thumbnails:
        _borrow_images(shown, catalog)
        addresses = thumbnails(image for product in shown.values() if (image := product.image))
        for product in shown.values():
            product.thumbnail = addresses.get(product.image or "", "")
    return [shown[pk] for pk in ids if pk in shown]


def thumbnails(uuids: Iterable[str]) -> dict[str, str]:
    """Addresses of the thumbnails of assets by uuid; two queries. Those that may not be shown are left out."""
    wanted = set(uuids)
    if not wanted:
        return {}
    preset = get_presets().get(THUMB)
    found = Asset.objects.with_current().filter(uuid__in=wanted)
    return {str(asset.uuid): url for asset in found if (url := rendition_url(asset, preset).url)}


def _load_lineages(ids: Sequence[int], catalog: CatalogStructure, reader: Reader) -> dict[int, ShownProduct]:
    shown: dict[int, ShownProduct] = {}
    with connection.cursor() as cursor:
        cursor.execute(_LINEAGE, [list(ids)])
        for subject, pk, uuid, sku, kind, parent, root, family, variant, *facts in cursor.fetchall():
            if subject == pk:
                level, enabled, stage, revision, created, updated = facts
                shown[pk] = ShownProduct(
                    pk, uuid, sku, kind, parent, root, catalog.families_by_id.get(family),
                    catalog.variants_by_id.get(variant), level, enabled, stage, revision, created, updated, reader, catalog,
                )  # fmt: skip
            shown[subject].owners.append(Owner(pk, uuid, sku))
    return shown


def _load_values(
    shown: Mapping[int, ShownProduct], catalog: CatalogStructure, reader: Reader, *, all_locales: bool
) -> None:
    locales = catalog.base.locales
    codes = [code for code in (reader.locale, *reader.fallbacks) if code in locales]
    ordinals = [0, *(locales[code].ordinal for code in codes if code is not None)]
    wanted = list({owner.id for product in shown.values() for owner in product.owners})
    values: dict[int, dict[str, Any]] = defaultdict(dict)
    condition = "" if all_locales else " AND locale = ANY(%s)"
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT product_id, "values"::text FROM catalog_productvalues WHERE product_id = ANY(%s){condition}',
            [wanted] if all_locales else [wanted, ordinals],
        )
        for pk, document in cursor.fetchall():
            values[pk].update(orjson.loads(document))
    for product in shown.values():
        product.lineage = [values.get(owner.id, {}) for owner in product.owners]


def _load_completeness(
    shown: Mapping[int, ShownProduct], catalog: CatalogStructure, slots: Sequence[tuple[str, str]]
) -> None:
    models = [pk for pk, product in shown.items() if product.is_model]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT product_id, pct FROM catalog_productcompleteness WHERE product_id = ANY(%s)", [list(shown)]
        )
        for pk, pct in cursor.fetchall():
            shown[pk].pct = pct
        if not models:
            return
        known = [(pair, catalog.slots[pair]) for pair in slots if pair in catalog.slots]
        counts = "".join(f", count(*) FILTER (WHERE c.pct[{slot + 1:d}] = 100)" for _pair, slot in known)
        cursor.execute(
            "WITH RECURSIVE below (top, id, kind) AS ("
            " SELECT parent_id, id, kind FROM catalog_product WHERE parent_id = ANY(%s) AND deleted_at IS NULL"
            " UNION ALL SELECT b.top, p.id, p.kind FROM below b CROSS JOIN LATERAL (SELECT * FROM catalog_product"
            " WHERE parent_id = b.id AND deleted_at IS NULL OFFSET 0) p WHERE b.kind = 'model')"
            f" SELECT b.top, count(*){counts} FROM below b"
            " LEFT JOIN catalog_productcompleteness c ON c.product_id = b.id WHERE b.kind = 'variant' GROUP BY b.top",
            [models],
        )
        for pk, total, *complete in cursor.fetchall():
            shown[pk].variants = total
            shown[pk].complete = {pair: n for (pair, _slot), n in zip(known, complete, strict=True)}


def _borrow_images(shown: Mapping[int, ShownProduct], catalog: CatalogStructure) -> None:
    """Models that have no picture of their own show the first one below them."""
    attributes = catalog.base.attributes
    wanted = [
        (pk, attributes[product.family.image_attribute].id)
        for pk, product in shown.items()
        if product.is_model and product.family and product.family.image_attribute and product.image is None
    ]
    if not wanted:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.id, x.uuid FROM unnest(%s::bigint[], %s::bigint[]) AS m (id, attribute) CROSS JOIN LATERAL ("
            " SELECT a.asset_uuid::text AS uuid FROM catalog_product p"
            " JOIN catalog_productasset a ON a.product_id = p.id AND a.attribute_id = m.attribute"
            " WHERE (p.root_id = m.id OR p.parent_id = m.id) AND p.deleted_at IS NULL"
            " ORDER BY p.id, a.position LIMIT 1) x",
            [[pk for pk, _attribute in wanted], [attribute for _pk, attribute in wanted]],
        )
        for pk, uuid in cursor.fetchall():
            shown[pk].borrowed_image = uuid


def write_value(stored: Any, spec: AttributeSpec, structure: CatalogStructure, locale: str | None) -> str:
    """A stored value as people read it in a cell: labels for options, symbols for units; pictures by their number."""
    if stored is None:
        return ""
    if spec.type in {"asset", "asset_list"}:
        return str(len(stored)) if isinstance(stored, list) else "1"
    # A label in any language says more than a code.
    fallbacks = (*structure.base.fallbacks(locale or ""), *sorted(structure.base.locales))
    delivered = attribute_types.get(spec.type).to_delivery(stored, spec, structure.base, locale, fallbacks)
    return _words(delivered)


def _words(delivered: Any) -> str:
    match delivered:
        case bool():
            return "✓" if delivered else "✗"
        case list():
            return ", ".join(_words(item) for item in delivered)
        case {"label": label}:
            return str(label)
        case {"amount": amount, "symbol": symbol} if symbol:
            return f"{amount} {symbol}"
        case {"amount": amount, **rest}:
            return " ".join(str(part) for part in (amount, rest.get("currency") or rest.get("unit") or "") if part)
        case None:
            return ""
    return str(delivered)


def merged_values(product: ShownProduct) -> FlatValues:
    """Own values over inherited ones, as completeness reads them."""
    merged: dict[str, Any] = {}
    for values in reversed(product.lineage):
        merged.update(values)
    return merged

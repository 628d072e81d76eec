"""Where products use assets: by their own values, read from the index that the write path keeps."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from assets.extensions import Placement, Usage
from catalog.models import ProductAsset
from pim.services.snapshot import get_structure
from pim.values.keys import split_key

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MAX_PLACEMENTS = 50
MAX_FORMER = 10_000

_FORMERLY = """
    SELECT DISTINCT word #>> '{}'
    FROM catalog_product product
    JOIN catalog_productvalues held ON held.product_id = product.id,
    jsonb_path_query(held.values, '$.* ? (@.type() == "string")') AS word
    WHERE product.deleted_at IS NOT NULL AND word #>> '{}' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
    LIMIT %s
"""
_REUSE = """
    SELECT count(*), count(*) FILTER (WHERE products > 1)
    FROM (
        SELECT count(DISTINCT used.product_id) AS products
        FROM catalog_productasset used
        JOIN catalog_product product ON product.id = used.product_id AND product.deleted_at IS NULL
        GROUP BY used.asset_uuid
    ) AS uses
"""


class ProductUsage:
    """Tells the DAM which products, models and variants show an asset."""

    label: StrOrPromise = gettext_lazy("Products")

    def find(self, asset_uuid: UUID, *, limit: int) -> Sequence[Usage]:
        """The products whose own values name an asset, with the attribute, channel and locale; two queries."""
        rows = (
            ProductAsset.objects.filter(asset_uuid=asset_uuid, product__deleted_at__isnull=True)
            .order_by("product__sku_key", "key")
            .values_list("product__uuid", "product__sku", "key", "position")[:limit]
        )
        structure = get_structure()
        locale = (get_language() or "en").replace("-", "_")
        usages = []
        for uuid, sku, key, position in rows:
            scope = split_key(key)
            spec = structure.attributes.get(scope.attribute)
            name = (
                spec.label(next((code for code in spec.labels if code.startswith(locale[:2])), None)) if spec else key
            )
            place = _("position %d") % (position + 1) if spec and spec.type == "asset_list" else ""
            context = " · ".join(part for part in (name, place, scope.channel, scope.locale) if part)
            usages.append(Usage(sku, reverse("admin:catalog_product_change", args=[uuid]), context))
        return usages

    def count(self, asset_uuids: Collection[UUID]) -> Mapping[UUID, int]:
        """How many products use each asset; one query."""
        counted = (
            ProductAsset.objects.filter(asset_uuid__in=asset_uuids, product__deleted_at__isnull=True)
            .values("asset_uuid")
            .annotate(products=Count("product", distinct=True))
        )
        return {row["asset_uuid"]: row["products"] for row in counted}


class ProductUsageIndex:
    """Tells the DAM of all uses by products at once, and under which SKU an asset is filed when it leaves."""

    def used(self) -> QuerySet[ProductAsset]:
        """Uses by products that are not in the recycle bin."""
        return ProductAsset.objects.filter(product__deleted_at__isnull=True)

    def formerly_used(self) -> Collection[UUID]:
        """What the values of products in the recycle bin name; their index is gone. One query over the bin."""
        with connection.cursor() as cursor:
            cursor.execute(_FORMERLY, [MAX_FORMER])
            return {UUID(text) for (text,) in cursor.fetchall()}

    def count_reuse(self) -> tuple[int, int]:
        """Used assets, and those of two products or more; one query over the index of where-used."""
        with connection.cursor() as cursor:
            cursor.execute(_REUSE)
            used, reused = cursor.fetchone()
        return used, reused

    def placements(self, asset_uuids: Collection[UUID]) -> Mapping[UUID, Sequence[Placement]]:
        """By SKU; the attribute's code is the role. One query."""
        rows = (
            self.used()
            .filter(asset_uuid__in=asset_uuids)
            .order_by("product__sku_key", "key")
            .values_list("asset_uuid", "product__sku", "key")
        )
        found: dict[UUID, list[Placement]] = {}
        for uuid, sku, key in rows.iterator(chunk_size=2_000):
            places = found.setdefault(uuid, [])
            place = Placement(sku, split_key(key).attribute)
            if place not in places and len(places) < MAX_PLACEMENTS:
                places.append(place)
        return found

"""Where products use assets: by their own values, read from the index that the write path keeps."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy

from assets.extensions import Usage
from catalog.models import ProductAsset
from pim.services.snapshot import get_structure
from pim.values.keys import split_key

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class ProductUsage:
    """Tells the DAM which products, models and variants show an asset."""

    label: StrOrPromise = gettext_lazy("Products")

    def find(self, asset_uuid: UUID, *, limit: int) -> Sequence[Usage]:
        """The products whose own values name an asset, with the attribute, channel and locale; two queries."""
        rows = (
            ProductAsset.objects.filter(asset_uuid=asset_uuid, product__deleted_at__isnull=True)
            .order_by("product__sku_key", "key")
            .values_list("product__uuid", "product__sku", "key")[:limit]
        )
        structure = get_structure()
        locale = (get_language() or "en").replace("-", "_")
        usages = []
        for uuid, sku, key in rows:
            scope = split_key(key)
            spec = structure.attributes.get(scope.attribute)
            name = (
                spec.label(next((code for code in spec.labels if code.startswith(locale[:2])), None)) if spec else key
            )
            context = " · ".join(part for part in (name, scope.channel, scope.locale) if part)
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

"""Every read of products that has a name."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from catalog.models.products import Product  # noqa: F401 - named below, in a string


class ProductQuerySet(models.QuerySet["Product"]):
    """Products, models and variants."""

    def present(self) -> Self:
        """Those not in the recycle bin."""
        return self.filter(deleted_at__isnull=True)

    def with_skus(self, sku_keys: Iterable[str]) -> Self:
        """Those with one of these normalised SKUs (see catalog.skus.sku_key), not in the recycle bin."""
        return self.present().filter(sku_key__in=list(sku_keys))

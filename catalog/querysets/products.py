"""Every read of products that has a name."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from catalog.models.products import Product  # noqa: F401 - named below, in a string


class LooseKey(models.Func):
    """`catalog.skus.loose_key` in SQL: without separators and without zeros at the front."""

    template = "ltrim(translate(%(expressions)s, ' -_./', ''), '0')"
    output_field = models.CharField()


class ProductQuerySet(models.QuerySet["Product"]):
    """Products, models and variants."""

    def present(self) -> Self:
        """Those not in the recycle bin."""
        return self.filter(deleted_at__isnull=True)

    def with_skus(self, sku_keys: Iterable[str]) -> Self:
        """Those with one of these normalised SKUs (see catalog.skus.sku_key), not in the recycle bin."""
        return self.present().filter(sku_key__in=list(sku_keys))

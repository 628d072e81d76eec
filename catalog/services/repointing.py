"""Products that use some assets come to use another one: the catalog's part of merging duplicates."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from catalog.models import Product, ProductAsset, ProductValues
from catalog.services.changes import ProductChange
from catalog.services.products import write_products
from pim.errors import Outcome

if TYPE_CHECKING:
    from pim.models import Job, User

CHUNK = 500


class ProductRepointer:
    """Rewrites the values of products that name one of the old assets, through the write path."""

    def repoint(
        self,
        old: Collection[UUID],
        new: UUID,
        *,
        actor: User | None,
        origin: str,
        job: Job | int | None = None,
        message: str = "",
        dry_run: bool = False,
    ) -> Outcome:
        """See `assets.extensions.UsageRepointer`. What lies in the recycle bin is left as it is."""
        outcome = Outcome(dry_run=dry_run)
        for changes in _collect_changes({str(uuid) for uuid in old}, str(new)):
            outcome.add(write_products(changes, actor=actor, origin=origin, job=job, message=message, dry_run=dry_run))
        return outcome


def _collect_changes(old: Collection[str], new: str) -> Iterator[list[ProductChange]]:
    """The changes of all products concerned, in chunks; each product occurs once."""
    last = 0
    while True:
        named = ProductAsset.objects.filter(asset_uuid__in=old, product__deleted_at__isnull=True, product_id__gt=last)
        pks = list(named.order_by("product_id").values_list("product_id", flat=True).distinct()[:CHUNK])
        if not pks:
            return
        keys: dict[int, set[str]] = {}
        for pk, key in named.filter(product_id__in=pks).values_list("product_id", "key"):
            keys.setdefault(pk, set()).add(key)
        values: dict[int, dict[str, Any]] = {}
        for pk, row in ProductValues.objects.filter(product_id__in=pks).values_list("product_id", "values"):
            values.setdefault(pk, {}).update(row)
        skus = dict(Product.objects.filter(pk__in=pks).values_list("pk", "sku"))
        yield [
            ProductChange(
                skus[pk],
                stored={key: _replace(values[pk][key], old, new) for key in sorted(keys[pk]) if key in values[pk]},
                must_exist=True,
            )
            for pk in pks
        ]
        last = pks[-1]


def _replace(stored: Any, old: Collection[str], new: str) -> Any:
    """One asset, or a list of them without the same one twice."""
    if not isinstance(stored, list):
        return new if stored in old else stored
    return list(dict.fromkeys(new if uuid in old else uuid for uuid in stored))

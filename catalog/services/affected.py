"""Which products would miss an asset: through values of their own, and through those of the models above them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import connection

from assets.extensions import ProductUse
from pim.values.keys import split_key

_USES = """
WITH RECURSIVE used AS (
    SELECT a.asset_uuid, a.key, a.attribute_id, a.position, p.id
    FROM catalog_productasset a JOIN catalog_product p ON p.id = a.product_id
    WHERE a.asset_uuid = ANY(%s::uuid[]) AND p.deleted_at IS NULL
  UNION ALL
    SELECT u.asset_uuid, u.key, u.attribute_id, u.position, c.id
    FROM catalog_product c JOIN used u ON c.parent_id = u.id WHERE c.deleted_at IS NULL
)
SELECT u.asset_uuid, p.uuid, p.sku, u.key, u.position = 0 AND f.image_attribute_id = u.attribute_id
FROM used u JOIN catalog_product p ON p.id = u.id LEFT JOIN catalog_family f ON f.id = p.family_id
WHERE p.kind <> 'model' ORDER BY p.sku_key, u.key, u.position
"""


class AffectedProducts:
    """See `assets.extensions.ProductUses`; the main picture is the first one of the family's image attribute."""

    def read(self, asset_uuids: Collection[UUID]) -> Sequence[ProductUse]:
        """One query."""
        if not asset_uuids:
            return []
        with connection.cursor() as cursor:
            cursor.execute(_USES, [[str(uuid) for uuid in asset_uuids]])
            rows = cursor.fetchall()
        uses = []
        for asset, product, sku, key, is_main in rows:
            scope = split_key(key)
            uses.append(ProductUse(asset, product, sku, scope.attribute, scope.channel or "", bool(is_main)))
        return uses

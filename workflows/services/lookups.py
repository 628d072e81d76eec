"""Finding the one subject that a face was asked about."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from assets.models import Asset
from catalog.choices import ProductKind
from catalog.models import Product
from catalog.skus import sku_key
from pim.errors import NotFound


def find_product(key: str, *, by_uuid: bool = False, only_models: bool = False) -> Product:
    """A product, model or variant by sku or uuid.

    Raises:
        NotFound: there is none, or it is in the recycle bin.
    """
    rows = Product.objects.present()
    if only_models:
        rows = rows.filter(kind=ProductKind.MODEL)
    uuid = parse_uuid(key)
    found = (rows.filter(uuid=uuid) if uuid else rows.none()) if by_uuid else rows.with_skus([sku_key(key)])
    product = found.first()
    if product is None:
        raise NotFound("not_found", _("There is no product “%s”.") % key)
    return product


def find_asset(key: str) -> Asset:
    """An asset by uuid or code.

    Raises:
        NotFound: there is none.
    """
    uuid = parse_uuid(key)
    found = Asset.objects.filter(uuid=uuid).first() if uuid else None
    found = found or Asset.objects.with_codes([key]).first()
    if found is None:
        raise NotFound("not_found", _("There is no asset “%s”.") % key)
    return found


def parse_uuid(text: str) -> UUID | None:
    """A uuid in any spelling, or None."""
    try:
        return UUID(text)
    except ValueError:
        return None

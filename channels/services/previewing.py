"""A document as it would come out now, for people."""

from __future__ import annotations

import orjson

from catalog.models import Product
from channels.mapping.texts import add_locales
from channels.services.publishing import preview


def preview_document(view: str, product: Product) -> str:
    """The document as indented JSON; empty where the product would not be live."""
    built = preview(product.pk, [view]).get(view)
    if built is None or not built.is_live:
        return ""
    document = orjson.loads(add_locales(built.shared, built.by_locale))
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()

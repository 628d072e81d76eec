"""Products, written through their door."""

from __future__ import annotations

from typing import Any

from catalog.models import Product
from catalog.services.changes import ProductChange
from catalog.services.products import write_products
from pim.errors import Outcome


def write(*changes: ProductChange, origin: str = "command", **options: Any) -> Outcome:
    """Write changes as the command line does."""
    return write_products(changes, actor=None, origin=origin, **options)


def make_product(sku: str, **fields: Any) -> Product:
    """One product of the family shoe; refusals raise."""
    fields.setdefault("family", "shoe")
    write(ProductChange(sku, **fields), atomic=True)
    return Product.objects.get(sku=sku)


def make_tree() -> None:
    """The model `boot` with the sub-models `boot-red`, `boot-blue` and four variants `boot-red-s` … `boot-blue-m`."""
    changes = [ProductChange("boot", kind="model", family_variant="by_color_size", values={"name:en_US": "Boot"})]
    for color in ("red", "blue"):
        changes.append(ProductChange(f"boot-{color}", kind="model", parent="boot", values={"color": color}))
        changes += [
            ProductChange(f"boot-{color}-{size}", parent=f"boot-{color}", values={"size": size}) for size in ("s", "m")
        ]
    write(*changes, atomic=True)

"""Every test starts from the workflows of the migration."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from catalog.models import Product
from catalog.services.changes import ProductChange
from catalog.services.products import write_products
from pim.services.snapshot import forget_structure


@pytest.fixture(autouse=True)
def fresh_structure() -> Iterator[None]:
    forget_structure()
    yield
    forget_structure()


@pytest.fixture
def make_products(db: None) -> Callable[..., list[str]]:
    def make(*skus: str, stage: str = "draft") -> list[str]:
        changes = [ProductChange(sku, stage=stage) for sku in skus]
        outcome = write_products(changes, actor=None, origin="system")
        assert not outcome.refused, outcome.refused
        return list(skus)

    return make


@pytest.fixture
def stages(db: None) -> Callable[[], dict[str, str]]:
    def read() -> dict[str, str]:
        return dict(Product.objects.order_by("sku").values_list("sku", "stage"))

    return read

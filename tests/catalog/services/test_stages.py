"""Moving products between stages, and the approved copies that go with it."""

from __future__ import annotations

import pytest

from catalog.models import Edition, Product
from catalog.services.changes import ProductChange
from catalog.services.stages import move_products
from tests.factories.catalog import make_product, write
from tests.factories.structure import make_structure

pytestmark = pytest.mark.django_db


def move(product: Product, stage: str) -> None:
    move_products([product.pk], stage, actor=None, origin="command")
    product.refresh_from_db()


def test_a_product_opened_again_is_still_published_as_it_was_approved() -> None:
    make_structure()
    product = make_product("A1", stage="approved", values={"name:en_US": "Shoe"}, categories=["shoes"])

    move(product, "enriching")
    write(ProductChange("A1", values={"name:en_US": "Boot"}))

    edition = Edition.objects.get()
    assert (edition.values, edition.categories, edition.revision) == ({"name:en_US": "Shoe"}, ["shoes"], 1)


def test_approving_drops_the_copy_and_retiring_ends_it() -> None:
    make_structure()
    product = make_product("A1", stage="approved", values={"name:en_US": "Shoe"})

    move(product, "enriching")
    move(product, "approved")
    assert not Edition.objects.exists()

    move(product, "enriching")
    move(product, "retired")
    assert not Edition.objects.exists()

"""Where an asset is used by products."""

from __future__ import annotations

import pytest

from assets.extensions import usage_finders
from catalog.services.changes import ProductChange
from catalog.services.deletion import delete_products
from tests.factories.assets import make_asset
from tests.factories.catalog import make_product, write
from tests.factories.structure import make, make_plain_family, make_structure

pytestmark = pytest.mark.django_db


def test_an_asset_tells_where_products_show_it() -> None:
    make_structure()
    make("attribute", picture={"type": "asset", "group": "basics", "labels": {"en_US": "Picture"}})
    make_plain_family("poster", ["sku", "name", "picture"])
    asset = make_asset()
    product = make_product("A1", family="poster", values={"picture": str(asset.uuid)})
    finder = usage_finders.get("products")

    found, counted = finder.find(asset.uuid, limit=10), finder.count([asset.uuid])

    assert [(use.label, use.context) for use in found] == [("A1", "Picture")]
    assert str(product.uuid) in found[0].url
    assert counted == {asset.uuid: 1}
    write(ProductChange("A1", values={"picture": None}))
    assert finder.find(asset.uuid, limit=10) == []


def test_a_product_in_the_bin_uses_nothing() -> None:
    make_structure()
    make("attribute", picture={"type": "asset", "group": "basics"})
    make_plain_family("poster", ["sku", "name", "picture"])
    asset = make_asset()
    make_product("A1", family="poster", values={"picture": str(asset.uuid)})

    delete_products(["A1"], actor=None, origin="command")

    assert usage_finders.get("products").count([asset.uuid]) == {}

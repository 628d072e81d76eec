"""Where an asset is used by products."""

from __future__ import annotations

import pytest

from assets.extensions import Placement, usage_finders, usage_indexes
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


def test_all_uses_are_known_at_once() -> None:
    make_structure()
    make(
        "attribute",
        picture={"type": "asset", "group": "basics"},
        gallery={"type": "asset_list", "group": "basics"},
    )
    make_plain_family("poster", ["sku", "name", "picture", "gallery"])
    once, twice, lost, shelved = (make_asset() for _ in range(4))
    make_product("B2", family="poster", values={"picture": str(twice.uuid), "gallery": [str(twice.uuid)]})
    make_product("A1", family="poster", values={"picture": str(once.uuid), "gallery": [str(twice.uuid)]})
    make_product("C3", family="poster", values={"picture": str(lost.uuid), "gallery": [str(shelved.uuid)]})
    delete_products(["C3"], actor=None, origin="command")
    index = usage_indexes.get("products")

    placements = index.placements([once.uuid, twice.uuid, lost.uuid])

    assert placements == {
        once.uuid: [Placement("A1", "picture")],
        twice.uuid: [Placement("A1", "gallery"), Placement("B2", "gallery"), Placement("B2", "picture")],
    }
    assert set(index.used().values_list("asset_uuid", flat=True)) == {once.uuid, twice.uuid}
    assert index.formerly_used() == {lost.uuid, shelved.uuid}
    assert index.count_reuse() == (2, 1)

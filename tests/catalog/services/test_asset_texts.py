"""Files are found by the SKU, label and brand of the products that show them, as these are now."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assets.models import Asset, AssetText
from assets.services.deriving import derive_assets
from catalog.services.changes import ProductChange
from catalog.services.deletion import delete_products
from pim import journal
from tests.factories.assets import make_asset
from tests.factories.catalog import make_product, make_tree, write
from tests.factories.linking import make_picture_structure
from tests.factories.structure import make, make_options

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def structure() -> None:
    make_picture_structure()
    make("attribute", brand={"group": "basics", "type": "select"})
    make_options("brand", "acme")
    attributes = ["sku", "name", "color", "size", "weight", "price", "ean", "stock", "image", "gallery", "brand"]
    make("family", shoe={"attributes": attributes, "label_attribute": "name"})


def words(asset: Asset) -> str:
    journal.run_consumers(["asset texts"])
    return AssetText.objects.get(pk=asset.pk).search_text


def test_a_file_is_found_by_sku_labels_and_brand_of_its_products_until_they_let_it_go() -> None:
    asset, other = make_asset("x1.png"), make_asset("x2.png")
    names = {"name:en_US": "Fancy boot", "name:de_DE": "Schicker Stiefel", "brand": "acme"}
    make_product("SKU-77", values={**names, "image": str(asset.uuid)})

    found = words(asset)
    assert all(word in found for word in ("sku-77", "fancy boot", "schicker stiefel", "acme"))
    assert "sku-77" not in words(other)

    write(ProductChange("SKU-77", values={"name:en_US": "Plain boot"}), atomic=True)
    assert "plain boot" in words(asset)
    assert "fancy" not in words(asset)

    write(ProductChange("SKU-77", values={"image": str(other.uuid)}), atomic=True)
    assert "sku-77" not in words(asset)
    assert "sku-77" in words(other)

    delete_products(["SKU-77"], actor=None, origin="command")
    assert "sku-77" not in words(other)


def test_a_variants_file_is_found_by_the_name_of_its_model() -> None:
    make_tree()
    make("family_variant", by_size={"levels": [{"axes": ["size"], "attributes": ["ean", "image"], "overridable": []}]})
    make_product("m", kind="model", family_variant="by_size", values={"name:en_US": "Old name"})
    asset = make_asset("x3.png")
    write(ProductChange("m-s", parent="m", values={"size": "s", "image": str(asset.uuid)}), atomic=True)
    assert "old name" in words(asset)

    write(ProductChange("m", values={"name:en_US": "New name"}), atomic=True)

    assert "new name" in words(asset)
    assert "m-s" in words(asset)


def test_texts_of_many_files_cost_no_query_each() -> None:
    assets = [make_asset(f"q{n}.png") for n in range(8)]
    for number, asset in enumerate(assets):
        make_product(f"S{number}", values={"image": str(asset.uuid)})

    def count(chosen: list[Asset]) -> int:
        loaded = list(Asset.objects.with_current().filter(pk__in=[asset.pk for asset in chosen]))
        AssetText.objects.filter(pk__in=[asset.pk for asset in chosen]).update(search_text="")
        with CaptureQueriesContext(connection) as found:
            derive_assets(loaded)
        return len(found)

    assert count(assets[:2]) == count(assets)
    assert "s7" in AssetText.objects.get(pk=assets[7].pk).search_text

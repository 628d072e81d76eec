"""A required picture counts only where it is what the channel asks for; whoever is concerned is counted again."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assets.models import AssetVersion
from catalog.models import Product, ProductCompleteness, ProductFacet
from catalog.services.changes import ProductChange
from catalog.services.snapshot import get_catalog_structure
from pim import journal
from pim.choices import EntryKind
from pim.models import Attribute, Channel, Locale
from pim.services.structure import StructureChange, write_structure
from pim.values.tokens import SystemField, token
from tests.assets.pictures import as_bytes, draw_scene
from tests.factories.assets import make_asset
from tests.factories.catalog import make_product, make_tree, write
from tests.factories.structure import make, make_structure

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def structure() -> None:
    make_structure()
    make("attribute", image={"group": "basics", "type": "asset"}, gallery={"group": "basics", "type": "asset_list"})
    attributes = ["sku", "name", "color", "size", "weight", "price", "ean", "stock", "image", "gallery"]
    make("family", shoe={"attributes": attributes, "requirements": {"web": ["image"], "print": ["image"]}})


def ask(**fields: object) -> None:
    make("picture_rule", web_pictures={"channel": "web", **fields})


def percent(product: Product, channel: str, locale: str = "en_US") -> int | None:
    row = ProductCompleteness.objects.get(product=product)
    return row.pct[get_catalog_structure().slots[channel, locale]]


def misses(product: Product, channel: str, attribute: str = "image") -> bool:
    ordinals = Channel.objects.get(code=channel).ordinal, Locale.objects.get(code="en_US").ordinal
    wanted = token(SystemField.MISSING, *ordinals, Attribute.objects.get(code=attribute).pk)
    return wanted in ProductFacet.objects.get(product=product).tokens


def picture(width: int, height: int) -> str:
    return str(make_asset(content=as_bytes(draw_scene(width, height, seed=width), "PNG")).uuid)


def test_a_picture_that_breaks_a_rule_does_not_fill_its_attribute_on_that_channel() -> None:
    ask(min_width_px=300)

    small = make_product("small", values={"image": picture(200, 200)})
    large = make_product("large", values={"image": picture(300, 200)})

    assert (percent(small, "web"), percent(small, "print")) == (0, 100)
    assert (misses(small, "web"), misses(small, "print")) == (True, False)
    assert (percent(large, "web"), misses(large, "web")) == (100, False)


def test_one_picture_of_a_list_that_breaks_a_rule_is_enough() -> None:
    make("family", shoe={"requirements": {"web": ["gallery"]}})
    ask(min_width_px=300)

    mixed = make_product("mixed", values={"gallery": [picture(300, 200), picture(200, 200)]})
    good = make_product("good", values={"gallery": [picture(301, 200)]})

    assert (percent(mixed, "web"), percent(good, "web")) == (0, 100)


def test_a_rule_of_other_attributes_asks_nothing_here() -> None:
    ask(min_width_px=300, attributes=["gallery"])

    small = make_product("small", values={"image": picture(200, 200)})

    assert percent(small, "web") == 100


def test_products_are_counted_again_when_a_rule_comes_changes_and_goes() -> None:
    small = make_product("small", values={"image": picture(200, 200)})
    journal.run_consumers(["derived rows"])
    assert percent(small, "web") == 100

    ask(min_width_px=300)
    journal.run_consumers(["derived rows"])
    assert percent(small, "web") == 0

    ask(min_width_px=200)
    journal.run_consumers(["derived rows"])
    assert percent(small, "web") == 100

    ask(min_width_px=300)
    write_structure("picture_rule", [StructureChange("web_pictures", None)], actor=None, origin="command")
    journal.run_consumers(["derived rows"])
    assert percent(small, "web") == 100


def test_products_and_their_variants_are_counted_again_when_the_file_is_replaced() -> None:
    make_tree()
    asset = make_asset(content=as_bytes(draw_scene(200, 200), "PNG"))
    write(ProductChange("boot", values={"image": str(asset.uuid)}), atomic=True)
    variant = Product.objects.get(sku="boot-red-s")
    ask(min_width_px=300)
    journal.run_consumers(["derived rows"])
    assert percent(variant, "web") == 0

    AssetVersion.objects.filter(asset=asset).update(width_px=400)
    line = journal.Line("asset", asset.uuid, asset.code, EntryKind.UPDATE, 2, {"@version": [1, 2]})
    journal.write_entries([line], actor=None, origin="system")
    journal.run_consumers(["derived rows"])

    assert percent(variant, "web") == 100


def test_rules_add_no_query_by_product() -> None:
    ask(min_width_px=300, min_white_share=80)
    few = [make_product(f"p{n}", values={"image": picture(200 + n, 200)}) for n in range(12)]

    def count(products: list[Product]) -> int:
        changes = [ProductChange(p.sku, values={"image": picture(100 + p.pk % 90, 100)}) for p in products]
        get_catalog_structure()
        with CaptureQueriesContext(
            connection,
        ) as found:
            write(*changes, atomic=True)
        return len(found)

    assert count(few[:2]) == count(few)

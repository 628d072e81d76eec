"""A product whose required picture breaks its channel's rules does not go out, and goes out when it does not any more."""

from __future__ import annotations

import pytest

from assets.models import Asset, AssetVersion
from channels.models import Publication
from pim import journal
from pim.choices import EntryKind
from tests.factories.assets import make_asset
from tests.factories.channels import COMPLETE, make_shoes, make_shop, publish
from tests.factories.linking import make_picture_rule
from tests.factories.structure import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def picture() -> Asset:
    make_shop()
    make("attribute", picture={"type": "asset", "group": "basics"})
    attributes = ["sku", "name", "description", "color", "size", "weight", "price", "ean", "stock", "picture"]
    make("family", shoe={"attributes": attributes, "requirements": {"web": ["sku", "name", "price", "picture"]}})
    return make_asset()


def state() -> tuple[str, list[str]]:
    publication = Publication.objects.get(view__code="web", sku="boot")
    return publication.state, [reason["code"] for reason in publication.reasons]


def test_rules_that_come_and_change_withdraw_products_and_let_them_out_again(picture: Asset) -> None:
    make_shoes("boot", values={**COMPLETE, "picture": str(picture.uuid)})
    publish()
    assert state()[0] == "live"

    make_picture_rule("wide", min_width_px=1_000)
    publish()
    withdrawn = state()
    make("picture_rule", wide={"min_width_px": 100})
    publish()

    assert (withdrawn[0], set(withdrawn[1])) == ("withdrawn", {"incomplete"})
    assert state()[0] == "live"


def test_a_new_file_that_conforms_lets_the_product_out(picture: Asset) -> None:
    make_picture_rule("wide", min_width_px=1_000)
    make_shoes("boot", values={**COMPLETE, "picture": str(picture.uuid)})
    publish()
    before = state()[0]

    AssetVersion.objects.filter(asset=picture).update(width_px=1_200)
    line = journal.Line("asset", picture.uuid, picture.code, EntryKind.UPDATE, 2, {"@version": [1, 2]})
    journal.write_entries([line], actor=None, origin="system")
    publish()

    assert (before, state()[0]) == ("withheld", "live")

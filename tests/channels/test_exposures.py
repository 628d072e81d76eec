"""The page of an asset says in which views consumers see it."""

from __future__ import annotations

import pytest

from assets.extensions import publication_finders
from catalog.services.changes import ProductChange
from pim.services.structure import read_state
from tests.factories.assets import make_asset
from tests.factories.catalog import write
from tests.factories.channels import COMPLETE, make_shoes, make_shop, make_view, publish
from tests.factories.structure import make, make_attribute

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shop() -> None:
    make_shop()
    make_attribute("front", type="asset")
    state = read_state("family", "shoe")
    make("family", shoe={"attributes": [*state["attributes"], "front"]})


def test_an_asset_is_where_a_live_document_names_it() -> None:
    asset, other = make_asset("front.png"), make_asset("back.png")
    make_view("outlet", channel="web", labels={"en_US": "Outlet"})
    make_shoes("boot", values={**COMPLETE, "front": str(asset.uuid)})
    make_shoes("clog", values={**COMPLETE, "front": str(asset.uuid)})
    make_shoes("draft", values={"front": str(asset.uuid)})
    publish()
    finder = publication_finders.get("channels")

    found = finder.find(asset.uuid, limit=10)

    assert [(use.label, use.context, use.url) for use in found] == [
        ("Outlet", "boot, clog", "/admin/channels/publication/?view=outlet"),
        ("web", "boot, clog", "/admin/channels/publication/?view=web"),
    ]
    assert finder.count([asset.uuid, other.uuid]) == {asset.uuid: 2}


def test_what_is_no_longer_live_is_not_counted() -> None:
    asset = make_asset("front.png")
    make_shoes("boot", values={**COMPLETE, "front": str(asset.uuid)})
    publish()
    write(ProductChange("boot", enabled=False), atomic=True)
    publish()

    assert publication_finders.get("channels").count([asset.uuid]) == {}

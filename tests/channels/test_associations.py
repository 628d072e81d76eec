"""What documents name of other products: joined when they are read, and only what is live."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Association, Product
from catalog.services.changes import ProductChange
from catalog.services.stages import move_products
from channels.models import PublicationLink
from pim.models import User
from tests.factories.catalog import make_tree, write
from tests.factories.channels import COMPLETE, make_shoes, make_shop, publish
from tests.factories.structure import make
from tests.factories.workflows import restore_default_workflows

pytestmark = pytest.mark.django_db

Get = Callable[..., Any]
ASSOCIATIONS = """
query Q($types: [AssociationType!]) {
  products(first: 10) {
    nodes { sku associations(types: $types) { type products { sku uuid quantity } productModels { sku } groups } }
  }
}
"""


def _links(*skus: str, side: str = "products", **fields: Any) -> dict[str, list[dict[str, Any]]]:
    return {side: [{"key": sku, **fields} for sku in skus]}


def _skus(get: Get, sku: str, kind: str, side: str = "products") -> list[str]:
    return [named["sku"] for named in get(f"products/{sku}").json()["associations"].get(kind, {}).get(side, [])]


@pytest.fixture
def shop() -> None:
    """Four live shoes and one that is not; `a` sells `b` and `poor`, pairs with `c`, is a set with two of `d`."""
    make_shop()
    make_shoes(*"abcd")
    make_shoes("poor", values={})
    make("group", summer={})
    write(
        ProductChange(
            "a",
            associations={
                "X_SELL": {**_links("b", "poor"), "groups": [{"key": "summer"}]},
                "PAIR": _links("c"),
                "SET": _links("d", quantity="2.50"),
            },
        ),
        atomic=True,
    )
    publish()


@pytest.mark.usefixtures("shop")
def test_a_document_names_what_is_live(get: Get) -> None:
    uuids = {product["sku"]: product["uuid"] for product in get("products").json()["results"]}

    assert get("products/a").json()["associations"] == {
        "X_SELL": {"products": [{"sku": "b", "uuid": uuids["b"]}], "groups": ["summer"]},
        "PAIR": {"products": [{"sku": "c", "uuid": uuids["c"]}]},
        "SET": {"products": [{"sku": "d", "uuid": uuids["d"], "quantity": "2.5"}]},
    }
    assert get("products/b").json()["associations"] == {}


@pytest.mark.usefixtures("shop")
def test_a_two_way_type_is_read_from_both_sides(get: Get) -> None:
    assert _skus(get, "c", "PAIR") == ["a"]
    assert get("products/d").json()["associations"] == {}


@pytest.mark.usefixtures("shop")
def test_what_comes_and_goes_is_named_without_publishing_its_owner_again(get: Get) -> None:
    before = get("products/a")

    write(ProductChange("poor", values=COMPLETE), ProductChange("b", enabled=False), atomic=True)
    publish()
    after = get("products/a")

    assert _skus(get, "a", "X_SELL") == ["poor"]
    assert after.json()["position"] == before.json()["position"]
    assert after["ETag"] != before["ETag"]
    assert get("products/a", headers={"If-None-Match": before["ETag"]}).status_code == 200
    assert get("products/a", headers={"If-None-Match": after["ETag"]}).status_code == 304


@pytest.mark.usefixtures("shop")
def test_removing_an_association_publishes_its_owner(get: Get) -> None:
    position = get("products/a").json()["position"]

    write(ProductChange("a", associations={"X_SELL": {}}), atomic=True)
    publish()

    assert get("products/a").json()["position"] > position
    assert "X_SELL" not in get("products/a").json()["associations"]
    assert PublicationLink.objects.count() == 2


@pytest.mark.usefixtures("shop")
def test_associations_are_on_pages_in_the_feed_and_in_graphql(get: Get, ask: Callable[..., Any]) -> None:
    page = get("products").json()["results"]
    feed = get("changes", since="initial", include="body").json()["changes"]
    nodes = ask(ASSOCIATIONS)["data"]["products"]["nodes"]
    some = ask(ASSOCIATIONS, types=["SET"])["data"]["products"]["nodes"]

    assert [len(product["associations"]) for product in page] == [3, 0, 1, 0]
    assert {line["sku"]: line["product"]["associations"] for line in feed} == {
        product["sku"]: product["associations"] for product in page
    }
    assert [(link["type"], [p["sku"] for p in link["products"]]) for link in nodes[0]["associations"]] == [
        ("PAIR", ["c"]), ("SET", ["d"]), ("X_SELL", ["b"])
    ]  # fmt: skip
    assert [link["products"][0]["quantity"] for link in some[0]["associations"]] == ["2.5"]
    assert some[2]["associations"] == []


@pytest.mark.usefixtures("shop")
def test_they_can_be_left_out(get: Get) -> None:
    assert "associations" not in get("products/a", omit="associations").json()
    assert set(get("products/a", fields="sku,associations").json()) == {"sku", "associations"}


def test_a_variant_has_those_of_its_models_and_a_model_is_named_where_something_below_it_is_live(get: Get) -> None:
    make_shop()
    make_tree()
    make_shoes("lace", "wax")
    write(
        ProductChange(
            "boot",
            categories=["shoes"],
            values={"price": COMPLETE["price"]},
            associations={"X_SELL": _links("lace"), "PAIR": _links("wax")},
        ),
        ProductChange("boot-red", associations={"X_SELL": _links("wax")}),
        ProductChange(
            "lace",
            associations={
                "X_SELL": _links("boot", "boot-red", side="product_models"),
                "PAIR": _links("boot-blue", side="product_models"),
            },
        ),
        atomic=True,
    )
    publish()

    assert _skus(get, "boot-red-s", "X_SELL") == ["wax", "lace"]
    assert _skus(get, "boot-blue-s", "X_SELL") == ["lace"]
    assert _skus(get, "lace", "X_SELL", "product_models") == ["boot", "boot-red"]
    assert _skus(get, "wax", "PAIR", "product_models") == ["boot"]
    assert _skus(get, "wax", "PAIR") == []
    assert sorted(_skus(get, "boot-blue-s", "PAIR")) == ["lace", "wax"]

    write(*(ProductChange(f"boot-red-{size}", enabled=False) for size in "sm"), atomic=True)
    publish()

    assert _skus(get, "lace", "X_SELL", "product_models") == ["boot"]


def test_an_approved_copy_keeps_its_associations(get: Get) -> None:
    restore_default_workflows()
    make_shop(requires_approval=True)
    make_shoes(*"abc", stage="approved")
    write(ProductChange("a", associations={"X_SELL": _links("b")}), atomic=True)
    boss = User.objects.create(username="boss", is_superuser=True)
    move_products([Product.objects.get(sku="a").pk], "approved", actor=boss, origin="command")
    publish()
    assert _skus(get, "a", "X_SELL") == ["b"]

    write(ProductChange("a", associations={"X_SELL": _links("c")}), atomic=True)
    publish()

    assert Association.objects.get().target.sku == "c"
    assert _skus(get, "a", "X_SELL") == ["b"]


@pytest.mark.usefixtures("shop")
def test_a_page_takes_as_many_queries_for_one_row_as_for_four_and_fewer_in_a_view_without(
    get: Get, ask: Callable[..., Any]
) -> None:
    counts = []
    for call in (
        lambda: get("products", limit=1),
        lambda: get("products", limit=4),
        lambda: ask(ASSOCIATIONS),
        lambda: ask("{ products(first: 10) { nodes { sku } } }"),
    ):
        call()
        with CaptureQueriesContext(connection) as captured:
            call()
        counts.append(len(captured))
    PublicationLink.objects.all().delete()
    with CaptureQueriesContext(connection) as captured:
        get("products", limit=4)

    one, four, asked, unasked = counts
    assert (one, asked) == (four, unasked + 2)
    assert len(captured) == four - 2

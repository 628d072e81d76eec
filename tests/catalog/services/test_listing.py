"""Lists of products by category: what is below a model in a category is in it too, however the list is asked."""

import pytest
from django.db import connection

from catalog.models import Product
from catalog.services import listing
from catalog.services.changes import ProductChange
from catalog.services.listing import select_products
from pim.querying.tree import Leaf, Operator
from pim.querysets.pages import fetch_all_ids
from tests.factories.catalog import make_product, write
from tests.factories.structure import (
    make,
    make_attribute,
    make_category,
    make_family_variant,
    make_options,
    make_plain_family,
    make_structure,
)

pytestmark = pytest.mark.django_db

AXES = ("color", "size", "material")


@pytest.fixture(autouse=True)
def catalog() -> None:
    """A chain root → red → red_s → red_s_oak, each in a category of its own name, and a product beside it."""
    make_structure()
    make_attribute("material", type="select", group="basics")
    make_options("material", "oak")
    make_plain_family("chair", ["sku", "name", *AXES])
    make_family_variant("by_all", "chair", *AXES)
    make_category("furniture")
    make("category", **{code: {"parent": "furniture"} for code in ("root", "red", "red_s", "red_s_oak", "beside")})
    write(
        ProductChange("root", kind="model", family_variant="by_all", categories=["root"]),
        ProductChange("red", kind="model", parent="root", values={"color": "red"}, categories=["red"]),
        ProductChange("red_s", kind="model", parent="red", values={"size": "s"}, categories=["red_s"]),
        ProductChange("red_s_oak", parent="red_s", values={"material": "oak"}, categories=["red_s_oak"]),
        atomic=True,
    )
    make_product("beside", family="chair", categories=["beside"])


@pytest.mark.parametrize("few", [1_000, 0])
@pytest.mark.parametrize(
    ("operator", "code", "expected"),
    [
        (Operator.EQ, "root", {"root", "red", "red_s", "red_s_oak"}),
        (Operator.EQ, "red", {"red", "red_s", "red_s_oak"}),
        (Operator.EQ, "red_s", {"red_s", "red_s_oak"}),
        (Operator.EQ, "red_s_oak", {"red_s_oak"}),
        (Operator.NE, "red", {"root", "beside"}),
        (Operator.IN_CHILDREN, "furniture", {"root", "red", "red_s", "red_s_oak", "beside"}),
        (Operator.EQ, "furniture", set()),
        (Operator.EMPTY, None, set()),
    ],
)
def test_members_are_the_same_whether_collected_or_asked_for(
    monkeypatch: pytest.MonkeyPatch, few: int, operator: Operator, code: str | None, expected: set[str]
) -> None:
    monkeypatch.setattr(listing, "FEW_MEMBERS", few)
    value = [code] if operator is Operator.IN_CHILDREN else code

    found = fetch_all_ids(connection, select_products(Leaf("category", operator, value)))

    assert set(Product.objects.filter(pk__in=found).values_list("sku", flat=True)) == expected

"""Products that use an asset come to use another one."""

from __future__ import annotations

from uuid import UUID

import pytest

from assets.extensions import usage_finders, usage_repointers
from catalog.models import Product, ProductValues
from catalog.services.deletion import delete_products
from pim.models import Entry
from tests.factories.assets import make_asset
from tests.factories.catalog import make_product
from tests.factories.structure import make, make_plain_family, make_structure

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def poster() -> None:
    make_structure()
    make(
        "attribute",
        picture={"type": "asset", "group": "basics"},
        gallery={"type": "asset_list", "group": "basics"},
    )
    make_plain_family("poster", ["sku", "name", "picture", "gallery"])


def values_of(sku: str) -> dict[str, object]:
    return ProductValues.objects.get(product__sku=sku, locale=0).values


def test_single_values_and_lists_come_to_name_the_new_one_and_lists_name_it_once() -> None:
    old, new, other = (str(make_asset().uuid) for _ in range(3))
    make_product("A1", family="poster", values={"picture": old, "gallery": [other, old, new]})
    make_product("B2", family="poster", values={"picture": other})

    outcome = usage_repointers.get("products").repoint([old], new, actor=None, origin="command", message="merged")

    assert (outcome.updated, outcome.refused) == (1, [])
    assert values_of("A1") == {"picture": new, "gallery": [other, new]}
    assert values_of("B2") == {"picture": other}
    assert usage_finders.get("products").count([old, new]) == {UUID(new): 1}
    entry = Entry.objects.filter(subject_uuid=Product.objects.get(sku="A1").uuid).latest("id")
    assert (entry.message, entry.delta["picture"]) == ("merged", [old, new])


def test_a_rehearsal_changes_nothing() -> None:
    old, new = (str(make_asset().uuid) for _ in range(2))
    make_product("A1", family="poster", values={"picture": old})

    outcome = usage_repointers.get("products").repoint([old], new, actor=None, origin="command", dry_run=True)

    assert outcome.updated == 1
    assert values_of("A1") == {"picture": old}


def test_the_recycle_bin_is_left_as_it_is() -> None:
    old, new = (str(make_asset().uuid) for _ in range(2))
    make_product("A1", family="poster", values={"picture": old})
    delete_products(["A1"], actor=None, origin="command")

    outcome = usage_repointers.get("products").repoint([old], new, actor=None, origin="command")

    assert outcome.done == 0
    assert values_of("A1") == {"picture": old}

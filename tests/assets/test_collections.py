"""Collections by hand and by search: who may do what, order, and what a filter makes of them."""

from __future__ import annotations

from typing import Any

import pytest

from assets.models import Asset, Collection
from assets.services.collections import (
    add_items,
    add_matches,
    change_collection,
    collections_for,
    create_collection,
    delete_collection,
    list_collection,
    move_items,
    remove_items,
)
from assets.services.searching.listing import get_fields, list_assets, select_assets
from pim.errors import DomainError, NotAllowed
from pim.models import Entry
from pim.querying.tree import parse_filter
from tests.factories.assets import make_asset, make_collection
from tests.factories.callers import make_user

pytestmark = pytest.mark.django_db

WRITES = ("assets.view_asset", "assets.add_collection", "assets.change_collection", "assets.delete_collection")
BY: dict[str, Any] = {"actor": None, "origin": "admin"}
IMAGES = {"field": "kind", "op": "eq", "value": "image"}


def codes(*queries: Any) -> list[list[str]]:
    return [
        sorted(asset.code for asset in list_assets(select_assets(parse_filter(query, catalogue=get_fields()))).assets)
        for query in queries
    ]


def in_order(collection: Collection) -> list[str]:
    return [asset.code for asset in list_collection(collection, select_assets(None)).assets]


def test_a_collection_keeps_the_order_in_which_it_was_put_together_and_moved():
    a, b, c, d = (make_asset(f"{name}.png") for name in "abcd")
    collection = make_collection("Spring", c, a, b)

    assert add_items(collection, [a.uuid, d.uuid], **BY) == 1
    assert in_order(collection) == ["c", "a", "b", "d"]
    move_items(collection, [str(d.uuid), str(b.uuid)], before=str(c.uuid), **BY)
    assert in_order(collection) == ["d", "b", "c", "a"]
    move_items(collection, [str(d.uuid)], before=None, **BY)
    assert in_order(collection) == ["b", "c", "a", "d"]
    assert remove_items(collection, [c.uuid], **BY) == 1
    assert in_order(collection) == ["b", "a", "d"]
    entries = Entry.objects.filter(subject_type="collection").order_by("id")
    assert [entry.revision for entry in entries] == [1, 2, 3, 4, 5, 6]
    assert entries.last().delta == {"@removed": [["c"], None]}


def test_pages_of_a_collection_go_forwards_and_back_in_its_order():
    assets = [make_asset(f"{number}.png") for number in range(5)]
    collection = make_collection("Numbers", *reversed(assets))
    everything = select_assets(None)

    first = list_collection(collection, everything, limit=2)
    second = list_collection(collection, everything, limit=2, after=first.page.next_values)
    third = list_collection(collection, everything, limit=2, after=second.page.next_values)
    back = list_collection(collection, everything, limit=2, after=third.page.previous_values, backwards=True)

    assert [[asset.code for asset in page.assets] for page in (first, second, third, back)] == [
        ["4", "3"],
        ["2", "1"],
        ["0"],
        ["2", "1"],
    ]
    assert (first.page.previous_values, third.page.next_values) == (None, None)


def test_the_filter_language_asks_for_collections_of_both_kinds():
    mug, poster = make_asset("mug.png"), make_asset("poster.png")
    by_hand = make_collection("Hand", mug)
    by_search = make_collection("Search", query={"field": "search", "op": "contains", "value": "poster"})

    found = codes(
        {"field": "collection", "op": "eq", "value": str(by_hand.uuid)},
        {"field": "collection", "op": "eq", "value": str(by_search.uuid)},
        {"field": "collection", "op": "in", "value": [str(by_hand.uuid), str(by_search.uuid)]},
        {"field": "collection", "op": "ne", "value": str(by_hand.uuid)},
    )

    assert found == [["mug"], [poster.code], ["mug", "poster"], ["poster"]]


def test_what_matches_comes_in_at_once():
    for name in ("red mug", "blue mug", "poster"):
        make_asset(f"{name}.png")
    collection = make_collection("Mugs")

    assert add_matches(collection, {"field": "search", "op": "contains", "value": "mug"}, **BY) == 2
    assert in_order(collection) == ["red_mug", "blue_mug"]


@pytest.mark.parametrize(
    ("fields", "code", "pointer"),
    [
        ({"name": " "}, "invalid_collection", "/name"),
        ({"name": "x" * 201}, "invalid_collection", "/name"),
        ({"name": "A", "is_shared": 1}, "invalid_collection", "/is_shared"),
        ({"name": "A", "query": {"field": "nothing", "value": 1}}, "unknown_field", "/query/field"),
        ({"name": "A", "query": {"field": "kind", "value": "nothing"}}, "invalid_value", "/query/value"),
        ({"name": "A", "query": {"field": "collection", "value": "x"}}, "search_in_search", "/query"),
        ({"name": "A", "colour": "red"}, "unknown_field", "/colour"),
    ],
)
def test_what_makes_no_collection_is_refused(fields, code, pointer):
    with pytest.raises(DomainError) as refused:
        create_collection(**fields, **BY)

    assert (refused.value.code, refused.value.pointer) == (code, pointer)
    assert not Collection.objects.exists()


def test_a_search_decides_alone_and_what_is_put_together_is_not_overwritten_by_one():
    asset = make_asset("mug.png")
    smart, manual = make_collection("Search", query=IMAGES), make_collection("Hand", asset)

    for refused, code in (
        (lambda: add_items(smart, [asset.uuid], **BY), "is_smart"),
        (lambda: remove_items(smart, [asset.uuid], **BY), "is_smart"),
        (lambda: change_collection(manual, query=IMAGES, **BY), "is_manual"),
        (lambda: move_items(manual, [str(asset.uuid)], before=str(smart.uuid), **BY), "not_in_collection"),
    ):
        with pytest.raises(DomainError) as error:
            refused()
        assert error.value.code == code

    assert (smart.items.count(), in_order(manual)) == (0, ["mug"])


def test_a_full_collection_takes_nothing_more(monkeypatch):
    monkeypatch.setattr("assets.services.collections.MOST_ITEMS", 1)
    first, second = make_asset("a.png"), make_asset("b.png")
    collection = make_collection("Small", first)

    with pytest.raises(DomainError) as refused:
        add_items(collection, [second.uuid], **BY)

    assert (refused.value.code, in_order(collection)) == ("collection_full", ["a"])


def test_people_see_their_own_and_the_shared_ones_and_write_where_they_may():
    maria, jan = make_user("maria", permissions=WRITES), make_user("jan", permissions=WRITES)
    reader = make_user("reader", permissions=["assets.view_collection"])
    secret = create_collection(name="Secret", is_shared=False, actor=maria, origin="admin")
    shared = create_collection(name="Shared", actor=maria, origin="admin")

    assert list(collections_for(jan)) == [shared]
    assert change_collection(shared, name="Ours", actor=jan, origin="admin").name == "Ours"
    for who, which in ((jan, secret), (reader, shared)):
        with pytest.raises(NotAllowed):
            change_collection(which, name="Mine", actor=who, origin="admin")
        with pytest.raises(NotAllowed):
            delete_collection(which, actor=who, origin="admin")
    delete_collection(secret, actor=maria, origin="admin")
    assert list(Collection.objects.values_list("name", flat=True)) == ["Ours"]


def test_changing_nothing_writes_nothing_and_deleting_leaves_the_assets():
    asset = make_asset("mug.png")
    collection = make_collection("Spring", asset)

    assert change_collection(collection, name="Spring", **BY).revision == collection.revision + 1
    delete_collection(collection, **BY)

    assert Asset.objects.filter(pk=asset.pk).exists()
    last = Entry.objects.filter(subject_type="collection").latest("id")
    assert (last.kind, last.delta["@name"]) == ("delete", ["Spring", None])

"""The feed is exact: resumable at every point, without gaps, with tombstones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from catalog.services.changes import ProductChange
from channels.models import ChannelView
from tests.factories.catalog import write
from tests.factories.channels import make_shoes, make_shop, publish

pytestmark = pytest.mark.django_db

Get = Callable[..., Any]


def _follow(get: Get, since: str, **parameters: Any) -> tuple[list[tuple[str, str]], str]:
    """Read until there is no more: (op, sku) pairs and the token to go on with."""
    lines: list[tuple[str, str]] = []
    while True:
        response = get("changes", since=since, **parameters)
        assert response.status_code == 200, response.content
        body = response.json()
        lines += [(line["op"], line["sku"]) for line in body["changes"]]
        since = body["next"]
        if not body["has_more"]:
            return lines, since


def test_a_consumer_that_follows_ends_with_what_is_live(get: Get) -> None:
    make_shop()
    make_shoes(*"abcde")
    publish()

    first, token = _follow(get, "initial", limit=2)
    write(ProductChange("b", enabled=False), ProductChange("c", values={"name:en_US": "New"}), atomic=True)
    make_shoes("f")
    publish()
    second, token = _follow(get, token, limit=1)
    third, _token = _follow(get, token)

    assert sorted(first) == [("upsert", sku) for sku in "abcde"]
    assert sorted(second) == [("upsert", "c"), ("upsert", "f"), ("withdraw", "b")]
    assert third == []


def test_what_changes_during_the_first_walk_comes_after_it(get: Get) -> None:
    make_shop()
    make_shoes(*"abc")
    publish()

    page = get("changes", since="initial", limit=1).json()
    seen = [line["sku"] for line in page["changes"]]
    write(ProductChange(seen[0], values={"name:en_US": "New"}), atomic=True)
    publish()
    rest, _token = _follow(get, page["next"], limit=1)
    _rest, token = _follow(get, page["next"], limit=1)
    again = get("changes", since=page["next"], limit=100).json()

    assert [sku for _op, sku in rest] == [line["sku"] for line in again["changes"]]
    after, _token = _follow(get, again["next"])
    assert after == [("upsert", seen[0])]
    assert token


def test_a_product_is_named_once_with_its_last_state(get: Get) -> None:
    make_shop()
    make_shoes("a")
    publish()
    for name in ("one", "two"):
        write(ProductChange("a", values={"name:en_US": name}), atomic=True)
        publish()

    body = get("changes", since="0", include="body", locale="en_US").json()

    assert [(line["sku"], line["position"], line["product"]["label"]) for line in body["changes"]] == [("a", 3, "two")]
    assert get("changes", since="3").json()["changes"] == []


def test_a_tombstone_carries_no_document(get: Get) -> None:
    make_shop()
    make_shoes("a")
    publish()
    write(ProductChange("a", enabled=False), atomic=True)
    publish()

    (line,) = get("changes", since="1", include="body").json()["changes"]

    assert (line["op"], line["sku"], line["position"]) == ("withdraw", "a", 2)
    assert "product" not in line


def test_tokens_that_are_not_ours_are_refused(get: Get) -> None:
    make_shop()
    token = get("changes", since="initial").json()["next"]

    assert get("changes").json()["code"] == "since_required"
    refused = get("changes", since="nonsense").json()
    assert (refused["code"], refused["errors"][0]["pointer"]) == ("invalid_cursor", "/since")
    assert get("changes", since=token[:-1] + ("A" if token[-1] != "A" else "B")).json()["code"] == "invalid_cursor"
    assert get("changes", since="99").status_code == 410
    assert get("changes", since="99").json()["code"] == "feed_expired"


def test_positions_have_no_gap(get: Get) -> None:
    make_shop()
    make_shoes(*"abc")
    publish()

    positions = [line["position"] for line in get("changes", since="0").json()["changes"]]

    assert positions == [1, 2, 3]
    assert ChannelView.objects.get(code="web").position == 3

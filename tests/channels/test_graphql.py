"""GraphQL over a view, through HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.channels import COMPLETE, make_bearer, make_shoes, make_shop, publish
from tests.factories.structure import make

pytestmark = pytest.mark.django_db

Ask = Callable[..., Any]

PAGE = """
query Page($first: Int!, $after: String, $where: ProductWhere) {
  shoe(first: $first, after: $after, where: $where, locale: en_US, orderBy: {field: name, direction: DESC}) {
    nodes { sku name color { code label } price { amount currency } categories { code } }
    pageInfo { endCursor hasNextPage }
    totalCount
    position
  }
}
"""


@pytest.fixture(autouse=True)
def shop() -> None:
    make_shop()
    for sku in "abc":
        make_shoes(sku, values={**COMPLETE, "name:en_US": f"Boot {sku}", "color": "green" if sku == "c" else "red"})
    publish()


def test_a_family_is_walked_page_by_page(ask: Ask) -> None:
    first = ask(PAGE, first=2)["data"]["shoe"]
    second = ask(PAGE, first=2, after=first["pageInfo"]["endCursor"])["data"]["shoe"]

    assert [node["sku"] for node in first["nodes"] + second["nodes"]] == ["c", "b", "a"]
    assert first["nodes"][0] == {
        "sku": "c",
        "name": "Boot c",
        "color": {"code": "green", "label": "Green"},
        "price": [{"amount": "10.00", "currency": "EUR"}, {"amount": "12", "currency": "USD"}],
        "categories": [{"code": "shoes"}],
    }
    assert (first["totalCount"], first["position"], second["pageInfo"]["hasNextPage"]) == (3, 3, False)


def test_where_finds_and_refuses(ask: Ask) -> None:
    found = ask(PAGE, first=5, where={"color": {"in": ["green"]}})
    refused = ask(PAGE, first=5, where={"color": {"eq": "pink"}})
    broken = ask(PAGE, first=5, after="nonsense")

    assert [node["sku"] for node in found["data"]["shoe"]["nodes"]] == ["c"]
    assert refused["errors"][0]["extensions"]["code"] == "unknown_option"
    assert broken["errors"][0]["extensions"]["code"] == "invalid_cursor"


def test_node_and_product_find_the_same(ask: Ask) -> None:
    product = ask('{ product(sku: "A") { id sku etag position ... on ShoeProduct { name } } }')["data"]["product"]
    node = ask("query Q($id: ID!) { node(id: $id) { ... on Product { sku } } }", id=product["id"])["data"]["node"]

    assert (product["sku"], product["name"], product["position"]) == ("a", "Boot a", 1)
    assert node == {"sku": "a"}
    assert ask('{ product(sku: "nope") { sku } }')["data"] == {"product": None}


def test_the_feed_is_there_too(ask: Ask) -> None:
    feed = ask('{ changes(since: "1", first: 10) { changes { op position product { label } } hasMore next } }')

    assert [line["product"]["label"] for line in feed["data"]["changes"]["changes"]] == ["Boot b", "Boot c"]


def test_a_new_attribute_is_in_the_schema_at_once_and_a_label_of_an_option_keeps_it(ask: Ask) -> None:
    from channels.services.schemas import get_schema
    from channels.services.snapshot import get_delivery_structure

    structure = get_delivery_structure()
    before = get_schema(structure, structure.views_by_code["web"])
    make("option", **{"color.red": {"attribute": "color", "code": "red", "labels": {"en_US": "Crimson"}}})
    structure = get_delivery_structure()
    assert get_schema(structure, structure.views_by_code["web"]) is before

    make("attribute", sole={"type": "text", "group": "basics"})
    make(
        "family",
        shoe={"attributes": ["sku", "name", "description", "color", "size", "weight", "price", "ean", "stock", "sole"]},
    )

    assert ask("{ shoe(first: 1) { nodes { sole } } }")["data"] == {"shoe": {"nodes": [{"sole": None}]}}


def test_a_page_takes_as_many_queries_for_one_row_as_for_two(ask: Ask) -> None:
    ask(PAGE, first=1)
    counts = []
    for first in (1, 2):
        with CaptureQueriesContext(connection) as captured:
            ask(PAGE, first=first)
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_a_token_that_may_not_introspect_learns_no_names() -> None:
    header = {"Authorization": make_bearer()}
    client = Client()
    query = {"query": "{ products(first: 1) { nodes { skuu } } }"}
    answer = client.post("/hub/web/graphql", query, content_type="application/json", headers=header)

    assert answer.json()["errors"][0]["message"] == "Cannot query field 'skuu' on type 'Product'."
    assert client.get("/hub/web/schema.graphql", headers=header).status_code == 403
    sdl = client.get("/hub/web/schema.graphql", headers={"Authorization": make_bearer(may_introspect=True)})
    assert "type ShoeProduct implements Node & Product" in sdl.content.decode()


def test_a_get_is_answered_from_the_cache(get: Callable[..., Any]) -> None:
    first = get("graphql", query="{ products(first: 1) { nodes { sku } } }")
    again = get("graphql", query="{ products(first: 1) { nodes { sku } } }", headers={"If-None-Match": first["ETag"]})

    assert (first.status_code, again.status_code) == (200, 304)
    assert get("graphql", query="mutation { __typename }").status_code == 405


def test_every_attribute_is_described_in_english_else_in_any_language() -> None:
    from channels.services.schemas import get_schema
    from channels.services.snapshot import get_delivery_structure

    labels = {"name": {"de_DE": "Bezeichnung", "en_GB": "Name of it"}, "color": {"de_DE": "Farbe"}}
    make("attribute", **{code: {"labels": given} for code, given in labels.items()})
    structure = get_delivery_structure()
    schema = get_schema(structure, structure.views_by_code["web"]).schema

    fields = schema.type_map["ShoeProduct"].fields  # type: ignore[attr-defined]
    assert fields["name"].description == "Name of it"
    assert fields["color"].description == "Farbe"
    assert fields["stock"].description == "stock"

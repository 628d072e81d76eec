"""Compiled selections give what GraphQL prescribes."""

import pytest
from graphql import get_introspection_query

from channels.hub.items import encode_id
from pim.graphql.requests import GraphQLRequest
from tests.channels.hub.shelves import Shelf, make_item, make_schema, run


def test_a_page_is_read_in_the_locale_asked_for() -> None:
    query = """
      query Page($locale: Locale) {
        products(first: 2, locale: $locale) {
          nodes { __typename sku label ... on MugsProduct { name color { code label } english: name(locale: en_US) } }
          pageInfo { hasNextPage endCursor }
          totalCount
        }
      }
    """

    answer = run(make_schema(), query, make_item(1), make_item(2, None), make_item(3), locale="de_DE")

    assert answer.errors == []
    assert answer.data == {
        "products": {
            "nodes": [
                {
                    "__typename": "MugsProduct",
                    "sku": "sku-1",
                    "label": "Tasse 1",
                    "name": "Tasse 1",
                    "color": {"code": "red", "label": "Tasse red"},
                    "english": "Mug 1",
                },
                {"__typename": "GenericProduct", "sku": "sku-2", "label": "Tasse 2"},
            ],
            "pageInfo": {"hasNextPage": True, "endCursor": "c2"},
            "totalCount": 3,
        }
    }


def test_only_the_parts_a_selection_reads_are_asked_for() -> None:
    schema, shelf = make_schema(), Shelf([make_item(1)])
    query = '{ products(first: 1) { nodes { sku value(code: "weight") { code } } } }'

    schema.run(GraphQLRequest(query), shelf, may_introspect=False)
    schema.run(GraphQLRequest(query.replace("sku", "label(locale: de_DE)")), shelf, may_introspect=False)

    assert [request.parts for request in shelf.asked] == [frozenset(), frozenset({"de_DE"})]


def test_a_merged_selection_of_one_type_stays_with_that_type() -> None:
    query = """{ products(first: 2) { nodes { family { code } ... on MugsProduct { family { label } } } } }"""

    answer = run(make_schema(), query, make_item(1), make_item(2, "led_tvs"))

    assert answer.data["products"]["nodes"] == [
        {"family": {"code": "mugs", "label": "Mug"}},
        {"family": {"code": "led_tvs"}},
    ]


def test_generic_values_name_their_shape() -> None:
    query = """
      { product(sku: "sku-1") {
          value(code: "color", locale: de_DE) { code locale ... on GenericOption { option { label } } }
          values(codes: ["weight", "name"]) { __typename code ... on GenericMeasurement { measurement { amount } } }
          nothing: value(code: "nope") { code }
      } }
    """

    answer = run(make_schema(), query, make_item(1))

    assert answer.data["product"] == {
        "value": {"code": "color", "locale": "de_DE", "option": {"label": "Tasse red"}},
        "values": [
            {"__typename": "GenericMeasurement", "code": "weight", "measurement": {"amount": "1.5"}},
            {"__typename": "GenericString", "code": "name"},
        ],
        "nothing": None,
    }


def test_an_attribute_that_is_called_like_a_core_field_gets_a_suffix() -> None:
    answer = run(make_schema(), "{ mugs(first: 1) { nodes { value_ } } }", make_item(7))

    assert answer.data == {"mugs": {"nodes": [{"value_": 7}]}}


def test_node_finds_a_product_by_its_global_id() -> None:
    item = make_item(4)
    query = "query One($id: ID!) { node(id: $id) { id __typename } }"

    found = run(make_schema(), query, item, id=item.shared["id"])
    missing = run(make_schema(), query, item, id=encode_id("00000000-0000-4000-8000-000000000099"))
    garbage = run(make_schema(), query, item, id="UHJvZHVjdDo0MQ==")

    assert found.data == {"node": {"id": item.shared["id"], "__typename": "MugsProduct"}}
    assert missing.data == garbage.data == {"node": None}


def test_where_and_order_reach_the_source_as_the_filter_language() -> None:
    shelf = Shelf([make_item(1)])
    query = """
      { mugs(first: 5, after: "c0", liveIn: de_DE, orderBy: {field: name, direction: DESC},
             where: {or: [{color: {in: ["red"], locale: de_DE}}, {not: {weight: {lt: 2}}}]}) {
          nodes { sku } } }
    """

    make_schema().run(GraphQLRequest(query), shelf, may_introspect=False)

    (asked,) = shelf.asked
    assert (asked.first, asked.after, asked.live_in, asked.order) == (5, "c0", "de_DE", ("name", True))
    assert asked.where == {
        "and": [
            {"field": "family", "op": "eq", "value": "mugs"},
            {
                "or": [
                    {"field": "color", "op": "in", "value": ["red"], "locale": "de_DE"},
                    {"not": {"field": "weight", "op": "lt", "value": "2"}},
                ]
            },
        ]
    }


def test_directives_and_variables_decide_anew_on_each_request() -> None:
    schema = make_schema()
    query = "query Q($with: Boolean!) { products(first: 1) { nodes { sku uuid @include(if: $with) } } }"

    without = run(schema, query, make_item(1), **{"with": False})
    with_it = run(schema, query, make_item(1), **{"with": True})

    assert list(without.data["products"]["nodes"][0]) == ["sku"]
    assert list(with_it.data["products"]["nodes"][0]) == ["sku", "uuid"]


def test_turning_pages_compiles_once() -> None:
    schema, shelf = make_schema(), Shelf([make_item(1)])
    query = "query Q($cursor: String) { products(first: 1, after: $cursor) { nodes { sku } } }"

    for cursor in ("a", "b"):
        schema.run(GraphQLRequest(query, None, {"cursor": cursor}), shelf, may_introspect=False)

    (prepared,) = schema._documents.values()
    assert [request.after for request in shelf.asked] == ["a", "b"]
    assert len(prepared.compiled) == 1


def test_a_refused_cursor_is_an_error_at_its_field() -> None:
    answer = run(make_schema(), '{ products(first: 1, after: "broken") { nodes { sku } } }')

    assert answer.has_data
    assert answer.data is None
    assert [error.formatted for error in answer.errors] == [
        {
            "message": "Not a cursor.",
            "locations": [{"line": 1, "column": 3}],
            "path": ["products"],
            "extensions": {"code": "invalid_cursor"},
        }
    ]


def test_changes_carry_their_products() -> None:
    query = '{ changes(since: "initial", first: 10) { changes { op sku product { sku label } } next hasMore } }'

    answer = run(make_schema(), query, make_item(1))

    assert answer.data["changes"] == {
        "changes": [{"op": "publish", "sku": "sku-1", "product": {"sku": "sku-1", "label": "Mug 1"}}],
        "next": "token",
        "hasMore": False,
    }


def test_introspection_is_answered_beside_data() -> None:
    answer = run(make_schema(), '{ view { code locales } t: __type(name: "MugsProduct") { name } }')
    whole = run(make_schema(), get_introspection_query())

    assert answer.data == {"view": {"code": "shop", "locales": ["en_US", "de_DE"]}, "t": {"name": "MugsProduct"}}
    assert whole.errors == []
    assert {"MugsProduct", "LedTvsProduct"} <= {kind["name"] for kind in whole.data["__schema"]["types"]}


@pytest.mark.parametrize("query", ["{ __schema { types { name } } }", "{ products(first: 1) { nodes { skuu } } }"])
def test_without_introspection_no_name_is_told(query: str) -> None:
    answer = run(make_schema(), query, may_introspect=False)

    assert not answer.has_data
    assert 'sku"' not in answer.errors[0].message.replace("skuu", "")
    assert "Did you mean" not in answer.errors[0].message

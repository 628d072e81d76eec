"""Products over GraphQL: pages, nested fields without a query by product, mutations that tell what was wrong."""

import base64
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Product
from pim.models import Entry
from tests.factories.callers import make_program
from tests.factories.catalog import make_product, make_tree
from tests.factories.structure import make_structure

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def structure():
    make_structure()


@pytest.fixture
def program():
    return make_program(may_introspect=True)


def ask(program, query, **variables):
    answer = program.post("/graphql/", {"query": query, "variables": variables}, format="json")
    return answer.json()


def data_of(program, query, **variables):
    body = ask(program, query, **variables)
    assert "errors" not in body, body["errors"]
    return body["data"]


RICH = """query ($first: Int!, $after: String, $where: Filter) {
  products(first: $first, after: $after, where: $where, sort: "sku") {
    totalCount
    pageInfo { hasNextPage hasPreviousPage endCursor startCursor }
    edges { cursor node {
      id sku kind etag family { code label(locale: "en_US") } familyVariant { code } categories { code parent }
      groups { code } values(codes: ["name", "size"], resolved: true) { attribute locale data inheritedFrom }
      completeness { channel locale percentage missing } associations { type links { kind key quantity } }
      parent { sku parent { sku } variants(first: 5) { sku } }
    } }
  }
}"""


def test_a_page_holds_what_is_asked_for_with_our_own_cursors(program):
    make_tree()
    where = {"field": "parent", "op": "EQ", "value": "boot-red"}

    page = data_of(program, RICH, first=1, where=where)["products"]
    rest = data_of(program, RICH, first=5, where=where, after=page["pageInfo"]["endCursor"])["products"]

    node = page["edges"][0]["node"]
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"], page["pageInfo"]["hasPreviousPage"]) == (
        2,
        True,
        False,
    )
    assert node["sku"] == "boot-red-m"
    uuid = str(Product.objects.get(sku="boot-red-m").uuid)
    assert base64.b64decode(node["id"]).decode() == f"Product:{uuid}"
    assert (node["etag"], node["family"]["code"], node["familyVariant"]["code"]) == ('"1-1-1"', "shoe", "by_color_size")
    assert {"attribute": "name", "locale": "en_US", "data": "Boot", "inheritedFrom": "boot"} in node["values"]
    assert node["parent"] == {
        "sku": "boot-red",
        "parent": {"sku": "boot"},
        "variants": [{"sku": "boot-red-m"}, {"sku": "boot-red-s"}],
    }
    assert {"channel": "web", "locale": "en_US", "percentage": 66, "missing": ["price"]} in node["completeness"]
    assert [edge["node"]["sku"] for edge in rest["edges"]] == ["boot-red-s"]
    assert (rest["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasPreviousPage"]) == (False, True)


def test_a_page_can_be_walked_backwards(program):
    for number in range(5):
        make_product(f"A{number}")
    query = """query ($before: String) { products(first: 2, before: $before) { pageInfo { startCursor hasPreviousPage } nodes { sku } } }"""
    walk = "query ($after: String) { products(first: 3, after: $after) { pageInfo { endCursor } nodes { sku } } }"

    end = data_of(program, walk)["products"]["pageInfo"]["endCursor"]
    back = data_of(program, query, before=end)["products"]

    assert [node["sku"] for node in back["nodes"]] == ["A0", "A1"]


def test_a_row_that_is_written_before_the_cursor_is_not_met_twice(program):
    for sku in ("B", "C", "D"):
        make_product(sku)
    query = "query ($after: String) { products(first: 2, after: $after) { pageInfo { endCursor } nodes { sku } } }"

    first = data_of(program, query)["products"]
    make_product("A")
    second = data_of(program, query, after=first["pageInfo"]["endCursor"])["products"]

    assert [node["sku"] for node in second["nodes"]] == ["D"]


def test_a_page_asks_as_much_for_one_product_as_for_fifty(program):
    def count():
        with CaptureQueriesContext(connection) as queries:
            data_of(program, RICH, first=70)
        return len(queries)

    make_tree()
    make_product("A0", values={"name:en_US": "a"}, categories=["shoes"])
    count()
    few = count()
    for number in range(1, 50):
        make_product(f"A{number}", values={"name:en_US": "a"}, categories=["shoes"], groups=["promotion"])

    assert count() <= few + 1  # groups are asked for once there are any


def test_one_is_found_by_sku_by_id_and_as_a_node(program):
    make_product("A1")
    query = """query ($id: ID!) { product(id: $id) { sku } node(id: $id) { id ... on Product { sku } } }"""
    node = data_of(program, '{ product(sku: "a1") { id uuid } }')["product"]

    found = data_of(program, query, id=node["id"])

    assert found == {"product": {"sku": "A1"}, "node": {"id": node["id"], "sku": "A1"}}
    assert data_of(program, '{ product(sku: "nope") { id } productModel(sku: "A1") { id } }') == {
        "product": None,
        "productModel": None,
    }
    wrong = ask(program, '{ node(id: "UHJvZHVjdDoxMg==") { id } }')
    assert wrong["errors"][0]["extensions"]["code"] == "invalid_id"


UPSERT = """mutation ($input: ProductInput!, $mustExist: Boolean, $validateOnly: Boolean) {
  productUpsert(input: $input, mustExist: $mustExist, validateOnly: $validateOnly, changelogMessage: "by hand") {
    result product { sku revision values { attribute locale data } } userErrors { code message pointer }
  }
}"""


def test_a_product_is_created_changed_and_left_alone(program):
    given = {
        "sku": "A1",
        "family": "shoe",
        "values": [{"attribute": "name", "locale": "en_US", "data": "Shoe"}, {"attribute": "color", "data": "red"}],
    }

    made = data_of(program, UPSERT, input=given)["productUpsert"]
    same = data_of(program, UPSERT, input=given)["productUpsert"]
    cleared = data_of(program, UPSERT, input={"sku": "a1", "values": [{"attribute": "color", "data": None}]})[
        "productUpsert"
    ]

    assert (made["result"], made["userErrors"], made["product"]["revision"]) == ("created", [], 1)
    assert (same["result"], same["product"]["revision"]) == ("unchanged", 1)
    assert (cleared["result"], [v["attribute"] for v in cleared["product"]["values"]]) == ("updated", ["name"])
    entry = Entry.objects.filter(subject_type="product").last()
    assert (entry.origin, entry.message) == ("graphql", "by hand")


@pytest.mark.parametrize(
    ("given", "code", "pointer"),
    [
        ({"familyVariant": "hat"}, "unknown_family_variant", "/input/familyVariant"),
        ({"family": "hat"}, "unknown_family", "/input/family"),
        (
            {"values": [{"attribute": "name", "locale": "en_US", "data": "x"}, {"attribute": "color", "data": "pink"}]},
            "unknown_option",
            "/input/values/1/data",
        ),
        ({"values": [{"attribute": "name", "data": "x"}]}, "locale_required", "/input/values/0/locale"),
        ({"revision": 7}, "precondition_failed", ""),
    ],
)
def test_refusals_are_user_errors_with_pointers_into_the_input(program, given, code, pointer):
    make_product("A1")

    payload = data_of(program, UPSERT, input={"sku": "A1", **given})["productUpsert"]

    assert payload["product"] is None
    assert [(error["code"], error["pointer"]) for error in payload["userErrors"]] == [(code, pointer)]


def test_trying_and_must_exist_store_nothing(program):
    tried = data_of(program, UPSERT, input={"sku": "A1"}, validateOnly=True)["productUpsert"]
    missing = data_of(program, UPSERT, input={"sku": "A1"}, mustExist=True)["productUpsert"]

    assert (tried["result"], missing["userErrors"][0]["code"]) == ("created", "not_found")
    assert not Product.objects.exists()


def test_models_are_deleted_with_their_variants_when_asked_for(program):
    make_tree()
    delete = """mutation ($with: Boolean) { productModelDelete(sku: "boot", withVariants: $with) { deleted userErrors { code } } }"""

    refused = data_of(program, delete)["productModelDelete"]
    done = data_of(program, delete, **{"with": True})["productModelDelete"]
    other = data_of(program, 'mutation { productDelete(sku: "boot") { userErrors { code } } }')["productDelete"]

    assert refused["userErrors"] == [{"code": "has_variants"}]
    assert len(done["deleted"]) == 7
    assert other["userErrors"] == [{"code": "not_found"}]


def test_a_token_without_the_scope_is_told_which_it_lacks():
    reader = make_program(scopes=["catalog:read"])

    allowed = ask(reader, "{ products(first: 1) { totalCount } }")
    refused = ask(reader, UPSERT, input={"sku": "A1"})
    other = ask(reader, "{ attributes(first: 1) { totalCount } }")

    assert allowed["data"]["products"]["totalCount"] == 0
    assert refused["errors"][0]["extensions"]["code"] == "missing_scope"
    assert "catalog:write" in refused["errors"][0]["message"]
    assert "structure:read" in other["errors"][0]["message"]


def test_no_internal_key_is_in_any_answer(program):
    make_tree()
    pk = Product.objects.get(sku="boot-red-s").pk

    body = json.dumps(data_of(program, RICH, first=10))

    assert f":{pk}" not in body.replace(" ", "")

"""Products over REST: read, written, merged, replaced, deleted, each refusal at its place."""

import json
from time import perf_counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Product
from pim.models import Entry
from tests.factories.callers import make_program
from tests.factories.catalog import make_product, make_tree
from tests.factories.structure import make_structure

pytestmark = pytest.mark.django_db

NAME = [{"locale": "en_US", "channel": None, "data": "Shoe"}]


@pytest.fixture(autouse=True)
def structure():
    make_structure()


@pytest.fixture
def program():
    return make_program()


def problem_of(answer):
    body = answer.json()
    return answer.status_code, body["code"], body["errors"][0]["pointer"] if "errors" in body else ""


def test_a_product_is_created_and_read_in_the_shape_it_was_sent_in(program):
    sent = {
        "sku": "A 1/2%",
        "family": "shoe",
        "categories": ["shoes"],
        "groups": ["promotion"],
        "values": {
            "name": NAME,
            "description": [{"locale": "de_DE", "channel": "web", "data": "<p>Gut</p>"}],
            "color": [{"locale": None, "channel": None, "data": "red"}],
            "price": [{"locale": None, "channel": None, "data": [{"amount": "10.00", "currency": "EUR"}]}],
            "weight": [{"locale": None, "channel": None, "data": {"amount": "1.5", "unit": "KILOGRAM"}}],
        },
    }

    made = program.post("/api/v1/products/", sent)
    read = program.get("/api/v1/products/a%201%2F2%25/")

    assert made.status_code == 201
    assert made.headers["Location"] == "http://testserver/api/v1/products/A%201/2%25/"
    assert made.headers["ETag"] == read.headers["ETag"] == '"1"'
    body = read.json()
    assert {name: body[name] for name in sent} == sent
    assert (body["kind"], body["stage"], body["enabled"], body["parent"]) == ("simple", "draft", True, None)
    assert "id" not in body
    by_uuid = program.get(f"/api/v1/products/{body['uuid']}/?by=uuid")
    assert by_uuid.json() == body


def test_a_document_that_was_read_can_be_put_back(program):
    make_product("A1", values={"name:en_US": "Shoe", "color": "red"}, categories=["shoes"])
    read = program.get("/api/v1/products/A1/?resolved=1").json()

    answer = program.put("/api/v1/products/A1/", read)

    assert (answer.status_code, answer.headers["ETag"]) == (200, '"1"')


def test_merging_touches_only_what_is_named(program):
    make_product("A1", values={"name:en_US": "Shoe", "name:de_DE": "Schuh", "color": "red", "ean": "1"})
    patch = {
        "enabled": False,
        "values": {"name": [{"locale": "en_US", "data": "Boot"}], "color": [{"data": None}], "ean": None},
        "add_categories": ["sale"],
        "changelog_message": "spring",
    }

    answer = program.patch("/api/v1/products/A1/", patch, headers={"If-Match": '"1"'})

    body = answer.json()
    assert answer.status_code == 200
    assert body["values"] == {
        "name": [
            {"locale": "de_DE", "channel": None, "data": "Schuh"},
            {"locale": "en_US", "channel": None, "data": "Boot"},
        ]
    }
    assert (body["enabled"], body["categories"], answer.headers["ETag"]) == (False, ["sale"], '"2"')
    assert Entry.objects.filter(subject_type="product").last().message == "spring"


def test_replacing_clears_what_is_not_named_but_not_what_is_read_only(program):
    make_product("A1", values={"name:en_US": "Shoe", "color": "red", "erp": "7"}, categories=["shoes"])

    body = program.put("/api/v1/products/A1/", {"family": "shoe", "values": {"name": NAME}}).json()

    assert sorted(body["values"]) == ["erp", "name"]
    assert (body["categories"], body["family"]) == ([], "shoe")


def test_a_uuid_that_is_another_products_is_refused(program):
    first, second = make_product("A1"), make_product("B1")

    other = program.patch("/api/v1/products/A1/", {"uuid": str(second.uuid), "enabled": False})
    new = program.post("/api/v1/products/", {"sku": "C1", "uuid": str(first.uuid)})
    same = program.patch("/api/v1/products/A1/", {"uuid": str(first.uuid).upper(), "enabled": False})

    assert [(answer.status_code, answer.json().get("code")) for answer in (other, new, same)] == [
        (409, "other_uuid"),
        (409, "uuid_taken"),
        (200, None),
    ]
    assert other.json()["errors"][0]["pointer"] == "/uuid"
    assert set(Product.objects.values_list("sku", "enabled")) == {("A1", False), ("B1", True)}


def test_associations_are_read_as_they_are_written(program):
    for sku in ("A1", "B1", "B2"):
        make_product(sku)
    sent = {
        "X_SELL": {"products": ["B1", {"sku": "B2"}], "groups": ["promotion"]},
        "SET": {"products": [{"sku": "B1", "quantity": "2"}]},
    }

    program.patch("/api/v1/products/A1/", {"associations": sent})
    read = program.get("/api/v1/products/A1/").json()["associations"]
    again = program.patch("/api/v1/products/A1/", {"associations": read})
    cleared = program.patch("/api/v1/products/A1/", {"associations": None})

    assert read == {
        "SET": {"products": [{"sku": "B1", "quantity": "2"}]},
        "X_SELL": {"products": [{"sku": "B1"}, {"sku": "B2"}], "groups": [{"code": "promotion"}]},
    }
    assert again.json()["revision"] == 2
    assert cleared.json()["associations"] == {}


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({"colour": "red"}, "unknown_field", "/colour"),
        ({"family": 5}, "wrong_type", "/family"),
        ({"family": "hat"}, "unknown_family", "/family"),
        ({"enabled": "yes"}, "wrong_type", "/enabled"),
        ({"categories": "shoes"}, "wrong_type", "/categories"),
        ({"categories": ["hats"]}, "unknown_category", "/categories/0"),
        ({"groups": [["x"]]}, "wrong_type", "/groups"),
        ({"sku": "B1"}, "sku_is_fixed", "/sku"),
        ({"stage": "approved"}, "stage_needs_transition", "/stage"),
        ({"values": []}, "wrong_type", "/values"),
        ({"values": {"name": "Shoe"}}, "wrong_type", "/values/name"),
        ({"values": {"name": [{"locale": "en_US"}]}}, "data_missing", "/values/name/0"),
        (
            {"values": {"name": [{"scope": "web", "locale": "en_US", "data": "x"}]}},
            "unknown_field",
            "/values/name/0/scope",
        ),
        ({"values": {"name": [{"data": "x"}]}}, "locale_required", "/values/name/0/locale"),
        ({"values": {"name": [{"locale": "xx", "data": "x"}]}}, "unknown_locale", "/values/name/0/locale"),
        ({"values": {"name": [{"locale": "a:b", "data": "x"}]}}, "unknown_locale", "/values/name/0/locale"),
        ({"values": {"name": [*NAME, {"locale": "en_US", "data": 5}]}}, "given_twice", "/values/name/1"),
        ({"values": {"NAME": [{"locale": "en_US", "data": 5}]}}, "wrong_type", "/values/NAME/0/data"),
        ({"values": {"color": [{"data": "pink"}]}}, "unknown_option", "/values/color/0/data"),
        ({"values": {"taste": [{"data": "sweet"}]}}, "unknown_attribute", "/values/taste/0/data"),
        ({"values": {"a/b": [{"data": "sweet"}]}}, "unknown_attribute", "/values/a~1b"),
        ({"values": {"erp": [{"data": "8"}]}}, "read_only", "/values/erp/0/data"),
        ({"values": {"ean": [{"data": "taken"}]}}, "not_unique", "/values/ean/0/data"),
        ({"associations": {"X_SELL": {"products": ["nope"]}}}, "unknown_target", "/associations/X_SELL/products/0"),
        ({"associations": {"X_SELL": {"things": []}}}, "wrong_type", "/associations/X_SELL/things"),
        ({"associations": {"X_SELL": {"products": [5]}}}, "wrong_type", "/associations/X_SELL/products/0"),
    ],
)
def test_what_is_wrong_is_named_at_its_place_and_nothing_is_stored(program, body, code, pointer):
    make_product("B1", values={"ean": "taken"})
    make_product("A1", values={"name:en_US": "Shoe"})

    answer = program.patch("/api/v1/products/A1/", body)

    assert problem_of(answer) == (400, code, pointer)
    assert program.get("/api/v1/products/A1/").headers["ETag"] == '"1"'


def test_all_findings_of_a_document_are_told_at_once(program):
    answer = program.post(
        "/api/v1/products/",
        {"sku": "A1", "values": {"color": [{"data": "pink"}], "name": [{"locale": "en_US", "data": 5}]}},
    )

    assert [finding["pointer"] for finding in answer.json()["errors"]] == [
        "/values/color/0/data",
        "/values/name/0/data",
    ]


def test_a_tag_names_what_a_variant_inherits_from_and_if_match_only_its_own_revision(program):
    make_tree()
    tag = program.get("/api/v1/products/boot-red-s/").headers["ETag"]

    program.patch("/api/v1/product-models/boot/", {"values": {"name": [{"locale": "en_US", "data": "Boots"}]}})
    moved = program.get("/api/v1/products/boot-red-s/").headers["ETag"]
    written = program.patch("/api/v1/products/boot-red-s/", {"enabled": False}, headers={"If-Match": tag})
    late = program.patch("/api/v1/products/boot-red-s/", {"enabled": True}, headers={"If-Match": tag})

    assert (tag, moved) == ('"1-1-1"', '"1-1-2"')
    assert written.status_code == 200
    assert problem_of(late)[:2] == (412, "precondition_failed")
    assert '"2-1-2"' in late.json()["detail"]


def test_what_has_not_changed_is_not_sent_again(program):
    make_product("A1")
    tag = program.get("/api/v1/products/A1/").headers["ETag"]

    answer = program.get("/api/v1/products/A1/", headers={"If-None-Match": tag})

    assert (answer.status_code, answer.content) == (304, b"")
    assert program.get("/api/v1/products/A1/?resolved=1", headers={"If-None-Match": tag}).status_code == 200


def test_what_is_resolved_says_where_it_comes_from_and_what_is_missing(program):
    make_tree()

    body = program.get("/api/v1/products/boot-red-s/?resolved=1").json()

    assert body["values"] == {"size": [{"locale": None, "channel": None, "data": "s"}]}
    assert body["resolved"]["name"] == [{"locale": "en_US", "channel": None, "data": "Boot", "inherited_from": "boot"}]
    assert body["resolved"]["size"][0]["inherited_from"] is None
    complete = {(row["channel"], row["locale"]): (row["percentage"], row["missing"]) for row in body["completeness"]}
    assert complete["web", "en_US"] == (66, ["price"])
    assert complete["print", "en_US"] == (66, ["description"])


def test_models_and_products_have_their_own_addresses(program):
    make_tree()

    assert [row["sku"] for row in program.get("/api/v1/product-models/").json()["results"]] == [
        "boot",
        "boot-blue",
        "boot-red",
    ]
    assert program.get("/api/v1/products/?count=exact").json()["count"] == 4
    assert program.get("/api/v1/products/boot/").status_code == 404
    assert problem_of(program.patch("/api/v1/products/boot/?upsert=1", {}))[1] == "kind_is_fixed"
    made = program.post("/api/v1/product-models/", {"sku": "clog", "family_variant": "by_size"})
    assert (made.status_code, made.json()["kind"], made.json()["family"]) == (201, "model", "shoe")
    assert problem_of(program.post("/api/v1/products/", {"sku": "x", "kind": "model"})) == (
        400,
        "kind_is_fixed",
        "/kind",
    )


def test_lists_take_the_filter_language_and_walk_by_cursor(program):
    for number in range(5):
        make_product(f"A{number}", values={"color": "red" if number % 2 else "blue", "stock": number})
    composed = json.dumps(
        {"or": [{"field": "color", "op": "eq", "value": "red"}, {"field": "stock", "op": "gte", "value": 4}]}
    )

    found = program.get("/api/v1/products/", {"filter": composed, "sort": "-values[stock]", "limit": 2}).json()
    rest = program.get(found["next"]).json()

    assert [row["sku"] for row in found["results"]] == ["A4", "A3"]
    assert [row["sku"] for row in rest["results"]] == ["A1"]
    plain = program.get("/api/v1/products/?values[color]=red&values[stock]__lt=3&attributes=stock").json()["results"]
    assert [row["values"] for row in plain] == [{"stock": [{"locale": None, "channel": None, "data": 1}]}]
    assert problem_of(program.get("/api/v1/products/?values[colour]=red"))[1:] == ("unknown_field", "/values[colour]")
    assert problem_of(program.get("/api/v1/products/?attributes=colour"))[1:] == ("unknown_attribute", "/attributes")


def test_inherited_categories_and_completeness_filter(program):
    make_tree()
    program.patch("/api/v1/product-models/boot/", {"categories": ["shoes"]})

    assert program.get("/api/v1/products/?category__in_children=master&count=exact").json()["count"] == 4
    assert program.get("/api/v1/products/?category=sale&count=exact").json()["count"] == 0
    assert program.get("/api/v1/products/?complete[web,en_US]=false&count=exact").json()["count"] == 4
    assert program.get("/api/v1/products/?missing[web,en_US]=price&count=estimate").json()["count"] == 4
    assert program.get("/api/v1/products/?parent=boot-red&count=exact").json()["count"] == 2


@pytest.mark.parametrize(
    "address", ["/api/v1/products/?limit=100", "/api/v1/products/?limit=100&resolved=1&values[color]=red"]
)
def test_a_list_asks_as_much_for_one_row_as_for_fifty(program, address):
    def count():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert program.get(address).status_code == 200
        return len(queries)

    make_product("A0", values={"color": "red", "name:en_US": "a"}, categories=["shoes"])
    program.get(address)
    one = count()
    for number in range(1, 50):
        make_product(f"A{number}", values={"color": "red", "name:en_US": "a"}, categories=["shoes"])

    assert count() == one


def test_deleting_moves_to_the_bin_and_models_need_to_be_asked_twice(program):
    make_tree()

    refused = program.delete("/api/v1/product-models/boot/")
    tried = program.delete("/api/v1/product-models/boot/?with_variants=1&validate_only=1")
    assert Product.objects.present().count() == 7
    done = program.delete("/api/v1/product-models/boot/?with_variants=1")

    assert problem_of(refused)[:2] == (400, "has_variants")
    assert (tried.status_code, done.status_code) == (200, 204)
    assert Product.objects.present().count() == 0
    assert program.get("/api/v1/products/boot-red-s/").status_code == 404


def test_trying_tells_and_stores_nothing(program):
    answer = program.post("/api/v1/products/?validate_only=1", {"sku": "A1", "family": "shoe"})
    wrong = program.post("/api/v1/products/?validate_only=1", {"sku": "A1", "family": "hat"})

    assert answer.json() == {"validate_only": True, "result": "created", "key": "A1"}
    assert problem_of(wrong) == (400, "unknown_family", "/family")
    assert not Product.objects.exists()


def lines_of(answer):
    return [json.loads(line) for line in answer.content.splitlines()]


def test_bulk_answers_each_line_and_one_bad_row_sinks_nobody(program):
    make_product("old", values={"name:en_US": "Old"})
    rows = [
        {"sku": "new", "family": "shoe", "values": {"name": NAME}},
        {"sku": "OLD", "values": {"name": [{"locale": "en_US", "data": "Old"}]}},
        {"sku": "bad", "values": {"color": [{"data": "pink"}]}},
        {"family": "shoe"},
        {"sku": "old", "enabled": False, "_etag": '"9"'},
    ]

    answer = program.patch(
        "/api/v1/bulk/products/", "\n".join(map(json.dumps, rows)), content_type="application/vnd.akeneo.collection+json",
        headers={"Accept": "application/vnd.akeneo.collection+json"},
    )  # fmt: skip

    assert answer.headers["Content-Type"] == "application/vnd.akeneo.collection+json"
    assert [(line["line"], line["key"], line["status_code"]) for line in lines_of(answer)] == [
        (1, "new", 201),
        (2, "old", 200),
        (3, "bad", 422),
        (4, "", 422),
        (5, "old", 412),
    ]
    assert lines_of(answer)[2]["errors"] == [
        {"pointer": "/values/color/0/data", "code": "unknown_option", "detail": lines_of(answer)[2]["message"]}
    ]
    assert Product.objects.count() == 2


def test_a_model_and_its_variants_come_in_one_bulk_each_at_its_address(program):
    models = '{"sku": "clog", "family_variant": "by_size"}'
    variants = "\n".join(
        json.dumps({"sku": f"clog-{s}", "parent": "clog", "values": {"size": [{"data": s}]}}) for s in "sml"
    )

    first = program.patch("/api/v1/bulk/product-models/", models, content_type="application/x-ndjson")
    second = program.patch("/api/v1/bulk/products/", variants, content_type="application/x-ndjson")

    assert [line["status_code"] for line in lines_of(first) + lines_of(second)] == [201] * 4


def test_a_thousand_rows_take_less_than_three_seconds(program):
    def send(text):
        rows = "\n".join(
            json.dumps({
                "sku": f"S{number}", "family": "shoe", "categories": ["shoes"],
                "values": {
                    "name": [{"locale": "en_US", "data": f"{text} {number}"}, {"locale": "de_DE", "data": f"{text} {number}"}],
                    "color": [{"data": "red"}], "stock": [{"data": number}],
                    "price": [{"data": [{"amount": "10", "currency": "EUR"}]}],
                },
            })
            for number in range(1000)
        )  # fmt: skip
        start = perf_counter()
        answer = program.patch("/api/v1/bulk/products/", rows, content_type="application/x-ndjson")
        return perf_counter() - start, {line["status_code"] for line in lines_of(answer)}

    created_s, created = send("Shoe")
    updated_s, updated = send("Boot")

    assert (created, updated) == ({201}, {200})
    assert max(created_s, updated_s) < 3


def test_more_rows_than_a_thousand_are_refused_as_a_whole(program):
    answer = program.patch("/api/v1/bulk/products/", '{"sku": "x"}\n' * 1001, content_type="application/x-ndjson")

    assert answer.status_code == 400
    assert lines_of(answer)[0]["code"] == "too_many_rows"

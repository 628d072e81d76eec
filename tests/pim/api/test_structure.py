"""Structure over REST: one viewset for every kind."""

import json

import pytest

from pim.models import Entry
from pim.services.structure import StructureChange, write_structure
from tests.factories.callers import make_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def program():
    return make_program()


def write(kind, key, **fields):
    change = StructureChange(key, {"code": key.rpartition(".")[2], **fields})
    write_structure(kind, [change], actor=None, origin="system", atomic=True)


def test_a_piece_lives_through_create_read_merge_replace_delete(program):
    made = program.post("/api/v1/attribute-groups/", {"code": "marketing", "labels": {"en_US": "Marketing"}})
    etag = made.headers["ETag"]
    read = program.get("/api/v1/attribute-groups/MARKETING/")
    merged = program.patch(
        "/api/v1/attribute-groups/marketing/",
        {"labels": {"de_DE": "Werbung", "en_US": None}, "position": 3},
        headers={"If-Match": etag, "X-Request-ID": "0189aaaa-bbbb-7ccc-8ddd-eeeeffff0000"},
    )
    late = program.patch("/api/v1/attribute-groups/marketing/", {"position": 4}, headers={"If-Match": etag})
    replaced = program.put("/api/v1/attribute-groups/marketing", {"external_code": "m"})
    gone = program.delete("/api/v1/attribute-groups/marketing/?changelog_message=not+needed")

    assert (made.status_code, made.headers["Location"]) == (
        201,
        "http://testserver/api/v1/attribute-groups/marketing/",
    )
    assert read.json()["labels"] == {"en_US": "Marketing"}
    assert (merged.json()["labels"], merged.json()["position"], merged.headers["ETag"]) == (
        {"de_DE": "Werbung"},
        3,
        '"2"',
    )
    assert (late.status_code, late.json()["code"]) == (412, "precondition_failed")
    assert (replaced.json()["labels"], replaced.json()["position"]) == ({}, 0)
    assert gone.status_code == 204
    assert program.get("/api/v1/attribute-groups/marketing/").status_code == 404
    made = Entry.objects.exclude(subject_type="token").order_by("id")
    entries = list(made.values_list("kind", "message", "request_id"))
    assert [kind for kind, _message, _request in entries] == ["create", "update", "update", "delete"]
    assert entries[1][2] == "0189aaaa-bbbb-7ccc-8ddd-eeeeffff0000"
    assert entries[3][1] == "not needed"


def test_lists_are_filtered_sorted_and_walked(program):
    for number in range(7):
        write("attribute_group", f"g{number}", position=number)

    first = program.get("/api/v1/attribute-groups/?limit=3&sort=-position&position__gte=2&count=exact").json()
    second = program.get(first["next"]).json()
    back = program.get(second["previous"]).json()

    assert [row["code"] for row in first["results"]] == ["g6", "g5", "g4"]
    assert (first["count"], first["count_is_exact"], first["previous"]) == (5, True, None)
    assert [row["code"] for row in second["results"]] == ["g3", "g2"]
    assert second["next"] is None
    assert back["results"] == first["results"]


@pytest.mark.parametrize(
    ("address", "code", "pointer"),
    [
        ("?colour=red", "unknown_field", "/colour"),
        ("?code__since_days=1", "unknown_operator", "/code__since_days"),
        ("?limit=0", "invalid_limit", "/limit"),
        ("?limit=null", "invalid_limit", "/limit"),
        ("?cursor=abc", "invalid_cursor", "/cursor"),
        ("?sort=labels", "unknown_field", "/sort"),
        ("?filter={", "invalid_filter", "/filter"),
        ("?count=all", "invalid_parameter", "/count"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_pointer(program, address, code, pointer):
    answer = program.get(f"/api/v1/attribute-groups/{address}")

    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
    assert (answer.json()["code"], answer.json()["errors"][0]["pointer"]) == (code, pointer)


def test_a_cursor_holds_for_its_own_list_and_filter_only(program):
    for number in range(3):
        write("attribute_group", f"g{number}")
    cursor = program.get("/api/v1/attribute-groups/?limit=1").json()["next"].partition("cursor=")[2].partition("&")[0]

    assert program.get(f"/api/v1/attribute-groups/?cursor={cursor}").status_code == 200
    assert program.get(f"/api/v1/attribute-groups/?cursor={cursor}&sort=-code").json()["code"] == "invalid_cursor"
    assert program.get(f"/api/v1/locales/?cursor={cursor}").json()["code"] == "invalid_cursor"


def test_patch_creates_only_where_it_is_asked_to(program):
    refused = program.patch("/api/v1/locales/de_DE/", {})
    made = program.patch("/api/v1/locales/de_DE/?upsert=true", {"labels": {"de_DE": "Deutsch"}})
    clash = program.put("/api/v1/locales/de_DE/", {}, headers={"If-None-Match": "*"})

    assert (refused.status_code, made.status_code, clash.status_code) == (404, 201, 412)


def test_trying_stores_nothing(program):
    answer = program.post("/api/v1/locales/?validate_only=1", {"code": "de_DE"})

    assert answer.json() == {"validate_only": True, "result": "created", "key": "de_DE"}
    assert program.get("/api/v1/locales/").json()["results"] == []


def test_unknown_members_and_bad_values_name_their_place(program):
    unknown = program.post("/api/v1/locales/", {"code": "de_DE", "colour": 1})
    invalid = program.post("/api/v1/locales/", {"code": "de-DE"})
    missing = program.post("/api/v1/locales/", {})
    listed = program.post("/api/v1/locales/", [1])

    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (400, "/colour")
    assert (invalid.json()["code"], invalid.json()["errors"][0]["pointer"]) == ("invalid_code", "/code")
    assert missing.json()["code"] == "code_missing"
    assert listed.json()["code"] == "not_an_object"


def test_bulk_answers_line_by_line(program):
    write("attribute_group", "old", position=1)
    rows = [
        '{"code": "new"}',
        "{not json",
        '{"code": "old", "position": 1}',
        '{"code": "bad", "colour": 1}',
        "",
        "[]",
        "{}",
    ]

    answer = program.patch("/api/v1/bulk/attribute-groups/", "\n".join(rows), content_type="application/x-ndjson")

    lines = [json.loads(line) for line in answer.content.splitlines()]
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    assert [(line["line"], line["key"], line["status_code"], line.get("code")) for line in lines] == [
        (1, "new", 201, None),
        (2, "", 400, "invalid_json"),
        (3, "old", 200, None),
        (4, "bad", 422, "unknown_field"),
        (6, "", 400, "not_an_object"),
        (7, "", 422, "code_missing"),
    ]
    assert lines[3]["errors"][0]["pointer"] == "/colour"


def test_an_atomic_bulk_stores_all_or_none(program):
    rows = '{"code": "a"}\n{"code": "b c"}'

    answer = program.patch("/api/v1/bulk/locales/?mode=atomic", rows, content_type="application/x-ndjson")

    assert [json.loads(line)["status_code"] for line in answer.content.splitlines()] == [424, 422]
    assert program.get("/api/v1/locales/").json()["results"] == []


def test_options_are_addressed_by_attribute_and_code(program):
    write("attribute_group", "general")
    write("attribute", "color", type="select", group="general")

    made = program.post("/api/v1/attribute-options/", {"attribute": "color", "code": "red"})
    listed = program.get("/api/v1/attribute-options/?attribute=color").json()["results"]

    assert made.headers["Location"].endswith("/attribute-options/color.red/")
    assert [(row["attribute"], row["code"]) for row in listed] == [("color", "red")]
    assert program.get("/api/v1/attribute-options/color.red/").status_code == 200


def test_categories_read_as_trees(program):
    write("category", "shop")
    write("category", "mugs", parent="shop")
    write("category", "print")

    rows = program.get("/api/v1/categories/").json()["results"]

    assert [(row["code"], row["parent"]) for row in rows] == [("shop", None), ("mugs", "shop"), ("print", None)]

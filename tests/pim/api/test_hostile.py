"""Hostile bodies: what JSON is not, what no text may hold, and what is too large or too deep."""

import json

import pytest

from pim.api.requests import MAX_BODY_BYTES, check_text, load_json
from pim.errors import Refused
from tests.factories.callers import make_program
from tests.shared_data import shared_data

SUITE = ("10_hostile_basic", "jsontestsuite_mit", "test_parsing")


@pytest.mark.django_db
def test_the_parsing_suite_neither_breaks_the_house_nor_slips_through():
    program = make_program()
    wrong = []

    for path in sorted(shared_data(*SUITE).glob("*.json")):
        answer = program.generic(
            "POST", "/api/v1/locales/?validate_only=1", path.read_bytes(), content_type="application/json"
        )
        # An empty body is an empty object; everything that is no JSON is told so, whatever else would be wrong.
        is_json = answer.json()["code"] not in {"invalid_json", "invalid_text"}
        if answer.status_code != 400 or (path.name[0] == "n" and is_json and path.read_bytes().strip()):
            wrong.append((path.name, answer.status_code, answer.json()["code"]))
        if path.name[0] == "y" and not is_json:
            wrong.append((path.name, "refused", answer.json()["code"]))

    assert wrong == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('{"a": "\\u0000"}', "nul_character"),
        ('{"a\\u0000": 1}', "nul_character"),
        ('{"a": "\\ud800"}', "invalid_text"),
        ("[" * 60 + "]" * 60, "nested_too_deep"),
        ("[" * 100_000, "invalid_json"),
        ('{"a": NaN}', "invalid_json"),
        ("\ufeff{}", "invalid_json"),
    ],
)
def test_what_the_house_cannot_keep_is_refused(body, code):
    with pytest.raises(Refused) as refusal:
        load_json(body.encode())

    assert refusal.value.code == code


def test_a_pointer_names_the_text_that_holds_nul():
    with pytest.raises(Refused) as refusal:
        check_text({"a/b": [1, {"c": "x\x00"}]})

    assert refusal.value.pointer == "/a~1b/1/c"


@pytest.mark.django_db
@pytest.mark.parametrize("content_type", ["application/json", "application/x-ndjson"])
def test_a_body_above_ten_megabytes_is_refused_before_it_is_read(content_type):
    program = make_program()
    address = "/api/v1/bulk/locales/" if "nd" in content_type else "/api/v1/locales/"
    method = "PATCH" if "nd" in content_type else "POST"

    answer = program.generic(method, address, b" " * (MAX_BODY_BYTES + 1), content_type=content_type)

    assert answer.status_code == 413


@pytest.mark.django_db
def test_hostile_bulk_lines_are_told_on_their_lines():
    lines = ['{"code": "a\\u0000"}', "[" * 60 + "]" * 60, '{"code": "ok"}', "\x00", '{"code": {"$ne": 1}}']

    answer = make_program().patch("/api/v1/bulk/locales/", "\n".join(lines), content_type="application/x-ndjson")

    assert [json.loads(line)["status_code"] for line in answer.content.splitlines()] == [400, 400, 201, 400, 422]

"""The big list of naughty strings as values, SKUs and filters."""

import json
from urllib.parse import quote

import pytest

from tests.factories.callers import make_program
from tests.factories.structure import make_structure
from tests.shared_data import shared_data

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def structure():
    make_structure()


def naughty():
    return json.loads(shared_data("10_hostile_basic", "blns_mit", "blns.json").read_text())


def send(program, rows):
    answer = program.patch(
        "/api/v1/bulk/products/", "\n".join(map(json.dumps, rows)), content_type="application/x-ndjson"
    )
    return [json.loads(line) for line in answer.content.splitlines()]


def test_values_come_back_as_they_were_sent():
    program = make_program()
    texts = [text for text in naughty() if text.strip() and len(text) <= 255]
    rows = [
        {"sku": f"N{number}", "family": "shoe", "values": {"name": [{"locale": "en_US", "data": text}]}}
        for number, text in enumerate(texts)
    ]

    answers = send(program, rows)
    stored = {}
    address = "/api/v1/products/?limit=100"
    while address:
        page = program.get(address).json()
        stored |= {row["sku"]: row["values"].get("name", [{"data": None}])[0]["data"] for row in page["results"]}
        address = page["next"]

    refused = {line["line"] - 1: line["code"] for line in answers if line["status_code"] >= 400}
    differing = [
        (text, stored[f"N{n}"]) for n, text in enumerate(texts) if n not in refused and stored[f"N{n}"] != text
    ]
    assert [pair for pair in differing if pair[0].strip() != (pair[1] or "").strip()] == []
    assert {texts[number]: code for number, code in refused.items()} == {}


def test_skus_of_any_characters_are_reached_by_their_address_and_by_uuid():
    program = make_program()
    texts = {text.strip() for text in naughty() if text.strip() and text.strip().isprintable() and len(text) < 200}
    wrong = []

    for sku in sorted(texts):
        made = program.post("/api/v1/products/", {"sku": sku})
        if made.status_code == 409:
            continue
        by_uuid = program.get(f"/api/v1/products/{made.json()['uuid']}/?by=uuid")
        by_sku = program.get(f"/api/v1/products/{quote(sku, safe='')}/")
        ends_in_slash = sku.endswith("/")
        if by_uuid.json()["sku"] != sku or (not ends_in_slash and by_sku.json().get("sku") != sku):
            wrong.append((sku, made.status_code, by_sku.status_code))

    assert wrong == []


def test_filters_survive_them():
    program = make_program()

    statuses = {
        program.get("/api/v1/products/", {parameter: text}).status_code
        for text in naughty()
        for parameter in ("values[name,en_US]__contains", "search", "sku")
    }

    assert statuses <= {200, 400}

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.importing.jsonproducts import read_json_products
from catalog.importing.records import Link
from catalog.importing.tabular import read_json_lines
from catalog.importing.vocabulary import KnownAttribute, Vocabulary
from tests.shared_data import shared_data

VOCABULARY = Vocabulary.of(
    [KnownAttribute("name", "text", localizable=True), KnownAttribute("price", "price")],
    channels={"web": ["en_US"]},
)


def lines(*documents: object) -> io.BytesIO:
    return io.BytesIO("\n".join(json.dumps(document) for document in documents).encode())


def test_objects_keep_their_line_and_blank_lines_are_passed_over() -> None:
    rows = list(read_json_lines(io.BytesIO(b'\xef\xbb\xbf{"a": 1}\n\n{"a": 2}'), "p.jsonl"))

    assert [(row.line, row.fields, row.issues) for row in rows] == [(1, {"a": 1}, ()), (3, {"a": 2}, ())]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"{", "bad_json"),
        (b"[1]", "bad_json"),
        (b'{"a": NaN}', "bad_json"),
        (b'{"a": 1, "a": 2}', "duplicate_key"),
        (b'{"a": "\xff"}', "encoding"),
        (b'{"a": "\\u0000"}', "nul"),
        (b'{"a": "\\ud800"}', "surrogate"),
        (b'{"a": ' + b"[" * 100_000, "bad_json"),
    ],
)
def test_what_is_no_clean_object_is_a_finding_on_its_line(line: bytes, code: str) -> None:
    rows = list(read_json_lines(io.BytesIO(b'{"a": 0}\n' + line + b'\n{"a": 3}\n'), "p.jsonl"))

    assert [(row.line, [issue.code for issue in row.issues]) for row in rows] == [(1, []), (2, [code]), (3, [])]


def test_the_json_test_suite_never_raises() -> None:
    for path in sorted(shared_data("10_hostile_basic", "jsontestsuite_mit", "test_parsing").glob("*.json")):
        with path.open("rb") as stream:
            rows = list(read_json_lines(stream, path.name))

        if path.name.startswith("n_") and not path.name.startswith("n_multidigit"):
            assert all(row.issues for row in rows), path.name


@given(st.binary(max_size=200))
def test_no_bytes_at_all_raise_an_error(content: bytes) -> None:
    for row in read_json_lines(io.BytesIO(content), "p.jsonl"):
        assert row.issues or isinstance(row.fields, dict)


def test_a_product_in_the_shape_of_the_api_becomes_a_record() -> None:
    document = {
        "sku": "A",
        "family": "led-tvs",
        "enabled": False,
        "categories": ["x", "x"],
        "values": {
            "name": [{"locale": "en_US", "channel": None, "data": "Mug"}, {"locale": "de_DE", "data": None}],
            "price": [{"data": [{"amount": "1.00", "currency": "EUR"}]}],
        },
        "associations": {"X_SELL": {"products": ["B", {"sku": "C", "quantity": 2}]}},
    }

    parsed = list(read_json_products(read_json_lines(lines(document), "p.jsonl"), "p.jsonl", VOCABULARY))

    record = parsed[0].item
    assert record is not None
    assert (record.sku, record.kind, record.family, record.enabled, record.categories) == (
        "A", "simple", "led_tvs", False, ("x",),
    )  # fmt: skip
    assert record.values == {
        "name": {(None, "en_US"): "Mug"},
        "price": {(None, None): [{"amount": "1.00", "currency": "EUR"}]},
    }
    assert record.empty == {"name:de_DE"}
    assert record.associations == {"X_SELL": {"products": (Link("B"), Link("C", "2"))}}


@pytest.mark.parametrize(
    ("document", "code", "column"),
    [
        ({"name": "x"}, "unknown_column", "name"),
        ({"family": "f"}, "missing_code", "sku"),
        ({"sku": 5}, "bad_value", "sku"),
        ({"sku": "B", "enabled": "yes"}, "bad_value", "enabled"),
        ({"sku": "B", "categories": "x"}, "bad_value", "categories"),
        ({"sku": "B", "kind": "other"}, "bad_value", "kind"),
        ({"sku": "B", "values": {"colour": []}}, "unknown_column", "values.colour"),
        ({"sku": "B", "values": {"name": [{"locale": "en_US"}]}}, "bad_value", "values.name.0"),
        ({"sku": "B", "associations": {"X": {"friends": []}}}, "bad_value", "associations.X.friends"),
        ({"sku": "a"}, "duplicate_sku", "sku"),
    ],
)
def test_what_does_not_fit_refuses_its_line(document: object, code: str, column: str) -> None:
    rows = read_json_lines(lines({"sku": "A"}, document, {"sku": "C"}), "p.jsonl")

    parsed = list(read_json_products(rows, "p.jsonl", VOCABULARY))

    assert [each.item is not None for each in parsed] == [True, False, True]
    assert [(issue.line, issue.level, issue.code, issue.column) for issue in parsed[1].issues] == [
        (2, "error", code, column)
    ]

"""The HTTP side of GraphQL, without HTTP."""

import pytest

from pim.graphql.requests import BadRequest, GraphQLRequest, choose_status, negotiate, read_body, read_query

GRAPHQL = "application/graphql-response+json"
PLAIN = "application/json"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, PLAIN),
        ("*/*", PLAIN),
        ("application/*;q=0.5", PLAIN),
        (GRAPHQL, GRAPHQL),
        (f"{GRAPHQL}, {PLAIN};q=0.9", GRAPHQL),
        (f"{PLAIN};q=0.4, {GRAPHQL};q=0.8", GRAPHQL),
        (f"{GRAPHQL};q=0", None),
        ("text/html", None),
        (f"{PLAIN};q=x", None),
    ],
)
def test_the_media_type_is_negotiated(accept: str | None, chosen: str | None) -> None:
    assert negotiate(accept) == chosen


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("text/plain", b"{}", 415),
        ("application/json; charset=latin-1", b"{}", 415),
        (PLAIN, b"x" * 100_001, 413),
        (PLAIN, b"", 400),
        (PLAIN, b"[]", 400),
        (PLAIN, b'{"query": 1}', 400),
        (PLAIN, b'{"query": "{a}", "extensions": []}', 400),
        (PLAIN, b'{"query": "{a}", "variables": "x"}', 400),
        (PLAIN, b'{"query": "{a}", "variables": ' + b'{"a":' * 60 + b"1" + b"}" * 61, 400),
    ],
)
def test_malformed_requests_are_refused(content_type: str, body: bytes, status: int) -> None:
    with pytest.raises(BadRequest) as caught:
        read_body(content_type, body)

    assert caught.value.status == status


def test_a_request_is_read_from_body_and_from_query() -> None:
    expected = GraphQLRequest("{a}", "Q", {"n": 1})

    assert read_body(PLAIN, b'{"query": "{a}", "operationName": "Q", "variables": {"n": 1}}') == expected
    assert read_query({"query": "{a}", "operationName": "Q", "variables": '{"n": 1}', "extensions": ""}) == expected


def test_a_request_error_is_400_only_under_the_new_media_type() -> None:
    assert choose_status(GRAPHQL, has_data=False) == 400
    assert choose_status(PLAIN, has_data=False) == 200
    assert choose_status(GRAPHQL, has_data=True) == 200

"""A request that asks too much is refused before anything is read."""

import pytest

from tests.channels.hub.shelves import make_item, make_schema, run


def _codes(answer: object) -> list[str]:
    return [(error.extensions or {}).get("code") for error in answer.errors]  # type: ignore[attr-defined]


def test_aliases_are_bounded() -> None:
    fields = " ".join(f"a{n}: sku" for n in range(31))

    answer = run(make_schema(), f"{{ products(first: 1) {{ nodes {{ {fields} }} }} }}", make_item(1))

    assert _codes(answer) == ["too_many_aliases"]
    assert not answer.has_data


def test_depth_is_bounded() -> None:
    answer = run(make_schema(depth=3), "{ products(first: 1) { nodes { family { code } } } }")

    assert _codes(answer) == ["too_deep"]


def test_cost_is_fields_times_page_size_also_by_variable() -> None:
    schema = make_schema(cost=500)
    query = "query Q($n: Int!) { products(first: $n) { nodes { sku uuid kind } } }"

    small = run(schema, query, make_item(1), n=100)
    large = run(make_schema(cost=300), query, make_item(1), n=100)

    assert small.cost == 401
    assert _codes(large) == ["too_costly"]


def test_fragments_that_multiply_are_weighed_once_and_refused() -> None:
    levels = [f"fragment f{n} on Product {{ ...f{n + 1} ...f{n + 1} }}" for n in range(60)]
    query = "{ products(first: 1) { nodes { ...f0 } } } " + " ".join(levels) + " fragment f60 on Product { sku }"

    answer = run(make_schema(), query, make_item(1))

    assert _codes(answer) == ["too_costly"]


@pytest.mark.parametrize(
    "query",
    [
        "fragment a on Product { ...b } fragment b on Product { ...a } { products(first: 1) { nodes { ...a } } }",
        "{ products(first: 1) { nodes { ...nope } } }",
        "{ nope }",
        "{ products(first: 0) { nodes { sku ",
        "{" * 3000,
        "mutation { __typename }",
    ],
)
def test_hostile_documents_are_request_errors(query: str) -> None:
    answer = run(make_schema(), query)

    assert answer.errors
    assert not answer.has_data


@pytest.mark.parametrize("first", [0, 101, -1])
def test_page_sizes_outside_the_limit_are_refused(first: int) -> None:
    answer = run(make_schema(cost=10**9), f"{{ products(first: {first}) {{ nodes {{ sku }} }} }}")

    assert _codes(answer) == ["invalid_limit"]


def test_deep_introspection_is_refused() -> None:
    query = "{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }"

    answer = run(make_schema(), query)

    assert not answer.has_data

"""What SQL finds is what the same filter finds by looking at every thing."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper

from pim.querying.compile import Selection, compile_tree, select
from pim.querying.params import parse_params
from pim.querying.tree import Leaf, Operator, dump_filter, parse_filter
from pim.querysets.pages import count_capped, fetch_all_ids
from tests.pim.querying import world


def selection(data: Any) -> Selection:
    node = parse_filter(data, catalogue=world.CATALOGUE)
    return select(world.TABLES, compile_tree(node, catalogue=world.CATALOGUE, context=world.CONTEXT))


def brute(data: Any, things: list[world.Thing]) -> list[int]:
    node = parse_filter(data, catalogue=world.CATALOGUE)
    return [thing.id for thing in things if world.matches(node, thing)]


@pytest.mark.parametrize("seed", range(40))
def test_random_filters_agree_with_brute_force(
    seed: int, connection: BaseDatabaseWrapper, things: list[world.Thing]
) -> None:
    rng = random.Random(seed)
    for _time in range(15):
        data = world.random_filter(rng)
        assert sorted(fetch_all_ids(connection, selection(data))) == brute(data, things), data


def test_every_operator_of_every_field_agrees_with_brute_force(
    connection: BaseDatabaseWrapper, things: list[world.Thing]
) -> None:
    rng = random.Random(7)
    asked = set()
    while len(asked) < sum(
        len(world.CATALOGUE.lookup(name).operators) for name in world.CATALOGUE.names() if name != "uuid"
    ):  # type: ignore[union-attr]
        data = world.random_leaf(rng)
        if (data["field"], data["op"]) in asked:
            continue
        asked.add((data["field"], data["op"]))
        for _time in range(3):
            again = data if _time == 0 else same_question(rng, data)
            assert sorted(fetch_all_ids(connection, selection(again))) == brute(again, things), again


def same_question(rng: random.Random, data: dict[str, Any]) -> dict[str, Any]:
    while True:
        other = world.random_leaf(rng)
        if (other["field"], other["op"]) == (data["field"], data["op"]):
            return other


def test_no_filter_lets_everything_through(connection: BaseDatabaseWrapper, things: list[world.Thing]) -> None:
    assert len(fetch_all_ids(connection, selection({}))) == len(things)


def test_uuids_are_found(connection: BaseDatabaseWrapper, things: list[world.Thing]) -> None:
    wanted = [things[3].uuid, things[9].uuid.upper()]

    found = fetch_all_ids(connection, selection({"field": "uuid", "op": "in", "value": wanted}))

    assert sorted(found) == [things[3].id, things[9].id]


@pytest.mark.parametrize("seed", range(5))
def test_a_dumped_filter_reads_the_same(seed: int) -> None:
    rng = random.Random(seed)
    for _time in range(20):
        node = parse_filter(world.random_filter(rng), catalogue=world.CATALOGUE)
        assert parse_filter(dump_filter(node), catalogue=world.CATALOGUE) == node


def test_an_attribute_hidden_by_a_system_field_is_reached_by_its_prefix(
    connection: BaseDatabaseWrapper, things: list[world.Thing]
) -> None:
    data = {"field": "values.sku", "op": "eq", "value": "blue mug"}

    found = fetch_all_ids(connection, selection(data))

    assert sorted(found) == [t.id for t in things if str(t.values.get("sku", "")).lower() == "blue mug"]
    assert found


def test_tokens_asked_together_are_one_condition() -> None:
    where = selection(
        {
            "and": [
                {"field": "family", "op": "eq", "value": "mugs"},
                {"and": [{"field": "color", "op": "eq", "value": "red"}]},
                {"or": [{"field": "stage", "value": "draft"}, {"field": "enabled", "value": True}]},
            ]
        }
    )

    assert where.condition.text == "(f.tokens @> %s::bigint[] AND f.tokens && %s::bigint[])"
    assert where.is_indexed
    assert not where.is_rechecked


def test_the_spellings_mean_the_same() -> None:
    plain = parse_params(
        {
            "family": ["mugs"],
            "values[color]__in": ["red,green"],
            "completeness[ecommerce,de_DE]__lt": ["100"],
            "values[name,de_DE]__contains": ["mug, big"],
            "values[price,print]__gte": ["10 EUR"],
            "embargo__empty": ["true"],
        },
        catalogue=world.CATALOGUE,
    )
    composed = parse_filter(
        {
            "and": [
                {"field": "family", "op": "eq", "value": "mugs"},
                {"field": "color", "op": "in", "value": ["red", "green"]},
                {"field": "completeness", "op": "lt", "value": "100", "channel": "ecommerce", "locale": "de_DE"},
                {"field": "name", "op": "contains", "value": "mug, big", "locale": "de_DE"},
                {"field": "price", "op": "gte", "value": "10 EUR", "channel": "print"},
                {"field": "embargo", "op": "empty"},
            ]
        },
        catalogue=world.CATALOGUE,
    )
    where = parse_filter(
        {"field": "color", "op": "IN", "value": ["red"], "and": None, "locale": None}, catalogue=world.CATALOGUE
    )

    assert plain == composed
    assert where == Leaf("values.color", Operator.IN, ["red"])


def test_a_default_scope_fills_in_where_the_field_varies() -> None:
    node = parse_params(
        {"values[name]__contains": ["mug"], "values[color]": ["red"]},
        catalogue=world.CATALOGUE,
        channel="print",
        locale="de_DE",
    )

    assert node is not None
    assert dump_filter(node) == {
        "and": [
            {"field": "values.name", "op": "contains", "value": "mug", "locale": "de_DE"},
            {"field": "values.color", "op": "eq", "value": "red"},
        ]
    }


def test_counts_are_exact_up_to_the_cap(connection: BaseDatabaseWrapper, things: list[world.Thing]) -> None:
    where = selection({"field": "enabled", "value": True})
    wanted = sum(thing.enabled for thing in things)

    exact, capped = count_capped(connection, where), count_capped(connection, where, cap=20)

    assert (exact.value, exact.is_exact) == (wanted, True)
    assert not capped.is_exact
    assert abs(capped.value - wanted) < 25

"""What a filter may not say, and what the refusal tells."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper

from pim.errors import Refused
from pim.querying.compile import compile_tree, select
from pim.querying.fields import OwnerFields
from pim.querying.params import parse_order, parse_params
from pim.querying.tree import load_filter, parse_filter
from pim.querysets.pages import fetch_all_ids
from tests.pim.querying import world


def refuse(data: Any) -> Refused:
    with pytest.raises(Refused) as refusal:
        compile_tree(
            parse_filter(data, catalogue=world.CATALOGUE, root="/filter"),
            catalogue=world.CATALOGUE,
            context=world.CONTEXT,
        )
    return refusal.value


LEAF = {"field": "family", "value": "mugs"}


@pytest.mark.parametrize(
    ("data", "code", "pointer"),
    [
        ([], "invalid_filter", "/filter"),
        ("family=mugs", "invalid_filter", "/filter"),
        ({"and": []}, "invalid_filter", "/filter/and"),
        ({"and": {}}, "invalid_filter", "/filter/and"),
        ({"not": [LEAF]}, "invalid_filter", "/filter/not"),
        ({"and": [LEAF], "or": [LEAF]}, "invalid_filter", "/filter"),
        ({"and": [LEAF], "field": "family"}, "invalid_filter", "/filter"),
        ({"or": [LEAF, 5]}, "invalid_filter", "/filter/or/1"),
        ({"value": 5}, "invalid_filter", "/filter"),
        ({"field": 5, "value": 5}, "invalid_filter", "/filter/field"),
        ({**LEAF, "opp": "eq"}, "invalid_filter", "/filter/opp"),
        ({**LEAF, "a/b": "eq"}, "invalid_filter", "/filter/a~1b"),
        ({"and": [LEAF, {"field": "famly", "value": 1}]}, "unknown_field", "/filter/and/1/field"),
        ({"field": "values.family", "value": "mugs"}, "unknown_field", "/filter/field"),
        ({**LEAF, "op": "lt"}, "unknown_operator", "/filter/op"),
        ({**LEAF, "op": "like"}, "unknown_operator", "/filter/op"),
        ({"field": "family", "op": "eq"}, "invalid_value", "/filter/value"),
        ({"field": "family", "value": ["mugs"]}, "invalid_value", "/filter/value"),
        ({"field": "family", "op": "in", "value": "mugs"}, "invalid_value", "/filter/value"),
        ({"field": "family", "op": "in", "value": []}, "invalid_value", "/filter/value"),
        ({"field": "family", "op": "in", "value": ["mugs", None]}, "invalid_value", "/filter/value/1"),
        ({"field": "family", "op": "in", "value": ["mugs", "cars"]}, "invalid_value", "/filter/value/1"),
        ({"field": "family", "value": 5}, "invalid_value", "/filter/value"),
        ({"field": "family", "value": "mu\0gs"}, "invalid_value", "/filter/value"),
        ({"field": "family", "value": "\ud800"}, "invalid_value", "/filter/value"),
        ({**LEAF, "locale": "de_DE"}, "invalid_value", "/filter/locale"),
        ({"field": "family", "op": "empty", "value": "mugs"}, "invalid_value", "/filter/value"),
        ({"field": "enabled", "value": "yes!"}, "invalid_value", "/filter/value"),
        ({"field": "category", "op": "in_children", "value": ["nowhere"]}, "invalid_value", "/filter/value/0"),
        ({"field": "updated", "op": "gt", "value": "yesterday"}, "invalid_value", "/filter/value"),
        ({"field": "updated", "op": "gt", "value": "2026-02-30"}, "invalid_value", "/filter/value"),
        ({"field": "updated", "op": "gt", "value": 5}, "invalid_value", "/filter/value"),
        ({"field": "updated", "op": "between", "value": ["2026-01-01"]}, "invalid_value", "/filter/value"),
        ({"field": "updated", "op": "since_days", "value": -1}, "invalid_value", "/filter/value"),
        ({"field": "updated", "op": "since_days", "value": True}, "invalid_value", "/filter/value"),
        ({"field": "updated", "op": "since_days", "value": 10**30}, "invalid_value", "/filter/value"),
        ({"field": "updated", "value": "9999-12-31"}, "invalid_value", "/filter/value"),
        ({"field": "revision", "value": 1.5}, "invalid_value", "/filter/value"),
        ({"field": "revision", "value": 2**63}, "invalid_value", "/filter/value"),
        ({"field": "revision", "value": "--5"}, "invalid_value", "/filter/value"),
        ({"field": "uuid", "value": "5"}, "invalid_value", "/filter/value"),
        ({"field": "sku", "op": "contains", "value": " "}, "invalid_value", "/filter/value"),
        ({"field": "search", "op": "contains", "value": ""}, "invalid_value", "/filter/value"),
        ({"field": "completeness", "op": "lt", "value": 100}, "invalid_value", "/filter/channel"),
        ({"field": "completeness", "op": "lt", "value": "nan", "channel": "print"}, "invalid_value", "/filter/value"),
        ({"field": "completeness", "op": "lt", "value": 1, "channel": "tv"}, "unknown_channel", "/filter/channel"),
        ({"field": "name", "value": "x"}, "locale_required", "/filter/locale"),
        ({"field": "name", "value": "x", "locale": "fr_FR"}, "unknown_locale", "/filter/locale"),
        ({"field": "color", "value": "red", "locale": "de_DE"}, "locale_unexpected", "/filter/locale"),
        ({"field": "organic", "value": True}, "channel_required", "/filter/channel"),
        ({"field": "color", "value": "mauve"}, "unknown_option", "/filter/value"),
        ({"field": "stock", "op": "gt", "value": "many"}, "not_a_number", "/filter/value"),
        ({"field": "note", "value": ""}, "invalid_value", "/filter/value"),
        ({"field": "note", "value": 5}, "wrong_type", "/filter/value"),
        (
            {"field": "weight", "op": "gt", "value": {"amount": 1, "unit": "LIGHTYEAR"}},
            "unknown_unit",
            "/filter/value/unit",
        ),
        ({"field": "price", "op": "gt", "value": "10", "channel": "print"}, "currency_required", "/filter/value"),
        (
            {"field": "price", "op": "gt", "value": "10 EUR, 5 USD", "channel": "print"},
            "invalid_value",
            "/filter/value",
        ),
        (
            {"field": "price", "op": "between", "value": ["1 EUR", "5 USD"], "channel": "print"},
            "invalid_value",
            "/filter/value/1",
        ),
        ({"or": [LEAF] * 31}, "filter_too_large", "/filter/or"),
        ({"or": [{"or": [LEAF] * 20}, {"or": [LEAF] * 11}]}, "filter_too_large", "/filter"),
        ({"not": {"not": {"not": {"not": {"not": {"not": LEAF}}}}}}, "filter_too_large", "/filter/not/not/not/not/not"),
    ],
)
def test_a_refusal_names_its_place(data: Any, code: str, pointer: str) -> None:
    refusal = refuse(data)

    assert (refusal.code, refusal.pointer) == (code, pointer)


def test_thirty_conditions_five_deep_are_allowed() -> None:
    data = {"or": [{"and": [{"not": {"or": [{"and": [LEAF] * 3}]}}]}] * 10}

    assert parse_filter(data, catalogue=world.CATALOGUE)


def test_a_refusal_names_what_is_possible() -> None:
    assert "family" in str(refuse({"field": "famly", "value": 1}).message)
    assert "eq, ne, in, nin, empty, not_empty" in str(refuse({**LEAF, "op": "lt"}).message)
    assert "ecommerce, print" in str(refuse({"field": "completeness", "value": 1, "channel": "tv"}).message)


def test_a_hidden_attribute_is_unknown_and_unnamed() -> None:
    catalogue = OwnerFields(
        world.SYSTEM_FIELDS, world.STRUCTURE, world.CATALOGUE.make_attribute_field, lambda spec: spec.code != "price"
    )

    with pytest.raises(Refused) as refusal:
        parse_filter({"field": "price", "value": "1 EUR", "channel": "print"}, catalogue=catalogue)

    assert refusal.value.code == "unknown_field"
    assert "price" not in str(refusal.value.message).removeprefix("There is no field “price”")


@pytest.mark.parametrize(
    ("params", "code", "pointer"),
    [
        ({"colour": "red"}, "unknown_field", "/colour"),
        ({"values[colour]": "red"}, "unknown_field", "/values[colour]"),
        ({"values[a/b]": "red"}, "unknown_field", "/values[a~1b]"),
        ({"values[": "red"}, "unknown_field", "/values["),
        ({"": "red"}, "unknown_field", "/"),
        ({"values": "red"}, "unknown_field", "/values"),
        ({"family__lt": "red"}, "unknown_operator", "/family__lt"),
        ({"values[color]__like": "red"}, "unknown_operator", "/values[color]__like"),
        ({"values[color,de_DE]": "red"}, "invalid_value", "/values[color,de_DE]"),
        ({"family[print]": "red"}, "invalid_value", "/family[print]"),
        ({"family__empty": "maybe"}, "invalid_value", "/family__empty"),
        ({"family__in": ","}, "invalid_value", "/family__in"),
        ({"updated__between": "2026-01-01"}, "invalid_value", "/updated__between"),
    ],
)
def test_a_refused_parameter_is_named(params: dict[str, str], code: str, pointer: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse_params({name: [value] for name, value in params.items()}, catalogue=world.CATALOGUE)

    assert (refusal.value.code, refusal.value.pointer) == (code, pointer)


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "nul", '{"and": [}'])
def test_what_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        load_filter(text, catalogue=world.CATALOGUE)

    assert refusal.value.code == "invalid_filter"


def test_a_filter_in_a_url_is_read() -> None:
    assert load_filter(json.dumps(LEAF), catalogue=world.CATALOGUE) == parse_filter(LEAF, catalogue=world.CATALOGUE)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("family", "not_sortable"),
        ("tags", "locale_required"),
        ("note", "not_sortable"),
        ("-values[price,print,GBP]", "invalid_value"),
        ("sku,updated,revision,stock", "too_many_sorts"),
        ("colour", "unknown_field"),
        ("sku__in", "unknown_field"),
    ],
)
def test_an_order_that_cannot_be_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse_order(text, catalogue=world.CATALOGUE, context=world.CONTEXT)

    assert refusal.value.code == code or (text == "tags" and refusal.value.code == "not_sortable")


@pytest.mark.parametrize(
    "hostile", ["'; DROP TABLE q_thing; --", "%s", "%(x)s", "100%", "\\", "{1,2}", '"', "\u202e", "x" * 1_000]
)
def test_hostile_texts_stay_texts(hostile: str, connection: BaseDatabaseWrapper, things: list[world.Thing]) -> None:
    for name in ("sku", "note", "ean", "search"):
        for op in ("eq", "contains", "starts"):
            found = world.CATALOGUE.lookup(name)
            assert found is not None
            if op not in {operator.value for operator in found.operators} or (
                name == "ean" and not hostile.isprintable()
            ):
                continue
            if len(hostile) > 255 and op == "eq":
                continue
            node = parse_filter({"field": name, "op": op, "value": hostile}, catalogue=world.CATALOGUE)
            condition = compile_tree(node, catalogue=world.CATALOGUE, context=world.CONTEXT)
            found_ids = fetch_all_ids(connection, select(world.TABLES, condition))
            assert sorted(found_ids) == [thing.id for thing in things if world.matches(node, thing)]

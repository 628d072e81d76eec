"""Every shape of every type comes back as it went out."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pim.errors import ValueRefused
from pim.values.specs import Json
from pim.values.types import attribute_types
from tests.pim.values.structures import ASSETS, COLOURS, STRUCTURE, UNITS, kind_of, make_spec, parse, parse_cells

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=60).filter(
    lambda text: bool(text.strip())
)
amounts = st.decimals(-(10**15), 10**15, places=3).map(str) | st.integers(-(10**17), 10**17).map(str)
option_codes = st.sampled_from([option.code for option in COLOURS.values()])
uuids = st.sampled_from(sorted(ASSETS))
moments = st.datetimes(timezones=st.just(dt.UTC)).map(lambda moment: moment.isoformat())

DATA: dict[str, st.SearchStrategy[object]] = {
    "identifier": st.text("ABCabc019-_.", min_size=1, max_size=40),
    "text": texts,
    "textarea": texts,
    "rich_text": texts.map(lambda text: f"<p>{text}</p>"),
    "integer": st.integers(-(2**53) + 1, 2**53 - 1),
    "decimal": amounts,
    "boolean": st.booleans(),
    "date": st.dates().map(dt.date.isoformat),
    "datetime": moments,
    "select": option_codes,
    "multiselect": st.lists(option_codes, min_size=1, unique=True),
    "measurement": st.fixed_dictionaries({"amount": amounts, "unit": st.sampled_from(sorted(UNITS))}),
    "price": st.dictionaries(st.sampled_from(["EUR", "USD", "GBP"]), amounts, min_size=1).map(
        lambda prices: [{"amount": amount, "currency": currency} for currency, amount in prices.items()]
    ),
    "asset": uuids,
    "asset_list": st.lists(uuids, min_size=1, unique=True),
    "url": st.text("abc/?=&%20", max_size=30).map(lambda path: f"https://example.com/{path}"),
    "email": st.text("abc.+", min_size=1, max_size=20).map(lambda name: f"{name}@example.com"),
}


def test_every_type_has_a_strategy() -> None:
    assert set(DATA) == set(attribute_types.codes())


@pytest.mark.parametrize("kind", DATA)
@settings(max_examples=60, deadline=None)
@given(source=st.data())
def test_shapes_round_trip(kind: str, source: st.DataObject) -> None:
    spec = make_spec(kind)
    kind_object = kind_of(spec)
    stored: Json = parse(spec, source.draw(DATA[kind]))

    assert json.loads(json.dumps(stored)) == stored
    assert parse(spec, stored) == stored
    assert parse(spec, kind_object.to_api(stored)) == stored
    assert parse(spec, kind_object.to_akeneo(stored)) == stored
    assert parse_cells(spec, kind_object.to_cells(stored, spec, STRUCTURE)) == stored
    assert kind_object.equal(stored, parse(spec, kind_object.to_api(stored)))
    assert set(kind_object.to_cells(stored, spec, STRUCTURE)) <= set(
        kind_object.cell_parts(spec, ("EUR", "USD", "GBP"))
    )
    assert all(1 <= value < 2**29 for value in kind_object.tokens(stored, spec, STRUCTURE))


@pytest.mark.parametrize("kind", DATA)
@settings(max_examples=60, deadline=None)
@given(
    data=st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["amount", "unit", "currency", "EUR", "x"]), inner, max_size=3)
        ),
        max_leaves=6,
    )
)
def test_any_json_is_taken_or_refused(kind: str, data: object) -> None:
    spec = make_spec(kind)

    try:
        stored = parse(spec, data)
    except ValueRefused as refusal:
        stored = None
        problem = refusal.problems[0]
        refused_well = bool(problem.code and str(problem.message))
    else:
        refused_well = True

    assert refused_well
    assert stored is None or parse(spec, stored) == stored

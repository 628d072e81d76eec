"""Index rows: exact tokens, numbers, keys and texts."""

from __future__ import annotations

from typing import Any

from pim.values.derive import Deriver, IndexRows
from pim.values.specs import Json
from pim.values.tokens import FILLED, NO, text_value, token
from tests.pim.values.structures import PICTURE, STRUCTURE, make_spec

ORDINALS = {"channels": {"web": 1, "print": 2}, "locales": {"de_DE": 1, "en_US": 2}}


def derive(kind: str, values: dict[str, Json], own: dict[str, Json] | None = None, **flags: Any) -> IndexRows:
    deriver = Deriver({"attr": make_spec(kind, **flags)}, STRUCTURE, **ORDINALS)
    first = deriver.derive(values, own=own)
    assert deriver.derive(values, own=own) == first
    return first


def test_an_option_is_a_token_per_channel_and_locale() -> None:
    rows = derive("select", {"attr:web:de_DE": "red", "attr:print:en_US": "Sky_Blue"}, localizable=True, scopable=True)

    assert rows.tokens == [
        token(2_000, 1, 1, FILLED),
        token(2_000, 1, 1, 7),
        token(2_000, 2, 2, FILLED),
        token(2_000, 2, 2, 8),
    ]
    assert (rows.numbers, rows.sort_keys, rows.search_text, rows.unique) == ([], [], "", [])


def test_a_text_has_a_hash_only_where_it_is_asked_for() -> None:
    filled, hashed = token(2_000, 0, 0, FILLED), token(2_000, 0, 0, text_value("Mug"))

    assert derive("text", {"attr": "Mug"}).tokens == [filled]
    assert derive("text", {"attr": "Mug"}, facet=True).tokens == sorted([filled, hashed])
    assert derive("text", {"attr": "MUG"}, unique=True).tokens == sorted([filled, hashed])
    assert derive("identifier", {"attr": "mug"}).tokens == sorted([filled, hashed])


def test_booleans_and_assets_are_tokens() -> None:
    assert derive("boolean", {"attr": False}).tokens == [token(2_000, 0, 0, FILLED), token(2_000, 0, 0, NO)]
    assert derive("asset_list", {"attr": [PICTURE, "gone"]}).tokens == [token(2_000, 0, 0, 0), token(2_000, 0, 0, 41)]


def test_numbers_are_in_the_standard_unit_by_currency_and_in_days() -> None:
    base = token(2_000, 0, 0, 0)

    assert derive("integer", {"attr": 5}).numbers == [(base, 5.0)]
    assert derive("decimal", {"attr": "1.50"}).numbers == [(base, 1.5)]
    assert derive("measurement", {"attr": {"amount": "20", "unit": "CELSIUS"}}).numbers == [(base, 293.15)]
    assert derive("price", {"attr": {"USD": "12", "EUR": "10.00"}}).numbers == [(base | 1, 10.0), (base | 2, 12.0)]
    assert derive("date", {"attr": "1970-01-11"}).numbers == [(base, 10.0)]
    assert derive("datetime", {"attr": "1969-12-31T12:00:00Z"}).numbers == [(base, -0.5)]


def test_sort_and_search_follow_the_attributes_flags() -> None:
    values: dict[str, Json] = {"attr:de_DE": "Grüne  Tasse", "attr:en_US": "Green Mug"}

    plain = derive("text", values, localizable=True)
    full = derive("text", values, localizable=True, sortable=True, searchable=True)

    assert (plain.sort_keys, plain.search_text) == ([], "")
    assert full.sort_keys == [(token(2_000, 0, 1, 0), "grune  tasse"), (token(2_000, 0, 2, 0), "green mug")]
    assert full.search_text == "green mug grune tasse"
    assert derive("select", {"attr": "red"}, searchable=True).search_text == "red red rot"
    assert derive("rich_text", {"attr": "<p>A&amp;B</p>"}, searchable=True).search_text == "a&b"


def test_only_own_values_must_be_unique() -> None:
    values: dict[str, Json] = {"attr": " AB-1 "}

    assert derive("text", values, unique=True).unique == [(2_000, "ab-1")]
    assert derive("text", values, own={}, unique=True).unique == []
    assert derive("decimal", {"attr": "1.50"}, unique=True).unique == [(2_000, "1.5")]


def test_keys_nobody_knows_are_passed_over() -> None:
    rows = derive("text", {"gone": "x", "attr:xx_XX": "y"}, localizable=True, unique=True)

    assert rows == IndexRows([], [], [], "", [])

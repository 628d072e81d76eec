"""Unit conversion, and texts made comparable."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pim.values.specs import UnitRef
from pim.values.texts import make_search_text, make_sort_key, make_unique_key, write_on_one_line
from pim.values.units import convert, to_standard

KELVIN = UnitRef("KELVIN", "K", Decimal(1))
CELSIUS = UnitRef("CELSIUS", "°C", Decimal(1), Decimal("273.15"))
FAHRENHEIT = UnitRef("FAHRENHEIT", "°F", Decimal(5) / Decimal(9), Decimal("459.67") * 5 / 9)
GRAM, POUND = UnitRef("GRAM", "g", Decimal("0.001")), UnitRef("POUND", "lb", Decimal("0.45359237"))


@pytest.mark.parametrize(
    ("amount", "source", "target", "result"),
    [
        ("20", CELSIUS, FAHRENHEIT, "68"),
        ("-40", FAHRENHEIT, CELSIUS, "-40"),
        ("1.50", POUND, POUND, "1.50"),
        ("1", POUND, GRAM, "453.5924"),
        ("0", CELSIUS, KELVIN, "273.15"),
    ],
)
def test_units_convert_through_the_standard_unit(amount: str, source: UnitRef, target: UnitRef, result: str) -> None:
    assert convert(amount, source, target) == result


@given(st.decimals(-10_000, 10_000, places=3))
def test_conversion_there_and_back_is_exact_to_the_decimals_kept(amount: Decimal) -> None:
    there = convert(str(amount), CELSIUS, FAHRENHEIT, decimals=10)

    assert abs(Decimal(convert(there, FAHRENHEIT, CELSIUS, decimals=6)) - amount) <= Decimal("0.000001")
    assert to_standard("0", CELSIUS) == Decimal("273.15")


def test_sort_keys_forget_case_and_accents() -> None:
    assert sorted(["Zebra", "Äpfel", "apple", "ñandú"], key=make_sort_key) == ["Äpfel", "apple", "ñandú", "Zebra"]
    assert len(make_sort_key("ﬁ" * 200)) == 100


def test_search_text_is_one_short_line() -> None:
    assert make_search_text("Grüne\n  TASSE\t№ 5") == "grune tasse no 5"
    assert len(make_search_text("x " * 9_000)) <= 4_000


def test_unique_keys_ignore_outer_space_case_and_composition() -> None:
    assert make_unique_key(" A\u0308b ") == make_unique_key("äB") == "äb"


@pytest.mark.parametrize(
    ("markup", "line"),
    [
        ("<p>Holds everything</p><p>Etta closes</p>", "Holds everything Etta closes"),
        ("<ul><li>one</li><li>two</li></ul>three<br>four", "one two three four"),
        ('<p>H<sub>2</sub>O, <a href="/x">her</a>e &amp; there</p>', "H2O, here & there"),
        ("plain", "plain"),
    ],
)
def test_markup_on_one_line_keeps_words_apart_and_whole(markup: str, line: str) -> None:
    assert write_on_one_line(markup) == line

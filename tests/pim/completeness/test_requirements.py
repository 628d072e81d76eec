"""What counts as complete, exactly."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pim.completeness import Calculator, ChannelScope, Missing, Requirement, Slot
from pim.values.keys import make_key
from pim.values.specs import AttributeSpec, FlatValues, Json

WEB = ChannelScope("web", ("de_DE", "en_US"), ("EUR", "USD"))
PRINT = ChannelScope("print", ("en_US",), ("EUR",))

SKU = AttributeSpec(1_024, "sku", "identifier")
NAME = AttributeSpec(1_025, "name", "text", localizable=True)
TEXT = AttributeSpec(1_026, "text", "textarea", localizable=True, scopable=True)
PRICE = AttributeSpec(1_027, "price", "price")
WEIGHT = AttributeSpec(1_028, "weight", "measurement", config={"family": "Weight"})
LEGAL = AttributeSpec(1_029, "legal", "text", localizable=True, available_locales=frozenset({"de_DE"}))


def ask(*specs: AttributeSpec) -> dict[str, list[Requirement]]:
    requirements = [Requirement(SKU, is_always_filled=True), *map(Requirement, specs)]
    return {"web": requirements, "print": requirements}


def test_slots_are_channels_times_locales() -> None:
    calculator = Calculator([WEB, PRINT], ask(NAME))

    assert calculator.slots == (Slot("web", "de_DE"), Slot("web", "en_US"), Slot("print", "en_US"))
    assert calculator.required_keys == {"name:de_DE", "name:en_US"}


def test_each_slot_has_its_percentage_and_what_it_lacks() -> None:
    calculator = Calculator([WEB, PRINT], ask(NAME, TEXT, WEIGHT))

    result = calculator.compute(
        {"name:en_US": "Mug", "text:web:en_US": "A mug", "weight": {"amount": "1", "unit": "KILOGRAM"}}
    )

    assert result.percentages == (50, 100, 75)
    assert result.missing == (
        Missing("name", "web", "de_DE"),
        Missing("text", "web", "de_DE"),
        Missing("text", "print", "en_US"),
    )


def test_the_sku_is_always_filled() -> None:
    result = Calculator([PRINT], ask()).compute({})

    assert (result.percentages, result.missing) == ((100,), ())


def test_a_price_needs_every_currency_of_the_channel() -> None:
    calculator = Calculator([WEB, PRINT], ask(PRICE))

    assert calculator.compute({"price": {"EUR": "10"}}).percentages == (50, 50, 100)
    assert calculator.compute({"price": {"USD": "10"}}).percentages == (50, 50, 50)
    assert calculator.compute({"price": {"EUR": "10", "GBP": "9", "USD": "12"}}).percentages == (100, 100, 100)


def test_a_locale_specific_attribute_counts_only_there() -> None:
    calculator = Calculator([WEB, PRINT], ask(LEGAL))

    result = calculator.compute({})

    assert result.percentages == (50, 100, 100)
    assert result.missing == (Missing("legal", "web", "de_DE"),)


def test_false_is_filled() -> None:
    flag = AttributeSpec(1_030, "flag", "boolean")

    assert Calculator([PRINT], ask(flag)).compute({"flag": False}).percentages == (100,)


def test_weights_count() -> None:
    calculator = Calculator([PRINT], {"print": [Requirement(NAME, weight=3), Requirement(WEIGHT)]})

    assert calculator.compute({"name:en_US": "Mug"}).percentages == (75,)
    assert calculator.compute({}).percentages == (0,)


def test_a_condition_decides_whether_a_requirement_counts() -> None:
    def is_shipped(values: FlatValues) -> bool:
        return values.get("kind") == "goods"

    calculator = Calculator([PRINT], {"print": [Requirement(NAME), Requirement(WEIGHT, condition=is_shipped)]})

    assert calculator.compute({"name:en_US": "Mug"}).percentages == (100,)
    assert calculator.compute({"name:en_US": "Mug", "kind": "goods"}).percentages == (50,)
    assert calculator.compute({}).percentages == (0,)


def test_a_channel_that_asks_for_nothing_is_complete() -> None:
    assert Calculator([WEB, PRINT], {"web": [Requirement(NAME)]}).compute({}).percentages == (0, 0, 100)


def test_nearly_complete_is_not_a_hundred() -> None:
    specs = [AttributeSpec(2_000 + number, f"a{number}", "text") for number in range(300)]
    values: dict[str, Json] = {spec.code: "x" for spec in specs[1:]}

    result = Calculator([PRINT], {"print": [Requirement(spec) for spec in specs]}).compute(values)

    assert result.percentages == (99,)


@given(st.sets(st.sampled_from(range(12))), st.lists(st.booleans(), min_size=12, max_size=12))
def test_the_bits_agree_with_counting(filled: set[int], localizable: list[bool]) -> None:
    base = AttributeSpec(1, "x", "text")
    specs = [
        replace(base, id=2_000 + number, code=f"a{number}", localizable=flag) for number, flag in enumerate(localizable)
    ]
    values: dict[str, Json] = {make_key(specs[number], None, "en_US"): "x" for number in filled}

    result = Calculator([PRINT], {"print": [Requirement(spec) for spec in specs]}).compute(values)

    assert result.percentages == (len(filled) * 100 // 12,)
    assert {missing.attribute for missing in result.missing} == {spec.code for spec in specs} - set(values) - {
        specs[number].code for number in filled
    }

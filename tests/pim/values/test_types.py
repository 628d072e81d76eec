"""What each type takes, keeps and refuses."""

from __future__ import annotations

import pytest

from pim.errors import ValueRefused
from pim.registry import NotRegistered, Registry, RegistryError
from pim.values.specs import Json
from pim.values.types import attribute_types
from tests.pim.values.structures import (
    MANUAL,
    PICTURE,
    SECOND_PICTURE,
    STRUCTURE,
    kind_of,
    make_spec,
    parse,
    parse_cells,
)

ACCEPTED: list[tuple[str, dict[str, Json], object, Json]] = [
    ("text", {}, " Mug ", " Mug "),
    ("text", {"pattern": "^[A-Z]+$"}, "MUG", "MUG"),
    ("textarea", {}, "two\nlines", "two\nlines"),
    ("rich_text", {}, "<p>for <US$600</p>", "<p>for &lt;US$600</p>"),
    ("rich_text", {}, '<p onclick="x()">hi</p><script>alert(1)</script>', "<p>hi</p>"),
    ("identifier", {}, " AB-1 ", "AB-1"),
    ("identifier", {"check": "gtin"}, "4006381 333931", "4006381333931"),
    ("identifier", {"check": "gtin8"}, "96385074", "96385074"),
    ("identifier", {"check": "gtin12"}, "036000291452", "036000291452"),
    ("identifier", {"check": "gtin14"}, "10614141000415", "10614141000415"),
    ("identifier", {"check": "isbn"}, "0-8044-2957-x", "080442957X"),
    ("identifier", {"check": "isbn"}, "978-0-306-40615-7", "9780306406157"),
    ("identifier", {"check": "gln"}, "4012345000009", "4012345000009"),
    ("integer", {}, "7", 7),
    ("integer", {}, "7.0000", 7),
    ("integer", {}, 7.0, 7),
    ("integer", {}, -(2**53) + 1, -(2**53) + 1),
    ("decimal", {}, "1.50", "1.50"),
    ("decimal", {}, "+01.5", "1.5"),
    ("decimal", {}, ".5", "0.5"),
    ("decimal", {}, 1.5, "1.5"),
    ("decimal", {}, 1e-7, "0.0000001"),
    ("decimal", {}, "1.5e3", "1500"),
    ("decimal", {}, "-0.00", "0.00"),
    ("decimal", {"decimals": 2}, "2.5000", "2.50"),
    ("decimal", {"decimals": 0}, "2.0", "2"),
    ("boolean", {}, False, False),
    ("boolean", {}, " TRUE ", True),
    ("boolean", {}, "0", False),
    ("date", {}, "2024-02-29", "2024-02-29"),
    ("date", {}, "2024-02-29T00:00:00+00:00", "2024-02-29"),
    ("datetime", {}, "2024-01-01T01:30:00+02:00", "2023-12-31T23:30:00Z"),
    ("datetime", {}, "2024-01-01T01:30:00", "2024-01-01T01:30:00Z"),
    ("select", {}, "RED", "red"),
    ("select", {}, "sky_blue", "Sky_Blue"),
    ("multiselect", {}, ["green", "RED", "red"], ["green", "red"]),
    ("measurement", {"family": "Weight"}, {"amount": 1.5, "unit": "GRAM"}, {"amount": "1.5", "unit": "GRAM"}),
    (
        "measurement",
        {"family": "Weight", "default_unit": "KILOGRAM"},
        {"amount": "2", "unit": None},
        {"amount": "2", "unit": "KILOGRAM"},
    ),
    ("price", {}, [{"amount": "12", "currency": "USD"}, {"amount": 10, "currency": "EUR"}], {"EUR": "10", "USD": "12"}),
    ("price", {}, {"EUR": "10.00"}, {"EUR": "10.00"}),
    ("price", {}, [{"amount": None, "currency": "EUR"}], None),
    ("asset", {}, PICTURE.upper(), PICTURE),
    ("asset", {"kinds": ["image"], "extensions": ["jpg"], "max_size_bytes": 5_000}, PICTURE, PICTURE),
    ("asset_list", {}, [SECOND_PICTURE, PICTURE, SECOND_PICTURE], [SECOND_PICTURE, PICTURE]),
    ("url", {}, " https://example.com:8080/a?b=ü#c ", "https://example.com:8080/a?b=ü#c"),
    ("url", {"schemes": ["mailto"]}, "mailto:joe@example.com", "mailto:joe@example.com"),
    ("email", {}, "Joe.O'Neil+x@mail.example.com", "Joe.O'Neil+x@mail.example.com"),
]

REFUSED: list[tuple[str, dict[str, Json], object, str, str]] = [
    ("text", {}, 5, "wrong_type", ""),
    ("text", {}, "a\0b", "nul_character", ""),
    ("text", {}, "a\ud800", "invalid_unicode", ""),
    ("text", {}, "a" * 256, "too_long", ""),
    ("text", {"max_characters": 3}, "äöüß", "too_long", ""),
    ("text", {"pattern": "^[A-Z]+$"}, "mug", "pattern_mismatch", ""),
    ("textarea", {}, "a" * 65_536, "too_long", ""),
    ("rich_text", {}, ["<p>"], "wrong_type", ""),
    ("identifier", {"check": "gtin13"}, "4006381333932", "check_digit", ""),
    ("identifier", {"check": "gtin13"}, "96385074", "check_digit", ""),
    ("identifier", {"check": "isbn"}, "0-8044-2957-1", "check_digit", ""),
    ("identifier", {"check": "isbn"}, "4006381333931", "check_digit", ""),
    ("identifier", {"check": "gtin"}, "٤٠٠٦٣٨١٣٣٣٩٣١", "check_digit", ""),
    ("identifier", {}, "a\tb", "not_one_line", ""),
    ("integer", {}, True, "not_a_number", ""),
    ("integer", {}, "1.5", "not_an_integer", ""),
    ("integer", {}, 2**53, "number_too_long", ""),
    ("integer", {}, "٤", "not_a_number", ""),
    ("integer", {"negative_allowed": False}, -1, "negative_not_allowed", ""),
    ("integer", {"min": 3}, 2, "number_too_small", ""),
    ("decimal", {}, "NaN", "not_a_number", ""),
    ("decimal", {}, float("inf"), "not_a_number", ""),
    ("decimal", {}, "1,5", "not_a_number", ""),
    ("decimal", {}, "1e99", "number_too_long", ""),
    ("decimal", {}, "1" * 19, "number_too_long", ""),
    ("decimal", {"decimals": 2}, "2.501", "too_many_decimals", ""),
    ("decimal", {"max": "1.5"}, "1.51", "number_too_large", ""),
    ("boolean", {}, 1, "not_a_boolean", ""),
    ("boolean", {}, "maybe", "not_a_boolean", ""),
    ("date", {}, "2023-02-29", "not_a_date", ""),
    ("date", {}, "20240101", "not_a_date", ""),
    ("date", {}, "2024-W01-1", "not_a_date", ""),
    ("date", {}, "2024-01-01Tmorning", "not_a_date", ""),
    ("date", {"min": "2024-01-01"}, "2023-12-31", "date_too_early", ""),
    ("date", {"max": "2024-01-01"}, "2024-01-02", "date_too_late", ""),
    ("datetime", {}, "2024-01-01", "not_a_datetime", ""),
    ("datetime", {}, "0001-01-01T00:00:00+05:00", "not_a_datetime", ""),
    ("datetime", {"max": "2024-01-01T00:00:00Z"}, "2024-01-01T00:00:00.000001Z", "date_too_late", ""),
    ("select", {}, "purple", "unknown_option", ""),
    ("select", {}, ["red"], "wrong_type", ""),
    ("multiselect", {}, "red", "wrong_type", ""),
    ("multiselect", {}, ["red", "purple"], "unknown_option", "/1"),
    ("multiselect", {"max_items": 1}, ["red", "green"], "too_many_items", ""),
    ("measurement", {"family": "Weight"}, "5 KILOGRAM", "wrong_type", ""),
    ("measurement", {"family": "Weight"}, {"amount": "5"}, "unit_required", "/unit"),
    ("measurement", {"family": "Weight"}, {"amount": "5", "unit": "METER"}, "unknown_unit", "/unit"),
    ("measurement", {"family": "Weight"}, {"amount": "5", "unit": ["GRAM"]}, "wrong_type", "/unit"),
    ("measurement", {"family": "Weight"}, {"amount": "five", "unit": "GRAM"}, "not_a_number", "/amount"),
    ("measurement", {"family": "Weight"}, {"amount": "5", "unit": "GRAM", "x": 1}, "unknown_field", ""),
    (
        "measurement",
        {"family": "Weight", "units": ["GRAM"]},
        {"amount": 1, "unit": "KILOGRAM"},
        "unit_not_allowed",
        "/unit",
    ),
    ("price", {}, "10", "wrong_type", ""),
    ("price", {}, [{"amount": "1", "currency": "QQQ"}], "unknown_currency", "/0"),
    ("price", {}, [{"amount": "1", "currency": "EUR"}, {"amount": "2", "currency": "EUR"}], "duplicate_currency", "/1"),
    ("price", {"negative_allowed": False}, [{"amount": "-1", "currency": "EUR"}], "negative_not_allowed", "/0"),
    ("price", {}, ["10 EUR"], "wrong_type", "/0"),
    ("asset", {}, "mug.jpg", "unknown_asset", ""),
    ("asset", {"kinds": ["image"]}, MANUAL, "kind_not_allowed", ""),
    ("asset", {"extensions": ["png"]}, PICTURE, "extension_not_allowed", ""),
    ("asset", {"max_size_bytes": 4_999}, PICTURE, "file_too_large", ""),
    ("asset_list", {}, [PICTURE, "nothing"], "unknown_asset", "/1"),
    ("asset_list", {}, PICTURE, "wrong_type", ""),
    ("url", {}, "javascript:alert(1)", "not_a_url", ""),
    ("url", {}, "https://exa mple.com", "not_a_url", ""),
    ("url", {}, "http://[::1", "not_a_url", ""),
    ("url", {}, "//example.com", "not_a_url", ""),
    ("email", {}, "joe@localhost", "not_an_email", ""),
    ("email", {}, "joe@@example.com", "not_an_email", ""),
]


@pytest.mark.parametrize(("kind", "config", "data", "stored"), ACCEPTED)
def test_data_is_stored_in_canonical_form(kind: str, config: dict[str, Json], data: object, stored: Json) -> None:
    spec = make_spec(kind, config)

    result = parse(spec, data)

    assert result == stored
    assert type(result) is type(stored)


@pytest.mark.parametrize(("kind", "config", "data", "code", "pointer"), REFUSED)
def test_bad_data_is_refused_with_code_and_pointer(
    kind: str, config: dict[str, Json], data: object, code: str, pointer: str
) -> None:
    spec = make_spec(kind, config)

    with pytest.raises(ValueRefused) as refusal:
        parse(spec, data)

    assert (refusal.value.code, refusal.value.pointer) == (code, pointer)


@pytest.mark.parametrize("kind", attribute_types.codes())
@pytest.mark.parametrize("nothing", [None, ""])
def test_nothing_clears_every_type(kind: str, nothing: object) -> None:
    spec = make_spec(kind)

    assert parse(spec, nothing) is None
    assert parse_cells(spec, {"": ""}) is None


@pytest.mark.parametrize(
    "kind", ["text", "textarea", "integer", "decimal", "boolean", "date", "select", "asset", "url"]
)
def test_white_space_alone_is_nothing(kind: str) -> None:
    assert parse(make_spec(kind), "  ") is None


@pytest.mark.parametrize("kind", ["multiselect", "asset_list", "price"])
def test_an_empty_list_is_nothing(kind: str) -> None:
    assert parse(make_spec(kind), []) is None


def test_an_attribute_brings_its_own_error_text() -> None:
    spec = make_spec("text", {"pattern": "^[0-9]{4}$", "pattern_error": {"en_US": "Four digits, please."}})

    with pytest.raises(ValueRefused) as refusal:
        parse(spec, "12")

    assert str(refusal.value.message) == "Four digits, please."


def test_a_number_too_long_for_python_to_print_is_refused() -> None:
    with pytest.raises(ValueRefused) as refusal:
        parse(make_spec("decimal"), 10**5_000)

    assert refusal.value.code == "number_too_long"


def test_a_backtracking_bomb_is_stopped() -> None:
    spec = make_spec("text", {"pattern": "^(a|aa)+$"})

    with pytest.raises(ValueRefused) as refusal:
        parse(spec, "a" * 60 + "!")

    assert refusal.value.code == "pattern_too_slow"


def test_the_limit_of_rich_text_is_that_of_what_is_stored() -> None:
    spec = make_spec("rich_text", {"max_characters": 8})

    stored = parse(spec, "a < b<!-- gone -->")

    assert stored == "a &lt; b"
    assert parse(spec, stored) == stored
    with pytest.raises(ValueRefused) as refusal:
        parse(spec, "aa < bb")
    assert refusal.value.code == "too_long"


def test_price_cells_merge_one_currency_into_what_is_there() -> None:
    spec = make_spec("price")

    assert parse_cells(spec, {"USD": "12"}, {"EUR": "10.00"}) == {"EUR": "10.00", "USD": "12"}
    assert parse_cells(spec, {"EUR": ""}, {"EUR": "10.00", "USD": "12"}) == {"USD": "12"}
    assert parse_cells(spec, {"EUR": ""}, {"EUR": "10.00"}) is None
    assert parse_cells(spec, {"": "10 EUR, 24.5 USD"}) == {"EUR": "10", "USD": "24.5"}


def test_measurement_cells_take_one_cell_or_two() -> None:
    spec = make_spec("measurement", {"family": "Weight", "default_unit": "KILOGRAM"})

    assert parse_cells(spec, {"": "5", "unit": "GRAM"}) == {"amount": "5", "unit": "GRAM"}
    assert parse_cells(spec, {"": "5 GRAM"}) == {"amount": "5", "unit": "GRAM"}
    assert parse_cells(spec, {"": "5"}) == {"amount": "5", "unit": "KILOGRAM"}
    assert parse_cells(spec, {"": "6"}, {"amount": "5", "unit": "GRAM"}) == {"amount": "6", "unit": "GRAM"}
    assert parse_cells(spec, {"unit": "GRAM"}, {"amount": "5", "unit": "KILOGRAM"}) == {"amount": "5", "unit": "GRAM"}
    assert parse_cells(spec, {"": "", "unit": "GRAM"}) is None


@pytest.mark.parametrize(
    ("kind", "left", "right", "is_equal"),
    [
        ("text", "a", "A", False),
        ("decimal", "1.5", "1.50", True),
        ("decimal", "1.5", "1.51", False),
        ("decimal", None, "1.5", False),
        ("multiselect", ["a", "b"], ["b", "a"], True),
        ("multiselect", ["a"], ["b", "a"], False),
        ("asset_list", ["a", "b"], ["b", "a"], False),
        ("measurement", {"amount": "1.0", "unit": "GRAM"}, {"amount": "1", "unit": "GRAM"}, True),
        ("measurement", {"amount": "1000", "unit": "GRAM"}, {"amount": "1", "unit": "KILOGRAM"}, False),
        ("price", {"EUR": "10"}, {"EUR": "10.00"}, True),
        ("price", {"EUR": "10"}, {"EUR": "10.00", "USD": "1"}, False),
        ("price", {"EUR": "10"}, None, False),
    ],
)
def test_equality_is_that_of_the_type(kind: str, left: Json, right: Json, is_equal: bool) -> None:
    assert attribute_types.get(kind).equal(left, right) is is_equal


def test_delivery_takes_labels_from_the_fallbacks() -> None:
    spec = make_spec("multiselect")

    delivered = kind_of(spec).to_delivery(["red", "Sky_Blue", "green"], spec, STRUCTURE, "de_DE", ("en_US",))

    assert delivered == [
        {"code": "red", "label": "Rot"},
        {"code": "Sky_Blue", "label": "Sky blue"},
        {"code": "green", "label": "green"},
    ]


def test_a_vanished_asset_is_not_delivered() -> None:
    single, several = make_spec("asset"), make_spec("asset_list")

    assert kind_of(single).to_delivery("gone", single, STRUCTURE) is None
    assert kind_of(several).to_delivery(["gone"], several, STRUCTURE) is None


@pytest.mark.parametrize(
    ("kind", "config", "code", "pointer"),
    [
        ("text", {"max_length": 3}, "unknown_setting", "/config/max_length"),
        ("text", {"max_characters": 0}, "invalid_setting", "/config/max_characters"),
        ("text", {"max_characters": True}, "invalid_setting", "/config/max_characters"),
        ("text", {"pattern": "("}, "invalid_setting", "/config/pattern"),
        ("integer", {"min": 5, "max": "4"}, "contradicting_settings", "/config/min"),
        ("date", {"min": "2024-01-02", "max": "2024-01-01"}, "contradicting_settings", "/config/min"),
        ("date", {"min": "soon"}, "invalid_setting", "/config/min"),
        ("identifier", {"check": "ean"}, "invalid_setting", "/config/check"),
        ("measurement", {}, "missing_setting", "/config/family"),
        (
            "measurement",
            {"family": "W", "units": ["a"], "default_unit": "b"},
            "invalid_setting",
            "/config/default_unit",
        ),
        ("asset", {"kinds": ["film"]}, "invalid_setting", "/config/kinds"),
    ],
)
def test_bad_settings_are_refused(kind: str, config: dict[str, Json], code: str, pointer: str) -> None:
    with pytest.raises(ValueRefused) as refusal:
        attribute_types.get(kind).clean_config(config)

    assert (refusal.value.code, refusal.value.pointer) == (code, pointer)


def test_settings_are_cleaned_once_and_stay() -> None:
    kind = attribute_types.get("measurement")

    cleaned = kind.clean_config(
        {"family": "Weight", "units": "GRAM, KILOGRAM", "min": 1.5, "decimals": "2", "max": None}
    )

    assert cleaned == {"family": "Weight", "units": ["GRAM", "KILOGRAM"], "decimals": 2, "min": "1.5"}
    assert kind.clean_config(cleaned) == cleaned


@pytest.mark.parametrize("kind", attribute_types.codes())
def test_every_type_has_a_form_field_a_graphql_type_and_a_schema(kind: str) -> None:
    spec = make_spec(kind, labels={"en_US": "Label"}, guidelines={"en_US": "Say it."})

    field = kind_of(spec).form_field(spec, STRUCTURE, "en_US")

    assert (field.required, field.label, field.help_text) == (False, "Label", "Say it.")
    assert field.clean(None) is None
    assert str(kind_of(spec).graphql_type(spec))
    assert kind_of(spec).openapi(spec)["type"]
    assert kind_of(spec).openapi(spec, "api")["type"]


@pytest.mark.parametrize(
    ("kind", "posted", "stored"),
    [
        ("boolean", "false", False),
        ("select", "red", "red"),
        ("multiselect", ["red", "green"], ["red", "green"]),
        ("measurement", ["1.5", "GRAM"], {"amount": "1.5", "unit": "GRAM"}),
        ("price", ["10", "12.50"], {"EUR": "10", "USD": "12.50"}),
        ("asset_list", f"{PICTURE},{MANUAL}", [PICTURE, MANUAL]),
    ],
)
def test_a_form_field_speaks_the_stored_shape(kind: str, posted: object, stored: Json) -> None:
    spec = make_spec(kind)
    field = kind_of(spec).form_field(spec, STRUCTURE, "en_US")

    assert field.clean(posted) == stored
    assert not field.has_changed(stored, posted)


def test_a_registry_says_what_it_knows_and_closes() -> None:
    registry: Registry[int] = Registry("numbers")
    registry.register("one", 1)

    with pytest.raises(RegistryError, match="registered already"):
        registry.register("one", 2)
    with pytest.raises(NotRegistered, match="'two' is not registered; known: one"):
        registry.get("two")
    registry.freeze()
    with pytest.raises(RegistryError, match="too late"):
        registry.register("two", 2)
    with registry.registered("two", 2):
        assert registry.get("two") == 2

    assert registry.items() == (("one", 1),)

"""Names are legal, stable and never collide."""

from hypothesis import given
from hypothesis import strategies as st

from channels.hub.naming import CORE_FIELDS, name_enum_value, name_family_types, name_field

CODES = st.from_regex(r"\A[A-Za-z0-9_]{1,12}\Z")


@given(st.sets(CODES | st.sampled_from(sorted(CORE_FIELDS)) | st.sampled_from(["value_", "attr_1a", "1a", "__x"])))
def test_no_two_codes_share_a_field_name(codes: set[str]) -> None:
    names = [name_field(code) for code in codes]

    assert len(set(names)) == len(names)
    assert not set(names) & CORE_FIELDS
    assert all(not name[0].isdigit() and not name.startswith("__") for name in names)


@given(st.sets(CODES, max_size=8))
def test_no_two_families_share_a_type(codes: set[str]) -> None:
    distinct = {code.casefold(): code for code in codes}.values()

    names = name_family_types(distinct)

    assert len(set(names.values())) == len(names)


def test_names_read_well() -> None:
    assert name_family_types(["led_tvs", "mugs"]) == {"led_tvs": "LedTvsProduct", "mugs": "MugsProduct"}
    assert name_family_types(["generic"]) == {"generic": "Generic_Product"}
    assert name_enum_value("zh-Hans") == "zh_Hans"

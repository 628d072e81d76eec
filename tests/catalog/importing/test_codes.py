from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.importing.codes import CodeBook, SeenKeys, make_sku_key, normalise_code
from pim.values.keys import is_code


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("red", "red"),
        (" red ", "red"),
        ("Dark-Red", "Dark_Red"),
        ("Größe XL", "Groe_XL"),
        ("x" * 120, "x" * 91 + "_13f05a0b"),
        ("é/è", "e_e"),
        ("", ""),
    ],
)
def test_a_foreign_code_becomes_ours(written: str, code: str) -> None:
    assert normalise_code(written) == code


@given(st.text(min_size=1))
def test_every_text_becomes_a_code_and_stays_it(text: str) -> None:
    code = normalise_code(text)

    assert code == "" if not text.strip() else is_code(code)
    assert normalise_code(code) == code


def test_two_foreign_codes_never_become_one() -> None:
    book = CodeBook()

    codes = [book.claim(written) for written in ("a_b", "a-b", "a b", "a-b")]

    assert codes[0] == "a_b"
    assert codes[1] == codes[3]
    assert len(set(codes)) == 3
    assert book.find("a b") == codes[2]
    assert book.find("c-d") == "c_d"


def test_a_reserved_code_keeps_itself() -> None:
    book = CodeBook()
    book.reserve("a_b")
    book.reserve("a-b")

    assert book.claim("a-b").startswith("a_b_")
    assert book.claim("a_b") == "a_b"


def test_skus_are_the_same_whatever_their_case_and_form() -> None:
    assert make_sku_key(" Straße\u0301 ") == make_sku_key("STRASSÉ")


@given(st.lists(st.text(), max_size=60))
def test_keys_are_remembered_with_their_first_line(keys: list[str]) -> None:
    seen = SeenKeys()
    first: dict[str, int] = {}

    for line, key in enumerate(keys, start=2):
        assert seen.add(key, line) == first.get(key)
        first.setdefault(key, line)


def test_many_keys_fit() -> None:
    seen = SeenKeys()

    assert all(seen.add(str(number), number) is None for number in range(5_000))
    assert seen.add("4321", 9) == 4321

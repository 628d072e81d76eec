"""Flat keys and packed tokens."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pim.errors import Refused, ValueRefused
from pim.values.keys import Scope, check_scope, is_code, join_key, locale_of, make_key, split_key
from pim.values.tokens import SystemField, TokenParts, akey, fold_text, split_token, text_value, token
from tests.pim.values.structures import make_spec

codes = st.from_regex(r"[A-Za-z0-9_]{1,20}", fullmatch=True)


@pytest.mark.parametrize(
    ("localizable", "scopable", "key"),
    [(False, False, "attr"), (True, False, "attr:de_DE"), (False, True, "attr:web:"), (True, True, "attr:web:de_DE")],
)
def test_a_key_follows_the_attributes_flags(localizable: bool, scopable: bool, key: str) -> None:
    spec = make_spec("text", localizable=localizable, scopable=scopable)

    assert make_key(spec, "web", "de_DE") == key
    assert split_key(key) == Scope("attr", "web" if scopable else None, "de_DE" if localizable else None)
    assert locale_of(key) == ("de_DE" if localizable else None)


@given(codes, st.none() | codes, st.none() | codes)
def test_keys_come_apart_as_they_were_joined(attribute: str, channel: str | None, locale: str | None) -> None:
    assert split_key(join_key(attribute, channel, locale)) == (attribute, channel, locale)


@pytest.mark.parametrize(
    ("flags", "channel", "locale", "code"),
    [
        ({"scopable": True}, None, None, "channel_required"),
        ({}, "web", None, "channel_unexpected"),
        ({"localizable": True}, None, None, "locale_required"),
        ({}, None, "de_DE", "locale_unexpected"),
        ({"localizable": True, "available_locales": frozenset({"en_US"})}, None, "de_DE", "locale_not_available"),
    ],
)
def test_a_scope_that_does_not_fit_is_refused(
    flags: dict[str, bool], channel: str | None, locale: str | None, code: str
) -> None:
    spec = replace(make_spec("text"), **flags)  # type: ignore[arg-type]

    with pytest.raises(ValueRefused) as refusal:
        check_scope(spec, channel, locale)

    assert refusal.value.code == code


def test_a_key_without_its_locale_is_refused() -> None:
    with pytest.raises(ValueRefused) as refusal:
        make_key(make_spec("text", localizable=True, scopable=True), "web", None)

    assert refusal.value.code == "locale_required"


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("name_1", True), ("", False), ("a:b", False), ("ä", False), ("a" * 101, False), ("a\n", False)],
)
def test_codes_are_plain(text: str, is_one: bool) -> None:
    assert is_code(text) is is_one


@given(st.integers(0, 2**20 - 1), st.integers(0, 63), st.integers(0, 255), st.integers(0, 2**29 - 1))
def test_tokens_come_apart_as_they_were_packed(attribute: int, channel: int, locale: int, value: int) -> None:
    packed = token(attribute, channel, locale, value)

    assert 0 <= packed < 2**63
    assert split_token(packed) == TokenParts(attribute, channel, locale, value)
    assert akey(attribute, channel, locale, value) == packed


def test_a_token_has_this_layout() -> None:
    assert token(1024, 2, 3, 5) == 1024 << 43 | 2 << 37 | 3 << 29 | 5
    assert int(SystemField.MISSING) == 8


@pytest.mark.parametrize(
    "parts", [(2**20, 0, 0, 0), (0, 64, 0, 0), (0, 0, 256, 0), (0, 0, 0, 2**29), (-1, 0, 0, 0), (0, 0, 0, -1)]
)
def test_overflow_is_refused(parts: tuple[int, int, int, int]) -> None:
    with pytest.raises(Refused) as refusal:
        token(*parts)

    assert refusal.value.code == "token_overflow"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_text_values_fit_and_ignore_case_and_composition(text: str) -> None:
    assert 1 <= text_value(text) < 2**29
    assert text_value(fold_text(text)) == text_value(text)


def test_equal_texts_have_one_value() -> None:
    assert text_value("ÄPFEL") == text_value("a\u0308pfel") == text_value("äpfel")
    assert text_value("apfel") != text_value("äpfel")

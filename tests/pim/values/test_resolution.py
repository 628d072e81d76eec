"""Who sees which value."""

from __future__ import annotations

from typing import Any

import pytest

from pim.errors import ValueRefused
from pim.values.resolution import Explanation, effective_keys, explain_value, merge_rows, resolve_value
from pim.values.specs import Json
from tests.pim.values.structures import make_spec

CHANNELS = {"web": ("de_DE", "en_US"), "print": ("en_US",)}


def test_the_nearest_owner_wins() -> None:
    root: dict[str, Json] = {"attr": "root", "other": 1}
    model: dict[str, Json] = {"attr": "model"}
    variant: dict[str, Json] = {"more": 2}

    assert merge_rows([root, model, variant]) == {"attr": "model", "other": 1, "more": 2}


def test_a_fallback_locale_answers_in_its_own_channel_only() -> None:
    spec = make_spec("text", localizable=True, scopable=True)
    values = {"attr:web:en_US": "Mug", "attr:print:de_DE": "Becher"}

    assert resolve_value(values, spec, channel="web", locale="de_DE", fallbacks=("en_US",)) == "Mug"
    assert resolve_value(values, spec, channel="web", locale="de_DE") is None
    assert resolve_value(values, spec, channel="print", locale="en_US", fallbacks=()) is None


def test_false_and_zero_are_values() -> None:
    spec = make_spec("boolean", localizable=True)

    assert resolve_value({"attr:de_DE": False, "attr:en_US": True}, spec, locale="de_DE", fallbacks=("en_US",)) is False


def test_an_attribute_may_switch_fallback_off() -> None:
    spec = make_spec("text", localizable=True, fallback=False)

    assert resolve_value({"attr:en_US": "Mug"}, spec, locale="de_DE", fallbacks=("en_US",)) is None


def test_resolving_without_the_channel_is_refused() -> None:
    with pytest.raises(ValueRefused):
        resolve_value({}, make_spec("text", scopable=True))


def test_explain_says_where_a_value_comes_from() -> None:
    spec = make_spec("text", localizable=True)
    variant, model = {"attr:fr_FR": "Tasse"}, {"attr:en_US": "Mug", "attr:fr_FR": "Gobelet"}

    own = explain_value([variant, model], spec, locale="fr_FR")
    inherited = explain_value([variant, model], spec, locale="en_US")
    fallback = explain_value([variant, model], spec, locale="de_DE", fallbacks=("en_US",))

    assert own == Explanation("Tasse", "attr:fr_FR", 0, "fr_FR", "own")
    assert inherited == Explanation("Mug", "attr:en_US", 1, "en_US", "inherited")
    assert fallback == Explanation("Mug", "attr:en_US", 1, "en_US", "fallback")
    assert explain_value([variant], spec, locale="de_DE") is None


@pytest.mark.parametrize(
    ("flags", "keys"),
    [
        ({}, ["attr"]),
        ({"localizable": True}, ["attr:de_DE", "attr:en_US"]),
        ({"scopable": True}, ["attr:web:", "attr:print:"]),
        ({"localizable": True, "scopable": True}, ["attr:web:de_DE", "attr:web:en_US", "attr:print:en_US"]),
        ({"localizable": True, "available_locales": frozenset({"de_DE"})}, ["attr:de_DE"]),
    ],
)
def test_effective_keys_are_those_a_value_may_have(flags: dict[str, Any], keys: list[str]) -> None:
    assert [key for key, _channel, _locale in effective_keys(make_spec("text", **flags), CHANNELS)] == keys

"""Flat keys: how an attribute, a channel and a locale become one string, and back."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple, NewType

from django.utils.translation import gettext as _

from pim.errors import ValueRefused
from pim.values.specs import AttributeSpec

AttributeCode = NewType("AttributeCode", str)
ChannelCode = NewType("ChannelCode", str)
LocaleCode = NewType("LocaleCode", str)

CODE_PATTERN = re.compile(r"[A-Za-z0-9_]{1,100}")
"""Attribute, channel and locale codes: they hold no `:`, so a flat key splits in one way only."""


class Scope(NamedTuple):
    """The parts of a flat key; None where the value does not vary."""

    attribute: str
    channel: str | None
    locale: str | None


def is_code(text: str) -> bool:
    """Whether a text may be the code of an attribute, channel, locale or option."""
    return CODE_PATTERN.fullmatch(text) is not None


def join_key(attribute: str, channel: str | None = None, locale: str | None = None) -> str:
    """Build a flat key from its parts: `attr`, `attr:locale`, `attr:channel:` or `attr:channel:locale`."""
    if channel:
        return f"{attribute}:{channel}:{locale or ''}"
    return f"{attribute}:{locale}" if locale else attribute


def make_key(spec: AttributeSpec, channel: str | None, locale: str | None) -> str:
    """Build the flat key under which an attribute keeps its value for a reader's channel and locale.

    A channel or locale by which the attribute does not vary is left out; use `check_scope` first where the caller
    should be told.

    Raises:
        ValueRefused: `channel_required` or `locale_required`.
    """
    code = spec.code
    if spec.scopable:
        if not channel:
            raise ValueRefused("channel_required", _("%(code)s varies by channel: name one.") % {"code": code})
        if not spec.localizable:
            return f"{code}:{channel}:"
        if not locale:
            raise ValueRefused("locale_required", _("%(code)s varies by locale: name one.") % {"code": code})
        return f"{code}:{channel}:{locale}"
    if spec.localizable:
        if not locale:
            raise ValueRefused("locale_required", _("%(code)s varies by locale: name one.") % {"code": code})
        return f"{code}:{locale}"
    return code


def check_scope(spec: AttributeSpec, channel: str | None, locale: str | None) -> None:
    """Refuse a channel or locale that does not fit the attribute's flags.

    Raises:
        ValueRefused: `channel_required`, `channel_unexpected`, `locale_required`, `locale_unexpected` or
            `locale_not_available`; the pointer is `/channel` or `/locale`, relative to the value.
    """
    names = {"code": spec.code, "locale": locale}
    if spec.scopable and not channel:
        raise ValueRefused("channel_required", _("%(code)s varies by channel: name one.") % names, "/channel")
    if channel and not spec.scopable:
        raise ValueRefused("channel_unexpected", _("%(code)s does not vary by channel.") % names, "/channel")
    if spec.localizable and not locale:
        raise ValueRefused("locale_required", _("%(code)s varies by locale: name one.") % names, "/locale")
    if locale and not spec.localizable:
        raise ValueRefused("locale_unexpected", _("%(code)s does not vary by locale.") % names, "/locale")
    if locale and spec.available_locales and locale not in spec.available_locales:
        raise ValueRefused("locale_not_available", _("%(code)s has no values in %(locale)s.") % names, "/locale")


@lru_cache(maxsize=65_536)
def split_key(key: str) -> Scope:
    """Take a flat key apart."""
    attribute, colon, rest = key.partition(":")
    if not colon:
        return Scope(attribute, None, None)
    channel, colon, locale = rest.partition(":")
    if not colon:
        return Scope(attribute, None, channel or None)
    return Scope(attribute, channel or None, locale or None)


def locale_of(key: str) -> str | None:
    """The locale of a flat key: which row of `<owner>_values` keeps it (None: the row with ordinal 0)."""
    return split_key(key).locale

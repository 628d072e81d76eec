"""How facts about an owner are packed into 63-bit integers for the derived tables."""

from __future__ import annotations

import unicodedata
from enum import IntEnum
from typing import NamedTuple
from zlib import crc32

from django.utils.translation import gettext as _

from pim.errors import Refused

ATTRIBUTE_BITS, CHANNEL_BITS, LOCALE_BITS, VALUE_BITS = 20, 6, 8, 29
ATTRIBUTE_SHIFT = CHANNEL_BITS + LOCALE_BITS + VALUE_BITS
CHANNEL_SHIFT = LOCALE_BITS + VALUE_BITS
LOCALE_SHIFT = VALUE_BITS
MAX_ATTRIBUTE = (1 << ATTRIBUTE_BITS) - 1
MAX_CHANNEL = (1 << CHANNEL_BITS) - 1
MAX_LOCALE = (1 << LOCALE_BITS) - 1
MAX_VALUE = (1 << VALUE_BITS) - 1

FILLED = 0
"""Token value that says no more than: there is a value here."""

NO, YES = 1, 2
"""Token values of a boolean."""


class SystemField(IntEnum):
    """Ids below 1,024: fields every owner has, tokenised like attributes."""

    FAMILY = 1
    STAGE = 2
    ENABLED = 3
    COMPLETE = 4
    CATEGORY = 5
    KIND = 6
    GROUP = 7
    MISSING = 8
    PARENT = 9


class TokenParts(NamedTuple):
    """A token taken apart; 0 for channel or locale means that the value does not vary by it."""

    attribute: int
    channel: int
    locale: int
    value: int


def token(attribute: int, channel: int, locale: int, value: int) -> int:
    """Pack attribute id (20 bits), channel and locale ordinals (6, 8) and a value (29) into a positive bigint.

    Raises:
        Refused: `token_overflow`; a part is negative or has too many bits.
    """
    if not (
        0 <= attribute <= MAX_ATTRIBUTE
        and 0 <= channel <= MAX_CHANNEL
        and 0 <= locale <= MAX_LOCALE
        and 0 <= value <= MAX_VALUE
    ):
        raise Refused(
            "token_overflow",
            _("Too many attributes, channels, locales or options: (%(a)s, %(c)s, %(l)s, %(v)s) has no place.")
            % {"a": attribute, "c": channel, "l": locale, "v": value},
        )
    return attribute << ATTRIBUTE_SHIFT | channel << CHANNEL_SHIFT | locale << LOCALE_SHIFT | value


def akey(attribute: int, channel: int = 0, locale: int = 0, currency: int = 0) -> int:
    """Pack the key of a number or sort row: a token whose value is the currency's ordinal (0: none).

    Raises:
        Refused: `token_overflow`.
    """
    return token(attribute, channel, locale, currency)


def split_token(packed: int) -> TokenParts:
    """Take a token or akey apart."""
    return TokenParts(
        packed >> ATTRIBUTE_SHIFT,
        packed >> CHANNEL_SHIFT & MAX_CHANNEL,
        packed >> LOCALE_SHIFT & MAX_LOCALE,
        packed & MAX_VALUE,
    )


def fold_text(text: str) -> str:
    """NFC and casefold: two texts that fold alike are equal to a filter and to a unique attribute."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def text_value(text: str) -> int:
    """Hash a text into 1 … 2²⁹−1 for equality tokens (CRC-32; the reader rechecks on the document)."""
    return crc32(fold_text(text).encode()) % MAX_VALUE + 1

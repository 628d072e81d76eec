"""Check digits of trade identifiers."""

from __future__ import annotations

import re
from collections.abc import Callable

SEPARATORS = re.compile(r"[\s\-\u2010-\u2015]+")
ISBN_10_CHARACTERS = 10
ISBN_10_MODULUS = 11


def is_gs1(digits: str) -> bool:
    """GS1 modulo 10, weights 3 and 1 from the right (GS1 General Specifications §7.9.1)."""
    if not (digits.isascii() and digits.isdigit()):
        return False
    numbers = [ord(digit) - ord("0") for digit in reversed(digits)]
    return (sum(numbers[::2]) + 3 * sum(numbers[1::2])) % 10 == 0


def is_isbn_10(text: str) -> bool:
    """ISBN-10, modulo 11 with X for ten (ISO 2108:1978)."""
    if len(text) != ISBN_10_CHARACTERS or not re.fullmatch(r"[0-9]{9}[0-9X]", text):
        return False
    total = sum(
        weight * (10 if digit == "X" else int(digit)) for weight, digit in zip(range(10, 0, -1), text, strict=True)
    )
    return total % ISBN_10_MODULUS == 0


def _gs1_of(*lengths: int) -> Callable[[str], bool]:
    return lambda text: len(text) in lengths and is_gs1(text)


def _is_isbn(text: str) -> bool:
    return is_isbn_10(text) or (len(text) == 13 and text[:3] in {"978", "979"} and is_gs1(text))


CHECKS: dict[str, Callable[[str], bool]] = {
    "gtin": _gs1_of(8, 12, 13, 14),
    "gtin8": _gs1_of(8),
    "gtin12": _gs1_of(12),
    "gtin13": _gs1_of(13),
    "gtin14": _gs1_of(14),
    "isbn": _is_isbn,
    "gln": _gs1_of(13),
}
"""{check: whether a text without separators is a valid identifier of that kind}."""


def strip_separators(text: str) -> str:
    """The identifier without the spaces and hyphens people print in it, in capitals (ISBN's X)."""
    return text if text.isdigit() else SEPARATORS.sub("", text).upper()

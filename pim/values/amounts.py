"""Amounts: decimal strings that keep the scale they were written with."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Context, Decimal, InvalidOperation

from django.utils.translation import gettext as _

from pim.errors import ValueRefused
from pim.values.specs import Json

MAX_INTEGER_DIGITS = 18
MAX_DECIMALS = 12
CANONICAL = re.compile(r"(?!-0(?:\.0+)?\Z)-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,12})?")
LOOSE = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,2})?")

_EXACT = Context(prec=100)
"""Enough digits for an amount of 30 times a factor of 40: what is compared is not rounded."""

AmountCheck = Callable[[str], str]


def clean_amount(data: object) -> str:
    """Turn a JSON number or a text into a canonical amount: `"1.50"` stays, `"+01.5"` and `1.5` become `"1.5"`.

    At most 18 digits before the point and 12 after; the separator is a point.

    Raises:
        ValueRefused: `not_a_number` or `number_too_long`.
    """
    if type(data) is str:
        if CANONICAL.fullmatch(data):
            return data
        text = data.strip()
        if not LOOSE.fullmatch(text):
            raise _not_a_number(data)
    elif isinstance(data, (int, Decimal)) and not isinstance(data, bool):
        text = str(data) if not isinstance(data, int) or abs(data) < 10**40 else "1e99"
    elif isinstance(data, float):
        text = repr(data)
    else:
        raise _not_a_number(data)
    return _canonical(text, data)


def normalise_amount(amount: Json, factor: Decimal = Decimal(1), offset: Decimal = Decimal(0)) -> str:
    """`amount * factor + offset` in the one form that equal numbers share: `"1.50"` and `"1.5"` are `"1.5"`."""
    number = _EXACT.add(_EXACT.multiply(Decimal(str(amount)), factor), offset)
    return format(number.normalize(_EXACT), "f") if number else "0"


def _canonical(text: str, data: object) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise _not_a_number(data) from None
    if not number.is_finite():
        raise _not_a_number(data)
    amount = format(abs(number) if number == 0 else number, "f")
    if not CANONICAL.fullmatch(amount):
        raise ValueRefused(
            "number_too_long",
            _("At most %(digits)d digits before the point and %(decimals)d after it.")
            % {"digits": MAX_INTEGER_DIGITS, "decimals": MAX_DECIMALS},
        )
    return amount


def _not_a_number(data: object) -> ValueRefused:
    return ValueRefused("not_a_number", _("“%(data)s” is not a number.") % {"data": str(data)[:50]})


def compile_amount_check(config: Mapping[str, Json]) -> AmountCheck | None:
    """Build the check of an amount against `decimals`, `negative_allowed`, `min` and `max`; None if it has none.

    Zeros beyond the allowed decimals are cut (`"2.5000"` → `"2.50"`); other digits there are refused.
    The check raises ValueRefused `too_many_decimals`, `negative_not_allowed`, `number_too_small` or
    `number_too_large`.
    """
    decimals = config.get("decimals")
    is_negative_allowed = config.get("negative_allowed") is not False
    least, most = config.get("min"), config.get("max")
    lower = Decimal(str(least)) if least is not None else None
    upper = Decimal(str(most)) if most is not None else None
    if decimals is None and is_negative_allowed and lower is None and upper is None:
        return None
    allowed_decimals = decimals if isinstance(decimals, int) else MAX_DECIMALS

    def check(amount: str) -> str:
        whole, point, fraction = amount.partition(".")
        if point and len(fraction) > allowed_decimals:
            if fraction[allowed_decimals:].strip("0"):
                raise ValueRefused(
                    "too_many_decimals", _("At most %(decimals)d decimals.") % {"decimals": allowed_decimals}
                )
            amount = f"{whole}.{fraction[:allowed_decimals]}" if allowed_decimals else whole
        if amount[0] == "-" and not is_negative_allowed:
            raise ValueRefused("negative_not_allowed", _("The number must not be negative."))
        if lower is not None or upper is not None:
            number = Decimal(amount)
            if lower is not None and number < lower:
                raise ValueRefused("number_too_small", _("The least is %(min)s.") % {"min": least})
            if upper is not None and number > upper:
                raise ValueRefused("number_too_large", _("The most is %(max)s.") % {"max": most})
        return amount

    return check


def are_equal(left: Json, right: Json) -> bool:
    """Compare two amounts numerically."""
    return left == right or Decimal(str(left)) == Decimal(str(right))

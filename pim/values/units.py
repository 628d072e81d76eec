"""Conversion of measurements through the standard unit of their family (affine: factor and offset)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal

from pim.values.specs import UnitRef

PRECISION = Context(prec=34)


def to_standard(amount: str | Decimal, unit: UnitRef) -> Decimal:
    """The amount in the family's standard unit: amount × factor + offset."""
    return PRECISION.add(PRECISION.multiply(Decimal(amount), unit.factor), unit.offset)


def from_standard(amount: Decimal, unit: UnitRef) -> Decimal:
    """The amount in a unit, of an amount in the standard unit."""
    return PRECISION.divide(PRECISION.subtract(amount, unit.offset), unit.factor)


def convert(amount: str, source: UnitRef, target: UnitRef, *, decimals: int = 4) -> str:
    """Convert an amount between two units of one family.

    Rounded half up to `decimals`, without trailing zeros; between a unit and itself the amount stays as written.
    """
    if source.code == target.code:
        return amount
    number = from_standard(to_standard(amount, source), target)
    rounded = number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, PRECISION)
    text = format(rounded, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text

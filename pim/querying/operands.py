"""How the operands of system fields are read: texts, numbers, dates and instants as callers write them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from math import isfinite
from uuid import UUID

from django.utils.translation import gettext as _

from pim.querying.conditions import Param
from pim.querying.fields import refuse_value
from pim.values.specs import Json

MAX_TEXT_CHARS = 1_000
_TRUE, _FALSE = ("true", "1"), ("false", "0")
_FIRST_BIGINT, _LAST_BIGINT = -(2**63), 2**63 - 1


@dataclass(frozen=True, slots=True)
class Span:
    """What an operand covers: a whole day from `low` up to but without `high`, else one point (`high` is None)."""

    low: Param
    high: Param = None


class OperandKind(Enum):
    """The type of a column; the value is its PostgreSQL type."""

    TEXT = "text"
    INTEGER = "bigint"
    BOOLEAN = "boolean"
    UUID = "uuid"
    INSTANT = "timestamptz"


def read_text(value: Json, pointer: str) -> str:
    """Read a text that the database can hold.

    Raises:
        Refused: `invalid_value`.
    """
    if not isinstance(value, str) or "\0" in value or len(value) > MAX_TEXT_CHARS:
        raise refuse_value(_("This is a text of at most %(n)s characters.") % {"n": MAX_TEXT_CHARS}, pointer)
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise refuse_value(_("The text holds half a character (a lone surrogate)."), pointer) from error
    return value


def read_boolean(value: Json, pointer: str) -> bool:
    """Read true or false; in a URL also 1 and 0.

    Raises:
        Refused: `invalid_value`.
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in _TRUE + _FALSE:
        return value.lower() in _TRUE
    raise refuse_value(_("This is true or false."), pointer)


def read_integer(value: Json, pointer: str) -> int:
    """Read a whole number that fits into 63 bits and a sign.

    Raises:
        Refused: `invalid_value`.
    """
    if isinstance(value, str) and value.isascii() and len(value) <= 20 and value.lstrip("-").isdigit():
        try:
            value = int(value)
        except ValueError:
            value = None
    if not isinstance(value, int) or isinstance(value, bool) or not _FIRST_BIGINT <= value <= _LAST_BIGINT:
        raise refuse_value(_("This is a whole number."), pointer)
    return value


def read_percentage(value: Json, pointer: str) -> float:
    """Read a number that a percentage can be compared with.

    Raises:
        Refused: `invalid_value`.
    """
    if isinstance(value, str) and value.isascii() and len(value) <= 20:
        try:
            value = float(value)
        except ValueError:
            value = None
    if not isinstance(value, int | float) or isinstance(value, bool) or not isfinite(value) or abs(value) > 10_000:
        raise refuse_value(_("This is a number."), pointer)
    return float(value)


def read_uuid(value: Json, pointer: str) -> str:
    """Read a UUID.

    Raises:
        Refused: `invalid_value`.
    """
    try:
        return str(UUID(value if isinstance(value, str) else ""))
    except ValueError as error:
        raise refuse_value(_("This is a UUID."), pointer) from error


def read_instant(value: Json, pointer: str) -> Span:
    """Read an ISO 8601 instant, or a date: the whole day in UTC. An instant without offset is UTC.

    Raises:
        Refused: `invalid_value`.
    """
    text = value if isinstance(value, str) else ""
    try:
        if len(text) == 10:
            midnight = datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
            return Span(midnight.isoformat(), (midnight + timedelta(days=1)).isoformat())
        # A "+" that a browser left unescaped in a URL arrives as a space.
        instant = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
        instant = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
        return Span(instant.astimezone(UTC).isoformat())
    except (ValueError, OverflowError) as error:
        raise refuse_value(_("This is a date or an instant, as in 2026-03-01T09:00:00Z."), pointer) from error


def read_span(kind: OperandKind, value: Json, pointer: str) -> Span:
    """Read an operand of a column.

    Raises:
        Refused: `invalid_value`.
    """
    if kind is OperandKind.INSTANT:
        return read_instant(value, pointer)
    return Span(_POINTS[kind](value, pointer))


_POINTS: dict[OperandKind, Callable[[Json, str], Param]] = {
    OperandKind.TEXT: read_text,
    OperandKind.INTEGER: read_integer,
    OperandKind.BOOLEAN: read_boolean,
    OperandKind.UUID: read_uuid,
}

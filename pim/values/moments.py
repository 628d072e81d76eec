"""Dates and instants: ISO texts in, canonical texts and epoch days out."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from pim.errors import ValueRefused

EPOCH_ORDINAL = dt.date(1970, 1, 1).toordinal()
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
SECONDS_A_DAY = 86_400
DATE_CHARACTERS = 10


def clean_date(data: object) -> str:
    """Turn `2024-12-31`, or an ISO instant that starts so (Akeneo's dates), into `2024-12-31`.

    Raises:
        ValueRefused: `not_a_date`.
    """
    if isinstance(data, str):
        text = data if len(data) == DATE_CHARACTERS else data.strip()
        day = text[:DATE_CHARACTERS]
        try:
            if len(text) > DATE_CHARACTERS:
                dt.datetime.fromisoformat(text)
            if len(day) == DATE_CHARACTERS and day[4] == day[7] == "-" and day.isascii():
                dt.date.fromisoformat(day)
                return day
        except ValueError:
            pass
    elif isinstance(data, dt.date):
        return data.isoformat()[:DATE_CHARACTERS]
    raise ValueRefused("not_a_date", _("A date like 2024-12-31 is expected."))


def clean_datetime(data: object) -> str:
    """Turn an ISO 8601 instant into UTC, `2024-12-31T23:00:00Z`; without an offset it is taken as UTC.

    Raises:
        ValueRefused: `not_a_datetime`.
    """
    try:
        if isinstance(data, dt.datetime):
            moment = data
        elif isinstance(data, str) and len(data.strip()) > DATE_CHARACTERS:
            moment = dt.datetime.fromisoformat(data.strip())
        else:
            raise ValueError
        moment = moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise ValueRefused("not_a_datetime", _("An instant like 2024-12-31T23:00:00Z is expected.")) from None
    return moment.replace(tzinfo=None).isoformat() + "Z"


def date_to_days(stored: str) -> float:
    """Days since 1970-01-01."""
    return float(dt.date.fromisoformat(stored).toordinal() - EPOCH_ORDINAL)


def datetime_to_days(stored: str) -> float:
    """Days since 1970-01-01T00:00:00Z, with a fraction."""
    return (dt.datetime.fromisoformat(stored) - EPOCH).total_seconds() / SECONDS_A_DAY

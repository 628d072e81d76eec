"""What a JSON column can keep, whatever program sent it."""

from __future__ import annotations

import math
from collections.abc import Mapping

from django.utils.translation import gettext as _

from pim.errors import Refused, ValueRefused
from pim.values.texts import refuse_unstorable

MAX_DEPTH = 20
MAX_INTEGER = 2**53
"""The largest whole number that every JSON reader keeps exactly (RFC 8259, section 6)."""


def refuse_unstorable_json(value: object, pointer: str, depth: int = MAX_DEPTH) -> None:
    """Refuse data that is no JSON, or that the database would not give back as it was.

    Raises:
        Refused: `not_json`, `too_deep`, `number_too_large`, `nul_character` or `invalid_unicode`, with a pointer.
    """
    if isinstance(value, str):
        _refuse_text(value, pointer)
    elif isinstance(value, (int, float)):
        if not math.isfinite(value) or (isinstance(value, int) and abs(value) > MAX_INTEGER):
            raise Refused("number_too_large", _("This number cannot be stored."), pointer)
    elif value is not None:
        _refuse_container(value, pointer, depth)


def _refuse_container(value: object, pointer: str, depth: int) -> None:
    if not isinstance(value, (Mapping, list, tuple)):
        raise Refused("not_json", _("This is not what is expected here: look at its type."), pointer)
    if not depth:
        raise Refused("too_deep", _("This is nested too deeply."), pointer)
    if isinstance(value, Mapping):
        for name, item in value.items():
            if not isinstance(name, str):
                raise Refused("not_json", _("Names are texts."), pointer)
            _refuse_text(name, pointer)
            refuse_unstorable_json(item, f"{pointer}/{name}", depth - 1)
    else:
        for number, item in enumerate(value):
            refuse_unstorable_json(item, f"{pointer}/{number}", depth - 1)


def _refuse_text(text: str, pointer: str) -> None:
    try:
        refuse_unstorable(text)
    except ValueRefused as error:
        raise Refused(error.code, error.message, pointer) from None

"""What a caller asks the verdict for, read from texts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypedDict

from django.utils.translation import gettext as _

from assets.choices import Medium
from assets.rights.territories import TERRITORIES
from pim.errors import Refused
from pim.services.snapshot import get_structure

PARAMETERS = ("channel", "territory", "medium", "on")


class Question(TypedDict):
    """The arguments of `judge_asset`."""

    channel: str | None
    territory: str | None
    medium: str | None
    on: date | None


def read_question(texts: Mapping[str, str | None]) -> Question:
    """Read channel, territory, medium and day; what is left out or empty is not asked.

    Raises:
        Refused: `unknown_channel`, `unknown_territory`, `unknown_medium`, `invalid_date`.
    """
    given = {name: (texts.get(name) or "").strip() or None for name in PARAMETERS}
    channel, territory, medium, day = (given[name] for name in PARAMETERS)
    if channel is not None and channel not in get_structure().channels:
        raise Refused("unknown_channel", _("There is no channel “%s”.") % channel[:100], "/channel")
    if territory is not None and (territory := territory.upper()) not in TERRITORIES:
        raise Refused("unknown_territory", _("“%s” is no code of a country (ISO 3166).") % territory[:10], "/territory")
    if medium is not None and medium not in Medium.values:
        names = {"code": medium[:100], "all": ", ".join(Medium.values)}
        raise Refused("unknown_medium", _("There is no medium “%(code)s”. Possible: %(all)s.") % names, "/medium")
    try:
        on = date.fromisoformat(day) if day else None
    except ValueError:
        raise Refused("invalid_date", _("Write the day as YYYY-MM-DD."), "/on") from None
    return {"channel": channel, "territory": territory, "medium": medium, "on": on}

"""What licences and releases have in common as structure: the same window, places and media, checked in one way."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from assets.choices import Medium
from assets.models import Asset, License, Release
from assets.rights.territories import TERRITORIES
from assets.services.rights.exposure import follow_terms, read_subjects
from assets.services.rights.windows import Window, forget_windows, note_windows
from pim.errors import Refused
from pim.models import Channel
from pim.services.kinds.base import CodedKind, find_all

if TYPE_CHECKING:
    from pim.extensions import State

G = TypeVar("G", bound=License | Release)


class GrantKind(CodedKind[G], ABC):
    """Something that says when and where files may be used."""

    def defaults(self) -> State:
        """For ever, everywhere."""
        return {**super().defaults(), "valid_from": None, "valid_until": None}

    def serialise(self, obj: G) -> State:
        """Days as ISO 8601."""
        days = {"valid_from": obj.valid_from, "valid_until": obj.valid_until}
        return {**super().serialise(obj), **{name: day.isoformat() if day else None for name, day in days.items()}}

    def clean(self, state: State, before: State | None) -> State:
        """Check the window, the channels, the countries and the media.

        Raises:
            Refused: `invalid_date`, `window_reversed`, `unknown_channel`, `unknown_territory`, `unknown_medium`.
        """
        state = super().clean(state, before)
        start, end = (read_day(state[name], name) for name in ("valid_from", "valid_until"))
        if start and end and end < start:
            raise Refused("window_reversed", _("The last day is before the first."), "/valid_until")
        state["valid_from"] = start.isoformat() if start else None
        state["valid_until"] = end.isoformat() if end else None
        state["channels"] = sorted(row.code for row in find_all(Channel, state["channels"] or [], "/channels"))
        state["territories"] = sorted(set(read_territories(state["territories"] or [], "/territories")))
        state["media"] = _read_media(state["media"] or [])
        return state

    def before_save(self, row: G, state: State) -> None:
        """Set the days."""
        row.valid_from = read_day(state["valid_from"], "valid_from")
        row.valid_until = read_day(state["valid_until"], "valid_until")

    def apply(self, state: State, obj: G | None) -> G:
        """Store it and note its days; where it allows less than before, what was drawn under it is withdrawn."""
        before = read_subjects(self.assets_of(obj)) if obj is not None else {}
        row = super().apply(state, obj)
        note_windows(self.code, [Window(row.uuid, row.code, row.valid_from, row.valid_until)])
        if before:
            follow_terms(self.code, row.code, before)
        return row

    @abstractmethod
    def assets_of(self, obj: G) -> QuerySet[Asset]:
        """The assets it is about."""

    def delete(self, obj: G) -> None:
        """One that assets have stays: deleting it would free them."""
        uuid = obj.uuid
        super().delete(obj)
        forget_windows(self.code, [uuid])


def read_day(value: object, name: str) -> date | None:
    """A day as ISO 8601, None for none.

    Raises:
        Refused: `invalid_date`.
    """
    if value in (None, ""):
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise Refused("invalid_date", _("Write the day as YYYY-MM-DD."), f"/{name}") from None


def read_territories(codes: Any, pointer: str) -> list[str]:
    """Codes of countries, in capital letters.

    Raises:
        Refused: `invalid_list`, `unknown_territory`.
    """
    if not isinstance(codes, list):
        raise Refused("invalid_list", _("A list of codes is expected."), pointer)
    found = [str(code).upper() for code in codes]
    for number, code in enumerate(found):
        if code not in TERRITORIES:
            raise Refused(
                "unknown_territory", _("“%s” is no code of a country (ISO 3166).") % code, f"{pointer}/{number}"
            )
    return found


def _read_media(codes: Any) -> list[str]:
    if not isinstance(codes, list):
        raise Refused("invalid_list", _("A list of codes is expected."), "/media")
    for number, code in enumerate(codes):
        if code not in Medium.values:
            raise Refused(
                "unknown_medium",
                _("There is no medium “%(code)s”. Possible: %(all)s.")
                % {"code": code, "all": ", ".join(Medium.values)},
                f"/media/{number}",
            )
    return sorted(set(codes))

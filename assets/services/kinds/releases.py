"""Releases as structure: the consent of a person or of an owner of property, and its end."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.choices import ReleaseKind as Consent
from assets.models import Asset, Release
from assets.services.kinds.grants import GrantKind
from pim.errors import Refused
from pim.services.kinds.base import require_text

if TYPE_CHECKING:
    from pim.extensions import State

_TEXTS = {"person": 255, "email": 254, "notes": 10_000}


class ReleaseKind(GrantKind[Release]):
    """A release: who gave it, for when and where; `withdrawn` is the moment at which it ended for every use."""

    code = "release"
    label = gettext_lazy("release")
    model = Release
    plain_fields = ("kind", "person", "email", "notes", "channels", "territories", "media")

    def defaults(self) -> State:
        """Not withdrawn."""
        return {**super().defaults(), "withdrawn": None}

    def serialise(self, obj: Release) -> State:
        """The moment of withdrawal as ISO 8601."""
        return {**super().serialise(obj), "withdrawn": obj.withdrawn.isoformat() if obj.withdrawn else None}

    def clean(self, state: State, before: State | None) -> State:
        """Check who it is.

        Raises:
            Refused: with a pointer to the field.
        """
        state = super().clean(state, before)
        if state["kind"] not in Consent.values:
            raise Refused("invalid_choice", _("Possible: %s.") % ", ".join(Consent.values), "/kind")
        for name, most in _TEXTS.items():
            state[name] = require_text(state[name] or "", f"/{name}", most=most).strip()
        if not state["person"]:
            raise Refused("person_missing", _("A release names who gave it."), "/person")
        if state["email"]:
            try:
                validate_email(state["email"])
            except ValidationError:
                raise Refused("invalid_email", _("This is no e-mail address."), "/email") from None
        moment = _read_moment(state["withdrawn"])
        state["withdrawn"] = moment.isoformat() if moment else None
        return state

    def before_save(self, row: Release, state: State) -> None:
        """Set the days and the moment of withdrawal."""
        super().before_save(row, state)
        row.withdrawn = _read_moment(state["withdrawn"])

    def assets_of(self, obj: Release) -> QuerySet[Asset]:
        """Those that show the person or property."""
        return Asset.objects.filter(release_rows__release=obj)


def _read_moment(value: object) -> datetime | None:
    if value in (None, ""):
        return None
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise Refused("invalid_date", _("Write the moment as ISO 8601."), "/withdrawn") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)

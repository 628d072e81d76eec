"""Licences as structure: the window, and what an end of it does to the addresses of files."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.models import Asset, License
from assets.services.renditions import declare_renditions, withdraw_renditions
from assets.services.verdicts import end_of_right
from pim.errors import Refused
from pim.models import Channel, Due
from pim.services.kinds.base import CodedKind, find_all

if TYPE_CHECKING:
    from pim.extensions import State

LICENSE_BEGINS, LICENSE_ENDED = "license_begins", "license_ended"


class LicenseKind(CodedKind[License]):
    """A licence: its window and the channels it covers."""

    code = "license"
    label = gettext_lazy("licence")
    model = License
    plain_fields = ("holder", "channels")

    def defaults(self) -> State:
        """Valid for ever, everywhere."""
        return {**super().defaults(), "valid_from": None, "valid_until": None}

    def serialise(self, obj: License) -> State:
        """Days as ISO 8601."""
        days = {"valid_from": obj.valid_from, "valid_until": obj.valid_until}
        return {**super().serialise(obj), **{name: day.isoformat() if day else None for name, day in days.items()}}

    def clean(self, state: State, before: State | None) -> State:
        """Check the window and the channels."""
        state = super().clean(state, before)
        if not isinstance(state["holder"], str) or len(state["holder"]) > 255:
            raise Refused("invalid_holder", _("The holder is a name of at most 255 characters."), "/holder")
        start, end = (_read_day(state[name], name) for name in ("valid_from", "valid_until"))
        if start and end and end < start:
            raise Refused("window_reversed", _("The licence ends before it begins."), "/valid_until")
        state["valid_from"] = start.isoformat() if start else None
        state["valid_until"] = end.isoformat() if end else None
        state["channels"] = sorted(row.code for row in find_all(Channel, state["channels"] or [], "/channels"))
        return state

    def before_save(self, row: License, state: State) -> None:
        """Set the days."""
        row.valid_from = _read_day(state["valid_from"], "valid_from")
        row.valid_until = _read_day(state["valid_until"], "valid_until")

    def apply(self, state: State, obj: License | None) -> License:
        """Store it, note its days, and move its assets' renditions between open and signed addresses."""
        was_guarded = obj is not None and obj.valid_until is not None
        row = super().apply(state, obj)
        _note_due(row)
        if obj is not None and was_guarded != (row.valid_until is not None):
            assets = list(Asset.objects.with_current().filter(license=row, version__isnull=False))
            withdraw_renditions({asset.version.sha256 for asset in assets if asset.version})
            declare_renditions(assets)
        return row

    def delete(self, obj: License) -> None:
        """A licence that assets have stays: deleting it would free them."""
        uuid = obj.uuid
        super().delete(obj)
        Due.objects.filter(subject_type=self.code, subject_uuid=uuid).delete()


def _read_day(value: object, name: str) -> date | None:
    if value in (None, ""):
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise Refused("invalid_date", _("Write the day as YYYY-MM-DD."), f"/{name}") from None


def _note_due(row: License) -> None:
    """The days on which verdicts turn by themselves become events."""
    begins = datetime.combine(row.valid_from, time.min, tzinfo=UTC) if row.valid_from else None
    for kind, at in ((LICENSE_BEGINS, begins), (LICENSE_ENDED, end_of_right(row.terms))):
        subject: dict[str, Any] = {"kind": kind, "subject_type": LicenseKind.code, "subject_uuid": row.uuid}
        if at is None:
            Due.objects.filter(**subject).delete()
        else:
            Due.objects.update_or_create(**subject, defaults={"at": at, "key": row.code})

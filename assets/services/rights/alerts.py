"""Telling people beforehand: what ends soon, on their first page, and by e-mail once for each date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import Count, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assets import extensions
from assets.models import Asset, License, Release
from assets.services.rights.forecasting import forecast
from assets.services.rights.verdicts import today
from assets.services.rights.windows import is_notice
from pim.choices import EntryKind
from pim.extensions import StreamedEntry
from pim.models import Entry, User
from pim.services.after_commit import after_commit

SOON_DAYS = 30
SHOWN = 6
MAX_TOLD = 100
_MODELS: dict[str, type[License | Release | Asset]] = {"license": License, "release": Release, "asset": Asset}


@dataclass(frozen=True, slots=True)
class Ending:
    """Something whose last day is near. `kind` is license, release or asset; `files` how many assets it is about."""

    kind: str
    name: str
    url: str
    last_day: date
    files: int = 1

    @property
    def days_left(self) -> int:
        """0 on the last day."""
        return (self.last_day - today()).days


class RightsAlerts:
    """Follows the journal: a date of notice that has come is told by a worker, once."""

    def consume(self, entries: Sequence[StreamedEntry]) -> None:
        """Hand over the notices of a batch together: what ends on one day is told in one letter."""
        found = [entry.id for entry in entries if is_notice(entry)]
        if found:
            after_commit(extensions.hand_over, "alert", ",".join(map(str, found)))


def send_notices(entries: Sequence[int]) -> int:
    """Write to those who look after rights about what these journal entries announce; returns how many were told.

    What has got another end meanwhile, or is withdrawn, is left out.
    """
    endings = _endings_of(list(Entry.objects.filter(pk__in=entries, kind=EntryKind.DUE).order_by("pk")))
    people = find_people()
    if not endings or not people:
        return 0
    last = max(ending.last_day for ending in endings) + timedelta(days=1)
    days = forecast(until=last)
    context = {
        "endings": endings[:MAX_TOLD],
        "rest": max(len(endings) - MAX_TOLD, 0),
        "n_main": len({product for day in days for product in day.losing_main}),
        "n_products": len({product for day in days for product in day.losing_any}),
        "until": last,
    }
    subject = ngettext("%d right ends soon", "%d rights end soon", len(endings)) % len(endings)
    if len(endings) == 1:
        subject = _("%(name)s ends on %(day)s") % {"name": endings[0].name, "day": endings[0].last_day}
    body = render_to_string("assets/mail/rights.txt", context)
    with get_connection() as connection:
        for person in people:
            EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [person.email], connection=connection).send()
    return len(people)


def find_people() -> list[User]:
    """Those who look after rights: they may change licences, and have an address."""
    able = User.objects.with_perm("assets.change_license", backend="django.contrib.auth.backends.ModelBackend")
    return list(able.filter(is_active=True).exclude(email="").order_by("pk"))


def list_endings(*, days: int = SOON_DAYS) -> list[Ending]:
    """What ends within these days, soonest first; three queries."""
    window = (today(), today() + timedelta(days=days))
    licenses = License.objects.filter(valid_until__range=window, assets__isnull=False)
    releases = Release.objects.filter(valid_until__range=window, withdrawn=None, assets__isnull=False)
    assets = Asset.objects.filter(valid_until__range=window).order_by("valid_until")[:MAX_TOLD]
    found = [_ending("license", row, row.n) for row in licenses.annotate(n=Count("assets"))]
    found += [_ending("release", row, row.n) for row in releases.annotate(n=Count("assets"))]
    found += [_ending("asset", row) for row in assets]
    return sorted(found, key=lambda ending: (ending.last_day, ending.kind, ending.name))


def _ending(kind: str, row: License | Release | Asset, files: int = 1) -> Ending:
    name = row.code if isinstance(row, Asset) else row.label
    last_day = row.valid_until or date.max
    return Ending(kind, name, reverse(f"admin:assets_{kind}_change", args=[row.uuid]), last_day, files)


def _endings_of(entries: Sequence[Entry]) -> list[Ending]:
    wanted: dict[str, set[Any]] = {}
    for entry in entries:
        if is_notice(entry):
            wanted.setdefault(entry.subject_type, set()).add(entry.subject_uuid)
    found = []
    for kind, uuids in wanted.items():
        rows: Any = _MODELS[kind]._default_manager.filter(uuid__in=uuids, valid_until__gte=today())
        if kind == "asset":
            found += [_ending(kind, row) for row in rows]
            continue
        alive = rows.filter(withdrawn=None) if kind == "release" else rows
        found += [_ending(kind, row, row.n) for row in alive.annotate(n=Count("assets")).filter(~Q(n=0))]
    return sorted(found, key=lambda ending: (ending.last_day, ending.kind, ending.name))

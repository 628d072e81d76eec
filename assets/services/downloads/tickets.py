"""A download is asked for first and fetched then: the ticket in between is good once, for one caller, for minutes."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from assets.models import Asset, DownloadTicket, ShareLink
from assets.rights import Verdict
from assets.services.access import can, require
from assets.services.downloads.files import ORIGINAL
from assets.services.downloads.packing import DownloadPlan, Packed, plan_download, stream_download
from assets.services.downloads.requests import DownloadRequest, Gate, Use, refuse
from assets.services.originals import ORIGINAL_HEADERS
from assets.services.rights.verdicts import judge_asset
from pim.errors import NotAllowed, NotFound
from pim.models import User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

LIFETIME_S = 300
KEPT_FOR = timedelta(days=180)
"""How long a used ticket stays as a record of the download."""


@dataclass(frozen=True, slots=True)
class IssuedTicket:
    """A ticket with the text that nobody can read again, and what it will fetch."""

    ticket: DownloadTicket
    token: str
    plan: DownloadPlan


class UserGate:
    """What one account may download; the account and its permissions are read anew for each file."""

    def __init__(self, user: User, use: Use) -> None:
        self._pk, self._use = user.pk, use

    def judge(self, asset: Asset, preset: str) -> Verdict:
        """Permission first: originals need one of their own. Then the rights."""
        user = User.objects.filter(pk=self._pk).first()
        if user is None or not can(user, "download" if preset == ORIGINAL else "view", asset):
            return refuse("not_allowed", _("You may not download this file."))
        use = self._use
        return judge_asset(asset, channel=use.channel, territory=use.territory, medium=use.medium)


def ask_download(request: DownloadRequest, *, actor: User) -> IssuedTicket:
    """Plan a download for an account and give out its ticket.

    Raises:
        NotAllowed: the actor may not pack files, not see assets, or not download originals.
        Refused: see `plan_download`.
    """
    require(actor, "pack")
    require(actor, "download" if request.preset == ORIGINAL else "view")
    plan = plan_download(request, UserGate(actor, request.use))
    return issue_ticket(request, plan, owner=actor)


def issue_ticket(
    request: DownloadRequest,
    plan: DownloadPlan,
    *,
    owner: User | None = None,
    share: ShareLink | None = None,
    session: str = "",
) -> IssuedTicket:
    """Write a ticket for one caller: an account, or a visit (`session`) of a share link."""
    token = secrets.token_urlsafe(32)
    ticket = DownloadTicket.objects.create(
        token_hash=_hash(token),
        owner=owner,
        share=share,
        request={**request.dump(), "session": _hash(session) if session else ""},
        expires=timezone.now() + timedelta(seconds=LIFETIME_S),
    )
    return IssuedTicket(ticket, token, plan)


def fetch_download(token: str, *, actor: User | AnonymousUser) -> Iterator[bytes]:
    """Redeem an account's ticket: the ZIP as it is made.

    Raises:
        NotAllowed: nobody is signed in.
        NotFound: there is no such ticket for this account, it was used, or it is too old.
        Refused: see `plan_download`.
    """
    if not isinstance(actor, User):
        raise NotAllowed("not_allowed", _("Sign in first."))
    ticket = redeem_ticket(token, DownloadTicket.objects.filter(owner=actor, share=None))
    request = DownloadRequest.load(ticket.request)
    return stream_ticket(ticket, request, UserGate(actor, request.use))


def redeem_ticket(token: str, among: QuerySet[DownloadTicket], *, session: str = "") -> DownloadTicket:
    """Take a ticket out of use and return it; of two who come at once, one gets it.

    Raises:
        NotFound: see `fetch_download`; whatever is wrong, the answer is the same.
    """
    now = timezone.now()
    fresh = among.filter(token_hash=_hash(token), used=None, expires__gt=now)
    fresh = fresh.filter(request__session=_hash(session) if session else "")
    # One statement: the row's lock decides between two at once.
    if not fresh.update(used=now):
        raise NotFound(
            "ticket_used", _("This download was fetched already, or asked for too long ago. Ask for it again.")
        )
    return among.get(token_hash=_hash(token))


def stream_ticket(
    ticket: DownloadTicket,
    request: DownloadRequest,
    gate: Gate,
    *,
    also_tell: Callable[[Packed], None] | None = None,
) -> Iterator[bytes]:
    """The ZIP of a ticket; what came of it is written on the ticket."""

    def tell(packed: Packed) -> None:
        result = {
            "files": packed.files,
            "left_out": len(packed.left_out),
            "size_bytes": packed.size_bytes,
            "is_complete": packed.is_complete,
        }
        DownloadTicket.objects.filter(pk=ticket.pk).update(request={**ticket.request, "result": result})
        if also_tell is not None:
            also_tell(packed)

    return stream_download(request, gate, tell=tell)


def zip_headers(name: str = "") -> dict[str, str]:
    """What goes with a ZIP: it is saved under a name with the day in it, kept by nobody, and buffered by no proxy."""
    stem = slugify(name)[:60] or "vitrine"
    return {
        **ORIGINAL_HEADERS,
        "Content-Disposition": f'attachment; filename="{stem}-{timezone.now():%Y-%m-%d}.zip"',
        "X-Accel-Buffering": "no",
    }


def forget_tickets() -> int:
    """Delete tickets that nobody fetched, and old records; run by the timetable."""
    now = timezone.now()
    unused = DownloadTicket.objects.filter(used=None, expires__lt=now)
    old = DownloadTicket.objects.filter(created__lt=now - KEPT_FOR)
    return unused.delete()[0] + old.delete()[0]


def _hash(text: str) -> str:
    """The text holds 256 random bits: a plain hash is enough, and outlives a change of the secret key."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()
